"""The table of kind, status, effect and role, against a drawing of the whole product and against its rules."""

from itertools import chain, combinations, product

import pytest

from bot.domain.decisions import (
    ASK_DECIDERS,
    ITS_REPORTER,
    NUGGET_DECIDERS,
    STATUSES,
    TABLE,
    Move,
    Refusal,
    RefusalReason,
    allowed,
    undo_refusal,
)
from bot.domain.words import Effect, Kind, Role, Status

DECIDERS = {Kind.ASK: ASK_DECIDERS, Kind.NUGGET: NUGGET_DECIDERS}
PEOPLES_ROLES = [role for role in Role if role is not Role.TIME]
EVERY_SET_OF_ROLES = [
    frozenset(roles)
    for roles in chain.from_iterable(combinations(PEOPLES_ROLES, size) for size in range(len(PEOPLES_ROLES) + 1))
]

# What a PM gets: the first letters of the status that follows, `=` where there is nothing left to do, `.` for no.
COLUMNS = (
    "SEE ROUTE ACCEPT VERIFY PLAN SHIP OUTDATE ASK_FOR_INFO ANSWER_NOT_NOW ANSWER_ALREADY_POSSIBLE DECLINE "
    "MARK_DUPLICATE MARK_NOISE REOPEN UNDO"
)
ASK_TABLE = """
NEW               ack  ack  acc  .  pla  .    .  nee  not  alr  dec  dup  noi  =    .
ACKNOWLEDGED      =    ack  acc  .  pla  .    .  nee  not  alr  dec  dup  noi  =    .
ACCEPTED          =    acc  =    .  pla  shi  .  nee  not  alr  dec  dup  .    =    .
PLANNED           =    pla  acc  .  =    shi  .  nee  not  alr  dec  dup  .    =    .
SHIPPED           =    shi  .    .  .    =    .  .    .    .    .    .    .    ack  .
NEEDS_INFO        =    nee  acc  .  pla  .    .  =    not  alr  dec  dup  noi  ack  .
NOT_NOW           =    not  acc  .  pla  .    .  nee  =    alr  dec  dup  .    ack  .
ALREADY_POSSIBLE  =    alr  acc  .  pla  .    .  nee  not  =    dec  dup  .    ack  .
DECLINED          =    dec  acc  .  pla  .    .  nee  not  alr  =    dup  .    ack  .
DUPLICATE         =    .    .    .  .    .    .  .    .    .    .    =    .    ack  .
NOISE             .    .    .    .  .    .    .  .    .    .    .    .    =    ack  .
WITHDRAWN         .    .    .    .  .    .    .  .    .    .    .    .    .    .    .
"""
NUGGET_TABLE = """
NEW               ack  ack  .  ver  .  .  out  .  .  .  dec  dup  noi  =    .
ACKNOWLEDGED      =    ack  .  ver  .  .  out  .  .  .  dec  dup  noi  =    .
VERIFIED          =    ver  .  =    .  .  out  .  .  .  dec  dup  .    =    .
OUTDATED          =    out  .  ver  .  .  =    .  .  .  dec  dup  .    ack  .
DECLINED          =    dec  .  ver  .  .  .    .  .  .  =    dup  .    ack  .
DUPLICATE         =    .    .  .    .  .  .    .  .  .  .    =    .    ack  .
NOISE             .    .    .  .    .  .  .    .  .  .  .    .    =    ack  .
WITHDRAWN         .    .    .  .    .  .  .    .  .  .  .    .    .    .    .
"""


def _cells(kind: Kind) -> list[tuple[Kind, Status, Effect, str]]:
    lines = (ASK_TABLE if kind is Kind.ASK else NUGGET_TABLE).strip().splitlines()
    effects = [Effect[name] for name in COLUMNS.split()]
    return [
        (kind, Status[name], effect, cell)
        for name, *cells in (line.split() for line in lines)
        for effect, cell in zip(effects, cells, strict=True)
    ]


CELLS = [cell for kind in Kind for cell in _cells(kind)]


def _drawn(verdict: Move | Refusal) -> str:
    if isinstance(verdict, Move):
        return verdict.to.value[:3]
    return {RefusalReason.ALREADY_THERE: "=", RefusalReason.NOT_FROM_HERE: "."}[verdict.reason]


@pytest.mark.parametrize("kind", Kind)
def test_the_drawing_names_every_status_and_effect(kind: Kind) -> None:
    drawn = {(status, effect) for _, status, effect, _ in _cells(kind)}
    assert drawn == set(product(STATUSES[kind], set(Effect) - {Effect.WITHDRAW, Effect.LAPSE}))


