"""What happens to words after they were kept: edited, deleted, taken back, shared, or replied to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.errors import MendableError
from bot.domain.text import clean
from bot.domain.views import FileLink
from bot.domain.words import Effect, Privacy, Status
from bot.services.capture import Captured, files_as_stored
from bot.services.cards import put_card
from bot.services.confirm import saved_key
from bot.services.counting import count_report
from bot.services.follow_words import follow_words
from bot.services.guards import Guard, may_see
from bot.services.index import index_item
from bot.services.item_views import name_of
from bot.services.merged import standing_item
from bot.services.notices import cancel_resting_notices
from bot.services.pass_on import pass_on_reply, redraw_reply
from bot.services.people import viewer_of
from bot.services.restrict import heed_tag
from bot.services.wants import forget_answer
from db.models import Decision, Item, Note, Report, ReportVersion
from db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class EditWords:
    """A message now reads like this; `words_ts` orders versions."""

    team_id: str
    channel_id: str
    message_ts: str
    words: str
    words_ts: str
    files: Sequence[FileLink] | None = None
    """The files that are with it now; None where nobody looked."""


@dataclass(frozen=True, slots=True)
class RewriteReport:
    """A reporter changes the words of their own report in a form."""

    team_id: str
    report_id: int
    actor: str
    words: str
    words_ts: str


@dataclass(frozen=True, slots=True)
class EraseMessage:
    """A message was deleted; what was kept of its words goes with it."""

    team_id: str
    channel_id: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A reporter takes their own report back."""

    team_id: str
    report_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class ShareItem:
    """A reporter shares with everyone at work what they said in a private place."""

    team_id: str
    item_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class NoteReply:
    """Someone replied in the thread of an item's message or card."""

    team_id: str
    channel_id: str
    thread_ts: str
    message_ts: str
    author: str
    words: str
    said_at: datetime | None = None
    """When it was said, where that was long before it came in."""


def edit_words(uow: UnitOfWork, command: EditWords, *, now: datetime) -> Literal["changed", "unchanged", "unknown"]:
    """Bring a report or a note up to date with its message, keeping the earlier words of a report."""
    note = uow.items.find_note(command.team_id, command.channel_id, command.message_ts)
    report = uow.items.find_report_by_message(command.team_id, command.channel_id, command.message_ts)
    if note is None and report is None:
        return "unknown"
    # A reply under one item may have been saved as another.
    is_note_changed = note is not None and _edit_note(uow, note, command, now)
    is_report_changed = report is not None and rewrite_words(
        uow, report, with_answer(report, clean(command.words)), command.words_ts, now=now
    )
    is_report_changed |= report is not None and _change_files(uow, report, command, now)
    return "changed" if is_note_changed or is_report_changed else "unchanged"


def with_answer(report: Report, words: str) -> str:
    """Return words followed by what the reporter added when they were asked, as a paragraph of its own."""
    return f"{words}\n\n{report.answered}" if report.answered else words


def _change_files(uow: UnitOfWork, report: Report, command: EditWords, now: datetime) -> bool:
    """Keep the links of those files that are still with the message, and of no other."""
    is_late = report.withdrawn_at is not None or float(report.words_ts) > float(command.words_ts)
    if command.files is None or is_late or report.files == files_as_stored(command.files):
        return False
    report.files = files_as_stored(command.files)
    uow.flush()
    put_card(uow, report.item, now=now)
    return True


def _edit_note(uow: UnitOfWork, note: Note, command: EditWords, now: datetime) -> bool:
    if note.words == command.words or float(note.words_ts) > float(command.words_ts) or note.erased_at:
        return False
    note.words, note.words_ts = clean(command.words), command.words_ts
    item = uow.items.find(note.item_id)
    if item is not None:
        index_item(uow, item, now=now)
        redraw_reply(uow, item, note, now=now)
    return True


def rewrite_report(uow: UnitOfWork, command: RewriteReport, *, now: datetime) -> Captured:
    """Replace the words of one's own report and return it; raises `MendableError` when it is gone or another's."""
    report = own_report(uow, command.team_id, command.report_id, command.actor)
    rewrite_words(uow, report, clean(command.words), command.words_ts, now=now)
    return Captured(report.item_id, report.id, is_new=False)


