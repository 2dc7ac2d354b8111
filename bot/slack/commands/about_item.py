"""`/ask A-7` and `/intel N-12`: one item by its name."""

from collections.abc import Sequence

from bot.blocks import answers
from bot.blocks.message import Message
from bot.blocks.restrict import restrict_button
from bot.domain.command_line import item_name
from bot.domain.words import Kind
from bot.services.look_up import FindItem, find_item
from bot.services.restrict import RestrictItem, may_restrict
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk


async def run(desk: Desk, line: CommandLine, words: Sequence[str], all_of_them: Sequence[Subcommand]) -> Message:  # noqa: ARG001
    """Show the item if this person may see it; one that is hidden reads like one that does not exist."""
    named = item_name(words[0])
    kind, number = named or (line.kind, 0)
    query = FindItem(line.gesture.team_id, line.gesture.slack_user_id, kind, number)
    found = await desk.transact.read(find_item, query)
    if found is None:
        return answers.look_up_offer(answers.no_such_item(words[0].upper()), line.text, line.kind)
    shown = answers.item_details(found)
    question = RestrictItem(line.gesture.team_id, found.item_id, line.gesture.slack_user_id)
    if await desk.transact.read(may_restrict, question):
        shown = Message(shown.text, [*shown.blocks, restrict_button(found)])
    return answers.look_up_offer(shown, line.text, line.kind)


SUBCOMMAND = Subcommand(
    name="item",
    kinds=frozenset(Kind),
    usage=lambda kind: f"{kind.letter}-7",
    description=lambda kind: "Shows one item by its name.",  # noqa: ARG005
    fits=lambda kind, words: len(words) == 1 and item_name(words[0]) is not None,  # noqa: ARG005
    run=run,
)
