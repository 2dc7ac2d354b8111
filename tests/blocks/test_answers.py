from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.text import is_blank
from bot.domain.views import EvidenceView, ItemView
from bot.domain.words import Effect, HowKnown, Kind, Privacy, Status
from tests.blocks.samples import (
    ASK,
    DECIDED,
    ITEMS,
    NASTY,
    NUGGET,
    WORDS,
    action_ids,
    assert_fit_to_send,
    objects_in,
    shown,
)


def values(message: Message) -> set[str]:
    return {entry["value"] for entry in objects_in(message.blocks) if "value" in entry}


@given(ITEMS, st.booleans())
def test_every_answer_about_an_item_is_fit_to_send(item: ItemView, is_first: bool) -> None:
    for message in (
        answers.saved(item, 5, is_first=is_first),
        answers.saved_private(item, 5, is_first=is_first),
        answers.already_saved(item),
        answers.taken_back(item.name, item.text),
        answers.shared(item.name),
        answers.no_such_item(item.name),
        answers.answer_in_words_offer(item),
        answers.answer_recorded(item.name),
        answers.item_details(item),
        answers.own_items([item] * 30),
        answers.saved_for(item, 5, item.text, is_first=is_first),
        answers.or_first_hand(answers.saved_private(item, 5, is_first=is_first), 5),
        answers.unsaved(item.name),
        answers.item_standing(item, "/ask"),
        answers.own_standing([item] * 30, "/ask mine"),
    ):
        assert_fit_to_send(message)


@given(WORDS, WORDS, st.lists(WORDS, max_size=30))
def test_every_answer_with_words_is_fit_to_send(said: str, text: str, lines: list[str]) -> None:
    for message in (
        answers.say(said),
        answers.refused_with_text(said, text),
        answers.not_saved(text),
        answers.look_up_offer(answers.say(said), text, Kind.ASK),
        answers.help_text([(line, text) for line in lines]),
    ):
        assert_fit_to_send(message)


@pytest.mark.parametrize("is_direct", [True, False])
def test_every_answer_to_a_line_is_fit_to_send(is_direct: bool) -> None:
    assert_fit_to_send(answers.how_to_write(is_direct=is_direct))
    assert_fit_to_send(answers.which_kind("C1", "1.000100"))
    assert_fit_to_send(answers.say(answers.MENU_NOT_SAVED))
    for outcome in answers.WHY_NOT_SAVED:
        assert_fit_to_send(answers.not_saved_because(outcome, "/intel"))


def test_which_kind_asks_one_question_with_two_buttons_that_name_the_message() -> None:
    message = answers.which_kind("C1", "1.000100")
    assert action_ids(message) == [answers.ACTION_SAVE_AS_INTEL, answers.ACTION_SAVE_AS_ASK]
    assert values(message) == {"C1:1.000100"}


@pytest.mark.parametrize("privacy", list(Privacy))
def test_what_is_saved_for_another_names_them_and_can_be_taken_back(privacy: Privacy) -> None:
    message = answers.saved_for(replace(ASK, privacy=privacy), 5, "Ana Ruiz")
    assert "The credit is Ana Ruiz's, saved by you." in message.text
    assert ("everyone" in message.text) == (privacy is Privacy.WORKSPACE)
    assert (answers.ACTION_SHARE_TEXT in action_ids(message)) == (privacy is Privacy.PLACE)
    assert answers.ACTION_UNSAVE in action_ids(message)


def test_what_stays_in_a_direct_conversation_holds_nobody_s_words() -> None:
    said = replace(ASK, text="the very words", decision=None)
    for message in (answers.item_standing(said, "/ask"), answers.own_standing([said], "/ask mine")):
        assert "the very words" not in str(message)


def test_saved_says_what_was_understood_and_who_sees_it() -> None:
    message = answers.saved(replace(NUGGET, area=None, account=None, amount=None, tags=()), 5)
    assert message.text == "Got it: N-12, Acme, pricing, first-hand. Visible to everyone at work."
    assert action_ids(message) == [answers.ACTION_EDIT, answers.ACTION_TAKE_BACK]
    assert values(message) == {"5"}


def test_saved_names_all_that_was_read_from_the_line() -> None:
    assert answers.saved(ASK, 5).text.startswith("Got it: A-7, Log-in, Globex, $120,000, #sso, first-hand.")


@pytest.mark.parametrize("privacy", [Privacy.PLACE, Privacy.RESTRICTED])
def test_saved_never_says_everyone_of_what_is_not_for_everyone(privacy: Privacy) -> None:
    assert "everyone" not in answers.saved(replace(ASK, privacy=privacy), 5).text


def test_the_first_use_says_what_must_not_be_shared() -> None:
    assert answers.UNDER_NDA in answers.saved(ASK, 5, is_first=True).text
    assert answers.UNDER_NDA not in answers.saved(ASK, 5).text
    assert answers.UNDER_NDA in answers.saved_private(ASK, 5, is_first=True).text


def test_what_comes_from_a_private_place_asks_before_it_leaves() -> None:
    message = answers.saved_private(ASK, 5)
    assert action_ids(message)[:2] == [answers.ACTION_SHARE_TEXT, answers.ACTION_KEEP_IN_CHANNEL]
    assert "Share the text with product" in shown(message)
    assert "Keep in this channel" in shown(message)
    assert values(message) == {"70", "5"}


@pytest.mark.parametrize("text", [words for words in NASTY if not is_blank(words)])
def test_words_that_were_not_kept_come_back_whole(text: str) -> None:
    message = answers.not_saved(text)
    if len(text) <= answers.LONGEST_RETURNED_IN_BLOCKS:
        assert text in [entry.get("text") for entry in objects_in(message.blocks)]
    else:
        assert message.blocks == []


