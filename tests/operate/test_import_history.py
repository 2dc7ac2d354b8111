"""`nugget import slack-history`: what was said before Nugget came, read from Slack, however slowly it is shown."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import MendableError
from bot.domain.words import Kind
from bot.intake.messages import Wish
from bot.operate.demo.world import FIELD, GUEST, SHARED, Place, build_world, settings_text
from bot.operate.import_counter import open_counter
from bot.operate.import_history import import_history
from bot.operate.import_items import RowsReport
from bot.playground.server import StandIn
from bot.playground.spec import Channel
from bot.playground.world import Message
from bot.services.people import RememberOurselves, remember_ourselves
from bot.services.seed import welcome_workspace
from bot.settings import Settings, load_settings
from db.models import InboxEntry, Item, Note, OutboxEntry, Report
from tests.databases import engine_of

ANA, BEN = "UREP00", "UREP01"
LONG_AGO = 1767600000
WISH = Wish(Kind.NUGGET, since=datetime.fromtimestamp(LONG_AGO, UTC).date())


@dataclass
class Desk:
    """A database without a bot on it, a Slack with a past, and somebody who types the import."""

    settings: Settings
    standin: StandIn
    url: str

    def said(self, user: str, text: str, after: int, *, channel: str = FIELD, thread: str | None = None) -> str:
        """Let something have been said so many seconds after the beginning."""
        ts = f"{LONG_AGO + after}.000100"
        self.standin.workspace.world.channels[channel].add(Message(ts, user, text, thread_ts=thread))
        return ts

    async def history(self, *channels: str, wish: Wish = WISH, dry_run: bool = False) -> RowsReport:
        return await import_history(
            self.settings, self.standin.clock.now, wish, channels or ("field-notes",), team=None, dry_run=dry_run
        )

    def rows(self, model: type[Any]) -> list[Any]:
        with engine_of(self.url) as engine, Session(engine) as session:
            return list(session.scalars(select(model).order_by(*model.__mapper__.primary_key)).unique())

    def calls(self, method: str) -> int:
        return sum(entry.kind == "api" and entry.name == method for entry in self.standin.record)


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    company = build_world(3)
    spec = replace(company, channels=(*company.channels, Channel("C0UNSEEN", "unseen", members=(ANA,))))
    standin = await StandIn.start(spec, mode="http", speed=1000.0)
    try:
        config = tmp_path / "config.toml"
        config.write_text(settings_text(Place(tmp_path, "http", standin.base_url, 3000, 1000.0)), encoding="utf-8")
        settings = load_settings(config, {"DATABASE_URL": database_url, "SLACK_BOT_TOKEN": spec.bot_token})
        async with open_counter(settings, standin.clock.now, is_rehearsal=False) as counter:
            us = RememberOurselves(spec.team_id, None, "Hooli", spec.bot_user_id, "BNUGGET")
            await counter.transact(remember_ourselves, us)
            await counter.transact(welcome_workspace, spec.team_id)
        yield Desk(settings, standin, database_url)
    finally:
        await standin.stop()


async def test_a_channels_past_comes_in_oldest_first_with_its_threads(desk: Desk) -> None:
    first = desk.said(ANA, "Acme cut prices", 100)
    desk.said(BEN, "heard it too", 300, thread=first)
    desk.said(BEN, "#pricing moved", 200)
    desk.said(GUEST, "Acme, says a guest", 250)
    desk.said(ANA, "lunch", 260)
    desk.said(ANA, "Acme before the first day", -100_000)
    tried = await desk.history(dry_run=True)
    assert desk.rows(Item) == desk.rows(InboxEntry) == []
    report = await desk.history("#field-notes")
    assert report.told == tried.told
    assert dict(report.told.counts) == {
        "kept": 2,
        "kept as notes": 1,
        "by guests, other companies, or people who have left": 1,
        "no tag and no known name in it; --all takes these too": 1,
    }
    assert report.told.places["kept"] == ["#field-notes 2026-01-05 09:01", "#field-notes 2026-01-05 09:03"]
    assert [one.words for one in desk.rows(Report)] == ["Acme cut prices", "#pricing moved"]
    assert [note.words for note in desk.rows(Note)] == ["heard it too"]
    assert desk.rows(OutboxEntry) == []
    assert desk.calls("chat.postMessage") == desk.calls("reactions.add") == 0


async def test_threads_that_were_read_are_not_read_again_and_find_their_item_later(desk: Desk) -> None:
    head = desk.said(ANA, "lunch", 100)
    desk.said(BEN, "where", 200, thread=head)
    assert "kept" not in (await desk.history()).told.counts
    read = desk.calls("conversations.replies")
    report = await desk.history(wish=Wish(Kind.NUGGET, takes_all=True, since=WISH.since))
    assert desk.calls("conversations.replies") == read
    assert (report.told.counts["kept"], report.told.counts["kept as notes"]) == (1, 1)
    desk.said(BEN, "a new reply", 400, thread=head)
    later = await desk.history(wish=Wish(Kind.NUGGET, takes_all=True, since=WISH.since))
    assert dict(later.told.counts) == {"in Nugget already": 2, "kept as notes": 1}
    assert desk.calls("conversations.replies") == read + 1
    assert [note.words for note in desk.rows(Note)] == ["where", "a new reply"]


async def test_many_pages_come_in_whole_and_in_order(desk: Desk) -> None:
    for number in range(450):
        desk.said(ANA, f"Acme said {number} #news", number)
    report = await desk.history(FIELD)
    assert dict(report.told.counts) == {"kept": 450}
    assert [item.number for item in desk.rows(Item)] == list(range(1, 451))
    assert [one.words for one in desk.rows(Report)][::149] == [
        f"Acme said {number} #news" for number in (0, 149, 298, 447)
    ]


async def test_people_of_other_companies_are_left_out(desk: Desk) -> None:
    desk.said("WOSCAR", "Acme, says Oscar", 100, channel=SHARED)
    desk.said(ANA, "Acme, says Ana", 200, channel=SHARED)
    report = await desk.history(SHARED)
    assert dict(report.told.counts) == {"kept": 1, "by guests, other companies, or people who have left": 1}


async def test_what_cannot_be_read_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(MendableError, match="Nugget is in no channel #elsewhere"):
        await desk.history("#elsewhere")
    with pytest.raises(MendableError, match=r"Nugget is not in C0UNSEEN\. Write `/invite`"):
        await desk.history("C0UNSEEN")
    no_token = desk.settings.model_copy(update={"secrets": {}})
    with pytest.raises(MendableError, match="SLACK_BOT_TOKEN is not set"):
        await import_history(no_token, desk.standin.clock.now, WISH, ["x"], team=None, dry_run=False)
