"""One checker for every run: it compares what Slack has seen with what the database says, and names what was broken.

The invariants are numbered: I1 what was acknowledged is in the inbox, once. I2 one effect for each gesture. I3 what was
kept is answered once, or a person can see that it was not. I4 at most one message for each outbox entry. I5 order
within a lane. I6 each due period is decided once and posted once. I7 what was counted is what the rows say. I9 the
database is whole. I10 once the faults stop, nothing waits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.periods import month_label
from bot.domain.text import clean
from db.engine import is_sqlite
from tests.databases import engine_of
from tests.faults.check_periods import decided_periods_are_posted, periods_are_decided_once, snapshots_are_what_rows_say
from tests.faults.facts import Case, Row, Settings, Shown, Stored, known_instant, name_of

UNFINISHED = ("pending", "sending", "uncertain")
# Events of a message or a reaction carry their author here; Nugget drops those that it caused itself.
AUTHORED = ("message", "reaction_added", "reaction_removed")


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept, in words and with the ids that it is about."""

    invariant: str
    words: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.words}"


@dataclass
class Report:
    """What a check has found, and what it has counted."""

    violations: list[Violation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, invariant: str) -> list[str]:
        """Return the violations of one invariant, in words."""
        return [violation.words for violation in self.violations if violation.invariant == invariant]


Check = Callable[[Case], Iterator[str]]


def check(database_url: str, history: Mapping[str, Any], settings: Settings) -> Report:
    """Compare the database with the stand-in's history; the database is only read."""
    with engine_of(database_url) as engine, engine.connect() as connection:
        case = Case(Stored(connection, settings.team_id), Shown(history), settings, is_sqlite(database_url))
        violations = [
            Violation(name, words) for name, checks in CHECKS.items() for one in checks for words in one(case)
        ]
        return Report(violations, _counts(case))


def _counts(case: Case) -> dict[str, int]:
    states = Counter(f"{row['kind']} {row['state']}" for row in case.stored.outbox)
    removed = sum(len(stand) - 1 for stand in case.shown.all_of.values() if len(stand) > 1)
    told, queued = _told(case), _to_be_told(case)
    return {
        **states,
        "doubles removed": removed,
        "ephemerals": queued.total(),
        "ephemerals missing": (queued - told).total(),
        "posts inside a ban": len(case.shown.history.get("violations", ())),
        "reports": len(case.stored.reports),
        "events acknowledged": sum(1 for event in case.shown.events if event["is_acknowledged"]),
    }


# I1, I2: what came in.


def acknowledged_is_stored(case: Case) -> Iterator[str]:
    keys = Counter(
        row["dedupe_key"] for row in case.stored.select("SELECT dedupe_key FROM inbox WHERE team_id = :team")
    )
    for event in case.shown.events:
        times = keys[str(event["event_id"])]
        if event["is_acknowledged"] and times != 1 and not (times == 0 and _is_ours(event, case.stored.us)):
            yield f"event {event['event_id']} ({event['type']}) was acknowledged and is in the inbox {times} times"


def _is_ours(event: Row, us: Row) -> bool:
    inner = event["event"] if isinstance(event["event"], dict) else {}
    message = inner.get("message")
    bots = [inner.get("bot_id"), message.get("bot_id") if isinstance(message, dict) else None]
    is_author = event["type"] in AUTHORED and inner.get("user") is not None and inner["user"] == us["bot_user_id"]
    return is_author or (us["bot_id"] is not None and us["bot_id"] in bots)


def words_are_kept_once(case: Case) -> Iterator[str]:
    wanted = Counter(clean(words) for words in case.settings.shared)
    kept = Counter(report["words"] for report in case.stored.reports if report["words"])
    for words in sorted(wanted | kept) if wanted else ():
        if wanted[words] != kept[words]:
            yield f"{words[:60]!r} was shared {wanted[words]} times and is kept {kept[words]} times"


def deliveries_are_settled(case: Case) -> Iterator[str]:
    for row in case.stored.select("SELECT id, kind, error FROM inbox WHERE team_id = :team AND state = 'parked'"):
        yield f"delivery {row['id']} ({row['kind']}) was parked: {row['error']}"


def a_message_is_one_report(case: Case) -> Iterator[str]:
    of_message = defaultdict(list)
    for report in case.stored.reports:
        if report["message_ts"] is not None and report["saved_by"] is None:
            of_message[report["channel_id"], report["message_ts"]].append(report["id"])
    for (channel, ts), reports in of_message.items():
        if len(reports) > 1:
            yield f"message {ts} in {channel} became reports {reports}"


