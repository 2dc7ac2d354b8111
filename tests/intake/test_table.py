"""Tables as they come: whatever stands before them, between the columns, and in which order."""

from pathlib import Path

import pytest

from bot.domain.errors import MendableError
from bot.intake.table import read_table

COLUMNS = {"name": ("account name", "account"), "segment": ("tier",), "amount": ()}


def table(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    "raw",
    [
        b"name,segment\nGlobex,mid\n",
        b"\xef\xbb\xbfName;Segment\r\nGlobex;mid\r\n",
        b"SEGMENT\tname\nmid\tGlobex",
        b"Account_Name,Tier\n\n  Globex , mid \n,,\n",
        "segment;ACCOUNT;Owner\nmid;Globex;Zoë\n".encode("cp1252"),
        "name,segment\nGlobex,mid\n".encode("utf-16"),
        b'name,segment\n"Globex","mid"\n',
        b"name,segment\rGlobex,mid\r",
    ],
)
def test_every_dialect_reads_the_same(tmp_path: Path, raw: bytes) -> None:
    rows = read_table(table(tmp_path, raw), COLUMNS, ["name"]).rows
    assert [dict(row.cells) for row in rows] == [{"name": "Globex", "segment": "mid"}]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    raw = b'name,segment\nGlobex,mid\n\n"Ini\ntech",mid\nHooli\nUmbrella,mid,more,and more\n'
    rows = read_table(table(tmp_path, raw), COLUMNS, ["name"]).rows
    assert [(row.line, row.get("name"), row.get("segment")) for row in rows] == [
        (2, "Globex", "mid"), (4, "Ini\ntech", "mid"), (6, "Hooli", ""), (7, "Umbrella", "mid"),
    ]  # fmt: skip


def test_a_cell_keeps_what_looks_like_the_end_of_a_line(tmp_path: Path) -> None:
    rows = read_table(table(tmp_path, "name,segment\nGlo\u2028bex\x0b,mid\n".encode()), COLUMNS, ["name"]).rows
    assert [(row.get("name"), row.get("segment")) for row in rows] == [("Glo\u2028bex", "mid")]


def test_what_it_does_not_know_is_told(tmp_path: Path) -> None:
    found = read_table(table(tmp_path, b"name,Owner,,Region\nGlobex,x,y,z\n"), COLUMNS, ["name"])
    assert found.unused == ["Owner", "Region"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "is empty"),
        (b"company;tier\nGlobex;mid\n", "no column named name. Found: company, tier"),
        (b"name,account\nGlobex,Globex\n", "two columns for the name"),
        (b"\n\n", "no column named name. Found: none"),
        (b"name,amount\nGlobex," + b"9" * 1_000_001, "cannot be read as a table"),
    ],
)
def test_a_table_that_cannot_be_taken_says_why(tmp_path: Path, raw: bytes, reason: str) -> None:
    with pytest.raises(MendableError, match=reason):
        read_table(table(tmp_path, raw), COLUMNS, ["name"])


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(MendableError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv", COLUMNS, ["name"])
