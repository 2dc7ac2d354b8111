"""The checker is quiet where every promise was kept, and names each one that was broken with what it is about."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.domain.facts import ChannelFacts, Delivery, PersonFacts
from bot.domain.policies import ChannelPolicy, Policy, RecapPolicy, WatchedChannel
from bot.domain.words import CaptureMode, Kind
from bot.inbox.worker import HandleBatch, handle_batch, list_waiting
from bot.services.people import (
    RememberChannel,
    RememberOurselves,
    RememberPeople,
    remember_channel,
    remember_ourselves,
    remember_people,
)
from bot.services.recap import post_due_recaps
from bot.services.receive import receive_deliveries
from bot.slack.events import HANDLERS
from db.models import OutboxEntry
from db.unit_of_work import UnitOfWork
from tests.databases import engine_of
from tests.faults.checker import Report, check
from tests.faults.facts import Settings

TEAM, PLACE, HOME, TEAM_ROOM = "T1", "CFIELD", "CHOME", "CTEAM"
SAID_AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
RECAP_AT = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
POLICY = Policy(
    zone=ZoneInfo("UTC"),
    channels=ChannelPolicy(HOME, HOME, {PLACE: WatchedChannel(PLACE, CaptureMode.ALL, Kind.NUGGET)}),
    recap=RecapPolicy(channel_ids=(TEAM_ROOM,)),
)
TEXTS = ("Acme cut its price in half", "Acme hired a new head of sales", "Acme lost a large customer")
SETTINGS = Settings(TEAM, POLICY, RECAP_AT + timedelta(minutes=1), TEXTS)

History = dict[str, Any]


def envelope(number: int) -> dict[str, Any]:
    ts = f"{SAID_AT.timestamp() + number:.6f}"
    event = {"type": "message", "channel": PLACE, "user": "UANA", "text": TEXTS[number], "ts": ts, "event_ts": ts}
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": event}


class World:
    """A workspace in which three texts were said, kept and answered, and a month went by; its Slack is a dictionary."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.history: History = {"messages": [], "ephemerals": [], "events": [], "violations": []}
        self._ts = SAID_AT.timestamp() + 100

    def run(self, use_case: Callable[..., Any], command: Any, now: datetime) -> Any:
        with Session(self.engine) as session:
            result = use_case(UnitOfWork(session, lambda _: POLICY), command, now=now)
            session.commit()
            return result

    def execute(self, statement: str, **values: Any) -> None:
        """Change the database behind the product's back."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def select(self, query: str) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(text(query)).all()

    def live(self) -> None:
        self.run(remember_ourselves, RememberOurselves(TEAM, None, "Globex", "UBOT", "BBOT"), SAID_AT)
        self.run(remember_people, RememberPeople(TEAM, [PersonFacts("UANA", TEAM, "Ana")]), SAID_AT)
        for place in (PLACE, HOME, TEAM_ROOM):
            facts = ChannelFacts(place, place, is_private=False, has_bot=True)
            self.run(remember_channel, RememberChannel(TEAM, facts), SAID_AT)
        for number in range(len(TEXTS)):
            self.say(envelope(number))
        self.run(post_due_recaps, TEAM, RECAP_AT)
        self.send_all()

    def say(self, sent: Mapping[str, Any]) -> None:
        event, body = sent["event"], json.dumps(sent).encode()
        delivery = Delivery(TEAM, sent["event_id"], "message", body, event["channel"], event["ts"])
        self.run(receive_deliveries, [delivery], SAID_AT)
        waiting = self.run(list_waiting, SAID_AT, SAID_AT)
        while waiting:
            # What follows a capture comes when nothing of Slack's waits.
            assert self.run(handle_batch, HandleBatch(waiting, HANDLERS, frozenset(), SAID_AT), SAID_AT) == {}
            waiting = self.run(list_waiting, SAID_AT, SAID_AT)
        self.history["events"].append(
            {"event_id": sent["event_id"], "type": "message", "event": event, "is_acknowledged": True, "deliveries": []}
        )

    def send_all(self) -> None:
        """Let Slack take everything that waits."""
        with Session(self.engine) as session:
            for entry in session.query(OutboxEntry).order_by(OutboxEntry.seq):
                entry.state, entry.tries, entry.settled_at = "sent", 1, RECAP_AT
                if entry.kind == "post":
                    message = self.stand(entry.id, entry.channel_id, entry.payload["text"])
                    entry.slack_ts, entry.slack_channel_id = message["ts"], message["channel"]
                elif entry.kind == "ephemeral":
                    shown = {"channel": entry.channel_id, "recipient": entry.recipient, "text": entry.payload["text"]}
                    self.history["ephemerals"].append(shown)
            session.commit()

    def stand(self, outbox_id: str, channel: str, words: str, *, exists: bool = True) -> dict[str, Any]:
        """Let a message of ours stand in Slack."""
        self._ts += 1
        payload = {"event_type": "nugget_outbox", "event_payload": {"outbox_id": outbox_id}}
        message = {
            "channel": channel, "ts": f"{self._ts:.6f}", "thread_ts": None, "text": words, "metadata": payload,
            "exists": exists,
        }  # fmt: skip
        self.history["messages"].append(message)
        return message

    def card(self, number: int = 0) -> Any:
        """Return the card of the n-th item as the outbox has it."""
        return self.select("SELECT * FROM outbox WHERE purpose = 'card' AND kind = 'post' ORDER BY seq")[number]

    def check(self, settings: Settings = SETTINGS) -> Report:
        url = self.engine.url.render_as_string(hide_password=False)
        return check(url, self.history, settings)


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    made.live()
    return made


def test_it_is_quiet_where_every_promise_was_kept(world: World) -> None:
    report = world.check()
    assert report.violations == []
    counted = {"events acknowledged": 3, "reports": 3, "ephemerals": 3, "ephemerals missing": 0, "doubles removed": 0}
    assert counted.items() <= report.counts.items()
    assert report.counts["post sent"] == 4


def drop_event(world: World) -> None:
    world.execute("DELETE FROM inbox WHERE dedupe_key = 'Ev1'")


def lose_text(world: World) -> None:
    world.execute("UPDATE report SET words = 'something else' WHERE words = :words", words=TEXTS[1])


def park_delivery(world: World) -> None:
    world.execute("UPDATE inbox SET state = 'parked', error = 'KeyError: user' WHERE dedupe_key = 'Ev1'")


def double_report(world: World) -> None:
    (first,) = world.select("SELECT MIN(message_ts) FROM report")
    world.execute("UPDATE report SET message_ts = :ts", ts=first[0])


def count_twice(world: World) -> None:
    world.execute("UPDATE monthly_tally SET nuggets = nuggets + 1")


def lose_card(world: World) -> None:
    card = world.card()
    world.execute("UPDATE item SET card_outbox_id = NULL WHERE card_outbox_id = :id", id=card.id)


def lose_answer(world: World) -> None:
    world.execute("DELETE FROM outbox WHERE kind = 'ephemeral' AND dedupe_key = (SELECT MIN(dedupe_key) FROM outbox"
                  " WHERE kind = 'ephemeral')")  # fmt: skip


def lose_reaction(world: World) -> None:
    world.execute("DELETE FROM outbox WHERE kind = 'react'")


def lose_message(world: World) -> None:
    card = world.card()
    world.history["messages"] = [one for one in world.history["messages"] if one["ts"] != card.slack_ts]


def keep_wrong_message(world: World) -> None:
    world.execute("UPDATE outbox SET slack_ts = '1.000000' WHERE id = :id", id=world.card().id)


def show_old_words(world: World) -> None:
    card = world.card()
    next(one for one in world.history["messages"] if one["ts"] == card.slack_ts)["text"] = "old words"


def double_message(world: World) -> None:
    card = world.card()
    world.stand(card.id, card.channel_id, "again")


def post_unknown(world: World) -> None:
    world.stand("no-such-entry", HOME, "who wrote this")


def let_dead_stand(world: World) -> None:
    world.execute("UPDATE outbox SET state = 'dead' WHERE id = :id", id=world.card().id)


def tell_twice(world: World) -> None:
    world.history["ephemerals"].append(world.history["ephemerals"][0])


def overtake(world: World) -> None:
    first, second = world.card(0), world.card(1)
    for message in world.history["messages"]:
        message["ts"] = {first.slack_ts: second.slack_ts, second.slack_ts: first.slack_ts}.get(
            message["ts"], message["ts"]
        )


def miss_period(world: World) -> None:
    world.execute("DELETE FROM run")


def decide_early(world: World) -> None:
    world.execute("UPDATE run SET decided_at = :at", at=SAID_AT.replace(tzinfo=None))


def decide_what_is_not_due(world: World) -> None:
    world.execute("UPDATE run SET period_key = '2026-12'")


def skip_what_is_not_late(world: World) -> None:
    world.execute("UPDATE run SET state = 'skipped_late'")


def lose_recap(world: World) -> None:
    world.execute("DELETE FROM outbox WHERE purpose = 'recap'")


def miscount(world: World) -> None:
    (snapshot,) = world.select("SELECT snapshot FROM run")[0]
    frozen = json.loads(snapshot) if isinstance(snapshot, str) else snapshot
    world.execute("UPDATE run SET snapshot = :snapshot", snapshot=json.dumps({**frozen, "nuggets": 7}))


def lose_reports(world: World) -> None:
    world.execute("DELETE FROM report WHERE words = :words", words=TEXTS[2])


def lose_card_entry(world: World) -> None:
    world.execute("DELETE FROM outbox WHERE id = :id", id=world.card().id)


def lose_search_entry(world: World) -> None:
    world.execute("DELETE FROM search_entry")


def leave_delivery(world: World) -> None:
    world.execute("UPDATE inbox SET state = 'pending', tries = 3 WHERE dedupe_key = 'Ev2'")


def leave_entry(world: World) -> None:
    world.execute("UPDATE outbox SET state = 'uncertain', error = 'HTTP 503' WHERE id = :id", id=world.card().id)


BROKEN: Mapping[str, tuple[Callable[[World], None], str]] = {
    "an acknowledged event is gone": (drop_event, r"I1: event Ev1 \(message\) was acknowledged .* 0 times"),
    "a text is gone": (lose_text, r"I2: 'Acme hired .*' was shared 1 times and is kept 0 times"),
    "a delivery was given up": (park_delivery, r"I2: delivery \d+ \(message\) was parked: KeyError"),
    "a message became two reports": (double_report, r"I2: message \S+ in CFIELD became reports \[\d+, \d+, \d+\]"),
    "a report was counted twice": (count_twice, r"I2: UANA has 3 nuggets in 2026-10 and is credited with 4"),
    "an item has no card": (lose_card, r"I3: N-1 \(item \d+\) has no card"),
    "an author was not answered": (lose_answer, r"I3: report \d+ has no answer"),
    "a message has no reaction": (lose_reaction, r"I3: report \d+ has no reaction"),
    "a sent message is not there": (lose_message, r"I3: card \S+ is kept as sent and does not stand"),
    "a message is kept as another": (keep_wrong_message, r"I3: card \S+ is kept as 1.000000 and stands as"),
    "a card shows old words": (show_old_words, r"I3: card \S+ reads 'old words' in Slack"),
    "a message stands twice": (double_message, r"I4: outbox entry \S+ stands 2 times"),
    "a message is of nobody": (post_unknown, r"I4: message \S+ in CHOME names outbox entry no-such-entry"),
    "a dead entry stands": (let_dead_stand, r"I4: outbox entry \S+ is dead and stands"),
    "a person was told twice": (tell_twice, r"I4: UANA was told 2 times in CFIELD"),
    "a message overtook another": (overtake, r"I5: in lane T1:CHOME outbox entry \S+ overtook \['\S+'\]"),
    "a period was not decided": (miss_period, r"I6: recap 2026-10 fell due and was decided 0 times"),
    "a period was decided early": (decide_early, r"I6: recap 2026-10 was decided .* before it was due"),
    "a period was decided that is not due": (decide_what_is_not_due, r"I6: recap 2026-12 was decided and is not due"),
    "a period was skipped in time": (skip_what_is_not_late, r"I6: recap 2026-10 was skipped as late and was not"),
    "a recap was not posted": (lose_recap, r"I6: recap 2026-10 is posted and has no post in CTEAM"),
    "a recap counts wrong": (miscount, r"I7: recap 2026-10 says nuggets = 7, and its rows say 3"),
    "an item has no report": (lose_reports, r"I9: item \d+ has no report"),
    "a card's entry is gone": (lose_card_entry, r"I9: item \d+ names card \S+, which is not there"),
    "an item cannot be found": (lose_search_entry, r"I9: item \d+ cannot be found"),
    "a delivery waits": (leave_delivery, r"I10: delivery \d+ \(message\) still waits after 3 tries"),
    "an entry waits": (leave_entry, r"I10: post \S+ is still uncertain after 1 tries: HTTP 503"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_names_each_broken_promise(world: World, name: str) -> None:
    plant, words = BROKEN[name]
    plant(world)
    found = "\n".join(map(str, world.check().violations))
    assert re.search(words, found), found


def test_each_invariant_has_a_planted_violation() -> None:
    planted = {words.partition(":")[0] for _, words in BROKEN.values()}
    assert planted == {f"I{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10)}


def test_a_foreign_key_that_leads_nowhere_is_found(sqlite_database_url: str) -> None:
    with engine_of(sqlite_database_url) as engine:
        world = World(engine)
        world.live()
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("UPDATE report SET item_id = 999 WHERE id = 1")
            connection.exec_driver_sql("BEGIN")
    assert [words for words in world.check().of("I9") if words.endswith("refers to a row of item that is not there")]


def test_what_nugget_caused_itself_need_not_be_in_the_inbox(world: World) -> None:
    ours = {"type": "message", "channel": HOME, "user": "UBOT", "bot_id": "BBOT", "text": "a card", "ts": "1.0"}
    event = {"event_id": "EvOurs", "type": "message", "event": ours, "is_acknowledged": True, "deliveries": []}
    world.history["events"].append(event)
    assert world.check().violations == []


def test_a_double_that_was_removed_is_counted_and_no_violation(world: World) -> None:
    card = world.card()
    world.stand(card.id, card.channel_id, "again", exists=False)
    report = world.check()
    assert report.violations == []
    assert report.counts["doubles removed"] == 1


def test_an_ephemeral_that_was_never_shown_is_counted_and_no_violation(world: World) -> None:
    world.history["ephemerals"].pop()
    report = world.check()
    assert report.violations == []
    assert report.counts["ephemerals missing"] == 1


def test_while_faults_go_on_it_is_no_violation_that_something_waits(world: World) -> None:
    leave_delivery(world)
    leave_entry(world)
    assert world.check(replace(SETTINGS, is_at_rest=False)).of("I10") == []


def test_a_notice_that_rests_may_be_overtaken(world: World) -> None:
    overtake(world)
    later = (RECAP_AT + timedelta(days=1)).replace(tzinfo=None)
    world.execute("UPDATE outbox SET due_at = :later WHERE id = :id", later=later, id=world.card(0).id)
    assert world.check().of("I5") == []
