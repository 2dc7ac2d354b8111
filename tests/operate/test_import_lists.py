"""`nugget import accounts` and `opportunities`, typed beside a running Nugget and without one."""

import asyncio
import os
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import is_sqlite, sqlite_path
from db.models import Account, Opportunity
from tests.databases import engine_of
from tests.operate.running import Office, office_with_slack, ready

ACCOUNTS = """\ufeffName;Aliases;Segment;Amount;Currency;Owner
Hooli;Hooli XYZ|Hooli Inc;enterprise;1.200.000,50;EUR;x
;;;;;x
Umbrella;;smb;a lot;;x
"Initrode";;smb;$40k;;
"""
OPPORTUNITIES = """Opportunity ID,Account Name,Stage,Close Date,Amount
006A,Hooli Inc,Proposal,31.12.2026,"$120,000"
006B,Massive Dynamic,Proposal,03/04/2026,1
"""


async def nugget(office: Office, *arguments: str) -> tuple[int, str, str]:
    """Type an import; return its exit code, and what it wrote to both outputs."""
    environ = {**os.environ, "DATABASE_URL": office.database_url, "COLUMNS": "160"}
    environ |= {"SLACK_BOT_TOKEN": office.spec.bot_token}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import", *arguments, "--config", str(office.folder / "config.toml"),
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def accounts(url: str) -> dict[str, tuple[bool, int | None, str | None]]:
    with engine_of(url) as engine, Session(engine) as session:
        return {
            one.name: (one.is_confirmed, one.crm_minor, one.crm_currency) for one in session.scalars(select(Account))
        }


def deals(url: str) -> dict[str | None, int | None]:
    with engine_of(url) as engine, Session(engine) as session:
        return {deal.external_id: deal.amount_minor for deal in session.scalars(select(Opportunity))}


async def check_lists(office: Office, folder: Path) -> None:
    listed = write(folder, "accounts.csv", ACCOUNTS)
    before = accounts(office.database_url)
    code, output, errors = await nugget(office, "accounts", listed, "--dry-run")
    assert (code, errors) == (1, "")
    assert output.startswith("Dry run: this is what would happen. Nothing was written.")
    assert accounts(office.database_url) == before

    code, output, errors = await nugget(office, "accounts", listed)
    assert (code, errors) == (1, "")
    assert output.split("\n")[1].split() == ["2", "0", "0", "2"]
    assert "Line 3 was left out: its name is empty." in output
    assert "Line 4 was left out: “a lot” is not one amount; write it as in 120000 or 120,000.00." in output
    assert "Not used: the columns Owner." in output
    after = accounts(office.database_url)
    assert after["Hooli"] == (True, 120_000_050, "EUR")
    assert after["Initrode"] == (True, 4_000_000, "USD")

    code, output, _ = await nugget(office, "accounts", listed)
    assert output.split("\n")[1].split() == ["0", "0", "2", "2"]

    deals_file = write(folder, "deals.csv", OPPORTUNITIES)
    code, output, _ = await nugget(office, "opportunities", deals_file)
    assert code == 1
    assert "Line 3 was left out: “03/04/2026” may be two dates; say --day-first or --month-first" in output
    assert deals(office.database_url) == {"006A": 12_000_000}
    code, output, _ = await nugget(office, "opportunities", deals_file, "--day-first")
    assert code == 0
    assert "Line 3: Massive Dynamic was on no list of accounts, so it was added." in output
    assert set(deals(office.database_url)) == {"006A", "006B"}


async def test_lists_go_in_beside_a_running_nugget_and_again_when_it_has_stopped(
    tmp_path: Path, database_url: str
) -> None:
    async with office_with_slack(tmp_path, "socket", database_url) as (office, standin):
        bot = await office.start()
        await ready(office, standin, bot)
        await check_lists(office, tmp_path)
        assert (await bot.stopped())[0] == 0
        code, output, errors = await nugget(office, "accounts", str(tmp_path / "accounts.csv"))
        assert (code, errors) == (1, "")
        assert output.split("\n")[1].split() == ["0", "0", "2", "2"]


async def test_what_cannot_be_taken_says_what_to_do(tmp_path: Path, sqlite_database_url: str) -> None:
    async with office_with_slack(tmp_path, "socket", sqlite_database_url) as (office, standin):
        listed = write(tmp_path, "accounts.csv", "firm,tier\nHooli,x\n")
        bot = await office.start()
        await ready(office, standin, bot)
        code, _, errors = await nugget(office, "accounts", listed)
        assert code == 2
        assert errors == ("accounts.csv has no column named name. Found: firm, tier. Nothing was imported.\n")
        assert (await bot.stopped())[0] == 0
        before = sqlite_path(sqlite_database_url).read_bytes()
        good = write(tmp_path, "good.csv", "name\nHooli\n")
        assert (await nugget(office, "accounts", good, "--dry-run"))[0] == 0
        assert is_sqlite(sqlite_database_url)
        assert sqlite_path(sqlite_database_url).read_bytes() == before, "a dry run writes nothing"
