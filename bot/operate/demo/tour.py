"""The guided tour: seven steps that a visitor takes by hand, noticed by what then stands in Slack."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.operate.demo.world import ASKS, FIELD, PMS, RECAP, rep_id

ANA, PRIYA = rep_id(0), "UPRIYA"
NUGGET_KEPT = re.compile(r"Got it: (N-[0-9]+)")
ASK_KEPT = re.compile(r"Got it: (A-[0-9]+)")
NO_OWNER = "no owner yet"
SHARE = "/intel Acme now quotes $36 a seat at Globex, saw the offer #pricing"
# Bare on purpose: it names a feature, and not what its customer cannot do.
ASK = "/ask Read-only access to figures for auditors at Globex, $90k"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands now. `recipient` is the only person who sees it, if there is one."""

    channel_id: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    recipient: str | None = None


class Sight(Protocol):
    """What the tour looks at."""

    def shown(self) -> list[Shown]:
        """Return all that the app has posted and not deleted, oldest first."""

    def direct_channel(self, user_id: str) -> str:
        """Return where a person's messages from the app stand."""


@dataclass
class Progress:
    """How far the visitor is. `person` is who they are, `reads` the channel that they have open."""

    done: list[str] = field(default_factory=list)
    person: str = ANA
    reads: str = ""
    nugget: str = ""
    ask: str = ""
    asker: str = ANA
    since: str = ""
    """The newest ts when the tour began: what stood there before is none of the visitor's."""


