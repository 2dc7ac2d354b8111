"""Every real payload of the corpus, sent signed over HTTP to the whole bot: acknowledged in time, and ended as listed.

`captured`: an item more; `changed`: what was known before reads otherwise now; `ignored`: nothing at all, on purpose;
`refused`: nothing but a plain answer.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.playground.delivery.transport import Kind as Carried
from bot.playground.spec import Channel, Person, WorldSpec
from bot.playground.world import Message
from bot.slack.frontdoor import SeenIds
from tests.slack.harness.bot_at_work import BotAtWork, bot_at_work
from tests.slack.harness.stock import Stock

Ending = Literal["captured", "changed", "ignored", "refused"]
Json = dict[str, Any]

AT_THE_DOOR = "kept nothing of it"
ACKNOWLEDGED = "acknowledged"
OWN_ENVELOPE = " in its own envelope"


@dataclass(frozen=True, slots=True)
class Row:
    """How one file ends, and in which workspace (a letter after it: those with one letter share a bot).

    `why` is the inbox row's outcome, or what stands for it where a payload gets none. `after` is what its author had
    written before, for a payload that is about an earlier message.
    """

    file: str
    where: str
    ending: Ending
    why: str
    after: str | None = None

    @property
    def team_id(self) -> str:
        return self.where.split()[0]

    @property
    def carried(self) -> Carried:
        carried: dict[str, Carried] = {"events": "event", "interactions": "interactive", "slash": "command"}
        return carried[self.file.partition("/")[0]]


# Three of the plain messages carry one timestamp, and one message is captured once: each has a bot of its own.
ROWS = (
    Row("events/app_home_opened.json", "E111", "ignored", "another tab"),
    Row("events/app_home_opened_messages_tab.json", "T12345678", "changed", "home shown"),
    Row("events/app_home_opened_with_view.json", "T12345678", "changed", "home shown"),
    Row("events/app_mention.json", "T111 a", "captured", "captured"),
    Row("events/app_mention_org_app.json", "E111", "captured", "captured"),
    Row("events/app_mention_slack_connect.json", "T_INSTALLED", "captured", "captured"),
    Row("events/app_rate_limited.json", "T111 a", "ignored", AT_THE_DOOR),
    Row("events/app_uninstalled.json", "T111 a", "ignored", "not wanted"),
    Row("events/function_executed.json", "T111 a", "ignored", "not wanted"),
    Row("events/link_shared.inner.json", "T111 a", "ignored", "not wanted"),
    Row("events/member_joined_channel.json", "T111 a", "changed", "greeted"),
    Row("events/member_left_channel.json", "T111 b", "changed", "left"),
    Row("events/message_channel_plain.json", "T111 a", "captured", "captured"),
    Row("events/message_enterprise_grid_org_app.json", "E111", "captured", "captured"),
    Row("events/message_from_bot_with_bot_profile.json", "T111 a", "ignored", "not a person"),
    Row("events/message_im.json", "TXXXXXXXX", "ignored", "channel not watched"),
    Row("events/message_plain_2.json", "T111 b", "captured", "captured"),
    Row("events/message_plain_3.json", "T111 c", "captured", "captured"),
    Row("events/message_subtype_bot_message_attachments.inner.json", "T111 a", "ignored", "subtype bot_message"),
    Row("events/message_subtype_bot_message_classic.json", "T111 a", "ignored", "subtype bot_message"),
    Row("events/message_subtype_bot_message_response_url.json", "T111 a", "ignored", AT_THE_DOOR),
    Row("events/message_subtype_channel_archive.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_channel_join.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_channel_leave.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_channel_name.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_channel_purpose.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_channel_topic.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_file_share.json", "T111 a", "captured", "captured"),
    Row("events/message_subtype_file_share_2.json", "T111 a", "captured", "captured"),
    Row("events/message_subtype_me_message.inner.json", "T111 a", "ignored", "no channel"),
    Row("events/message_subtype_message_changed.inner.json", "T111 a", "changed", "changed", after="Hello, wrld!"),
    Row("events/message_subtype_message_changed.json", "T-auth", "changed", "changed", after="original message"),
    Row("events/message_subtype_message_deleted.inner.json", "T111 a", "changed", "deleted", after="I was wrong"),
    Row("events/message_subtype_message_deleted.json", "T-auth", "changed", "deleted", after="Delete this message"),
    Row("events/message_subtype_thread_broadcast.json", "T111 a", "captured", "captured"),
    Row("events/message_user_with_blocks.json", "T111 a", "captured", "captured"),
    Row("events/reaction_added.json", "T111 a", "ignored", "emoji without effect"),
    Row("events/reaction_added_by_self.json", "T111 a", "ignored", AT_THE_DOOR),
    Row("events/reaction_added_slack_connect.json", "T_INSTALLED", "ignored", "emoji without effect"),
    Row("events/tokens_revoked.json", "T111 a", "ignored", "not wanted"),
    Row("events/url_verification.json", "T111 a", "ignored", AT_THE_DOOR),
    Row("interactions/block_actions_button.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/block_actions_minimal.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/block_actions_slack_go.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/block_suggestion.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/interactive_message_legacy.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/shortcut_global.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/shortcut_message_action.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/view_closed.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/view_submission.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/view_submission_inputs.json", "T1ABCD2E12", "ignored", ACKNOWLEDGED),
    Row("interactions/view_submission_response_urls.json", "T111 a", "ignored", ACKNOWLEDGED),
    Row("interactions/view_submission_slack_connect.json", "T-installed-workspace", "ignored", ACKNOWLEDGED),
    Row("slash/slash_command.json", "T111 a", "captured", "Got it: N-"),
)
PEOPLE = ("W111", "W222", "U111", "U222", "U2147483697", "U12345678", "W12A3BCDEF", "U222222", "UTYPED")
# The corpus' own reactions and answers are by these two, so they are who the bot is.
BOT, BOT_ID = "W23456789", "BZYBOTHED"
CHANNELS = ("C111", "C2147483705")
HOME, PRIVATE = "C0HOME", "G111"
SETTINGS = f"""
command_intel = "/hello-world"
[channels]
intel_home = "{HOME}"
""" + "".join(
    f'[[channels.watch]]\nid = "{channel}"\ncapture = "all"\nkind = "intel"\n' for channel in (*CHANNELS, PRIVATE)
)


def company(team_id: str) -> WorldSpec:
    """Return a workspace with this id, in which everyone of the corpus is a full member and in every channel."""
    everyone = (*PEOPLE, BOT)
    channels = [Channel(channel, channel.lower(), members=everyone) for channel in (*CHANNELS, HOME)]
    return WorldSpec(
        people=tuple(Person(user, user.lower(), f"Person {user}") for user in PEOPLE),
        channels=(*channels, Channel(PRIVATE, "private", is_private=True, members=everyone)),
        team_id=team_id,
        bot_user_id=BOT,
        bot_id=BOT_ID,
    )


def read(corpus: Path, file: str) -> Json:
    """Return a file of the corpus; an event has an id of its own, and an envelope even where the file has none."""
    found: Json = json.loads((corpus / "slack_payloads" / file).read_text(encoding="utf-8"))
    if file.endswith(".inner.json"):
        return wrapped(corpus, found)
    return {**found, "event_id": fresh_id()} if "event" in found else found


def wrapped(corpus: Path, event: Json) -> Json:
    """Return an event in an envelope of the corpus."""
    envelope: Json = json.loads((corpus / "slack_payloads/events/message_channel_plain.json").read_text("utf-8"))
    return {**envelope, "event": event, "event_id": fresh_id()}


def fresh_id() -> str:
    return f"Ev{uuid.uuid4().hex[:12].upper()}"


def workspace_of(payload: Json) -> str | None:
    """Return the workspace, or the whole organisation, in which a payload says that the app is installed."""
    first = (payload.get("authorizations") or [{}])[0]
    authorized = first.get("team_id") or first.get("enterprise_id")
    view, team = payload.get("view") or {}, payload.get("team") or {}
    found = authorized or view.get("app_installed_team_id") or payload.get("team_id") or team.get("id")
    return str(found) if found else None


def message_about(payload: Json) -> tuple[str, str, str] | None:
    """Return channel, ts and author of the message that an event is about, if it is about one that can be written."""
    event = payload.get("event", {})
    if event.get("type") != "message" or event.get("channel") not in (*CHANNELS, PRIVATE):
        return None
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    ts = now.get("ts") or before.get("ts") or event.get("deleted_ts") or event["ts"]
    return event["channel"], ts, now.get("user") or before.get("user") or event.get("user") or "U111"


async def prepare(bot: BotAtWork, corpus: Path, row: Row, payload: Json) -> None:
    """Bring the world into the state in which this payload came about: its message stands there, and was heard."""
    about = message_about(payload)
    if about is None:
        return
    channel_id, ts, author = about
    channel = bot.standin.workspace.world.channels[channel_id]
    if ts not in channel.messages:
        channel.add(Message(ts, author, row.after or payload["event"].get("text", "")))
    if row.after is not None:
        said = {"type": "message", "channel": channel_id, "user": author, "text": row.after, "ts": ts, "event_ts": ts}
        earlier = {**wrapped(corpus, said), "team_id": row.team_id, "authorizations": payload.get("authorizations")}
        assert (await bot.post("event", earlier)).is_taken
        await bot.settled()


async def why(bot: BotAtWork, payload: Json, body: bytes) -> tuple[str, str]:
    """Return the state and the reason with which a payload ended."""
    if "event" in payload or payload.get("type") in ("url_verification", "app_rate_limited"):
        row = await bot.delivery(str(payload.get("event_id")))
        return (row.state, row.outcome) if row else ("ignored", AT_THE_DOOR)
    text = json.loads(body).get("text", "") if body else ""
    return ("handled", text) if text else ("ignored", ACKNOWLEDGED)


def ending_of(state: str, before: Stock, after: Stock) -> str:
    """Name the ending by what it did; a delivery that should have done nothing, and did something, is named so."""
    if state == "handled":
        return "captured" if after.items == before.items + 1 else "changed"
    return state if after == before else f"{state}, and yet something changed: {before} → {after}"


async def play(bot: BotAtWork, corpus: Path, row: Row) -> tuple[str, str]:
    """Send one file, three times over, and return how it ended."""
    payload = read(corpus, row.file)
    assert workspace_of(payload) in (row.team_id, None) or row.why == AT_THE_DOOR, f"{row.file} is of another workspace"
    await prepare(bot, corpus, row, payload)
    before = await bot.stock()
    reply = await bot.post(row.carried, payload)
    assert reply.is_taken, (row.file, reply)
    await bot.settled()
    after = await bot.stock()
    state, reason = await why(bot, payload, reply.body)
    # Once as a process that remembers it, and once as one that was started anew.
    for seen in (bot.nugget.intake.seen, SeenIds()):
        bot.nugget.intake.seen = seen
        assert (await bot.post(row.carried, payload)).is_taken
    await bot.settled()
    assert await bot.stock() == after, f"{row.file} had another effect when it was delivered again"
    return ending_of(state, before, after), row.why if reason.startswith(row.why) else reason


@pytest.mark.parametrize("where", sorted({row.where for row in ROWS}))
async def test_every_payload_ends_as_listed(where: str, corpus: Path, tmp_path: Path, database_url: str) -> None:
    rows = [row for row in ROWS if row.where == where]
    async with bot_at_work(tmp_path, database_url, spec=company(rows[0].team_id), settings=SETTINGS) as bot:
        endings = {row.file: await play(bot, corpus, row) for row in rows}
        assert (await bot.totals()).outbox_dead == 0
    assert endings == {row.file: (row.ending, row.why) for row in rows}


def test_every_file_has_its_row_and_every_row_its_file(corpus: Path) -> None:
    folder = corpus / "slack_payloads"
    files = sorted(
        str(path.relative_to(folder))
        for name in ("events", "interactions", "slash")
        for path in (folder / name).iterdir()
    )
    assert sorted(row.file for row in ROWS) == files


def shapes(corpus: Path) -> Iterator[tuple[str, Json, Carried]]:
    """Yield what Slack's own shapes look like as it sends them: events wrapped, commands and forms as they are."""
    for path in sorted((corpus / "slack_payloads/shapes").iterdir()):
        found: Json = json.loads(path.read_text(encoding="utf-8"))
        if "event" in found:
            yield path.name, wrapped(corpus, found["event"]), "event"
            yield path.name + OWN_ENVELOPE, {**found, "event_id": fresh_id()}, "event"
        elif "command" in found:
            yield path.name, found, "command"
        else:
            yield path.name, found, "interactive"


async def test_shapes_without_values_are_acknowledged_and_have_no_effect(
    corpus: Path, tmp_path: Path, database_url: str
) -> None:
    async with bot_at_work(tmp_path, database_url, spec=company("T111"), settings=SETTINGS) as bot:
        before = await bot.stock()
        states: dict[str, str] = {}
        for name, payload, carried in shapes(corpus):
            reply = await bot.post(carried, payload)
            assert reply.is_taken, (name, reply)
            await bot.settled()
            row = await bot.delivery(str(payload.get("event_id")))
            if carried == "event":
                states[name] = row.state if row else AT_THE_DOOR
        assert await bot.stock() == before
        assert bot.posts() == []
    assert {state for name, state in states.items() if not name.endswith(OWN_ENVELOPE)} == {"ignored"}
    assert set(states.values()) <= {"ignored", AT_THE_DOOR}
