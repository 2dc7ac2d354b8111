"""What may become of an item: the one table of kind, status, effect and role.

A row says who may have an effect, from which statuses, and where it leads. Whatever no row allows is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.domain.words import Effect, Kind, Role, Status


class RefusalReason(Enum):
    """Why an effect is refused; `ALREADY_THERE` is no error, the item stands as was wished."""

    NO_RIGHT = "no right"
    NOT_FROM_HERE = "not from here"
    ALREADY_THERE = "already there"


@dataclass(frozen=True, slots=True)
class Move:
    """An allowed effect: the status it leads to, and what goes with it."""

    to: Status
    acknowledges: bool
    """Whether a person has seen the item with this (product rule 1)."""
    answers: bool
    """Whether everyone who reported the item is told (product rules 6 and 12)."""
    needs_words: bool
    """Whether its author has to say something in their own words, or choose a reason, before anything happens."""
    needs_confirmation: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """An effect that is not allowed, with a sentence for whoever tried."""

    reason: RefusalReason
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `to` of None leaves the status as it is."""

    effect: Effect
    roles: frozenset[Role]
    from_: frozenset[Status]
    to: Status | None
    acknowledges: bool = True
    answers: bool = False
    needs_words: bool = False
    needs_confirmation: bool = False


ASK_DECIDERS = frozenset({Role.PM})
NUGGET_DECIDERS = frozenset({Role.PM, Role.COMPETITIVE_LEAD})
ITS_REPORTER = frozenset({Role.REPORTER})
THE_CLOCK = frozenset({Role.TIME})

_NEW = frozenset({Status.NEW})
_UNDECIDED = frozenset({Status.NEW, Status.ACKNOWLEDGED})
_UNDER_WAY = _UNDECIDED | {Status.ACCEPTED, Status.PLANNED}
_ANSWERED = frozenset({Status.NEEDS_INFO, Status.NOT_NOW, Status.ALREADY_POSSIBLE, Status.DECLINED})
_LIVING_ASK = _UNDER_WAY | _ANSWERED
_FINISHED_ASK = _ANSWERED | {Status.SHIPPED, Status.DUPLICATE, Status.NOISE}
_LIVING_NUGGET = _UNDECIDED | {Status.VERIFIED, Status.OUTDATED}
_FINISHED_NUGGET = frozenset({Status.DECLINED, Status.DUPLICATE, Status.NOISE, Status.OUTDATED})


def _answer(effect: Effect, roles: frozenset[Role], from_: frozenset[Status], to: Status) -> Row:
    """Return the row of an answer in words, of which the reporters hear."""
    return Row(effect, roles, from_ - {to}, to, answers=True, needs_words=True)