Check = Callable[[Progress, list[Shown], Sight], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to read, who does it and where, what may be typed, how far the clock moves, and its check."""

    id: str
    title: str
    text: str
    check: Check
    actors: tuple[str, ...] | None = None
    channel_id: str | None = None
    words: str | None = None
    move: str | None = None


def _kept(pattern: re.Pattern[str], progress: Progress, shown: list[Shown]) -> tuple[str, str] | None:
    """Return the name of the first item that a private answer speaks of since the tour began, and who was answered."""
    for entry in shown:
        is_new = entry.recipient is not None and entry.ts > progress.since
        if is_new and (found := pattern.match(entry.text)):
            return found.group(1), entry.recipient or ""
    return None


def shares(progress: Progress, shown: list[Shown], _: Sight) -> bool:
    """Tell whether a nugget was kept and its author was answered."""
    found = _kept(NUGGET_KEPT, progress, shown)
    progress.nugget = found[0] if found else ""
    return bool(found)


def asks(progress: Progress, shown: list[Shown], _: Sight) -> bool:
    """Tell whether an ask was kept; it is the one that the rest of the tour follows."""
    found = _kept(ASK_KEPT, progress, shown)
    if found:
        progress.ask, progress.asker = found
    return bool(found)


def is_coached(progress: Progress, shown: list[Shown], sight: Sight) -> bool:
    """Tell whether the one question back was answered or skipped, or the tour went on without it.

    An ask that says what stops the customer is asked nothing; it is routed next all the same.
    """
    closed = (f"Added to {progress.ask} ", f"{progress.ask} stands as you wrote it.")
    private = (entry.text for entry in shown if progress.ask and entry.recipient == progress.asker)
    return any(text.startswith(closed) for text in private) or routes(progress, shown, sight)


def routes(progress: Progress, shown: list[Shown], _: Sight) -> bool:
    """Tell whether the card names an owner: through an area's emoji, or because somebody took it."""
    return any(NO_OWNER not in json.dumps(card.blocks) for card in _cards(progress, shown))


def answers(progress: Progress, shown: list[Shown], _: Sight) -> bool:
    """Tell whether the card says *not now*."""
    return any("not now" in card.text.casefold() for card in _cards(progress, shown))


def hears(progress: Progress, shown: list[Shown], sight: Sight) -> bool:
    """Tell whether the answer has come, and the one who asked has it open."""
    direct = sight.direct_channel(progress.asker)
    came = any(entry.channel_id == direct and entry.text.startswith(f"Not now for {progress.ask}") for entry in shown)
    return came and progress.person == progress.asker and progress.reads == direct


def reads_recap(progress: Progress, shown: list[Shown], _: Sight) -> bool:
    """Tell whether the recap stands there, and somebody has its channel open."""
    return progress.reads == RECAP and any(entry.channel_id == RECAP for entry in shown)


def _cards(progress: Progress, shown: list[Shown]) -> list[Shown]:
    named = re.compile(rf"\b{re.escape(progress.ask)}\b")
    return [entry for entry in shown if progress.ask and entry.channel_id == ASKS and named.search(entry.text)]


STEPS = (
    Step(
        "share",
        "Share what you heard",
        "You are Ana, a rep. Put one line in the box, the way you would tell a colleague, and press Enter. Only you "
        "see the answer; everyone else sees a card in #intel.",
        shares,
        actors=(ANA,),
        channel_id=FIELD,
        words=SHARE,
    ),
    Step(
        "ask",
        "Ask for something",
        "A customer needs something that we do not have. Say it in one line, press Enter, and read what Nugget "
        "understood of it.",
        asks,
        actors=(ANA,),
        channel_id=FIELD,
        words=ASK,
    ),
    Step(
        "coach",
        "Say what stops them",
        "That line names a feature, and nobody decides well on a feature alone. So Nugget asks one thing back, and "
        "only you see it. Press “Answer” and say in a sentence what Globex cannot do today, or skip it.",
        is_coached,
        actors=(ANA,),
        channel_id=FIELD,
    ),
    Step(
        "route",
        "Become the product manager",
        "Be Priya. The card of {ask} is the last one in #asks, and nobody owns it. Point at it, press the smiley and "
        "type key: 🔑 routes it to her area, Login, without a word and without a ping.",
        routes,
        actors=tuple(PMS),
        channel_id=ASKS,
    ),
    Step(
        "answer",
        "Say not now, and why",
        "Still as Priya, press “Answer in words” on the card of {ask}, then “Not now”. Say what has to come first, in "
        "words that the rep can pass on.",
        answers,
        actors=tuple(PMS),
        channel_id=ASKS,
    ),
    Step(
        "hear",
        "See the rep get the answer",
        "Be Ana again, and open her messages with Nugget. Her answer rests for two minutes, in case Priya decides "
        "anew. Skip them, and it comes.",
        hears,
        actors=(ANA,),
        move="seconds:150",
    ),
    Step(
        "recap",
        "Read the recap",
        "Open #revenue-recap, and move the clock: on the second business day of November the recap of October appears.",
        reads_recap,
        channel_id=RECAP,
        move="next",
    ),
)


class Tour:
    """Notices which steps are done. A step counts once those before it are done, and stays done."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress or Progress()
        self.is_hidden = False
        # While a sample company lives its first days, what it does is none of the visitor's.
        self.has_begun = progress is not None
        self._sight: Sight | None = None

    def watch(self, sight: Sight) -> None:
        """Look at a workspace from now on."""
        self._sight = sight

    def begin(self) -> None:
        """Begin with the first step; what stands in the workspace already is none of the visitor's."""
        self.has_begun = True
        shown = self._sight.shown() if self._sight else []
        since = max((entry.ts for entry in shown), default="")
        self.progress = Progress(person=self.progress.person, reads=self.progress.reads, since=since)

    def restart(self) -> None:
        """Begin again."""
        self.begin()

    def hide(self, is_hidden: bool) -> None:
        """Put the panel away, or take it out again."""
        self.is_hidden = is_hidden

    def noticed(self, act: Any) -> None:
        """Take note of who the visitor is and what they have open."""
        self.progress.person = act.as_user
        if act.name == "mark_read":
            self.progress.reads = act.args["channel_id"]

    def look(self) -> None:
        """Tick what is done by now."""
        if self._sight is None or not self.has_begun or len(self.progress.done) == len(STEPS):
            return
        shown = self._sight.shown()
        for step in STEPS[len(self.progress.done) :]:
            if not step.check(self.progress, shown, self._sight):
                return
            self.progress.done.append(step.id)

    def steps(self) -> list[dict[str, Any]]:
        """Return the steps as the page shows them."""
        return [self._described(step) for step in STEPS]

    def _described(self, step: Step) -> dict[str, Any]:
        actors = (self.progress.asker,) if step.id in {"coach", "hear"} else step.actors
        return {
            "id": step.id,
            "title": step.title,
            "text": step.text.format(ask=self.progress.ask or "the ask"),
            "as": list(actors) if actors else None,
            "channel_id": self._place(step),
            "try": step.words,
            "move": step.move,
            "is_done": step.id in self.progress.done,
        }

    def _place(self, step: Step) -> str | None:
        if step.id == "hear" and self._sight:
            return self._sight.direct_channel(self.progress.asker)
        return step.channel_id


def kept(tour: Tour) -> dict[str, Any]:
    """Return how far the visitor is, as plain data for a file."""
    return {name: getattr(tour.progress, name) for name in Progress.__dataclass_fields__}


def resumed(stored: Mapping[str, Any]) -> Tour:
    """Return a tour that goes on where the stored one stopped."""
    return Tour(Progress(**{name: stored[name] for name in Progress.__dataclass_fields__ if name in stored}))
