"""The question whether a new name is a known account, answered with a press where it was asked."""

from bot.blocks.accounts import ACTION_NEW, ACTION_SAME, same_account_question
from bot.operate.demo.world import FIELD
from bot.services.confirm import AnswerLater, answer_later
from db.unit_of_work import UnitOfWork
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import kept

PRIYA, ANA = "UPRIYA", "UREP00"


async def asked(bot: BotAtWork, user: str = PRIYA) -> None:
    """Let a new name be written, and this person be asked about it."""
    await bot.command(user, '/ask account:"Globexx" needs SSO')

    def ask(uow: UnitOfWork, team_id: str, *, now: object) -> None:
        new = uow.catalogue.find_account_called(team_id, "globexx")
        known = uow.catalogue.find_account_called(team_id, "globex")
        assert new is not None
        assert known is not None
        message = same_account_question(new.name, known.name, account_id=new.id, known_id=known.id)
        answer_later(uow, AnswerLater(team_id, user, FIELD, message, "question:test"), now=now)  # type: ignore[arg-type]

    await bot.nugget.transact(ask, bot.spec.team_id)
    await bot.settled()


async def test_yes_makes_it_the_known_account(bot: BotAtWork) -> None:
    await asked(bot)
    question = bot.whispers(PRIYA, FIELD)[-1]
    assert question.text == "Is “Globexx” the same as Globex?"
    await bot.press(PRIYA, FIELD, question, ACTION_SAME)
    assert bot.whispers(PRIYA, FIELD)[-1].text == "Thank you. “Globexx” now means Globex; 1 report counts there."
    assert [one.account for one in await kept(bot)] == ["Globex"]


async def test_no_leaves_it_as_it_is(bot: BotAtWork) -> None:
    await asked(bot)
    await bot.press(PRIYA, FIELD, bot.whispers(PRIYA, FIELD)[-1], ACTION_NEW)
    assert "stays an account of its own" in bot.whispers(PRIYA, FIELD)[-1].text
    assert [one.account for one in await kept(bot)] == ["Globexx"]
