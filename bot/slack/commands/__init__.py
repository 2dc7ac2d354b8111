"""`/intel` and `/ask`: a line is kept at once; a form opens for the bare command; a few words look things up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.command_line import Capture, Form, LookUp, read_command
from bot.domain.errors import MendableError, TemporaryError
from bot.domain.text import plain
from bot.domain.words import Kind
from bot.services.capture import CaptureWords, capture_words
from bot.services.look_up import LookUpSaved, look_up_saved
from bot.slack.commands import about_item, help_text, own_items, setup, want
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk, Gesture, read_gesture
from bot.slack.listening import ANYTHING
from bot.slack.modals.drafting import open_capture_form

SUBCOMMANDS: tuple[Subcommand, ...] = (
    help_text.SUBCOMMAND,
    own_items.SUBCOMMAND,
    about_item.SUBCOMMAND,
    setup.SUBCOMMAND,
    want.SUBCOMMAND,
)

# Slack waits three seconds and then shows an error of its own, which gives nobody their words back.
COMMAND_SECONDS = 2.6

Ack = Callable[..., Awaitable[Any]]


def register(app: AsyncApp, desk: Desk) -> None:
    """Wire one listener for every command; which command means what is a matter of settings."""

    async def on_command(ack: Ack, body: Mapping[str, Any]) -> None:
        message = await answer_command(desk, body)
        if message is None:
            await ack()
        else:
            await ack(response_type="ephemeral", text=message.text, blocks=message.blocks)
            if isinstance(message, answers.GivenBack):
                text = plain(str(body.get("text") or ""))
                desk.tell_afterwards(read_gesture(body), answers.rest_of_words(text))

    app.command(ANYTHING)(on_command)


def kind_of_command(desk: Desk, team_id: str, command: str) -> Kind:
    """Return what a command captures; the names of the commands are settings."""
    return Kind.ASK if command == desk.policy_of(team_id).command_ask else Kind.NUGGET


async def answer_command(desk: Desk, body: Mapping[str, Any]) -> Message | None:
    """Do what a typed command says and return the private answer; None when a form was opened instead."""
    gesture = read_gesture(body)
    text = plain(str(body.get("text") or ""))
    line = CommandLine(gesture, kind_of_command(desk, gesture.team_id, str(body.get("command"))), text)
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            if not await desk.is_member(gesture):
                return answers.refused_with_text("Nugget keeps what full members of this workspace share.", text)
            return await _do(desk, line)
    except MendableError as error:
        return answers.refused_with_text(str(error), text)
    except (TemporaryError, TimeoutError):
        # If it came to be kept all the same, the same line typed again is kept once.
        return answers.not_saved(text)


async def _do(desk: Desk, line: CommandLine) -> Message | None:
    grammars = [subcommand.grammar(line.kind) for subcommand in SUBCOMMANDS]
    match read_command(line.kind, line.text, grammars):
        case Form():
            await open_capture_form(desk, line.gesture, line.kind)
            return None
        case LookUp(name=name, words=words):
            found = next(subcommand for subcommand in SUBCOMMANDS if subcommand.name == name)
            return await found.run(desk, line, words, SUBCOMMANDS)
        case Capture():
            return await keep_line(desk, line.gesture, line.kind, line.text)


async def keep_line(desk: Desk, gesture: Gesture, kind: Kind, text: str) -> Message:
    """Save a typed line whole and return what was understood of it."""
    captured = await desk.transact(
        capture_words,
        CaptureWords(
            team_id=gesture.team_id,
            kind=kind,
            words=text,
            reporter=gesture.slack_user_id,
            gesture_key=f"command:{gesture.trigger_id}",
            words_ts=f"{desk.now().timestamp():.6f}",
            channel_id=gesture.channel_id,
            is_typed=True,
        ),
    )
    return await desk.transact.read(look_up_saved, LookUpSaved(captured.report_id, captured.is_first))
