"""`/intel setup`: what is kept in this channel, and for leads the buttons that change it."""

from collections.abc import Sequence

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.errors import MendableError
from bot.domain.words import Kind
from bot.services.channels import LookUpChannel, look_up_channel
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk


async def run(desk: Desk, line: CommandLine, words: Sequence[str], all_of_them: Sequence[Subcommand]) -> Message:  # noqa: ARG001
    """Show what is kept here and who said so."""
    gesture = line.gesture
    query = LookUpChannel(gesture.team_id, gesture.slack_user_id, gesture.channel_id)
    try:
        shown = await desk.transact.read(look_up_channel, query)
    except MendableError as error:
        shown = answers.say(str(error))
    return answers.look_up_offer(shown, line.text, line.kind)


SUBCOMMAND = Subcommand(
    name="setup",
    kinds=frozenset({Kind.NUGGET}),
    usage=lambda kind: "setup",  # noqa: ARG005
    description=lambda kind: "Shows what I keep in this channel. Leads can change it.",  # noqa: ARG005
    fits=lambda kind, words: [word.casefold() for word in words] == ["setup"],  # noqa: ARG005
    run=run,
)
