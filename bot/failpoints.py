"""Points in our own code where a test may let something go wrong; they do nothing unless the environment says so.

The idea is FoundationDB's and SQLite's: failures are tried where they hurt, in the real code and process
(https://apple.github.io/foundationdb/testing.html). `NUGGET_FAILPOINTS` holds rules between semicolons, each
`name=action`, with an optional rate or count:

    send=kill@0.05          at the point `send`, kill this process five times in a hundred
    tick=raise#3            at the third time that `tick` is passed, raise `FailpointError`
    settle=sleep(0.2)       at `settle`, sleep 0.2 seconds each time

`NUGGET_FAILPOINTS_SEED` makes the same run happen again.
"""

import os
import random
import re
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass

NAMES = frozenset(
    {
        "receive", "received", "claim", "claimed", "handle", "handled",
        "send", "sent", "settle", "settled", "tick", "decided", "ticked", "migrate",
    }
)  # fmt: skip
"""Every point. Where two differ by an ending, the second is passed once the first one's transaction is on disk;
`decided` lies inside the transaction that decides a period."""

_RULE = re.compile(
    r"(?P<name>[a-z]+)=(?P<action>kill|raise|sleep)(?:\((?P<seconds>[0-9.]+)\))?(?:@(?P<rate>[0-9.]+)|#(?P<count>[0-9]+))?"
)


class FailpointError(Exception):
    """What a point raises when it was told to raise."""


@dataclass
class Rule:
    """What happens at one point: at each passing with this probability, or at the n-th passing alone."""

    action: str
    seconds: float = 0.0
    rate: float = 1.0
    count: int | None = None
    passed: int = 0

    def applies(self, chance: random.Random) -> bool:
        """Count one passing, and tell whether something happens at it."""
        self.passed += 1
        return self.passed == self.count if self.count is not None else chance.random() < self.rate


def read_rules(text: str) -> dict[str, Rule]:
    """Read the rules of `NUGGET_FAILPOINTS`; raises `ValueError` for one that cannot be read or names no point."""
    rules: dict[str, Rule] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        found = _RULE.fullmatch(part)
        if found is None or found["name"] not in NAMES:
            raise ValueError(f"NUGGET_FAILPOINTS: found {part!r}; allowed is name=kill|raise|sleep(seconds)[@rate|#n]")
        rules[found["name"]] = Rule(
            found["action"],
            float(found["seconds"] or 0),
            float(found["rate"] or 1),
            int(found["count"]) if found["count"] else None,
        )
    return rules


_armed: dict[str, Rule] = {}
_chance = random.Random()  # noqa: S311 - it chooses when a test fails, and guards nothing.


def arm(environ: Mapping[str, str]) -> None:
    """Take the rules from an environment; without any, every point does nothing from now on."""
    _armed.clear()
    _armed.update(read_rules(environ.get("NUGGET_FAILPOINTS", "")))
    _chance.seed(environ.get("NUGGET_FAILPOINTS_SEED"))


def failpoint(name: str) -> None:
    """Pass a point. Where nothing is armed, so everywhere but in fault runs, this is one look at an empty dict."""
    if _armed and (rule := _armed.get(name)) is not None and rule.applies(_chance):
        _fail(name, rule)


def _fail(name: str, rule: Rule) -> None:
    if rule.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if rule.action == "raise":
        raise FailpointError(f"the failpoint {name} was told to raise")
    time.sleep(rule.seconds)


arm(os.environ)
