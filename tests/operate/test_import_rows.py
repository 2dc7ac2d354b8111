"""`nugget import slack-export` and `csv`: silent, once, and told in the end; tried out first without a trace."""

import json
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.connectors.slack.directory import person_facts
from bot.domain.errors import MendableError
from bot.domain.facts import ChannelFacts, PersonFacts
from bot.domain.words import Kind
from bot.intake.messages import Wish, message_row
from bot.intake.slack_export import LARGEST_FILE, open_export
from bot.operate.import_counter import open_counter
from bot.operate.import_items import RowsReport, TableWish, import_export, import_table
from bot.operate.import_report import bar
from bot.operate.import_rows import Handed, Handover
from bot.services.capture import CaptureWords, capture_words
from bot.services.people import RememberChannel, RememberOurselves, RememberPeople
from bot.services.people import remember_channel as describe_channel
from bot.services.people import remember_ourselves as describe_us
from bot.services.people import remember_people as describe_people
from bot.services.seed import welcome_workspace
from bot.settings import Settings, load_settings
from db.models import InboxEntry, Item, MonthlyTally, Note, OutboxEntry, Person, Report, ToldOnce
from tests.databases import engine_of

TEAM, BOT = "T0BMHLSRH", "UNUGGET"
NOON = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
SETTINGS = """
[workspace]
timezone = "Europe/Paris"
[channels]
intel_home = "CINTEL"
ask_home = "CASKS"
[[competitors]]
name = "Acme"
[[accounts]]
name = "Globex"
"""


@dataclass
class Desk:
    """A database that `nugget run` has been on, and somebody who types imports."""

    settings: Settings
    url: str
    folder: Path
    now: datetime = NOON
    files: int = field(default=0)

    async def prepare(self) -> None:
        async with open_counter(self.settings, lambda: self.now, is_rehearsal=False) as counter:
            await counter.transact(describe_us, RememberOurselves(TEAM, None, "Hooli", BOT, "B1"))
            await counter.transact(welcome_workspace, TEAM)
            for channel in ("CINTEL", "CASKS", "CFIELD"):
                facts = ChannelFacts(channel, channel, is_private=False, has_bot=True)
                await counter.transact(describe_channel, RememberChannel(TEAM, facts))
            people = [PersonFacts("UANA", TEAM, "Ana Ruiz"), PersonFacts("UBEN", TEAM, "Ben Okafor")]
            people += [
                PersonFacts("UGUS", TEAM, "Gus Guest", is_guest=True),
                PersonFacts("UGIL", TEAM, "Gil", is_deactivated=True),
            ]
            people += [PersonFacts("UTWO", TEAM, "Sam"), PersonFacts("USAM", TEAM, "Sam")]
            await counter.transact(describe_people, RememberPeople(TEAM, people))

    async def export(self, path: Path, wish: Wish | None = None, *channels: str, dry_run: bool = False) -> RowsReport:
        wish = wish or Wish(Kind.NUGGET)
        return await import_export(self.settings, lambda: self.now, path, wish, channels, team=None, dry_run=dry_run)

    async def table(self, text: str, wish: TableWish | None = None, *, dry_run: bool = False) -> RowsReport:
        path = self.folder / "table.csv"
        path.write_text(text, encoding="utf-8")
        wish = wish or TableWish(Kind.NUGGET, "UANA")
        return await import_table(self.settings, lambda: self.now, path, wish, team=None, dry_run=dry_run)

    def rows(self, model: type[Any]) -> list[Any]:
        with engine_of(self.url) as engine, Session(engine) as session:
            return list(session.scalars(select(model).order_by(*model.__mapper__.primary_key)).unique())

    def counts(self) -> dict[str, int]:
        with engine_of(self.url) as engine, Session(engine) as session:
            models = (Item, Report, Note, Person, InboxEntry, OutboxEntry, MonthlyTally, ToldOnce)
            return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in models}


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> Desk:
    config = tmp_path / "config.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    made = Desk(load_settings(config, {"DATABASE_URL": database_url}), database_url, tmp_path)
    await made.prepare()
    return made


def make_export(folder: Path, days: dict[str, list[Any]], **more: Any) -> Path:
    """Write an export of the channel `field`, a file for each day."""
    export = folder / "export"
    (export / "field").mkdir(parents=True, exist_ok=True)
    users = [{"id": "UNEW", "team_id": TEAM, "profile": {"real_name": "Newly Met"}}]
    users += [{"id": "UOUT", "team_id": "TOTHER", "profile": {"real_name": "Out"}}]
    files = {"users.json": users, "channels.json": [{"id": "CFIELD", "name": "field"}], **more}
    files |= {f"field/{day}.json": messages for day, messages in days.items()}
    for name, content in files.items():
        (export / name).parent.mkdir(exist_ok=True)
        (export / name).write_text(json.dumps(content), encoding="utf-8")
    return export