ASK_ROWS = (
    Row(Effect.SEE, ASK_DECIDERS, _NEW, Status.ACKNOWLEDGED),
    Row(Effect.ROUTE, ASK_DECIDERS, _NEW, Status.ACKNOWLEDGED),
    Row(Effect.ROUTE, ASK_DECIDERS, (_LIVING_ASK | {Status.SHIPPED}) - _NEW, None),
    Row(Effect.ACCEPT, ASK_DECIDERS, _LIVING_ASK - {Status.ACCEPTED}, Status.ACCEPTED),
    Row(
        Effect.PLAN,
        ASK_DECIDERS,
        _LIVING_ASK - {Status.PLANNED},
        Status.PLANNED,
        answers=True,
        needs_confirmation=True,
    ),
    Row(
        Effect.SHIP,
        ASK_DECIDERS,
        frozenset({Status.ACCEPTED, Status.PLANNED}),
        Status.SHIPPED,
        answers=True,
        needs_confirmation=True,
    ),
    _answer(Effect.ASK_FOR_INFO, ASK_DECIDERS, _LIVING_ASK, Status.NEEDS_INFO),
    _answer(Effect.ANSWER_NOT_NOW, ASK_DECIDERS, _LIVING_ASK, Status.NOT_NOW),
    _answer(Effect.ANSWER_ALREADY_POSSIBLE, ASK_DECIDERS, _LIVING_ASK, Status.ALREADY_POSSIBLE),
    _answer(Effect.DECLINE, ASK_DECIDERS, _LIVING_ASK, Status.DECLINED),
    _answer(Effect.MARK_DUPLICATE, ASK_DECIDERS, _LIVING_ASK, Status.DUPLICATE),
    Row(Effect.MARK_DUPLICATE, ITS_REPORTER, _UNDECIDED, Status.DUPLICATE, acknowledges=False, needs_words=True),
    Row(
        Effect.MARK_NOISE,
        ASK_DECIDERS,
        _UNDECIDED | {Status.NEEDS_INFO},
        Status.NOISE,
        answers=True,
        needs_words=True,
        needs_confirmation=True,
    ),
    Row(Effect.REOPEN, ASK_DECIDERS, _FINISHED_ASK, Status.ACKNOWLEDGED),
    # The day has come on which its owner wanted to look again; it was seen before.
    Row(Effect.REOPEN, THE_CLOCK, frozenset({Status.NOT_NOW}), Status.ACKNOWLEDGED, acknowledges=False),
    # Nobody answered the question in ten business days: not pursued, and its reporter can open it with one tap.
    Row(Effect.LAPSE, THE_CLOCK, frozenset({Status.NEEDS_INFO}), None, acknowledges=False, answers=True),
    # What its reporter sends back has to be seen anew, so it does not count as seen.
    Row(Effect.REOPEN, ITS_REPORTER, frozenset({Status.NOISE, Status.NEEDS_INFO}), Status.NEW, acknowledges=False),
    Row(
        Effect.WITHDRAW,
        ITS_REPORTER,
        _LIVING_ASK | _FINISHED_ASK,
        Status.WITHDRAWN,
        acknowledges=False,
    ),
)

NUGGET_ROWS = (
    Row(Effect.SEE, NUGGET_DECIDERS, _NEW, Status.ACKNOWLEDGED),
    Row(Effect.ROUTE, NUGGET_DECIDERS, _NEW, Status.ACKNOWLEDGED),
    Row(Effect.ROUTE, NUGGET_DECIDERS, (_LIVING_NUGGET | {Status.DECLINED}) - _NEW, None),
    Row(
        Effect.VERIFY,
        NUGGET_DECIDERS,
        _UNDECIDED | {Status.OUTDATED, Status.DECLINED},
        Status.VERIFIED,
    ),
    Row(Effect.OUTDATE, NUGGET_DECIDERS, _UNDECIDED | {Status.VERIFIED}, Status.OUTDATED),
    _answer(Effect.DECLINE, NUGGET_DECIDERS, _LIVING_NUGGET, Status.DECLINED),
    _answer(Effect.MARK_DUPLICATE, NUGGET_DECIDERS, _LIVING_NUGGET | {Status.DECLINED}, Status.DUPLICATE),
    Row(Effect.MARK_DUPLICATE, ITS_REPORTER, _UNDECIDED, Status.DUPLICATE, acknowledges=False, needs_words=True),
    Row(
        Effect.MARK_NOISE,
        NUGGET_DECIDERS,
        _UNDECIDED,
        Status.NOISE,
        answers=True,
        needs_words=True,
        needs_confirmation=True,
    ),
    Row(Effect.REOPEN, NUGGET_DECIDERS, _FINISHED_NUGGET, Status.ACKNOWLEDGED),
    Row(Effect.REOPEN, ITS_REPORTER, frozenset({Status.NOISE}), Status.NEW, acknowledges=False),
    Row(
        Effect.WITHDRAW,
        ITS_REPORTER,
        _LIVING_NUGGET | _FINISHED_NUGGET,
        Status.WITHDRAWN,
        acknowledges=False,
    ),
)

TABLE: Mapping[Kind, tuple[Row, ...]] = {Kind.ASK: ASK_ROWS, Kind.NUGGET: NUGGET_ROWS}

STATUSES: Mapping[Kind, frozenset[Status]] = {
    kind: frozenset({Status.NEW} | {row.to for row in rows if row.to is not None}) for kind, rows in TABLE.items()
}
"""The statuses that each kind of item can have."""

