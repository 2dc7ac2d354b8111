"""Views to draw, ordinary and extreme, and what every drawing must satisfy."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from bot.blocks.message import Message
from bot.domain.policies import Bar
from bot.domain.views import AreaFigures, DecisionView, EvidenceView, ItemView, RecapView, TeamFigures
from bot.domain.words import Category, Effect, HowKnown, Kind, NoiseReason, Privacy, Status
from bot.playground.validation import check_blocks

BLOCKS_TOO_LONG = 13_200
"""Characters of all blocks of a message together from which Slack was seen to refuse it (slack 7)."""

DECIDED = DecisionView(
    effect=Effect.DECLINE,
    at=datetime(2026, 10, 5, 9, 30, tzinfo=UTC),
    reason="We build for teams under 50 this year.",
    actor_id="U7",
    actor_name="Priya",
    instead="Use the shared log-in",
    look_again=date(2027, 3, 1),
    condition="three more accounts ask",
    noise_reason=NoiseReason.TEST,
    other_item="A-3",
)
ASK = ItemView(
    item_id=70,
    name="A-7",
    kind=Kind.ASK,
    status=Status.NEW,
    text="SSO for Globex",
    how_known=HowKnown.FIRST_HAND,
    reporter_ids=("U1",),
    reporter_names=("Ada",),
    area="Log-in",
    owner_id="U7",
    owner_name="Priya",
    tags=("sso",),
    account="Globex",
    amount="$120,000",
    bar=Bar("Small teams.", "Three accounts or more", "Nothing on premises."),
)
NUGGET = replace(
    ASK,
    item_id=120,
    name="N-12",
    kind=Kind.NUGGET,
    text="Acme cut prices",
    category=Category.PRICING,
    competitors=("Acme",),
)
RECAP = RecapView(
    month=date(2026, 10, 1),
    people=41,
    nuggets=63,
    asks_received=27,
    asks_seen=26,
    asks_answered=22,
    asks_open=9,
    median_days=3.0,
    oldest_open_days=40,
    areas=(AreaFigures("Billing", 15, 12), AreaFigures(None, 12, 10)),
    contributors=("ben", "Ada", "Cid"),
    most_used=("Cid", "Ada"),
    teams=(TeamFigures("Sales North", 6, 8),),
)


class Words(str):
    """Words of any length that a failing test reports in one line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if len(self) < 100 else f"{self[:20]!r}… ({len(self)} characters)"


NASTY = (
    "",
    "   ",
    "<!channel> <@U1> <!subteam^S1> @here &amp; <https://example.com|x>",
    "```code``` `tick` *bold* _it_ > quoted",
    "שלום עולם \u202eمرحبا",
    "🙂🙃👩‍👩‍👧",
    "e\u0301" * 500,
    "x" * 40_000,
    "&<>" * 13_000,
    "🙂" * 40_000,
    "\n\n\t",
    "\u200b\u2800",
)
WORDS = (st.sampled_from(NASTY) | st.text(max_size=60)).map(Words)
NAMES = st.lists(WORDS, max_size=4).map(tuple)
MAYBE = st.none() | WORDS

DECISIONS = st.builds(
    DecisionView,
    effect=st.sampled_from(Effect),
    at=st.datetimes(min_value=datetime(2001, 9, 10), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone.
    reason=WORDS,
    actor_id=st.none() | st.just("U7"),
    actor_name=MAYBE,
    look_again=st.none() | st.dates(),
    condition=MAYBE,
    instead=MAYBE,
    noise_reason=st.none() | st.sampled_from(NoiseReason),
    other_item=st.none() | st.just("A-3"),
)
ITEMS = st.builds(
    ItemView,
    item_id=st.integers(1, 2**63),
    name=st.integers(1, 10**9).map("A-{}".format),
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    text=WORDS,
    how_known=st.sampled_from(HowKnown),
    reporter_ids=st.just(("U1",)) | st.just(("U1", "U2")),
    reporter_names=NAMES,
    saved_by_name=MAYBE,
    category=st.none() | st.sampled_from(Category),
    competitors=NAMES,
    area=MAYBE,
    owner_id=st.none() | st.just("U7"),
    owner_name=MAYBE,
    tags=NAMES,
    account=MAYBE,
    amount=MAYBE,
    wanted=MAYBE,
    privacy=st.sampled_from(Privacy),
    needs_answer_by=st.none() | st.dates(),
    decision=st.none() | DECISIONS,
    bar=st.builds(Bar, WORDS, WORDS, WORDS),
    evidence=st.lists(st.builds(EvidenceView, WORDS, WORDS, st.sampled_from(HowKnown)), max_size=5).map(tuple),
)
COUNTS = st.integers(0, 10**6)
RECAPS = st.builds(
    RecapView,
    month=st.dates(),
    people=COUNTS,
    nuggets=COUNTS,
    asks_received=COUNTS,
    asks_seen=COUNTS,
    asks_answered=COUNTS,
    asks_open=COUNTS,
    median_days=st.none() | st.floats(0, 1000),
    oldest_open_days=st.none() | COUNTS,
    areas=st.lists(st.builds(AreaFigures, MAYBE, COUNTS, COUNTS), max_size=12).map(tuple),
    contributors=st.lists(WORDS, max_size=90).map(tuple),
    most_used=NAMES,
    teams=st.lists(st.builds(TeamFigures, WORDS, COUNTS, COUNTS), max_size=12).map(tuple),
    mode=st.sampled_from(["off", "teams only", "full"]),
)


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a payload."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(child)


def shown(message: Message) -> str:
    """Return all that a message shows, in reading order."""
    return " ".join(str(entry["text"]) for entry in objects_in(message.blocks) if isinstance(entry.get("text"), str))


def assert_pings_nobody(payload: Any) -> None:
    """Check that nothing in blocks can be read by Slack as a mention, whatever people wrote."""
    for entry in objects_in(payload):
        assert entry.get("type") not in {"user", "usergroup", "broadcast", "channel", "mrkdwn", "markdown"}


def assert_fit_to_send(message: Message) -> None:
    """Check what holds for every message: Slack takes it, it says something, and it pings nobody."""
    assert check_blocks(message.blocks, "message") == []
    assert message.text.strip()
    assert len(message.text) <= 40_000
    assert "<" not in message.text
    assert_pings_nobody(message.blocks)
    assert len(shown(message)) < BLOCKS_TOO_LONG


def action_ids(message: Message) -> list[str]:
    """Return the action ids of a message's buttons, in order."""
    return [entry["action_id"] for entry in objects_in(message.blocks) if "action_id" in entry]
