"""The monthly recap: at most one screen, naming no account, no amount and no figure of a single owner."""

from bot.blocks.message import Block, Message
from bot.blocks.parts import bullets, context, counted, header, line, listed, rich, short, top_text, words
from bot.domain.views import AreaFigures, RecapView, TeamFigures

MOST_NAMES = 60
MOST_AREAS = 8
MOST_TEAMS = 10
MOST_USED = 3

Section = tuple[str, list[str]]
"""A title and the lines below it."""


def recap(view: RecapView) -> Message:
    """Return the post of one month."""
    blocks: list[Block] = [header(_title(view)), rich(line(words(headline(view), bold=True)))]
    for title, lines in _sections(view):
        blocks.append(rich(line(words(title, bold=True)), bullets([entry] for entry in lines)))
    return Message(top_text(recap_text(view)), [*blocks, context(THANKS)])


def recap_text(view: RecapView) -> str:
    """Return the same recap as plain text for a terminal: a title, the headline, and lines under each heading."""
    paragraphs = [_title(view), headline(view)]
    paragraphs += ["\n".join([title, *(f"- {entry}" for entry in lines)]) for title, lines in _sections(view)]
    return "\n\n".join([*paragraphs, THANKS])


THANKS = "Thank you to everyone who shared."


def _title(view: RecapView) -> str:
    return f"Recap of {view.month:%B} {view.month.year}"


def headline(view: RecapView) -> str:
    """Return the month in one sentence; a month in which nothing came in is told kindly."""
    month = f"{view.month:%B}"
    if not view.nuggets and not view.asks_received:
        return f"{month} was quiet: nothing came in. One line is enough to start the next one."
    heard = f"{counted(view.people, 'person', 'people')} shared {counted(view.nuggets, 'piece', 'pieces')} of intel"
    return f"{month}: {'; '.join([heard, *_asks(view)])}."


def _asks(view: RecapView) -> list[str]:
    if not view.asks_received:
        return ["no asks came in"]
    asks = f"{view.asks_answered} of {counted(view.asks_received, 'ask', 'asks')} got an answer"
    if view.median_days is None or not view.asks_answered:
        return [asks]
    return [f"{asks}, typically in {days(view.median_days)}"]


def days(count: float) -> str:
    """Return a duration in days as people say it: "less than a day", "1 day", "3 days"."""
    whole = int(count + 0.5)
    return counted(whole, "day", "days") if whole else "less than a day"


def _sections(view: RecapView) -> list[Section]:
    every = [("Who shared", _board(view)), ("Asks", _routing(view)), ("By area", _areas(view.areas))]
    return [(title, lines) for title, lines in every if lines]


def _board(view: RecapView) -> list[str]:
    """Return the board as far as the quota's mode lets it: nothing, teams only, or names in alphabetical order too."""
    if view.mode == "off":
        return []
    teams = [_team(team) for team in view.teams[:MOST_TEAMS]]
    if view.mode == "teams only":
        return teams
    names = [listed(sorted(view.contributors, key=str.casefold), MOST_NAMES)] if view.contributors else []
    used = sorted(view.most_used[:MOST_USED], key=str.casefold)
    return [*names, *([f"Used most: {listed(used, MOST_USED)}"] if used else []), *teams]


def _team(team: TeamFigures) -> str:
    return f"{short(team.team)}: {team.reached} of {counted(team.expected, 'person', 'people')} shared something"


def _routing(view: RecapView) -> list[str]:
    if not view.asks_received and not view.asks_open:
        return []
    counts = (
        f"Received {view.asks_received}, seen {view.asks_seen}, answered {view.asks_answered}, open {view.asks_open}"
    )
    median = [f"Median time to an answer: {days(view.median_days)}"] if view.median_days is not None else []
    oldest = [f"Oldest open ask: {days(view.oldest_open_days)}"] if view.oldest_open_days is not None else []
    return [counts, *median, *oldest]


def _areas(areas: tuple[AreaFigures, ...]) -> list[str]:
    lines = [_area(figures) for figures in areas[:MOST_AREAS]]
    rest = areas[MOST_AREAS:]
    if rest:
        lines.append(_figures("Other areas", sum(one.received for one in rest), sum(one.answered for one in rest)))
    return lines


def _area(figures: AreaFigures) -> str:
    return _figures(short(figures.area) if figures.area else "No area yet", figures.received, figures.answered)


def _figures(name: str, received: int, answered: int) -> str:
    return f"{name}: {received} received, {answered} answered"
