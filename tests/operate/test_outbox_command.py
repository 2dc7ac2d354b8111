"""`nugget outbox` beside a running Nugget, after one that was killed, and without one."""

import asyncio
import json
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.operate.control import socket_path
from bot.operate.demo.world import ASKS, INTEL, RECAP
from db.engine import is_sqlite, sqlite_path
from db.models import OutboxEntry
from tests.databases import engine_of
from tests.operate.running import Office, office_with_slack, ready, until

LONG_AGO = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def plant(database_url: str, team_id: str, channel_id: str, text: str, state: str = "dead") -> str:
    """Put an entry into the outbox that could not be sent; return its id."""
    entry = OutboxEntry(
        id=str(uuid4()), team_id=team_id, lane=f"{team_id}:{channel_id}", kind="post", purpose="card",
        channel_id=channel_id, payload={"text": text, "blocks": []}, dedupe_key=f"planted:{text}", state=state,
        tries=20, error="channel_not_found", due_at=LONG_AGO, first_try_at=LONG_AGO, created_at=LONG_AGO,
        settled_at=LONG_AGO + timedelta(days=1),
    )  # fmt: skip
    with engine_of(database_url) as engine, Session(engine) as session, session.begin():
        session.add(entry)
        return entry.id


async def nugget(office: Office, *arguments: str) -> tuple[int, str, str]:
    """Type a command; return its exit code, and what it wrote to both outputs."""
    environ = {**os.environ, "DATABASE_URL": office.database_url, "COLUMNS": "160"}
    config = str(office.folder / "config.toml")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "outbox", *arguments, "--config", config, env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


async def test_dead_letters_are_seen_sent_again_and_dropped_while_it_runs(tmp_path: Path, database_url: str) -> None:
    async with office_with_slack(tmp_path, "socket", database_url) as (office, standin):
        team = office.spec.team_id
        wanted = plant(database_url, team, INTEL, "planted and wanted")
        dropped = plant(database_url, team, ASKS, "planted and dropped")
        bot = await office.start()
        await ready(office, standin, bot)

        code, output, _ = await nugget(office, "list", "--json")
        lines = [json.loads(line) for line in output.splitlines()]
        assert (code, [line["outbox_id"] for line in lines]) == (0, [wanted, dropped])
        assert "planted and" not in output, "an operator does not read what people wrote"

        code, output, errors = await nugget(office, "retry", wanted[:8])
        assert code == 0, errors
        assert "pending" in output or "sent" in output
        await standin.wait_until(lambda: "planted and wanted" in [m.text for m in standin.messages("UREP00", INTEL)])

        code, output, errors = await nugget(office, "drop", "all")
        assert code == 0, errors
        assert "dropped by an operator" in output
        assert (await nugget(office, "list"))[1].strip() == "Nothing waits for a person."
        code, _, errors = await nugget(office, "retry", dropped[:8])
        assert code == 2
        assert "Nothing was changed" in errors
        assert standin.messages("UREP00", ASKS) == []
        assert (await bot.stopped())[0] == 0


async def test_the_socket_is_its_owners_alone_and_goes_with_the_process(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    async with office_with_slack(tmp_path, "socket", sqlite_database_url) as (office, standin):
        path = socket_path(sqlite_path(sqlite_database_url))
        bot = await office.start()
        await ready(office, standin, bot)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (await bot.stopped())[0] == 0
        assert not path.exists()


async def test_a_command_works_itself_where_none_runs_or_one_was_killed(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    async with office_with_slack(tmp_path, "socket", sqlite_database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        await until(socket_path(sqlite_path(sqlite_database_url)).exists, "the socket")
        bot.process.kill()
        await bot.ended()
        plant(sqlite_database_url, office.spec.team_id, RECAP, "planted")
        code, output, errors = await nugget(office, "drop", "all")
        assert code == 0, errors
        assert "dropped by an operator" in output


async def test_looking_writes_nothing(tmp_path: Path, database_url: str) -> None:
    async with office_with_slack(tmp_path, "socket", database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        assert (await bot.stopped())[0] == 0
        if is_sqlite(database_url):
            before = sqlite_path(database_url).read_bytes()
        assert await nugget(office, "list", "--all") == (0, "Nothing waits for a person.\n", "")
        if is_sqlite(database_url):
            assert sqlite_path(database_url).read_bytes() == before
