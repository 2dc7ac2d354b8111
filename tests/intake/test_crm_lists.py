"""Lists of a CRM, line by line: what is right is read, and what is wrong is told with its line."""

from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import MendableError
from bot.domain.money import Money
from bot.intake.crm_lists import read_accounts, read_opportunities
from bot.services.import_lists import AccountLine, OpportunityLine


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_accounts(tmp_path: Path) -> None:
    found = read_accounts(
        table(
            tmp_path,
            "Company,Alias,Tier,ARR,Currency,Owner\n"
            "Globex  Corp,Globex | GLOBEX |globex corp||G.,mid,1000,eur,x\n"
            "Hooli,,,,,\n"
            f"{'x' * 256},,,,,\n"
            f"Long,,{'y' * 101},,,\n"
            ",Nameless,,,,\n"
            "Umbrella,,,12 bananas,,\n",
        ),
        "USD",
    )
    assert found.lines == [
        AccountLine(2, "Globex Corp", ("Globex", "GLOBEX", "G."), "mid", Money(100_000, "EUR")),
        AccountLine(3, "Hooli"),
    ]
    assert [(problem.line, problem.reason) for problem in found.problems] == [
        (4, "its name is longer than 255 characters"),
        (5, "its segment is longer than 100 characters"),
        (6, "its name is empty"),
        (7, "“12 bananas” is not one amount; write it as in 120000 or 120,000.00"),
    ]
    assert found.unused == ["Owner"]


def test_opportunities(tmp_path: Path) -> None:
    found = read_opportunities(
        table(
            tmp_path,
            "Deal ID;Account;Deal name;Stage;Close;Amount\n"
            "006;Globex;Renewal  2026;Proposal;31.12.2026;€40k\n"
            ";Globex;;;;\n"
            "007;;;;;\n"
            f"{'9' * 65};Globex;;;;\n"
            "008;Globex;;;soon;\n"
            "009;Globex;;;;\n",
        ),
        "USD",
        None,
    )
    assert found.lines == [
        OpportunityLine(2, "Globex", "006", "Renewal 2026", "Proposal", date(2026, 12, 31), Money(4_000_000, "EUR")),
        OpportunityLine(7, "Globex", "009"),
    ]
    assert [problem.line for problem in found.problems] == [3, 4, 5, 6]
    assert found.problems[1].reason == "it names no account"


def test_a_list_without_its_columns_is_none(tmp_path: Path) -> None:
    with pytest.raises(MendableError, match="no column named id"):
        read_opportunities(table(tmp_path, "account,stage\nGlobex,x\n"), "USD", None)