def tallies_count_each_report_once(case: Case) -> Iterator[str]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for report in case.stored.reports:
        if report["withdrawn_at"] is None:
            month = month_label(known_instant(report["reported_at"]), case.settings.policy.zone)
            counted[month, report["reporter"], "nuggets" if report["item_kind"] == "nugget" else "asks"] += 1
    tallied: Counter[tuple[str, str, str]] = Counter()
    for row in case.stored.select(
        "SELECT month, slack_user_id, nuggets, asks FROM monthly_tally WHERE team_id = :team"
    ):
        for figure in ("nuggets", "asks"):
            tallied[row["month"], row["slack_user_id"], figure] = row[figure]
    for key in sorted(counted.keys() | tallied.keys()):
        if counted[key] != tallied[key]:
            month, user, figure = key
            yield f"{user} has {counted[key]} {figure} in {month} and is credited with {tallied[key]}"


# I3, I4, I5: what went out.


def items_have_their_card(case: Case) -> Iterator[str]:
    for item in case.stored.items:
        card = case.stored.by_id.get(item["card_outbox_id"] or "")
        if card is None and _home_of(case, item) is not None and item["privacy"] == "workspace":
            yield f"{name_of(item)} (item {item['id']}) has no card in the outbox"


def _home_of(case: Case, item: Row) -> str | None:
    areas = {
        row["id"]: row for row in case.stored.select("SELECT id, channel_id FROM product_area WHERE team_id = :team")
    }
    area = areas.get(item["area_id"])
    channels = case.settings.policy.channels
    home = (area["channel_id"] if area else None) or (
        channels.intel_home if item["kind"] == "nugget" else channels.ask_home
    )
    shared = case.stored.select("SELECT channel_id FROM channel WHERE team_id = :team AND is_externally_shared")
    return None if home in {row["channel_id"] for row in shared} else home


def captured_messages_are_answered(case: Case) -> Iterator[str]:
    reactions = {row["dedupe_key"].rpartition(":")[0] for row in case.stored.outbox if row["kind"] == "react"}
    for report in case.stored.reports:
        # What a colleague saved from the menu was answered to them at once, and the message has no reaction of ours.
        if not report["gesture_key"].startswith("message:") or report["saved_by"]:
            continue
        if f"saved:{report['id']}" not in case.stored.keys:
            yield f"report {report['id']} has no answer to its author in the outbox"
        if f"react:{report['channel_id']}:{report['message_ts']}" not in reactions:
            yield f"report {report['id']} has no reaction on its message in the outbox"


def sent_posts_stand(case: Case) -> Iterator[str]:
    for post in case.stored.posts:
        stand = case.shown.standing(post["id"])
        if post["state"] == "sent" and not stand:
            yield f"{post['purpose']} {post['id']} is kept as sent and does not stand in Slack"
        elif (
            stand
            and post["state"] == "sent"
            and (post["slack_ts"], post["slack_channel_id"])
            not in [(message["ts"], message["channel"]) for message in stand]
        ):
            yield f"{post['purpose']} {post['id']} is kept as {post['slack_ts']} and stands as {stand[0]['ts']}"


def posts_say_what_was_last_said(case: Case) -> Iterator[str]:
    said: dict[str, Row] = {}
    waiting = {row["target_id"] for row in case.stored.outbox if row["kind"] == "update" and row["state"] != "sent"}
    for row in case.stored.outbox:
        if row["state"] == "sent" and row["kind"] in ("post", "update"):
            said[row["target_id"] or row["id"]] = row
    for outbox_id, row in said.items():
        words, stand = row["payload"].get("text"), case.shown.standing(outbox_id)
        if stand and words is not None and outbox_id not in waiting and stand[0]["text"] != words:
            read = stand[0]["text"][:40]
            yield f"{row['purpose']} {outbox_id} reads {read!r} in Slack and should read {words[:40]!r}"


def entries_are_one_message(case: Case) -> Iterator[str]:
    for outbox_id in case.shown.all_of:
        stand, entry = case.shown.standing(outbox_id), case.stored.by_id.get(outbox_id)
        if entry is None and stand:
            where = f"message {stand[0]['ts']} in {stand[0]['channel']}"
            yield f"{where} names outbox entry {outbox_id}, which is not there"
        elif len(stand) > 1:
            yield f"outbox entry {outbox_id} stands {len(stand)} times: {[message['ts'] for message in stand]}"
        elif entry is not None and stand and entry["state"] in ("dead", "cancelled"):
            yield f"outbox entry {outbox_id} is {entry['state']} and stands as {stand[0]['ts']}"


def ephemerals_are_shown_once(case: Case) -> Iterator[str]:
    queued = _to_be_told(case)
    for key, times in _told(case).items():
        if key in queued and times > queued[key]:
            channel, user, words = key
            yield f"{user} was told {times} times in {channel}, of {queued[key]}: {words[:60]!r}"


