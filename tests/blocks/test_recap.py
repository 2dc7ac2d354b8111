from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from bot.blocks.recap import days, headline, recap, recap_text
from bot.domain.views import AreaFigures, RecapView
from tests.blocks.samples import RECAP, RECAPS, assert_fit_to_send, shown

QUIET = RecapView(date(2026, 10, 31), 0, 0, 0, 0, 0, 0)


@given(RECAPS)
def test_every_recap_is_fit_to_send_and_its_text_says_the_same(view: RecapView) -> None:
    assert_fit_to_send(recap(view))
    assert headline(view) in recap_text(view)


def test_a_recap_reads_like_this() -> None:
    assert recap_text(RECAP).split("\n") == [
        "Recap of October 2026",
        "",
        "October: 41 people shared 63 pieces of intel; 22 of 27 asks got an answer, typically in 3 days.",
        "",
        "Who shared",
        "- Ada, ben, Cid",
        "- Used most: Ada, Cid",
        "- Sales North: 6 of 8 people shared something",
        "",
        "Asks",
        "- Received 27, seen 26, answered 22, open 9",
        "- Median time to an answer: 3 days",
        "- Oldest open ask: 40 days",
        "",
        "By area",
        "- Billing: 15 received, 12 answered",
        "- No area yet: 12 received, 10 answered",
        "",
        "Thank you to everyone who shared.",
    ]


def test_the_post_shows_every_line_of_the_text() -> None:
    seen = shown(recap(RECAP))
    for line in recap_text(RECAP).split("\n"):
        assert line.removeprefix("- ") in seen


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"people": 1, "nuggets": 1}, "October: 1 person shared 1 piece of intel; "),
        (
            {"asks_received": 1, "asks_answered": 1, "median_days": 0.2},
            "1 of 1 ask got an answer, typically in less than a day.",
        ),
        ({"asks_answered": 0, "median_days": None}, "; 0 of 27 asks got an answer."),
        ({"asks_received": 0, "asks_answered": 0}, "41 people shared 63 pieces of intel; no asks came in."),
    ],
)
def test_the_headline_is_a_sentence_for_any_figures(changes: dict[str, object], expected: str) -> None:
    assert expected in headline(replace(RECAP, **changes))  # type: ignore[arg-type]


def test_a_month_with_nothing_is_told_kindly() -> None:
    assert headline(QUIET) == "October was quiet: nothing came in. One line is enough to start the next one."
    assert recap_text(QUIET).count("\n\n") == 2


def test_open_asks_of_earlier_months_are_told_in_a_quiet_month() -> None:
    assert "Received 0, seen 0, answered 0, open 4" in recap_text(replace(QUIET, asks_open=4, oldest_open_days=70))


@pytest.mark.parametrize(
    ("mode", "names", "teams"), [("off", False, False), ("teams only", False, True), ("full", True, True)]
)
def test_the_board_follows_the_mode(mode: str, names: bool, teams: bool) -> None:
    text = recap_text(replace(RECAP, mode=mode))  # type: ignore[arg-type]
    assert ("Ada" in text) == names
    assert ("Sales North" in text) == teams


def test_used_most_names_three_at_most() -> None:
    assert "Used most: Ada, Ben, Cid\n" in recap_text(replace(RECAP, most_used=("Cid", "Ben", "Ada", "Dee")))


def test_names_beyond_a_screen_are_counted() -> None:
    view = replace(RECAP, contributors=tuple(f"P{n:03}" for n in range(63)))
    assert "P059 and 3 more" in recap_text(view)


def test_areas_beyond_a_screen_are_added_up() -> None:
    view = replace(RECAP, areas=tuple(AreaFigures(f"Area {n}", 10, n) for n in range(10)))
    assert "- Other areas: 20 received, 17 answered" in recap_text(view)


@pytest.mark.parametrize(("count", "said"), [(0, "less than a day"), (0.5, "1 day"), (1.4, "1 day"), (2.5, "3 days")])
def test_days_are_said_as_people_say_them(count: float, said: str) -> None:
    assert days(count) == said