def rewrite_words(
    uow: UnitOfWork, report: Report, words: str, words_ts: str, *, is_seen: bool = False, now: datetime
) -> bool:
    """Put new words in the place of a report's, with what follows from them; False where nothing changed by it.

    `is_seen` says that its reporter had what stands beside the words in front of them, and let it stand.
    """
    if report.withdrawn_at is not None or report.words == words or float(report.words_ts) > float(words_ts):
        return False
    earlier = report.words
    uow.items.add(
        ReportVersion(
            team_id=report.team_id,
            report_id=report.id,
            words=earlier,
            words_ts=report.words_ts,
            replaced_at=now,
        )
    )
    report.words, report.words_ts, report.edited_at = words, words_ts, now
    if report.answered and not words.endswith(report.answered):
        report.answered = None
    parsed = follow_words(uow, report, earlier, is_seen=is_seen)
    uow.flush()
    heed_tag(uow, report.item, parsed.tags, now=now)
    index_item(uow, report.item, now=now)
    put_card(uow, report.item, now=now)
    return True


def erase_message(uow: UnitOfWork, command: EraseMessage, *, now: datetime) -> bool:
    """Erase what was kept of a deleted message, everywhere, and keep it from coming back. True if there was any."""
    if not command.message_ts:
        return False
    uow.items.remember_erased(command.team_id, command.channel_id, command.message_ts, now=now)
    uow.inbox.erase_bodies(command.team_id, command.channel_id, command.message_ts)
    note = uow.items.find_note(command.team_id, command.channel_id, command.message_ts)
    if note is not None:
        _erase_note(uow, note, now)
    report = uow.items.find_report_by_message(command.team_id, command.channel_id, command.message_ts)
    if report is None or report.withdrawn_at is not None:
        return note is not None
    withdraw_report(uow, report, report.reporter, "The message was deleted.", now)
    return True


def _erase_note(uow: UnitOfWork, note: Note, now: datetime) -> None:
    note.words, note.erased_at = "", now
    uow.flush()
    item = uow.items.find(note.item_id)
    if item is not None:
        index_item(uow, item, now=now)
        redraw_reply(uow, item, note, now=now)


def take_back(uow: UnitOfWork, command: TakeBack, *, now: datetime) -> tuple[str, str]:
    """Withdraw one's own report; return the item's name and the words, which go back to who wrote them."""
    report = own_report(uow, command.team_id, command.report_id, command.actor)
    words = report.words
    withdraw_report(uow, report, command.actor, "Taken back by its author.", now)
    if report.channel_id and report.message_ts:
        uow.items.remember_erased(report.team_id, report.channel_id, report.message_ts, now=now)
        uow.inbox.erase_bodies(report.team_id, report.channel_id, report.message_ts)
    return name_of(report.item), words


def own_report(uow: UnitOfWork, team_id: str, report_id: int, actor: str) -> Report:
    """Return one's own report, its item held for this transaction; raises `MendableError` where it is not theirs."""
    report = find_own_report(uow, team_id, report_id, actor)
    uow.items.lock(report.item_id)
    return report


def find_own_report(uow: UnitOfWork, team_id: str, report_id: int, actor: str) -> Report:
    """Return one's own report; raises `MendableError` where it is gone or another's."""
    report = uow.items.find_report(report_id)
    if report is None or report.team_id != team_id or report.reporter != actor or report.withdrawn_at is not None:
        raise MendableError("This was taken back before, or it is not yours. Nothing was changed.")
    return report


def withdraw_report(uow: UnitOfWork, report: Report, actor: str, reason: str, now: datetime) -> None:
    """Forget a report's words wherever they are kept; its item goes with its last report."""
    item = report.item
    report.words, report.wanted, report.account_words, report.withdrawn_at = "", None, None, now
    report.deal, report.claimed_minor, report.claimed_currency, report.files = {}, None, None, []
    report.stated, report.answer_by, report.answered = [], None, None
    uow.items.delete_versions(report.id)
    count_report(uow, report, "")
    if all(other.withdrawn_at is not None for other in item.reports):
        _withdraw_item(uow, item, actor, reason, now)
    uow.flush()
    index_item(uow, item, now=now)
    _cancel_answer(uow, report, now)
    forget_answer(uow, report, now=now)
    _empty_messages(uow, item, now)
    put_card(uow, item, now=now)


def _empty_messages(uow: UnitOfWork, item: Item, now: datetime) -> None:
    """Forget the words in what was sent about an item; what was joined to it may have told of them before."""
    uow.outbox.empty_payloads(item.id)
    for merged_id in uow.items.list_merged(item.id):
        uow.outbox.empty_payloads(merged_id)
        merged = uow.items.find(merged_id)
        if merged is not None:
            put_card(uow, merged, now=now)


