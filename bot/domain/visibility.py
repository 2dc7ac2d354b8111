"""Who may see what: the one gate of every read, and the same gate as tokens for searching.

Where something is not known, the answer is no.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from bot.domain.words import Kind, Privacy, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who wants to read; `place_ids` are the private channels that they are in at this moment."""

    slack_user_id: str
    is_full_member: bool
    roles: frozenset[Role] = frozenset()
    place_ids: frozenset[str] = frozenset()


class Guarded(Protocol):
    """What is read: an item, as far as the gate looks at it. `reporter_ids` leaves out whose reports are withdrawn."""

    @property
    def kind(self) -> Kind: ...
    @property
    def privacy(self) -> Privacy: ...
    @property
    def place_id(self) -> str | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def reporter_ids(self) -> frozenset[str]: ...


RESTRICTED_TAG = "restricted"
"""A line with this tag is restricted from the start."""

LEADS_OF = {
    Kind.NUGGET: frozenset({Role.LEAD, Role.COMPETITIVE_LEAD}),
    Kind.ASK: frozenset({Role.LEAD}),
}
"""Who may read what is restricted, beside its owner and its reporters."""


def can_see(viewer: Viewer, guarded: Guarded) -> bool:
    """Tell whether this person may read this item now. Guests and people of other companies read nothing."""
    if not viewer.is_full_member or not viewer.slack_user_id:
        return False
    if viewer.slack_user_id in guarded.reporter_ids:
        return True
    match guarded.privacy:
        case Privacy.WORKSPACE:
            return True
        case Privacy.PLACE:
            return bool(guarded.place_id) and guarded.place_id in viewer.place_ids
        case Privacy.RESTRICTED:
            return guarded.owner == viewer.slack_user_id or bool(viewer.roles & LEADS_OF[guarded.kind])
    return False


EVERYONE = "w"
_SLACK_ID = re.compile(r"[A-Z0-9]{1,64}")


def scope_tokens(guarded: Guarded) -> tuple[str, ...]:
    """Return the tokens under which an item is found: exactly who may see it holds one of them.

    Each matches `[a-z0-9_]+`: `w` for everyone, `p_…` for a place, `u_…` for a person, `l_…` for the leads of a kind.
    A change of privacy, place, owner or reporters changes them; a change of roles or membership does not.
    """
    tokens = {_token("u", user) for user in guarded.reporter_ids if user}
    match guarded.privacy:
        case Privacy.WORKSPACE:
            tokens.add(EVERYONE)
        case Privacy.PLACE:
            tokens |= {_token("p", guarded.place_id)} if guarded.place_id else set()
        case Privacy.RESTRICTED:
            tokens.add(f"l_{guarded.kind.value}")
            tokens |= {_token("u", guarded.owner)} if guarded.owner else set()
    return tuple(sorted(tokens))


def viewer_tokens(viewer: Viewer) -> tuple[str, ...]:
    """Return the tokens that this person holds now; none for whoever is no full member."""
    if not viewer.is_full_member or not viewer.slack_user_id:
        return ()
    leading = {f"l_{kind.value}" for kind, leads in LEADS_OF.items() if viewer.roles & leads}
    places = {_token("p", place) for place in viewer.place_ids if place}
    return tuple(sorted({EVERYONE, _token("u", viewer.slack_user_id)} | leading | places))


def _token(sort: str, name: str) -> str:
    """Return a token for an id; an id in another form than Slack's is spelled out, so that no two share a token."""
    if _SLACK_ID.fullmatch(name):
        return f"{sort}_{name.lower()}"
    return f"{sort}_x_{name.encode('utf-8', 'surrogatepass').hex()}"
