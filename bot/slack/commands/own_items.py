"""`/intel me` and `/ask mine`: what this person shared, newest first, with how it stands."""

from collections.abc import Sequence

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.words import Kind
from bot.services.look_up import ListOwn, list_own
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk

WORD = {Kind.NUGGET: "me", Kind.ASK: "mine"}


async def run(desk: Desk, line: CommandLine, words: Sequence[str], all_of_them: Sequence[Subcommand]) -> Message:  # noqa: ARG001
    """List the person's latest items of this kind."""
    query = ListOwn(line.gesture.team_id, line.gesture.slack_user_id, line.kind)
    return answers.look_up_offer(answers.own_items(await desk.transact.read(list_own, query)), line.text, line.kind)


SUBCOMMAND = Subcommand(
    name="own",
    kinds=frozenset(Kind),
    usage=lambda kind: WORD[kind],
    description=lambda kind: "Lists what you shared, and how it stands.",  # noqa: ARG005
    fits=lambda kind, words: [word.casefold() for word in words] == [WORD[kind]],
    run=run,
)