# Where an effect has nothing left to do, although it leads to another status from elsewhere.
_HAS_IT_ALREADY: Mapping[Effect, frozenset[Status]] = {
    Effect.SEE: frozenset(Status) - {Status.NEW, Status.NOISE, Status.WITHDRAWN},
    Effect.REOPEN: _UNDER_WAY | {Status.VERIFIED},
}

_PARTICIPLES: Mapping[Effect, str] = {
    Effect.SEE: "marked as seen",
    Effect.ROUTE: "given to an area",
    Effect.ACCEPT: "accepted",
    Effect.VERIFY: "verified",
    Effect.PLAN: "planned",
    Effect.SHIP: "marked as shipped",
    Effect.OUTDATE: "marked as outdated",
    Effect.ASK_FOR_INFO: "sent back with a question",
    Effect.ANSWER_NOT_NOW: "answered with “not now”",
    Effect.ANSWER_ALREADY_POSSIBLE: "answered with “already possible”",
    Effect.DECLINE: "declined",
    Effect.MARK_DUPLICATE: "marked as a duplicate",
    Effect.MARK_NOISE: "marked as noise",
    Effect.WITHDRAW: "taken back",
    Effect.REOPEN: "opened again",
    Effect.LAPSE: "left to lapse",
    Effect.UNDO: "undone this way",
}
_PEOPLE: Mapping[Role, str] = {
    Role.PM: "product managers",
    Role.COMPETITIVE_LEAD: "competitive leads",
    Role.REPORTER: "who reported it",
    Role.TIME: "the passing of time",
}
_A_KIND: Mapping[Kind, str] = {Kind.ASK: "An ask", Kind.NUGGET: "A nugget"}


def allowed(kind: Kind, status: Status, effect: Effect, roles: frozenset[Role]) -> Move | Refusal:
    """Return what this effect does to an item that stands so, for a person with these roles, or why it may not.

    Roles are those towards this very item: `Role.REPORTER` only for its own reporters. `Effect.UNDO` is always refused
    here, as it depends on what came before; see `undo_refusal`.
    """
    rows = [row for row in TABLE[kind] if row.effect is effect]
    fitting = [row for row in rows if status in row.from_]
    for row in fitting:
        if row.roles & roles:
            return _move(row, status)
    if rows and (fitting or not any(row.roles & roles for row in rows)):
        return Refusal(RefusalReason.NO_RIGHT, _no_right(kind, effect, fitting or rows))
    if rows and (status in _HAS_IT_ALREADY.get(effect, ()) or any(row.to is status for row in rows)):
        return Refusal(RefusalReason.ALREADY_THERE, f"Nothing changed: its status is “{status}” already.")
    return Refusal(RefusalReason.NOT_FROM_HERE, _not_from_here(kind, status, effect, is_known=bool(rows)))


def _move(row: Row, status: Status) -> Move:
    return Move(row.to or status, row.acknowledges, row.answers, row.needs_words, row.needs_confirmation)


def _no_right(kind: Kind, effect: Effect, rows: list[Row]) -> str:
    able = frozenset().union(*(row.roles for row in rows))
    people = " and ".join(words for role, words in _PEOPLE.items() if role in able)
    return f"{_A_KIND[kind]} can be {_PARTICIPLES[effect]} only by {people}. Nothing was changed."


def _not_from_here(kind: Kind, status: Status, effect: Effect, *, is_known: bool) -> str:
    standing = f" with the status “{status}”" if is_known else ""
    return f"{_A_KIND[kind]}{standing} cannot be {_PARTICIPLES[effect]}. Nothing was changed."


def undo_refusal(*, is_latest: bool, told: bool) -> str | None:
    """Return why taking a reaction away no longer undoes what it caused, or None where it does.

    `is_latest`: nothing was decided on the item since; `told`: a reporter has been told of it.
    """
    if told:
        return "Its reporter has been told, so it stays. A new decision corrects it."
    if not is_latest:
        return "Something was decided after it, so it stays. A new decision corrects it."
    return None
