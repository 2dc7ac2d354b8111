"""Items that may say the same as a new one, for a person to confirm; nothing is joined here."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from bot.domain.clues import choose_clues
from bot.domain.duplicates import Frequencies, Twin, TwinWords, count_worth_asking, rank_twins
from bot.domain.meaning import Meaning, find_alike, vector_of
from bot.domain.text import truncate
from bot.domain.visibility import Viewer, can_see
from bot.domain.words import Kind, Privacy, Status
from bot.services.guards import Guard
from bot.services.people import viewer_of
from db.repositories.search import Candidate, Told
from db.unit_of_work import UnitOfWork

CANDIDATES = 48
"""So many items are compared word by word; comparing more finds hardly more twins, and takes longer."""

CANDIDATES_READ = 200
"""So many where they are compared by meaning as well: that finds twins that share no more than a word or two."""

SAMPLED = 2_000
"""The newest reports of a kind, in which it is counted how common words are."""

FIRST_WORDS = 80
# A joined item that was joined again, and so on; more than this is no honest chain.
_LONGEST_CHAIN = 5

# Amounts, and the words before what a line says of the deal.
_OF_THE_DEAL = (
    r"\b(?:account|stage|close|source|segment):"
    r"|[$€£¥₹] ?\d[\d.,]*(?: ?[km]\b)?"
    r"|\b\d[\d.,]* ?[km]?(?= ?(?:usd|eur|gbp|inr|jpy)\b)"
)

T = TypeVar("T")

_GROWTH, _GROWN_BY = 1.1, 20
_counted: dict[tuple[str, Kind], tuple[int, Frequencies]] = {}
_guard = Lock()


@dataclass(frozen=True, slots=True)
class FindTwins:
    """What may say the same as this item; `viewer` is the person who is asked, and who has to be allowed to see it."""

    team_id: str
    item_id: int
    viewer: str
    meaning: Meaning | None = None
    """What reads texts on this machine; without it words alone are compared."""


@dataclass(frozen=True, slots=True)
class TwinView:
    """An item that may say the same, as one person may see it."""

    item_id: int
    name: str
    """As in A-7."""
    first_words: str
    """At most 80 characters."""
    accounts: int
    """Distinct accounts of the list that it was reported for."""
    unconfirmed_accounts: int
    """Distinct accounts beside these that are not on the list."""
    why: str
    """As in "same competitor, same words: export, csv"."""


def find_twins(uow: UnitOfWork, query: FindTwins, *, now: datetime) -> list[TwinView]:
    """Return at most three items that may say the same, the likeliest first; none if the item is not theirs to see."""
    matches = list_matches(uow, query, now=now)
    worth_asking = count_worth_asking([match.twin for match in matches])
    return [_view(match) for match in matches[:worth_asking]]


def list_matches(uow: UnitOfWork, query: FindTwins, *, now: datetime) -> list["Match"]:  # noqa: ARG001
    """Return everything that was compared and is open to the viewer, however unlikely, the likeliest first."""
    viewer = viewer_of(uow, query.team_id, query.viewer)
    itself = _load(uow, uow.search.list_candidates([query.item_id])).get(query.item_id)
    if itself is None or itself.row.team_id != query.team_id or not itself.is_open_to(viewer):
        return []
    return list(_targets(uow, itself, _ranked(uow, itself, viewer, query.meaning), viewer))


def list_words(uow: UnitOfWork, item_ids: Collection[int]) -> dict[int, TwinWords]:
    """Return the words of these items as they are compared, by their ids; what has no report left is not among them."""
    items = _load(uow, uow.search.list_candidates(item_ids))
    return {item_id: _without_names(uow, item) for item_id, item in items.items()}


@dataclass(frozen=True, slots=True)
class _Item:
    """An item with what was reported of it."""

    row: Candidate
    told: tuple[Told, ...]
    competitor_ids: frozenset[int]
    tags: frozenset[str]

    def is_open_to(self, viewer: Viewer) -> bool:
        reporters = frozenset(report.reporter for report in self.told)
        row = self.row
        return can_see(viewer, Guard(Kind(row.kind), Privacy(row.privacy), row.place_id, row.owner, reporters))

    @property
    def words(self) -> TwinWords:
        title, body = _title_and_body(self.told)
        return TwinWords(self.row.item_id, title, body, self.competitor_ids, self.tags)


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked item, and the item that can be joined: itself, or what it was joined to before."""

    twin: Twin
    target: _Item


def _load(uow: UnitOfWork, rows: Sequence[Candidate], beside: _Item | None = None) -> dict[int, _Item]:
    """Return these items by their ids, in their order; what has no report left is not among them.

    With `beside`, tags and competitors are only asked for where that item has any to agree with.
    """
    ids = [row.item_id for row in rows]
    told = _grouped((report.item_id, report) for report in uow.search.list_told(ids))
    marks = uow.search.list_marks(ids) if beside is None or beside.tags or beside.competitor_ids else []
    tags = _grouped((item_id, tag) for item_id, tag, _ in marks if tag is not None)
    competitors = _grouped((item_id, competitor) for item_id, _, competitor in marks if competitor is not None)
    return {
        row.item_id: _Item(
            row, tuple(told[row.item_id]), frozenset(competitors[row.item_id]), frozenset(tags[row.item_id])
        )
        for row in rows
        if row.item_id in told
    }


