"""`help`: what can be typed, generated from what exists."""

from collections.abc import Sequence

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.words import Kind
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk


async def run(desk: Desk, line: CommandLine, words: Sequence[str], all_of_them: Sequence[Subcommand]) -> Message:  # noqa: ARG001
    """List every subcommand of this command, after what its bare line does."""
    policy = desk.policy_of(line.gesture.team_id)
    command = policy.command_ask if line.kind is Kind.ASK else policy.command_intel
    thing = "a customer's request" if line.kind is Kind.ASK else "what you heard about a competitor"
    usages = [(f"{command} TEXT", f"Keeps {thing}. One line is enough."), (command, "Opens a form.")]
    usages += [
        (f"{command} {subcommand.usage(line.kind)}", subcommand.description(line.kind))
        for subcommand in all_of_them
        if line.kind in subcommand.kinds
    ]
    return answers.look_up_offer(answers.help_text(usages), line.text, line.kind)


SUBCOMMAND = Subcommand(
    name="help",
    kinds=frozenset(Kind),
    usage=lambda kind: "help",  # noqa: ARG005
    description=lambda kind: "Shows this list.",  # noqa: ARG005
    fits=lambda kind, words: [word.casefold() for word in words] == ["help"],  # noqa: ARG005
    run=run,
)