def test_ordinary_words_of_the_length_that_one_message_holds_come_back_in_one() -> None:
    assert answers.not_saved("x" * 38_000).text.endswith("x" * 38_000)


def test_a_refusal_gives_its_reason_and_the_words() -> None:
    message = answers.refused_with_text("Guests cannot share.", "Acme <cut> prices")
    assert message.text == "Guests cannot share. Your words:\nAcme &lt;cut&gt; prices"
    assert answers.refused_with_text("Guests cannot share.", " ").text == "Guests cannot share."


@pytest.mark.parametrize(
    ("kind", "action"),
    [(Kind.ASK, answers.ACTION_SAVE_ASK_INSTEAD), (Kind.NUGGET, answers.ACTION_SAVE_INTEL_INSTEAD)],
)
def test_a_look_up_offers_to_save_the_line_instead(kind: Kind, action: str) -> None:
    message = answers.look_up_offer(answers.say("N-12: Acme cut prices"), "about Acme", kind)
    assert message.text == "N-12: Acme cut prices"
    assert action_ids(message) == [action]
    assert values(message) == {"about Acme"}


@pytest.mark.parametrize("length", [1, answers.LONGEST_CARRIED])
def test_a_button_carries_the_line_as_it_was_typed(length: int) -> None:
    assert values(answers.look_up_offer(answers.say("Found."), "x" * length, Kind.ASK)) == {"x" * length}


def test_a_line_that_no_button_carries_is_given_back() -> None:
    line = "x" * (answers.LONGEST_CARRIED + 1)
    message = answers.look_up_offer(answers.say("Found."), line, Kind.ASK)
    assert action_ids(message) == []
    assert line in shown(message)


def test_own_items_beyond_a_screen_are_counted() -> None:
    assert "And 5 more." in shown(answers.own_items([ASK] * 25))
    assert "more." not in shown(answers.own_items([ASK] * 20))


def test_words_that_are_taken_back_return_to_their_author_alone() -> None:
    message = answers.taken_back("A-7", "SSO for Globex")
    assert message.text == "A-7 is taken back, and its words are erased here. Your words:\nSSO for Globex"


def test_what_is_kept_in_its_place_says_so() -> None:
    assert "stays in this channel" in answers.kept_here().text
    assert answers.shared("A-7").text == "A-7 is now visible to everyone at work. Thank you."


def test_an_item_that_cannot_be_seen_reads_like_one_that_is_not_there() -> None:
    assert answers.no_such_item("A-9").text == "There is no A-9 that you can see."


def test_help_lists_every_usage() -> None:
    message = answers.help_text([("/intel TEXT", "saves it"), ("/intel help", "shows this")])
    assert message.text == "This is what you can type. /intel TEXT: saves it /intel help: shows this"
    assert "/intel help" in shown(message)


@pytest.mark.parametrize("effect", Effect)
def test_a_missing_right_is_explained_without_blame(effect: Effect) -> None:
    assert "Nothing was changed. You are told this only once." in answers.needs_right(effect).text
    assert_fit_to_send(answers.needs_right(effect))


def test_answers_in_words_are_those_that_the_kind_has() -> None:
    for_both = [answers.ACTION_DECLINE, answers.ACTION_DUPLICATE]
    for_asks = [answers.ACTION_NEEDS_INFO, answers.ACTION_ALREADY_POSSIBLE, answers.ACTION_NOT_NOW]
    assert action_ids(answers.answer_in_words_offer(ASK)) == [*for_asks, *for_both]
    assert action_ids(answers.answer_in_words_offer(NUGGET)) == for_both


def test_details_show_the_deal_the_reason_and_other_reports() -> None:
    item = replace(
        ASK,
        status=Status.DECLINED,
        decision=DECIDED,
        wanted="A log-in page",
        evidence=tuple(EvidenceView(f"Report {n}", "Ben", HowKnown.RUMOUR) for n in range(5)),
    )
    seen = shown(answers.item_details(item))
    for words in ("Globex", "$120,000", DECIDED.reason, "Ben, rumour:", "Report 2", "And 2 more.", "A log-in page"):
        assert words in seen


def test_details_leave_out_what_the_reader_may_not_see() -> None:
    seen = shown(answers.item_details(replace(ASK, text="SSO", account=None, amount=None)))
    assert "Globex" not in seen
    assert "None" not in seen


def test_own_items_say_where_each_stands() -> None:
    message = answers.own_items([ASK, NUGGET])
    assert "A-7: SSO for Globex · New: nobody has looked at it yet." in shown(message)
    assert "N-12: Acme cut prices" in shown(message)


def test_who_shared_nothing_is_shown_how() -> None:
    expected = "You have not shared anything of this kind yet. One line is enough."
    assert answers.own_items([]).text == expected


@pytest.mark.parametrize("kind", Kind)
def test_what_is_saved_already_is_named(kind: Kind) -> None:
    assert answers.already_saved(replace(ASK, kind=kind)).text == (
        "This is saved already, as A-7. New: nobody has looked at it yet. Nothing was added."
    )


@pytest.mark.parametrize("text", ["x" * 40_000, "&" * 40_000, "<é&" * 13_333, "short"])
def test_words_of_any_length_come_back_whole_in_as_many_messages_as_slack_takes(text: str) -> None:
    first, *rest = [answers.not_saved(text), *answers.rest_of_words(text)]
    assert isinstance(first, answers.GivenBack)
    # Slack takes five answers at one address beside the acknowledgement, each of 40,000 characters.
    assert len(rest) <= 5
    assert all(len(message.text) <= 40_000 for message in (first, *rest))
    came_back = "".join(message.text.split(":\n", 1)[1] for message in (first, *rest))
    assert came_back == text.replace("&", "&amp;").replace("<", "&lt;")