def _cancel_answer(uow: UnitOfWork, report: Report, now: datetime) -> None:
    """Keep an answer that has not gone out from repeating words that were taken back."""
    answer = uow.outbox.find_by_key(report.team_id, saved_key(report.id))
    if answer is not None and answer.state == "pending":
        answer.state, answer.settled_at = "cancelled", now
        uow.flush()


def _withdraw_item(uow: UnitOfWork, item: Item, actor: str, reason: str, now: datetime) -> None:
    uow.items.add(
        Decision(
            team_id=item.team_id,
            item_id=item.id,
            effect=Effect.WITHDRAW.value,
            from_status=item.status,
            to_status=Status.WITHDRAWN.value,
            actor=actor,
            reason=reason,
            detail={},
            gesture_key=f"withdraw:{item.id}:{now.timestamp()}",
            decided_at=now,
        )
    )
    item.status, item.tags = Status.WITHDRAWN.value, []
    cancel_resting_notices(uow, item, now=now)


def share_item(uow: UnitOfWork, command: ShareItem, *, now: datetime) -> str:
    """Open an item from a private place to everyone at work, post its card, and return its name.

    Whoever saved it was asked, and may say so as its reporters may.
    """
    item = uow.items.lock(command.item_id)
    if item is None or item.team_id != command.team_id or command.actor not in _sharers(item):
        raise MendableError("This was taken back before, or it is not yours. Nothing was changed.")
    if item.privacy == Privacy.PLACE:
        item.privacy, item.place_id = Privacy.WORKSPACE.value, None
        index_item(uow, item, now=now)
        put_card(uow, item, now=now)
    return name_of(item)


def _sharers(item: Item) -> set[str]:
    savers = {report.saved_by for report in item.reports if report.withdrawn_at is None and report.saved_by}
    return savers | Guard.of(item).reporter_ids


def note_reply(uow: UnitOfWork, command: NoteReply, *, now: datetime) -> bool:
    """Keep a reply as a note of the item in whose thread it stands; False where the thread is of no item.

    What Nugget tells someone of an item, such as an answer to it, is replied to like its card.
    """
    where = (command.team_id, command.channel_id, command.thread_ts)
    item = find_item_by_message(uow, *where) or _by_post(uow, *where)
    if item is None or not may_see(viewer_of(uow, command.team_id, command.author), item):
        return False
    if uow.items.find_note(command.team_id, command.channel_id, command.message_ts) is not None:
        return False
    note = Note(
        team_id=command.team_id,
        item_id=item.id,
        author=command.author,
        words=clean(command.words),
        words_ts=command.message_ts,
        channel_id=command.channel_id,
        message_ts=command.message_ts,
        written_at=command.said_at or now,
    )
    uow.items.add(note)
    uow.flush()
    index_item(uow, item, now=now)
    pass_on_reply(uow, item, note, command.thread_ts, now=now)
    return True


def find_item_by_message(uow: UnitOfWork, team_id: str, channel_id: str, message_ts: str) -> Item | None:
    """Return the item that a message shared, or whose card it is."""
    lookups: tuple[Callable[[], Item | None], ...] = (
        lambda: _by_report(uow, team_id, channel_id, message_ts),
        lambda: _by_card(uow, team_id, channel_id, message_ts),
    )
    item = next((found for look in lookups if (found := look()) is not None), None)
    return standing_item(uow, item) if item is not None else None


def _by_report(uow: UnitOfWork, team_id: str, channel_id: str, message_ts: str) -> Item | None:
    report = uow.items.find_report_by_message(team_id, channel_id, message_ts)
    return report.item if report else None


def _by_card(uow: UnitOfWork, team_id: str, channel_id: str, message_ts: str) -> Item | None:
    entry = uow.outbox.find_by_message(team_id, channel_id, message_ts)
    return uow.items.find(entry.item_id) if entry and entry.item_id and entry.purpose == "card" else None


def _by_post(uow: UnitOfWork, team_id: str, channel_id: str, message_ts: str) -> Item | None:
    entry = uow.outbox.find_by_message(team_id, channel_id, message_ts)
    item = uow.items.find(entry.item_id) if entry and entry.item_id else None
    return standing_item(uow, item) if item is not None else None
