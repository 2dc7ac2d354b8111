from dataclasses import replace

import pytest
from hypothesis import given

from bot.blocks import card as cards
from bot.blocks.card import card
from bot.blocks.joining import ACTION_ME_TOO
from bot.domain.views import ItemView
from bot.domain.words import Effect, Kind, NoiseReason, Privacy, Status
from tests.blocks.samples import ASK, DECIDED, ITEMS, NUGGET, action_ids, assert_fit_to_send, objects_in, shown

ENDS = [
    Status.SHIPPED,
    Status.OUTDATED,
    Status.ALREADY_POSSIBLE,
    Status.DECLINED,
    Status.DUPLICATE,
    Status.NOISE,
    Status.WITHDRAWN,
]


@given(ITEMS)
def test_every_card_is_fit_to_send(item: ItemView) -> None:
    assert_fit_to_send(card(item))


def test_a_new_ask_shows_its_words_its_context_and_what_can_be_done() -> None:
    drawn = card(ASK)
    assert shown(drawn) == (
        "Ask A-7 SSO for Globex First-hand · #sso Log-in · Priya Shared by Ada New: nobody has looked at it yet."
        " Seen Accept Answer in words Planned Planned: A-7"
        " Its reporters are told that it is planned, and that nothing may be promised to customers yet."
        " Planned Not yet Noise Noise: A-7 You choose one of four reasons next."
        " Its author is told, and can send it back. Noise Not yet Me too"
    )
    assert drawn.text == "Ask A-7. New: nobody has looked at it yet. SSO for Globex"


@pytest.mark.parametrize("item", [ASK, NUGGET])
def test_the_exact_words_are_quoted(item: ItemView) -> None:
    quotes = [entry for entry in objects_in(card(item).blocks) if entry.get("type") == "rich_text_quote"]
    assert quotes == [{"type": "rich_text_quote", "elements": [{"type": "text", "text": item.text}]}]


def test_no_account_and_no_money_stand_on_a_card() -> None:
    drawn = card(replace(ASK, text="They need SSO", account="Initech", amount="$99"))
    assert "Initech" not in shown(drawn) + drawn.text
    assert "$99" not in shown(drawn) + drawn.text


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (Kind.ASK, Status.NEW, ["see", "accept", "answer_in_words", "plan", "noise"]),
        (Kind.ASK, Status.ACKNOWLEDGED, ["accept", "answer_in_words", "plan", "noise"]),
        (Kind.ASK, Status.ACCEPTED, ["answer_in_words", "plan", "ship"]),
        (Kind.ASK, Status.PLANNED, ["answer_in_words", "ship"]),
        (Kind.NUGGET, Status.NEW, ["see", "verify", "decline", "noise"]),
        (Kind.NUGGET, Status.VERIFIED, []),
        *((kind, status, []) for kind in Kind for status in ENDS),
    ],
)
def test_buttons_follow_the_status(kind: Kind, status: Status, expected: list[str]) -> None:
    drawn = card(replace(ASK, kind=kind, status=status, decision=DECIDED))
    me_too = [] if status in {Status.DUPLICATE, Status.NOISE, Status.WITHDRAWN} else [ACTION_ME_TOO]
    assert action_ids(drawn) == [*(f"card_{name}" for name in expected), *me_too]


def test_every_button_carries_the_item_and_only_grave_ones_ask_back() -> None:
    statuses = [replace(ASK, kind=kind, status=status) for kind in Kind for status in Status]
    buttons = [entry for item in statuses for entry in objects_in(card(item).blocks) if entry.get("type") == "button"]
    assert {entry["value"] for entry in buttons} == {"70"}
    asking = {entry["action_id"] for entry in buttons if "confirm" in entry}
    assert asking == {cards.ACTION_PLAN, cards.ACTION_SHIP, cards.ACTION_NOISE}


def test_a_decline_says_who_when_and_why_but_not_who_asked() -> None:
    drawn = card(replace(ASK, status=Status.DECLINED, decision=DECIDED))
    assert "Declined by Priya. · We build for teams under 50 this year." in " ".join(shown(drawn).split())
    assert "Ada" not in shown(drawn) + drawn.text
    dates = [entry for entry in objects_in(drawn.blocks) if entry.get("type") == "date"]
    assert [entry["fallback"] for entry in dates] == ["5 October 2026"]


def test_an_item_taken_back_has_lost_its_words() -> None:
    drawn = card(replace(ASK, status=Status.WITHDRAWN))
    assert "Taken back by its author." in shown(drawn)
    assert "SSO for Globex" not in shown(drawn) + drawn.text


@pytest.mark.parametrize("privacy", [Privacy.PLACE, Privacy.RESTRICTED])
def test_a_card_of_a_private_item_shows_nothing_of_it(privacy: Privacy) -> None:
    drawn = card(replace(NUGGET, privacy=privacy))
    for secret in ("Acme", "Ada", "sso", "Log-in", "pricing"):
        assert secret not in shown(drawn) + drawn.text
    assert action_ids(drawn) == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.ACKNOWLEDGED, "Seen by Priya."),
        (Status.ACCEPTED, "Accepted by Priya. Not for customers yet."),
        (Status.PLANNED, "Planned by Priya. Not for customers yet."),
        (Status.SHIPPED, "Shipped, says Priya."),
        (Status.NEEDS_INFO, "A question from Priya to the reporter is open."),
        (Status.NOT_NOW, "Not now, says Priya, who looks again on 1 March 2027."),
        (Status.ALREADY_POSSIBLE, "Already possible, says Priya."),
        (Status.DUPLICATE, "The same as A-3, says Priya. Its reporters moved there."),
        (Status.NOISE, f"Set aside as noise by Priya: {NoiseReason.TEST}."),
    ],
)
def test_a_status_is_told_in_words(status: Status, sentence: str) -> None:
    assert sentence in card(replace(ASK, status=status, decision=DECIDED)).text


def test_a_rule_decides_in_the_name_of_the_team() -> None:
    by_rule = replace(DECIDED, effect=Effect.SEE, actor_id=None, actor_name=None)
    assert "Seen by the product team." in card(replace(ASK, status=Status.ACKNOWLEDGED, decision=by_rule)).text


def test_long_words_are_shortened_and_the_card_says_so() -> None:
    drawn = card(replace(ASK, text="x" * 3001))
    assert "Shortened here; the whole text is kept." in shown(drawn)
    assert "Shortened" not in shown(card(replace(ASK, text="x" * 3000)))


def test_many_reporters_are_named_up_to_five() -> None:
    drawn = card(replace(ASK, reporter_names=("Ada", "Ben", "Cid", "Dee", "Eve", "Fay"), saved_by_name="Gus"))
    assert "Shared by Ada, Ben, Cid, Dee, Eve and 1 more (saved by Gus)" in shown(drawn)