def said(ts: str, text: str, user: str = "UANA", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


HEAD = "1767600000.000100"
DAYS: dict[str, list[Any]] = {
    "2026-01-05": [
        said(HEAD, "Acme cut prices &lt;again&gt; #pricing", reply_count=2, thread_ts=HEAD),
        said("1767600001.000100", "Lunch?"),
        said("1767600002.000100", "Heard the same", "UBEN", thread_ts=HEAD),
        said("1767600003.000100", "Where?", thread_ts="1767600001.000100"),
        said("1767600004.000100", "Acme again", "UGUS"),
        said("1767600005.000100", "Acme again", "UOUT"),
        said("1767600006.000100", "Acme again", "UGIL"),
        said("1767600007.000100", "(off) Acme secret"),
        said("1767600008.000100", "Acme bot", "", bot_id="B9", subtype="bot_message"),
        said("1767600009.000100", "joined", subtype="channel_join"),
        said("1767600010.000100", "This message was deleted.", subtype="tombstone"),
        said("1767600011.000100", ""),
    ],
    "2026-02-06": [
        said("1770360000.000100", "Globex asks for SSO", "UNEW", edited={"user": "UNEW", "ts": "1770360100.000000"}),
        said("1767600100.000100", "Loud reply on Acme", "UBEN", thread_ts=HEAD, subtype="thread_broadcast"),
        {"type": "message", "text": "no ts"},
        "not even a message",
    ],
}  # fmt: skip


async def test_an_export_comes_in_as_it_was_said_and_nobody_hears_of_it(desk: Desk) -> None:
    before = desk.counts()
    report = await desk.export(make_export(desk.folder, DAYS))
    assert dict(report.told.counts) == {
        "kept": 2,
        "kept as notes": 2,
        "no tag and no known name in it; --all takes these too": 1,
        "replies to what was not kept": 1,
        "by guests, other companies, or people who have left": 3,
        "marked as not for Nugget": 1,
        "notices of Slack, and what apps write": 3,
        "without words": 1,
    }
    first, second = desk.rows(Report)
    assert (first.words, first.reporter, first.message_ts) == (
        "Acme cut prices <again> #pricing",
        "UANA",
        "1767600000.000100",
    )
    assert first.reported_at == datetime.fromtimestamp(1767600000.0001, UTC)
    assert (second.reporter, second.words_ts) == ("UNEW", "1770360100.000000")
    assert [(note.words, note.author) for note in desk.rows(Note)] == [
        ("Heard the same", "UBEN"),
        ("Loud reply on Acme", "UBEN"),
    ]
    assert desk.rows(Note)[0].written_at == datetime.fromtimestamp(1767600002.0001, UTC)
    items = desk.rows(Item)
    assert all(item.is_quiet and item.card_outbox_id is None and item.privacy == "workspace" for item in items)
    assert [item.number for item in items] == [1, 2]
    after = desk.counts()
    assert after["outbox"] == before["outbox"] == 0
    assert after["told_once"] == before["told_once"]
    assert {tally.month: tally.nuggets for tally in desk.rows(MonthlyTally)} == {"2026-01": 1, "2026-02": 1}
    assert all(entry.state != "pending" for entry in desk.rows(InboxEntry))
    assert {entry.kind for entry in desk.rows(InboxEntry)} == {"imported_message"}, "nothing is asked afterwards"
    assert not any(b"secret" in entry.body for entry in desk.rows(InboxEntry))


async def test_the_same_export_again_adds_nothing_and_all_adds_the_rest(desk: Desk) -> None:
    export = make_export(desk.folder, DAYS)
    await desk.export(export)
    before = desk.counts()
    again = await desk.export(export)
    assert again.told.counts["in Nugget already"] == 4
    assert again.told.counts["kept"] == again.told.counts["kept as notes"] == 0
    assert desk.counts() == before
    rest = await desk.export(export, Wish(Kind.ASK, takes_all=True))
    assert (rest.told.counts["kept"], rest.told.counts["kept as notes"]) == (1, 1)
    assert [(item.kind, item.number) for item in desk.rows(Item)] == [("nugget", 1), ("nugget", 2), ("ask", 1)]


async def test_an_export_from_later_brings_edits(desk: Desk) -> None:
    await desk.export(make_export(desk.folder, DAYS))
    edited = said(
        "1767600000.000100", "Acme cut prices twice #pricing", edited={"user": "UANA", "ts": "1767700000.000000"}
    )
    later = make_export(desk.folder / "later", {"2026-01-05": [edited]})
    report = await desk.export(later)
    assert dict(report.told.counts) == {"brought up to date": 1}
    assert desk.rows(Report)[0].words == "Acme cut prices twice #pricing"
    assert desk.counts()["outbox"] == 0


async def test_a_dry_run_tells_the_same_and_writes_nothing(desk: Desk) -> None:
    export = make_export(desk.folder, DAYS)
    before = desk.counts()
    tried = await desk.export(export, dry_run=True)
    assert desk.counts() == before
    done = await desk.export(export)
    assert tried.told == done.told
    assert (await desk.export(export, dry_run=True)).told.counts["in Nugget already"] == 4


async def test_what_was_killed_goes_on_when_it_is_run_again(desk: Desk) -> None:
    """The rows are in, and the process ends before it has worked them off."""
    export = make_export(desk.folder, DAYS)
    message = DAYS["2026-01-05"][0]
    row = message_row("CFIELD", message, Wish(Kind.NUGGET))
    assert row is not None
    async with open_counter(desk.settings, lambda: desk.now, is_rehearsal=False) as counter:
        with bar() as shown:
            handover = Handover(counter, TEAM, shown)
            await handover.add(Handed("somewhere", row))
            await handover.flush()
    assert [entry.state for entry in desk.rows(InboxEntry)] == ["pending"]
    report = await desk.export(export)
    assert report.told.counts["kept"] == 2
    assert len(desk.rows(Report)) == 2


async def test_what_was_captured_live_is_not_doubled(desk: Desk) -> None:
    ts = "1767600000.000100"
    async with open_counter(desk.settings, lambda: desk.now, is_rehearsal=False) as counter:
        live = CaptureWords(
            TEAM, Kind.NUGGET, "Acme cut prices <again> #pricing", "UANA", f"message:CFIELD:{ts}", ts, "CFIELD", ts
        )
        await counter.transact(capture_words, live)
    report = await desk.export(make_export(desk.folder, DAYS))
    assert (report.told.counts["kept"], report.told.counts["in Nugget already"]) == (1, 1)
    assert [item.is_quiet for item in desk.rows(Item)] == [False, True]


async def test_a_private_channel_stays_private_and_direct_messages_stay_out(desk: Desk) -> None:
    groups = [{"id": "GDEAL", "name": "deal-room", "members": ["UANA", "UBEN"]}]
    export = make_export(desk.folder, {}, **{
        "groups.json": groups, "dms.json": [{"id": "D1", "members": ["UANA", "UBEN"]}],
        "deal-room/2026-01-05.json": [said("1767600000.000100", "Acme is in trouble")],
        "D1/2026-01-05.json": [said("1767600001.000100", "Acme between us")],
    })  # fmt: skip
    report = await desk.export(export)
    assert dict(report.told.counts) == {"kept": 1}
    (item,) = desk.rows(Item)
    assert (item.privacy, item.place_id) == ("place", "GDEAL")


async def test_channels_and_a_first_day_can_be_chosen(desk: Desk) -> None:
    export = make_export(desk.folder, DAYS)
    report = await desk.export(
        export, Wish(Kind.NUGGET, since=date(2026, 2, 1), zone=desk.settings.policy().zone), "#field"
    )
    assert dict(report.told.counts) == {"kept": 1}
    with pytest.raises(MendableError, match=r"no channel #none\. There are: #field"):
        await desk.export(export, None, "#none")


async def test_a_zip_reads_like_the_folder_and_a_broken_day_is_told(desk: Desk) -> None:
    export = make_export(desk.folder, DAYS)
    (export / "field" / "2026-03-01.json").write_text("[{", encoding="utf-8")
    archive = Path(shutil.make_archive(str(desk.folder / "packed"), "zip", export))
    report = await desk.export(archive)
    assert report.told.counts["kept"] == 2
    assert report.notes == ["field/2026-03-01.json could not be read (JSONDecodeError)."]


@pytest.mark.parametrize("name", ["empty", "text.txt"])
async def test_what_is_no_export_says_so(desk: Desk, name: str) -> None:
    (desk.folder / "empty").mkdir()
    (desk.folder / "text.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(MendableError, match=r"no Slack export|neither a folder nor a zip"):
        await desk.export(desk.folder / name)


def test_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", b" " * (LARGEST_FILE + 1))
    with pytest.raises(MendableError, match="too large"):
        open_export(tmp_path / "bomb.zip", TEAM)


async def test_a_real_export_comes_in_whole(desk: Desk, corpus: Path) -> None:
    report = await desk.export(corpus / "slack_payloads" / "export_sample", Wish(Kind.ASK, takes_all=True))
    told = report.told.counts
    # 158 messages: 94 and 3 by apps, 8 joins, 1 comment on a file; 52 with words or a file by people.
    assert sum(told.values()) == 158
    assert told["kept"] == 52
    assert told["notices of Slack, and what apps write"] == 106
    assert not any(b"xoxe" in entry.body for entry in desk.rows(InboxEntry))
    assert sum(len(one.files) for one in desk.rows(Report)) == 3
    again = await desk.export(corpus / "slack_payloads" / "export_sample", Wish(Kind.ASK, takes_all=True))
    assert again.told.counts["in Nugget already"] == 52
    assert len(desk.rows(Report)) == 52


TABLE = """Kind;Text;Reporter;Date;Account;Competitor;Tags;Amount;How known;Stage;ID
intel;Acme cut prices;Ana Ruiz;2026-03-02;;;pricing | news;;rumour;;1
ask;"Needs SSO,
and SCIM";@UBEN;02.04.2026;Globex;;;€40k;;Proposal;2
intel;They hired;UANA;;;Initrode;;;;;3
gossip;Hm;UANA;;;;;;;;4
intel;;UANA;;;;;;;;5
intel;By a guest;UGUS;;;;;;;;6
intel;By nobody;Nobody Known;;;;;;;;7
intel;By one of two;Sam;;;;;;;;8
intel;Tomorrow's news;UANA;2026-10-15;;;;;;;9
intel;Acme cut prices twice;ana@hooli.test;;;;;;;;10
"""


async def test_a_table_comes_in_with_all_that_its_columns_say(desk: Desk) -> None:
    report = await desk.table(TABLE)
    assert dict(report.told.counts) == {"kept": 3}
    assert [(problem.line, problem.reason.split(";")[0]) for problem in report.problems] == [
        (6, "“gossip” is no kind"),
        (7, "its text is empty"),
        (8, "UGUS is no full member of this workspace"),
        (9, "nobody here is known as Nobody Known"),
        (10, "several people are called Sam"),
        (11, "its date lies ahead"),
        (12, "nobody here is known as ana@hooli.test"),
    ]
    price, sso, hired = desk.rows(Report)
    items = desk.rows(Item)
    assert (price.words, price.how_known, price.reporter) == ("Acme cut prices", "rumour", "UANA")
    assert {tag.tag for tag in items[0].tags} == {"pricing", "news"}
    assert price.reported_at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert (sso.words, sso.claimed_minor, sso.claimed_currency) == ("Needs SSO,\nand SCIM", 4_000_000, "EUR")
    assert (items[1].kind, sso.reporter, sso.deal, sso.account_words) == (
        "ask",
        "UBEN",
        {"stage": "Proposal"},
        "Globex",
    )
    assert hired.reported_at == NOON
    assert len(items[2].competitors) == 1
    assert desk.counts()["outbox"] == 0
    again = await desk.table(TABLE)
    assert dict(again.told.counts) == {"in Nugget already": 3}
    assert len(desk.rows(Report)) == 3


async def test_lines_without_an_id_are_known_by_what_they_say(desk: Desk) -> None:
    report = await desk.table("text\nAcme cut prices\nAcme cut prices\nAcme hired\n")
    assert dict(report.told.counts) == {"kept": 2}
    assert [(one.line, one.reason) for one in report.problems] == [(3, "it is the same as line 2")]
    desk.now = NOON.replace(day=20)
    assert dict((await desk.table("text\nAcme hired\nAcme cut prices\n")).told.counts) == {"in Nugget already": 2}


async def test_a_dry_run_of_a_table_writes_nothing(desk: Desk) -> None:
    before = desk.counts()
    assert Counter((await desk.table(TABLE, dry_run=True)).told.counts) == {"kept": 3}
    assert desk.counts() == before
    if desk.url.startswith("sqlite"):
        assert not list(desk.folder.glob("*rehearsal*"))


def test_facts_of_an_export_are_read_as_slacks(corpus: Path) -> None:
    users = json.loads((corpus / "slack_payloads" / "export_sample" / "users.json").read_text(encoding="utf-8"))
    assert not any(person_facts(TEAM, user).is_outsider for user in users)
    assert all(person_facts("TOTHER", user).is_outsider for user in users)
