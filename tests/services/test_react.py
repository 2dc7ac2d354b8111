"""Reactions: an emoji decides, routes or asks for words; without the right it is explained once ever."""

import pytest

from bot.domain.facts import Settled
from bot.domain.words import Effect, Kind
from bot.services.react import ReactTo, react_with
from bot.services.undo import UndoGesture, undo_gesture
from db.models import Decision, OpenQuestion, ProductArea
from tests.services.bench import ANA, BEN, CLEO, FIELD, GUEST, LEAD, PM, SECRET, Bench

MESSAGE = "1791972000.000100"
DONE = Settled("handled", "decided")


def react(bench: Bench, emoji: str, actor: str = PM, channel_id: str = FIELD, message_ts: str = MESSAGE) -> Settled:
    key = f"reaction:{channel_id}:{message_ts}:{actor}:{emoji}:{bench.next_key()}"
    return bench.run(react_with, ReactTo(bench.team_id, channel_id, message_ts, actor, emoji, key))


@pytest.fixture
def nugget(bench: Bench) -> int:
    """A nugget from a message in the field's channel."""
    return bench.capture_message("Acme is cheap", MESSAGE).item_id


@pytest.mark.parametrize(
    ("emoji", "actor", "status"),
    [
        ("eyes", PM, "acknowledged"),
        ("eyes", LEAD, "acknowledged"),
        ("white_check_mark", LEAD, "verified"),
        ("moneybag", PM, "acknowledged"),
    ],
)
def test_an_emoji_does_what_settings_say(bench: Bench, nugget: int, emoji: str, actor: str, status: str) -> None:
    assert react(bench, emoji, actor) == DONE
    item = bench.item(nugget)
    assert item.status == status
    assert item.owner == (actor if emoji != "moneybag" else PM)


def test_whoever_routes_by_emoji_is_who_has_seen_it(bench: Bench, nugget: int) -> None:
    assert react(bench, "key", PM) == DONE
    assert "Seen by Priya." in bench.card_of(nugget).payload["text"]
    assert react(bench, "moneybag", LEAD) == DONE
    assert "Seen by Priya." in bench.card_of(nugget).payload["text"], "a later routing changes nothing of that"


def test_an_area_s_emoji_routes_to_it(bench: Bench, nugget: int) -> None:
    assert react(bench, "key", PM) == DONE
    (area,) = bench.rows(ProductArea, ProductArea.name == "Login")
    assert (bench.item(nugget).area_id, bench.item(nugget).owner) == (area.id, LEAD)


def test_a_reaction_to_the_card_counts_as_one_to_the_message(bench: Bench) -> None:
    captured = bench.capture("dark mode")
    bench.send()
    card = bench.card_of(captured.item_id)
    assert react(bench, "white_check_mark", PM, str(card.slack_channel_id), str(card.slack_ts)) == DONE
    assert bench.item(captured.item_id).status == "accepted"


def test_what_means_nothing_changes_nothing(bench: Bench, nugget: int) -> None:
    assert react(bench, "tada").state == "ignored"
    assert react(bench, "calendar").state == "ignored"
    assert react(bench, "eyes", message_ts="1.000000").state == "ignored"
    assert bench.item(nugget).status == "new"


def test_doing_it_twice_decides_once(bench: Bench, nugget: int) -> None:
    assert react(bench, "eyes") == DONE
    assert react(bench, "eyes", LEAD) == Settled("ignored", "not from here")
    assert len(bench.rows(Decision)) == 1


def test_without_the_right_it_is_explained_once_ever(bench: Bench, nugget: int) -> None:
    for emoji in ("eyes", "white_check_mark", "speech_balloon"):
        assert react(bench, emoji, BEN) == Settled("refused", "no right")
    (told,) = bench.outbox(purpose="answer")
    assert (told.kind, told.recipient, told.channel_id) == ("ephemeral", BEN, FIELD)
    assert bench.item(nugget).status == "new"
    assert bench.rows(Decision) == []
    assert bench.rows(OpenQuestion) == []


def test_guests_and_those_outside_a_private_place_are_refused(bench: Bench) -> None:
    bench.capture_message("Acme", MESSAGE, channel_id=SECRET)
    assert react(bench, "eyes", GUEST, SECRET) == Settled("refused", "not a full member")
    assert react(bench, "eyes", PM, SECRET) == Settled("refused", "not open to them")
    assert react(bench, "eyes", CLEO, SECRET).state == "refused"
    assert bench.outbox(purpose="answer") == []


@pytest.mark.parametrize("emoji", ["speech_balloon", "wastebasket"])
def test_where_words_are_needed_only_a_menu_appears(bench: Bench, emoji: str) -> None:
    item_id = bench.capture_message("nobody named here", MESSAGE).item_id
    for _ in range(2):
        assert react(bench, emoji) == Settled("handled", "asked for words")
    assert bench.item(item_id).status == "new"
    assert bench.rows(Decision) == []
    (question,) = bench.rows(OpenQuestion)
    assert (question.slack_user_id, question.closed_at) == (PM, None)
    assert {entry.recipient for entry in bench.outbox(purpose="answer")} == {PM}
    bench.decide(item_id, Effect.DECLINE, PM, "Not this year.")
    (question,) = bench.rows(OpenQuestion)
    assert question.closed_at == bench.now


def test_taking_it_away_undoes_it(bench: Bench, nugget: int) -> None:
    react(bench, "eyes")
    react(bench, "white_check_mark")
    prefix = f"reaction:{FIELD}:{MESSAGE}:{PM}:"
    eyes = bench.run(undo_gesture, UndoGesture(bench.team_id, f"{prefix}eyes:", PM, "un1"))
    assert not eyes.is_done
    for emoji, status in (("white_check_mark", "acknowledged"), ("eyes", "new")):
        key = bench.next_key()
        undone = bench.run(undo_gesture, UndoGesture(bench.team_id, f"{prefix}{emoji}:", PM, key))
        assert (undone.is_done, bench.item(nugget).status) == (True, status)


def test_a_reaction_by_the_reporter_is_no_more_than_anyone_s(bench: Bench, nugget: int) -> None:
    assert react(bench, "eyes", ANA) == Settled("refused", "no right")
    assert bench.item(nugget).kind == Kind.NUGGET
