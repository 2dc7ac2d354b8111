"""The tour: each step is noticed by what stands in Slack, in its order, and only by what the visitor brought about."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from bot.operate.demo.tour import ANA, PRIYA, STEPS, Shown, Tour, kept, resumed
from bot.operate.demo.world import ASKS, FIELD, INTEL, RECAP, rep_id

BEN = rep_id(1)
DIRECT = "D1"


@dataclass
class Act:
    as_user: str
    name: str = "say"
    args: dict[str, Any] = field(default_factory=dict)


class Slack:
    """What stands in a workspace."""

    def __init__(self) -> None:
        self.messages: list[Shown] = []
        self._numbers = count(1)

    def shown(self) -> list[Shown]:
        return list(self.messages)

    def direct_channel(self, user_id: str) -> str:
        return DIRECT if user_id == ANA else f"D{user_id}"

    def post(self, channel_id: str, text: str, recipient: str | None = None, under: str = "no owner yet") -> None:
        blocks = [{"type": "context", "elements": [{"type": "mrkdwn", "text": under}]}]
        self.messages.append(Shown(channel_id, f"{next(self._numbers):010d}.000100", text, blocks, recipient))


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def tour(slack: Slack) -> Tour:
    slack.post(FIELD, "Got it: N-1, Acme. Visible to everyone at work.", ANA)
    slack.post(FIELD, "Got it: A-1. Visible to everyone at work.", ANA)
    slack.post(ASKS, "Ask A-1. Not now, says Tom.", under="Login · Tom")
    slack.post(RECAP, "Recap of September 2026")
    tour = Tour()
    tour.watch(slack)
    tour.begin()
    return tour


def done(tour: Tour) -> list[str]:
    tour.look()
    return [step["id"] for step in tour.steps() if step["is_done"]]


def share(slack: Slack) -> None:
    slack.post(FIELD, "Got it: N-2, Acme, pricing, first-hand. Visible to everyone at work.", ANA)
    slack.post(INTEL, "Nugget N-2. New: nobody has looked at it yet.")


def ask(slack: Slack, who: str = ANA) -> None:
    slack.post(FIELD, "Got it: A-2, no area yet. Visible to everyone at work.", who)
    slack.post(ASKS, "Ask A-2. New: nobody has looked at it yet.")


def change_card(slack: Slack, text: str, under: str) -> None:
    slack.messages = [entry for entry in slack.messages if not entry.text.startswith("Ask A-2")]
    slack.post(ASKS, f"Ask A-2. {text}", under=under)


def test_nothing_that_stood_there_before_counts(tour: Tour) -> None:
    assert done(tour) == []


def test_the_whole_tour_is_noticed_step_by_step(tour: Tour, slack: Slack) -> None:
    share(slack)
    assert done(tour) == ["share"]
    ask(slack)
    slack.post(FIELD, "Saved as A-2. One thing would help the product team decide: what?", ANA)
    assert done(tour) == ["share", "ask"]
    slack.post(FIELD, "Added to A-2 below your first words. Thank you.", ANA)
    assert done(tour) == ["share", "ask", "coach"]
    change_card(slack, "Seen by Priya Nair.", "Login · Priya Nair")
    assert done(tour)[-1] == "route"
    change_card(slack, "Not now, says Priya Nair, who looks again on 1 March 2027.", "Login · Priya Nair")
    assert done(tour)[-1] == "answer"
    slack.post(DIRECT, "Not now for A-2 (auditors), says Priya Nair:")
    assert done(tour)[-1] == "answer"
    tour.noticed(Act(ANA, "mark_read", {"channel_id": DIRECT}))
    assert done(tour)[-1] == "hear"
    tour.noticed(Act(ANA, "mark_read", {"channel_id": RECAP}))
    assert done(tour) == [step.id for step in STEPS]


def test_the_answer_has_to_be_read_by_the_one_who_asked(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack, BEN)
    change_card(slack, "Not now, says Priya Nair.", "Login · Priya Nair")
    slack.post(f"D{BEN}", "Not now for A-2 (auditors), says Priya Nair:")
    for reader, place in ((PRIYA, f"D{BEN}"), (ANA, DIRECT), (BEN, ASKS)):
        tour.noticed(Act(reader, "mark_read", {"channel_id": place}))
        assert done(tour)[-1] == "answer"
    tour.noticed(Act(BEN, "mark_read", {"channel_id": f"D{BEN}"}))
    assert done(tour)[-1] == "hear"


def test_the_step_that_waits_names_who_asked_and_where_they_read(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack, BEN)
    tour.look()
    step = next(step for step in tour.steps() if step["id"] == "hear")
    assert (step["as"], step["channel_id"]) == ([BEN], f"D{BEN}")


def test_skipping_the_question_is_an_answer_too(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack)
    slack.post(FIELD, "A-2 stands as you wrote it.", ANA)
    assert done(tour)[-1] == "coach"


def test_an_ask_that_nobody_has_to_ask_about_goes_on_without_the_question(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack)
    assert done(tour)[-1] == "ask"
    change_card(slack, "Seen by Priya Nair.", "Login · Priya Nair")
    assert done(tour)[-2:] == ["coach", "route"]


def test_another_one_s_answer_is_not_that_of_who_asked(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack)
    slack.post(FIELD, "Added to A-2 below your first words. Thank you.", BEN)
    slack.post(FIELD, "Added to A-20 below your first words. Thank you.", ANA)
    assert done(tour)[-1] == "ask"


def test_a_step_waits_for_those_before_it(tour: Tour, slack: Slack) -> None:
    ask(slack)
    assert done(tour) == []
    share(slack)
    assert done(tour) == ["share", "ask"]


def test_another_ask_does_not_stand_for_the_visitors_own(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack)
    slack.post(ASKS, "Ask A-20. Not now, says Tom Becker.", under="Login · Tom Becker")
    assert done(tour) == ["share", "ask"]


def test_a_tour_can_be_taken_again(tour: Tour, slack: Slack) -> None:
    share(slack)
    assert done(tour) == ["share"]
    tour.restart()
    assert done(tour) == []
    share(slack)
    assert done(tour) == ["share"]


def test_a_stored_tour_goes_on_where_it_stopped(tour: Tour, slack: Slack) -> None:
    share(slack)
    ask(slack, BEN)
    assert done(tour) == ["share", "ask"]
    again = resumed(kept(tour))
    again.watch(slack)
    assert again.progress == tour.progress
    assert done(again) == ["share", "ask"]


def test_every_step_can_be_shown(tour: Tour) -> None:
    for step in tour.steps():
        assert step["title"]
        assert "!" not in step["title"] + step["text"]
        assert len(step["text"]) <= 240
