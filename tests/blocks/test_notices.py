from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.message import Message
from bot.blocks.notices import ACTION_LOOK_AGAIN, ACTION_OPEN_AGAIN, notice, reply_passed_on
from bot.domain.policies import Bar
from bot.domain.views import DecisionView, ItemView
from bot.domain.words import Effect
from tests.blocks.samples import ASK, DECIDED, DECISIONS, ITEMS, action_ids, assert_fit_to_send, shown

TOLD = {
    Effect.DECLINE: (
        "Priya said no to A-7 (SSO for Globex): “We build for teams under 50 this year.”"
        " You can do today: Use the shared log-in. What we build for: Small teams."
        " What gets in: Three accounts or more. What we will not do: Nothing on premises."
        " Did we miss something? Reply here; Priya reads it."
    ),
    Effect.ANSWER_NOT_NOW: (
        "Not now for A-7 (SSO for Globex), says Priya: “We build for teams under 50 this year.”"
        " Priya looks again on 1 March 2027, or sooner if: three more accounts ask. Nothing you need to do."
    ),
    Effect.PLAN: (
        "A-7 (SSO for Globex) is on Priya's plan. “We build for teams under 50 this year.”"
        " Please don't tell Globex yet: no wording is approved. I'll tell you when it is."
    ),
    Effect.SHIP: (
        "A-7 (SSO for Globex) has shipped, says Priya. “We build for teams under 50 this year.”"
        " It started with what you shared. Thank you."
    ),
    Effect.ANSWER_ALREADY_POSSIBLE: (
        "What A-7 (SSO for Globex) needs is possible today, says Priya: “We build for teams under 50 this year.”"
        " If that does not do it, reply here; Priya reads it."
    ),
    Effect.ASK_FOR_INFO: (
        "Priya has one question on A-7 (SSO for Globex): “We build for teams under 50 this year.”"
        " Reply here; Priya reads it. Until then the clock stands still."
    ),
    Effect.MARK_NOISE: (
        "Priya set A-7 (SSO for Globex) aside as noise: a test."
        " If that is not right, press Look again, and it goes back to its owner."
    ),
    Effect.MARK_DUPLICATE: (
        "A-7 (SSO for Globex) is the same as A-3, says Priya. “We build for teams under 50 this year.”"
        " You now count among the reporters of A-3, and hear what becomes of it."
    ),
    Effect.LAPSE: (
        "A-7 (SSO for Globex) is not pursued for now: the question to you stayed open for ten business days."
        " Nothing is lost. One tap opens it again."
    ),
}


def told(item: ItemView, decision: DecisionView) -> Message:
    message = notice(item, decision)
    assert message is not None
    return message


@given(ITEMS, DECISIONS)
def test_every_notice_is_fit_to_send(item: ItemView, decision: DecisionView) -> None:
    message = notice(item, decision)
    assert (message is None) == (decision.effect not in TOLD)
    if message is not None:
        assert_fit_to_send(message)


@pytest.mark.parametrize("effect", TOLD)
def test_a_notice_says_who_why_and_what_happens_next(effect: Effect) -> None:
    message = told(ASK, replace(DECIDED, effect=effect))
    assert message.text == TOLD[effect]
    assert shown(message).startswith(message.text.replace("“", "").replace("”", ""))


@pytest.mark.parametrize("effect", [effect for effect in Effect if effect not in TOLD])
def test_what_only_changes_the_card_tells_nobody(effect: Effect) -> None:
    assert notice(ASK, replace(DECIDED, effect=effect)) is None


def test_with_several_reporters_no_account_is_named_to_the_others() -> None:
    shared = replace(ASK, text="SSO", reporter_ids=("U1", "U2"))
    text = told(shared, replace(DECIDED, effect=Effect.PLAN)).text
    assert "Please don't tell your customer yet" in text
    assert "Globex" not in text


def test_a_decision_of_no_person_is_the_teams() -> None:
    by_rule = replace(DECIDED, actor_name=None, reason="", instead=None)
    text = told(replace(ASK, bar=Bar()), by_rule).text
    assert text == (
        "The product team said no to A-7 (SSO for Globex). Did we miss something?"
        " Reply here; the product team reads it."
    )


@pytest.mark.parametrize("effect", [Effect.MARK_NOISE, Effect.LAPSE])
def test_noise_and_what_lapsed_can_be_sent_back(effect: Effect) -> None:
    assert action_ids(told(ASK, replace(DECIDED, effect=effect))) == [ACTION_LOOK_AGAIN]


def test_a_reply_is_passed_on_with_its_words_and_a_way_to_open_the_item_again() -> None:
    message = reply_passed_on(ASK, "Ana", "They are 40 people.", Effect.DECLINE)
    assert message.text == (
        "Ana replied to your no on A-7 (SSO for Globex): “They are 40 people.” Your no stands unless you open it again."
    )
    assert action_ids(message) == [ACTION_OPEN_AGAIN]
    assert action_ids(reply_passed_on(ASK, "Ana", "Forty.", Effect.ASK_FOR_INFO)) == []


@given(ITEMS, st.text(max_size=4000), st.sampled_from(Effect))
def test_every_reply_passed_on_is_fit_to_send(item: ItemView, text: str, effect: Effect) -> None:
    assert_fit_to_send(reply_passed_on(item, text[:300], text, effect))


def test_an_item_without_words_goes_by_its_name() -> None:
    assert told(replace(ASK, text=" "), replace(DECIDED, effect=Effect.SHIP)).text.startswith("A-7 has shipped")
