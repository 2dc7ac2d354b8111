"""*Same as A-1?* in other words, where a model on this machine reads what people share; and one that is not there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.connectors.sentence_model import ModelError
from bot.jobs.reader import Reader
from bot.operate.demo.world import FIELD
from bot.settings import load_settings
from bot.settings.sections import DuplicateSettings
from tests.db.transactors import real_time
from tests.meanings import Concepts
from tests.slack.harness.bot_at_work import BotAtWork
from tests.slack.harness.talk import ANA, BEN, talking_company

FIRST = "Export the contacts nightly"
OTHER_WORDS = "Download our address book nightly"


@pytest.fixture
async def bot(tmp_path: Path, database_url: str) -> AsyncIterator[BotAtWork]:
    """Give a bot in a company that talks; the test runs once on SQLite and once on Postgres."""
    async with talking_company(tmp_path, database_url) as at_work:
        yield at_work


async def share(bot: BotAtWork) -> list[str]:
    """Let two people share the same in other words, among much else, and return what the second is asked."""
    for words in ("Roles for auditors nightly", "Umlauts in invoices nightly", "Old boards nightly", FIRST):
        await bot.command(ANA, f"/ask {words}")
        await bot.settled()
    reader = Reader(bot.nugget.transact, bot.nugget.facts.meaning or Concepts())
    while await reader.read_some():
        pass
    await bot.command(BEN, f"/ask {OTHER_WORDS}")
    await bot.settled()
    return [seen.text for seen in bot.whispers(BEN, FIELD) if "say the same" in seen.text]


async def test_the_same_in_other_words_is_asked_about_where_a_model_reads(bot: BotAtWork) -> None:
    bot.nugget.facts.meaning = Concepts()
    (asked,) = await share(bot)
    assert "A-5" in asked
    assert f"A-4: {FIRST}" in asked


async def test_without_a_model_words_alone_decide(bot: BotAtWork) -> None:
    assert bot.nugget.reader is None
    assert await share(bot) == []


async def test_a_start_without_the_model_that_is_set_is_refused_in_words(tmp_path: Path) -> None:
    settings = load_settings(None, {"DATABASE_URL": f"sqlite:///{tmp_path}/nugget.sqlite3"})
    settings = settings.model_copy(update={"duplicates": DuplicateSettings(meaning="no-such-model")})
    with pytest.raises(ModelError, match=r"duplicates\.meaning: found 'no-such-model'"):
        await build(settings, real_time)