@pytest.mark.parametrize("role", [Role.PM, Role.COMPETITIVE_LEAD])
def test_deciders_get_what_is_drawn(role: Role) -> None:
    kinds = [kind for kind in Kind if role in DECIDERS[kind]]
    for kind, status, effect, cell in CELLS:
        if kind in kinds:
            verdict = allowed(kind, status, effect, frozenset({Role.MEMBER, role}))
            assert _drawn(verdict) == cell, (kind, status, effect, verdict)


@pytest.mark.parametrize("roles", [set(), {Role.MEMBER}, {Role.LEAD}, {Role.EXECUTIVE}, {Role.MEMBER, Role.LEAD}])
def test_others_decide_nothing(roles: set[Role]) -> None:
    for kind, status, effect in product(Kind, Status, Effect):
        verdict = allowed(kind, status, effect, frozenset(roles))
        assert isinstance(verdict, Refusal)
        assert verdict.reason is not RefusalReason.ALREADY_THERE


def test_a_competitive_lead_decides_nothing_on_asks() -> None:
    moves = [allowed(Kind.ASK, status, effect, frozenset({Role.COMPETITIVE_LEAD})) for _, status, effect, _ in CELLS]
    assert not any(isinstance(verdict, Move) for verdict in moves)


@pytest.mark.parametrize("kind", Kind)
def test_reporters_take_back_whatever_became_of_it_and_send_noise_back(kind: Kind) -> None:
    moves = {
        (status, effect): verdict.to
        for status, effect in product(STATUSES[kind], Effect)
        if isinstance(verdict := allowed(kind, status, effect, ITS_REPORTER), Move)
    }
    expected = {(status, Effect.WITHDRAW): Status.WITHDRAWN for status in STATUSES[kind] - {Status.WITHDRAWN}}
    expected[Status.NOISE, Effect.REOPEN] = Status.NEW
    # What nobody has answered yet may be joined to what says the same.
    expected |= {(status, Effect.MARK_DUPLICATE): Status.DUPLICATE for status in (Status.NEW, Status.ACKNOWLEDGED)}
    if kind is Kind.ASK:
        expected[Status.NEEDS_INFO, Effect.REOPEN] = Status.NEW
    assert moves == expected


def _moves() -> list[tuple[Kind, Status, Effect, frozenset[Role], Move]]:
    return [
        (kind, status, effect, roles, verdict)
        for kind in Kind
        for status, effect, roles in product(Status, Effect, EVERY_SET_OF_ROLES)
        if isinstance(verdict := allowed(kind, status, effect, roles), Move)
    ]


MOVES = _moves()


@pytest.mark.parametrize("kind", Kind)
def test_every_status_of_a_kind_can_be_reached_from_new(kind: Kind) -> None:
    reached = {Status.NEW}
    for _ in Status:
        reached |= {move.to for of, status, _, _, move in MOVES if of is kind and status in reached}
    assert reached == STATUSES[kind]


def test_only_asks_are_accepted_planned_shipped_and_answered_and_only_nuggets_verified_and_outdated() -> None:
    shared = {Status.NEW, Status.ACKNOWLEDGED, Status.DECLINED, Status.DUPLICATE, Status.NOISE, Status.WITHDRAWN}
    assert STATUSES[Kind.NUGGET] == shared | {Status.VERIFIED, Status.OUTDATED}
    assert STATUSES[Kind.ASK] == set(Status) - {Status.VERIFIED, Status.OUTDATED}


def test_shipped_comes_only_from_planned_or_accepted() -> None:
    before = {status for _, status, effect, _, move in MOVES if effect is Effect.SHIP and move.to is Status.SHIPPED}
    assert before == {Status.ACCEPTED, Status.PLANNED}
    assert {effect for _, _, effect, _, move in MOVES if move.to is Status.SHIPPED} == {Effect.SHIP, Effect.ROUTE}


def test_noise_is_left_only_by_opening_again_or_taking_back_and_withdrawn_never() -> None:
    assert {effect for _, status, effect, _, _ in MOVES if status is Status.NOISE} == {Effect.REOPEN, Effect.WITHDRAW}
    assert not [status for _, status, *_ in MOVES if status is Status.WITHDRAWN]


def test_whatever_a_decider_does_acknowledges() -> None:
    for kind, _, effect, roles, move in MOVES:
        joins = effect is Effect.MARK_DUPLICATE and not roles & DECIDERS[kind]
        by_reporter = effect is Effect.WITHDRAW or move.to is Status.NEW or joins
        assert move.acknowledges is not by_reporter, (kind, effect, roles)


def test_quiet_effects_tell_nobody_and_answers_reach_the_reporters() -> None:
    telling = {effect for _, _, effect, _, move in MOVES if move.answers}
    assert telling == {
        Effect.PLAN,
        Effect.SHIP,
        Effect.ASK_FOR_INFO,
        Effect.ANSWER_NOT_NOW,
        Effect.ANSWER_ALREADY_POSSIBLE,
        Effect.DECLINE,
        Effect.MARK_DUPLICATE,
        Effect.MARK_NOISE,
    }


