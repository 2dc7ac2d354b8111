"""Who a table means: by Slack id, by the address that Slack knows, or by the name that people read."""

import re
from collections.abc import Iterable, Mapping

from bot.domain.errors import MendableError
from bot.domain.names import fold
from bot.services.import_rows import KnownPerson

_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


class Directory:
    """The full members that are known; `by_address` holds what Slack said of addresses."""

    def __init__(self, people: Iterable[KnownPerson], by_address: Mapping[str, str]) -> None:
        self._ids: set[str] = set()
        self._by_name: dict[str, set[str]] = {}
        for person in people:
            self._ids.add(person.slack_user_id)
            if person.name:
                self._by_name.setdefault(fold(person.name), set()).add(person.slack_user_id)
        self._by_address = by_address

    def find(self, written: str) -> str:
        """Return the id of whoever is meant; raises `MendableError` where nobody is, or several may be."""
        bare = written.strip().removeprefix("<").removesuffix(">").lstrip("@")
        if bare in self._ids:
            return bare
        if is_address(written):
            return self._member(self._by_address.get(written.strip().casefold()), written)
        named = self._by_name.get(fold(bare), set())
        if len(named) == 1:
            return next(iter(named))
        if named:
            raise MendableError(f"several people are called {written[:60]}; write the Slack id, as in U0123ABCD")
        return self._member(None, written)

    def _member(self, found: str | None, written: str) -> str:
        if found in self._ids:
            return str(found)
        if _ID.fullmatch(written.strip()):
            raise MendableError(f"{written.strip()} is no full member of this workspace")
        raise MendableError(
            f"nobody here is known as {written[:60]}; write a full member's Slack id, as in U0123ABCD, or their name"
        )


def is_address(written: str) -> bool:
    """Tell whether this is an e-mail address, which only Slack can put a person to."""
    name, at, host = written.strip().partition("@")
    return bool(name and at and "." in host and " " not in written.strip())
