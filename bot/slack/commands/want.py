"""`/intel want …`: one question to the field; alone it lists the questions that are open."""

from collections.abc import Sequence

from bot.blocks import answers
from bot.blocks.message import Message
from bot.domain.wants import WORD, question_of
from bot.domain.words import Kind
from bot.services.wants import AskField, ReadWants, ask_field, list_wants
from bot.slack.commands.base import CommandLine, Subcommand
from bot.slack.desk import Desk


async def run(desk: Desk, line: CommandLine, words: Sequence[str], all_of_them: Sequence[Subcommand]) -> Message:  # noqa: ARG001
    """Ask the field, or list what it is asked. The line can still be saved as intel instead."""
    gesture = line.gesture
    question = question_of(line.text)
    if not question:
        query = ReadWants(gesture.team_id, gesture.slack_user_id)
        return answers.look_up_offer(await desk.transact.read(list_wants, query), line.text, line.kind)
    if len(line.text) > answers.LONGEST_CARRIED:
        sentence = "A question to the field has at most 2,000 characters, so nobody was asked."
        return answers.refused_with_text(sentence, line.text)
    key = f"command:{gesture.trigger_id}"
    command = AskField(gesture.team_id, gesture.slack_user_id, question, key)
    return answers.look_up_offer(await desk.transact(ask_field, command), line.text, line.kind)


SUBCOMMAND = Subcommand(
    name=WORD,
    kinds=frozenset({Kind.NUGGET}),
    usage=lambda kind: "want TEXT",  # noqa: ARG005
    description=lambda kind: "Asks the field one question, “by Friday” if you like. Alone: what is asked.",  # noqa: ARG005
    fits=lambda kind, words: bool(words) and words[0].casefold() == WORD,  # noqa: ARG005
    run=run,
)
