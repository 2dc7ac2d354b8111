"""Imports typed beside a running Nugget, whose inbox works them off, and an import that is killed half-way."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.operate.demo.world import FIELD, INTEL
from bot.playground.world import Message
from db.models import InboxEntry, Report
from tests.databases import engine_of
from tests.operate.running import Office, office_with_slack, ready, until
from tests.operate.test_import_lists import nugget

ANA, BEN = "UREP00", "UREP01"


def count(url: str, query: Any) -> int:
    with engine_of(url) as engine, Session(engine) as session:
        return session.scalar(query) or 0


def reports(url: str) -> int:
    return count(url, select(func.count(Report.id)))


def write_export(folder: Path, messages: int) -> str:
    export = folder / "export"
    (export / "field-notes").mkdir(parents=True)
    said = [
        {"type": "message", "user": ANA, "text": f"Acme said {number} #news", "ts": f"{1767600000 + number}.000100"}
        for number in range(messages)
    ]
    files = {
        "users.json": [],
        "channels.json": [{"id": FIELD, "name": "field-notes"}],
        "field-notes/2026-01-05.json": said,
    }
    for name, content in files.items():
        (export / name).write_text(json.dumps(content), encoding="utf-8")
    return str(export)


async def test_the_running_nugget_takes_an_export_and_a_channels_past_without_a_word(
    tmp_path: Path, database_url: str
) -> None:
    async with office_with_slack(tmp_path, "socket", database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        code, output, errors = await nugget(office, "slack-export", write_export(tmp_path, 100), "--kind", "intel")
        assert (code, errors) == (0, "")
        assert output.split("\n")[1].split()[:2] == ["100", "kept"]
        # A message of the past, which the export has as well, and one more.
        field = standin.workspace.world.channels[FIELD]
        field.add(Message("1767600001.000100", ANA, "Acme said 1 #news"))
        field.add(Message("1767700000.000100", BEN, "Acme hired #news"))
        code, output, errors = await nugget(
            office, "slack-history", "--channel", "#field-notes", "--since", "2026-01-01"
        )
        assert (code, errors) == (0, "")
        assert [line.split()[0] for line in output.split("\n")[1:3]] == ["1", "1"]
        assert "in Nugget already" in output
        assert reports(database_url) == 101
        # The bot is as it was: what is said now is answered, and nothing else was.
        await standin.say(ANA, FIELD, "Acme, live #news")
        await standin.wait_until(lambda: len(standin.messages(ANA, INTEL)) == 1)
        assert (await bot.stopped())[0] == 0


async def test_an_import_that_was_killed_goes_on_and_doubles_nothing(tmp_path: Path, database_url: str) -> None:
    async with office_with_slack(tmp_path, "socket", database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        assert (await bot.stopped())[0] == 0
        export = write_export(tmp_path, 400)
        killed = await _start(office, export)
        settled = select(func.count(InboxEntry.id)).where(InboxEntry.state == "handled")
        await until(lambda: killed.returncode is not None or count(database_url, settled) > 0, "the first rows")
        killed.kill()
        await killed.communicate()
        before = reports(database_url)
        assert 0 < before < 400, "it was to be killed half-way"
        code, output, errors = await nugget(office, "slack-export", export)
        assert (code, errors) == (0, "")
        assert reports(database_url) == 400
        assert f"{400 - before}  kept" in output
        assert f"{before}  in Nugget already" in output


async def _start(office: Office, export: str) -> asyncio.subprocess.Process:
    environ = {**os.environ, "DATABASE_URL": office.database_url}
    config = str(office.folder / "config.toml")
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import", "slack-export", export, "--config", config,
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
