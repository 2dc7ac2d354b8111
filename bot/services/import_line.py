"""A line of an imported table becomes an item with its report, without a word to anyone."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.facts import Settled, Waiting
from bot.domain.words import HowKnown, Kind
from bot.services.capture import CaptureWords, capture_words
from bot.services.index import index_item
from bot.services.people import is_full_member
from db.models import ItemTag
from db.unit_of_work import UnitOfWork


def on_imported_line(uow: UnitOfWork, waiting: Waiting, *, now: datetime) -> Settled:
    """Keep a line as what its reporter said on its day; the same line again changes nothing."""
    line = waiting.payload
    reporter = _text(line, "reporter")
    if not is_full_member(uow, waiting.team_id, reporter):
        return Settled("refused", "not a full member")
    captured = capture_words(uow, _command(waiting.team_id, line), now=now)
    if not captured.is_new:
        return Settled("ignored", "captured before")
    _add_told(uow, captured.report_id, line, now)
    return Settled("handled", "captured")


def _command(team_id: str, line: Mapping[str, object]) -> CaptureWords:
    said_at = datetime.fromisoformat(_text(line, "said_at"))
    how, deal = _text(line, "how"), line.get("deal")
    return CaptureWords(
        team_id=team_id,
        kind=Kind(_text(line, "kind")),
        words=_text(line, "words"),
        reporter=_text(line, "reporter"),
        gesture_key=_text(line, "key"),
        words_ts=f"{said_at.timestamp():.6f}",
        how_known=HowKnown(how) if how else None,
        competitor=_text(line, "competitor") or None,
        account=_text(line, "account") or None,
        wanted=_text(line, "wanted") or None,
        permalink=_text(line, "link") or None,
        deal={str(key): str(told) for key, told in deal.items()} if isinstance(deal, dict) else {},
        said_at=said_at,
        is_quiet=True,
    )


def _add_told(uow: UnitOfWork, report_id: int, line: Mapping[str, object], now: datetime) -> None:
    """Add what stands in columns of its own beside the words: tags, and the amount that the reporter claims."""
    report = uow.items.find_report(report_id)
    if report is None:
        return
    amount, tags = line.get("amount"), line.get("tags")
    if isinstance(amount, dict):
        report.claimed_minor, report.claimed_currency = amount["minor"], amount["currency"]
    standing = {tag.tag for tag in report.item.tags}
    for tag in tags if isinstance(tags, list) else ():
        if tag not in standing:
            report.item.tags.append(ItemTag(team_id=report.team_id, tag=tag))
    uow.flush()
    index_item(uow, report.item, now=now)


def _text(line: Mapping[str, object], key: str) -> str:
    value = line.get(key)
    return value if isinstance(value, str) else ""