def test_every_no_needs_words_and_what_weighs_needs_a_confirmation() -> None:
    assert {effect for _, _, effect, _, move in MOVES if move.needs_words} == {
        Effect.ASK_FOR_INFO,
        Effect.ANSWER_NOT_NOW,
        Effect.ANSWER_ALREADY_POSSIBLE,
        Effect.DECLINE,
        Effect.MARK_DUPLICATE,
        Effect.MARK_NOISE,
    }
    confirmed = {effect for _, _, effect, _, move in MOVES if move.needs_confirmation}
    assert confirmed == {Effect.PLAN, Effect.SHIP, Effect.MARK_NOISE}


def test_time_opens_what_was_put_off_and_lets_a_question_lapse_and_does_nothing_else() -> None:
    moves = {
        (kind, status, effect): (verdict.to, verdict.answers, verdict.acknowledges)
        for kind, status, effect in product(Kind, Status, Effect)
        if isinstance(verdict := allowed(kind, status, effect, frozenset({Role.TIME})), Move)
    }
    assert moves == {
        (Kind.ASK, Status.NOT_NOW, Effect.REOPEN): (Status.ACKNOWLEDGED, False, False),
        (Kind.ASK, Status.NEEDS_INFO, Effect.LAPSE): (Status.NEEDS_INFO, True, False),
    }


def test_doing_it_twice_is_no_error() -> None:
    for kind, _, effect, roles, move in MOVES:
        if effect is Effect.ROUTE or move.to is Status.NEW:
            continue
        again = allowed(kind, move.to, effect, roles)
        assert isinstance(again, Refusal)
        assert again.reason is RefusalReason.ALREADY_THERE, (kind, move, effect, roles)


def test_more_roles_never_allow_less() -> None:
    allowing = {(kind, status, effect, roles) for kind, status, effect, roles, _ in MOVES}
    for kind, status, effect, roles, _ in MOVES:
        assert all((kind, status, effect, roles | {role}) in allowing for role in PEOPLES_ROLES)


def test_no_two_rows_say_different_things_of_the_same_people() -> None:
    for rows in TABLE.values():
        for one, other in combinations(rows, 2):
            clash = one.effect is other.effect and one.from_ & other.from_ and one.roles & other.roles
            assert not clash, (one, other)


@pytest.mark.parametrize(
    ("kind", "status", "effect", "roles", "reason", "sentence"),
    [
        (
            Kind.ASK,
            Status.NEW,
            Effect.PLAN,
            {Role.MEMBER},
            RefusalReason.NO_RIGHT,
            "An ask can be planned only by product managers. Nothing was changed.",
        ),
        (
            Kind.NUGGET,
            Status.NEW,
            Effect.VERIFY,
            {Role.MEMBER},
            RefusalReason.NO_RIGHT,
            "A nugget can be verified only by product managers and competitive leads. Nothing was changed.",
        ),
        (
            Kind.ASK,
            Status.DECLINED,
            Effect.REOPEN,
            {Role.REPORTER},
            RefusalReason.NO_RIGHT,
            "An ask can be opened again only by product managers. Nothing was changed.",
        ),
        (
            Kind.ASK,
            Status.NEW,
            Effect.SHIP,
            {Role.PM},
            RefusalReason.NOT_FROM_HERE,
            "An ask with the status “new” cannot be marked as shipped. Nothing was changed.",
        ),
        (
            Kind.NUGGET,
            Status.NEW,
            Effect.PLAN,
            {Role.PM},
            RefusalReason.NOT_FROM_HERE,
            "A nugget cannot be planned. Nothing was changed.",
        ),
        (
            Kind.ASK,
            Status.PLANNED,
            Effect.PLAN,
            {Role.PM},
            RefusalReason.ALREADY_THERE,
            "Nothing changed: its status is “planned” already.",
        ),
    ],
)
def test_refusals_say_why(
    kind: Kind, status: Status, effect: Effect, roles: set[Role], reason: RefusalReason, sentence: str
) -> None:
    assert allowed(kind, status, effect, frozenset(roles)) == Refusal(reason, sentence)


def test_every_refusal_is_a_plain_sentence() -> None:
    for kind, status, effect, roles in product(Kind, Status, Effect, [frozenset[Role](), frozenset(Role)]):
        verdict = allowed(kind, status, effect, roles)
        if isinstance(verdict, Refusal):
            assert verdict.sentence.endswith(".")
            assert "!" not in verdict.sentence
            assert "only by ." not in verdict.sentence


@pytest.mark.parametrize(
    ("is_latest", "told", "is_possible"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_undoing_needs_that_nothing_was_built_on_it(is_latest: bool, told: bool, is_possible: bool) -> None:
    assert (undo_refusal(is_latest=is_latest, told=told) is None) is is_possible
