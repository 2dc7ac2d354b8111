"""What the bot itself posts and opens, drawn from the view models that its tests use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.blocks import answers, modals
from bot.blocks.card import card
from bot.blocks.message import Block
from bot.blocks.notices import notice
from bot.blocks.recap import recap
from bot.domain.choices import Filled, new_choice, row_choice, typed
from bot.domain.views import DecisionView
from bot.domain.words import Effect, HowKnown, Kind, Status
from bot.playground.elements import with_ids
from tests.blocks.samples import ASK, DECIDED, NASTY, NUGGET, RECAP

WORDS = "Globex needs <single> *sign-on* & _audit logs_"
FILLED: Filled = {
    "words": typed(WORDS),
    "account": (row_choice(1, "Globex <Corp>"),),
    "tags": (new_choice("pricing", "#pricing"),),
    "restricted": typed(modals.TICKED),
}
Named = tuple[str, list[Block]]


def every_own() -> Iterator[Named]:
    """Yield each message and form of the bot with a name, as the page gets them."""
    for name, blocks in (*cards(), *told(), *answered(), *forms(), *nasty()):
        yield name, with_ids(blocks)


def cards() -> Iterator[Named]:
    """Yield the card of each status, and the recap."""
    for item in (ASK, NUGGET):
        for status in Status:
            decided = replace(item, status=status, decision=DECIDED)
            yield f"card {item.kind} {status}", card(decided if status is not Status.NEW else item).blocks
    yield "recap", recap(RECAP).blocks


def told() -> Iterator[Named]:
    """Yield each notice of a decision."""
    for effect in Effect:
        message = notice(
            ASK, DecisionView(effect, datetime(2026, 10, 5, tzinfo=UTC), reason="Why.", actor_name="Priya")
        )
        if message is not None:
            yield f"notice {effect}", message.blocks


def answered() -> Iterator[Named]:
    """Yield the private answers."""
    messages = {
        "saved": answers.saved(ASK, 5, is_first=True),
        "saved private": answers.saved_private(NUGGET, 5, is_first=True),
        "already saved": answers.already_saved(ASK),
        "taken back": answers.taken_back("A-7", WORDS),
        "no such item": answers.no_such_item("A-9"),
        "refused": answers.refused_with_text("That is too long.", WORDS),
        "not saved": answers.not_saved(WORDS),
        "look up": answers.look_up_offer(answers.say("Found."), WORDS, Kind.ASK),
        "help": answers.help_text([("/ask TEXT", "saves an ask"), ("/intel me", "your own")]),
        "in words": answers.answer_in_words_offer(ASK),
        "details": answers.item_details(replace(ASK, decision=DECIDED)),
        "own items": answers.own_items([ASK, NUGGET] * 4),
    }
    return ((name, message.blocks) for name, message in messages.items())


def forms() -> Iterator[Named]:
    """Yield the blocks of each form."""
    views = {
        "capture intel": modals.capture_form(Kind.NUGGET),
        "capture ask": modals.capture_form(Kind.ASK),
        "capture intel details": modals.capture_form(Kind.NUGGET, modals.CaptureDrawing(has_details=True)),
        "capture ask draft": modals.capture_form(
            Kind.ASK, modals.CaptureDrawing(FILLED, has_details=True, draft_on=date(2026, 10, 14))
        ),
        "edit all": modals.edit_form(WORDS, modals.EditDrawing(Kind.ASK, FILLED)),
        "edit": modals.edit_form(WORDS),
        "edit long words": modals.edit_form("words " * 1500),
        "decline": modals.decline_form(ASK),
        "not now": modals.not_now_form(ASK),
        "noise": modals.noise_form(ASK),
    }
    return ((f"form {name}", view["blocks"]) for name, view in views.items())


def nasty() -> Iterator[Named]:
    """Yield cards of words that try to be something else."""
    for number, text in enumerate(NASTY):
        yield f"nasty {number}", card(replace(ASK, text=text, how_known=HowKnown.RUMOUR)).blocks