def _told(case: Case) -> Counter[tuple[str, str, str]]:
    return Counter((each["channel"], each["recipient"], each["text"]) for each in case.shown.ephemerals)


def _to_be_told(case: Case) -> Counter[tuple[str, str, str]]:
    """Return who was to be told what; what was forgotten since, or never begun, is left out."""
    return Counter(
        (row["channel_id"], row["recipient"], row["payload"]["text"])
        for row in case.stored.outbox
        if row["kind"] == "ephemeral" and row["state"] in ("sent", "unproven") and "text" in row["payload"]
    )


def lanes_keep_their_order(case: Case) -> Iterator[str]:
    lanes: dict[str, list[tuple[Row, float]]] = defaultdict(list)
    for post in case.stored.posts:
        stand = case.shown.standing(post["id"])
        if stand:
            lanes[post["lane"]].append((post, float(stand[0]["ts"])))
    for lane, posts in lanes.items():
        for number, (later, ts) in enumerate(posts):
            overtaken = [one["id"] for one, before in posts[:number] if before > ts and _was_due_with(one, later)]
            if overtaken:
                yield f"in lane {lane} outbox entry {later['id']} overtook {overtaken}"


def _was_due_with(earlier: Row, later: Row) -> bool:
    """Tell whether the earlier one could have gone first; one that rests is overtaken on purpose."""
    return known_instant(earlier["due_at"]) <= known_instant(later["due_at"])


# I9, I10: the database, and what is left.

ORPHANS = {
    "item {id} has no report": "SELECT id FROM item WHERE team_id = :team AND NOT EXISTS"
    " (SELECT 1 FROM report WHERE report.item_id = item.id)",
    "report {id} is of no item": "SELECT id FROM report WHERE team_id = :team AND NOT EXISTS"
    " (SELECT 1 FROM item WHERE item.id = report.item_id)",
    "item {id} names card {card}, which is not there": "SELECT id, card_outbox_id AS card FROM item"
    " WHERE team_id = :team AND card_outbox_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM outbox WHERE outbox.id = item.card_outbox_id)",
    "outbox entry {id} would change {target}, which is not there": "SELECT id, target_id AS target FROM outbox o"
    " WHERE team_id = :team AND target_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox t WHERE t.id = o.target_id)",
    "outbox entry {id} is about item {item}, which is not there": "SELECT id, item_id AS item FROM outbox"
    " WHERE team_id = :team AND item_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = outbox.item_id)",
    "outbox entry {id} tells of decision {about}, which is not there": "SELECT id, decision_id AS about FROM outbox"
    " WHERE team_id = :team AND decision_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM decision WHERE decision.id = outbox.decision_id)",
    "item {id} cannot be found by its words": "SELECT id FROM item WHERE team_id = :team AND NOT EXISTS"
    " (SELECT 1 FROM search_entry WHERE search_entry.item_id = item.id)",
}


def rows_have_what_they_name(case: Case) -> Iterator[str]:
    for words, query in ORPHANS.items():
        for row in case.stored.select(query):
            yield words.format(**row)


def the_file_is_whole(case: Case) -> Iterator[str]:
    if not case.is_sqlite:
        return
    for row in case.stored.select("PRAGMA integrity_check"):
        if row["integrity_check"] != "ok":
            yield f"integrity_check: {row['integrity_check']}"
    for row in case.stored.select("PRAGMA foreign_key_check"):
        yield f"row {row['rowid']} of {row['table']} refers to a row of {row['parent']} that is not there"


def nothing_waits(case: Case) -> Iterator[str]:
    if not case.settings.is_at_rest:
        return
    for row in case.stored.select("SELECT id, kind, tries FROM inbox WHERE team_id = :team AND state = 'pending'"):
        yield f"delivery {row['id']} ({row['kind']}) still waits after {row['tries']} tries"
    for row in case.stored.outbox:
        is_due = row["state"] != "pending" or known_instant(row["due_at"]) <= case.settings.ended_at
        if row["state"] in UNFINISHED and is_due:
            yield f"{row['kind']} {row['id']} is still {row['state']} after {row['tries']} tries: {row['error']}"


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "I1": (acknowledged_is_stored,),
    "I2": (words_are_kept_once, deliveries_are_settled, a_message_is_one_report, tallies_count_each_report_once),
    "I3": (items_have_their_card, captured_messages_are_answered, sent_posts_stand, posts_say_what_was_last_said),
    "I4": (entries_are_one_message, ephemerals_are_shown_once),
    "I5": (lanes_keep_their_order,),
    "I6": (periods_are_decided_once, decided_periods_are_posted),
    "I7": (snapshots_are_what_rows_say,),
    "I9": (rows_have_what_they_name, the_file_is_whole),
    "I10": (nothing_waits,),
}