def _grouped(pairs: Iterable[tuple[int, T]]) -> defaultdict[int, list[T]]:
    groups: defaultdict[int, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _title_and_body(told: Sequence[Told]) -> tuple[str, str]:
    """Return what counts as the title of an item, what its first report wants or else its first line, and the rest."""
    first = told[0]
    line, _, rest = first.words.strip().partition("\n")
    others = [report.words for report in told[1:]]
    if first.wanted:
        return first.wanted, "\n".join([line, rest, *others])
    return line, "\n".join([rest, *others])


def _ranked(uow: UnitOfWork, itself: _Item, viewer: Viewer, meaning: Meaning | None) -> list[tuple[Twin, _Item]]:
    """Return what shares words and is open to the viewer, with its item, the likeliest first."""
    team_id, kind = itself.row.team_id, Kind(itself.row.kind)
    words = _without_names(uow, itself)
    frequencies, stored = _frequencies(uow, team_id, kind)
    clues = choose_clues(words, frequencies, stored)
    if not clues:
        return []
    rows = uow.search.find_candidates(
        team_id,
        kind,
        clues,
        viewer,
        besides=itself.row.item_id,
        limit=CANDIDATES if meaning is None else CANDIDATES_READ,
        competitor_ids=itself.competitor_ids if kind is Kind.NUGGET else None,
    )
    items = {item_id: item for item_id, item in _load(uow, rows, itself).items() if item.is_open_to(viewer)}
    alike = _alike(uow, words, list(items), meaning) if meaning is not None and items else None
    ranked = rank_twins(words, [item.words for item in items.values()], frequencies, alike)
    return [(twin, items[twin.item_id]) for twin in ranked]


def _alike(uow: UnitOfWork, words: TwinWords, item_ids: Sequence[int], meaning: Meaning) -> dict[int, float] | None:
    vectors = uow.vectors.list_of(item_ids, meaning.name)
    return find_alike(vector_of(words, meaning), vectors, item_ids)


def _targets(uow: UnitOfWork, itself: _Item, ranked: Sequence[tuple[Twin, _Item]], viewer: Viewer) -> Iterator[Match]:
    """Yield each likely twin with the item that can be joined: a duplicate points on to where it was joined to."""
    seen = {itself.row.item_id}
    for twin, item in ranked:
        target = _end_of(uow, item)
        if target is None or target.row.item_id in seen:
            continue
        seen.add(target.row.item_id)
        if target is item or _may_be_joined(itself, target, viewer):
            yield Match(twin, target)


def _end_of(uow: UnitOfWork, item: _Item) -> _Item | None:
    """Return the item itself, or what it was joined to in the end; None where that leads nowhere."""
    for _ in range(_LONGEST_CHAIN):
        if item.row.status != Status.DUPLICATE:
            return item
        next_id = item.row.merged_into_id
        loaded = _load(uow, uow.search.list_candidates([next_id])) if next_id is not None else {}
        if not loaded:
            return None
        (item,) = loaded.values()
    return None


def _may_be_joined(itself: _Item, target: _Item, viewer: Viewer) -> bool:
    """Tell whether what a duplicate led to may be offered, as those found by their words are asked in the database."""
    same_sort = (target.row.team_id, target.row.kind) == (itself.row.team_id, itself.row.kind)
    is_live = target.row.status not in {Status.WITHDRAWN, Status.NOISE}
    both = target.competitor_ids & itself.competitor_ids
    of_one_competitor = itself.row.kind != Kind.NUGGET or bool(both) or target.competitor_ids == itself.competitor_ids
    return same_sort and is_live and of_one_competitor and target.is_open_to(viewer)


def _without_names(uow: UnitOfWork, item: _Item) -> TwinWords:
    """Return the words of an item without the names of its accounts and competitors, and without the deal.

    The same account asks for many things; the same competitor is compared by itself.
    """
    account_ids = {report.account_id for report in item.told if report.account_id is not None}
    names = uow.search.list_names(account_ids, item.competitor_ids) if account_ids or item.competitor_ids else []
    names += [report.account_words for report in item.told if report.account_words]
    words = item.words
    pattern = _not_compared(names)
    return replace(words, title=pattern.sub(" ", words.title), body=pattern.sub(" ", words.body))


def _not_compared(names: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    named = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first]
    return re.compile("|".join([*named, _OF_THE_DEAL]), re.IGNORECASE)


def _frequencies(uow: UnitOfWork, team_id: str, kind: Kind) -> tuple[Frequencies, int]:
    """Return how common words are among a workspace's items of a kind, and how many items are stored altogether.

    They are counted anew when there are a tenth more of them, so that a capture seldom pays for it.
    """
    own, stored = uow.search.count_numbered(team_id, kind)
    with _guard:
        held = _counted.get((team_id, kind))
    if held is not None and held[0] <= own <= held[0] * _GROWTH + _GROWN_BY:
        return held[1], stored
    told = _grouped((report.item_id, report) for report in uow.search.list_newest_told(team_id, kind, SAMPLED))
    frequencies = Frequencies.of(TwinWords(item_id, *_title_and_body(reports)) for item_id, reports in told.items())
    with _guard:
        _counted[team_id, kind] = (own, frequencies)
    return frequencies, stored


def _view(match: Match) -> TwinView:
    twin, target = match.twin, match.target
    accounts = {report.account_id: report.is_confirmed for report in target.told if report.account_id is not None}
    confirmed = sum(bool(is_confirmed) for is_confirmed in accounts.values())
    words = target.told[0].words.strip().partition("\n")[0]
    return TwinView(
        item_id=target.row.item_id,
        name=f"{Kind(target.row.kind).letter}-{target.row.number}",
        first_words=truncate(words, FIRST_WORDS),
        accounts=confirmed,
        unconfirmed_accounts=len(accounts) - confirmed,
        why=twin.why,
    )
