"""The measuring of what is understood, on texts of our own."""

import json
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.policies import AccountSeed, AreaSeed
from tests.bench import real_texts, through_the_bot, understanding
from tests.bench.real_texts import NAMING_SOURCE, Note, Tally, bounds, reading_of, silver_amount, why_missed, why_wrong
from tests.bench.through_the_bot import Heard, count_reasons, hear_in_channel, tagged


def news(key: str, text: str, *names: str) -> Note:
    return Note(key, "intel", text, NAMING_SOURCE, names)


NOTES = (
    news("1", "Acme is slower than Umbrella Cloud", "Acme", "Umbrella Cloud"),
    news("2", "Umbrella+Acme, and acmes of old", "Umbrella"),
    news("3", "Hooli+ beats Acmeville", "Hooli", "Acme"),
)


def test_a_tally_counts_what_stands_twice_twice() -> None:
    tally = Tally.of(["a", "a", "b"], ["a", "b", "b", "c"])
    assert (tally, tally.precision, tally.recall) == (Tally(2, 1, 2), 2 / 3, 0.5)
    assert tally.f1 == pytest.approx(4 / 7)
    assert (Tally().precision, Tally().f1) == (0, 0)
    assert real_texts.total([tally, Tally(1, 1, 1)]) == Tally(3, 2, 3)


def test_bounds_are_as_wide_as_notes_differ() -> None:
    assert bounds([Tally(1, 1, 0)] * 9)["precision"] == (0.5, 0.5)
    low, high = bounds([Tally(1, 0, 0), Tally(0, 1, 0)] * 5)["precision"]
    assert low < 0.5 < high


def test_names_are_read_as_the_product_stores_them() -> None:
    listed = real_texts.names_in(NOTES)
    assert list(listed.values()) == ["Acme", "Umbrella Cloud", "Umbrella", "Hooli"]
    as_lines = real_texts.read_names(NOTES, listed)
    assert [sorted(one.found) for one in as_lines] == [["acme", "umbrella cloud"], ["acme", "umbrella"], []]
    assert through_the_bot.capture_names(NOTES, listed) == as_lines
    missed, wrong = real_texts.differences(as_lines, listed)
    assert missed == {"goes on with + or #, as another name would": 1, "part of a longer word": 1}
    assert wrong == {"stands there as listed, unlabelled": 1}
    (row,) = real_texts.unlabelled(as_lines)
    assert (row["key"], row["name"]) == ("2", "acme")


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ("we wait", [], "not in the text as labelled"),
        ("the acme cloud", ["acme cloud"], "within a longer name that was found"),
        ("big acme here", ["big acme"], "within a longer name that was found"),
        ("acme here", [], "other"),
    ],
)
def test_why_a_name_was_missed(text: str, found: list[str], why: str) -> None:
    assert why_missed(reading_of(Note("1", "intel", text, names=("Acme",)), found), "acme") == why


@pytest.mark.parametrize(
    ("text", "label", "spelling", "why"),
    [
        ("ACME", "Other", "Acme", "stands there in another letter case, unlabelled"),
        ("the acme phones", "acme phones", "Acme", "within a longer label"),
        ("see acme", "Other", "acme", "an ordinary phrase that a label made a name"),
    ],
)
def test_in_which_way_a_name_stands_there_unlabelled(text: str, label: str, spelling: str, why: str) -> None:
    assert why_wrong(reading_of(Note("1", "intel", text, names=(label,)), ["acme"]), "acme", spelling) == why


def test_other_forms_of_names_are_counted() -> None:
    note = Note("1", "intel", "Hoolis, Hooly, Hooli7 and Hooli beat the Foolish and Acmes")
    forms = real_texts.other_forms([note], ["Hooli", "Acme", "Big Co"])
    assert forms == {"plural": 1, "one letter off": 1, "run into a number": 1}


@pytest.mark.parametrize(
    ("cut_out", "minor", "currency"),
    [
        ("$1,299 ", 129_900, "USD"),
        ("$42.95", 4_295, "USD"),
        ("$4k", 400_000, "USD"),
        ("$7.6 billion", 760_000_000_000, "USD"),
        ("£100 ", 10_000, "GBP"),
        ("330 Euros", 33_000, "EUR"),
        ("60USD", 6_000, "USD"),
        ("$300.00. ", 30_000, "USD"),
    ],
)
def test_amounts_of_labels_are_read(cut_out: str, minor: int, currency: str) -> None:
    assert silver_amount(cut_out) == Money(minor, currency)


def test_a_watched_channel_keeps_what_names_something_and_it_is_told_what() -> None:
    texts = ["We met #acme", "Acme & Co", "SSO is out", "At Globex", "Nothing of note", "In <#C1|deals> today"]
    kinds = ["ask", "intel", "bug", "ask", "praise", "chat"]
    notes = [Note(str(place), kind, text) for place, (kind, text) in enumerate(zip(kinds, texts, strict=True))]
    policy = tagged(["Acme"], [AreaSeed("Login", ("SSO",))], [AccountSeed("Globex")])
    heard = hear_in_channel(notes, policy)
    assert [one.is_captured for one in heard] == [True, True, False, True, False, False]
    assert count_reasons(heard) == {"competitor + tag": 1, "competitor": 1, "account": 1}
    figures = understanding.hearing_figures(heard)
    assert figures["captured though no news"] == [2, 5]
    assert figures["agreement"]["recall"][0] == 1


def test_what_was_captured_without_a_known_name_would_show() -> None:
    assert count_reasons([Heard(NOTES[0], True, frozenset()), Heard(NOTES[1], False, frozenset())]) == {
        "nothing known": 1
    }


def test_the_program_prints_and_writes_every_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "170")
    rows = [
        {"id": note.key, "kind": note.kind, "text": note.text, "source": note.source, "competitors": note.names}
        | {"area": ["ui.tabs"], "money_silver": []}
        for note in NOTES
    ] * 2
    for place, row in enumerate(rows):
        row["id"] = str(place)
    rows.append(rows[0] | {"id": "ask", "kind": "ask", "text": "Tabs for 75 bucks", "money_silver": ["75 bucks"]})
    request = {"id": "r", "title": "Export", "body": "as CSV", "source": "own"}
    (tmp_path / "notes_own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "requests_own.jsonl").write_text(json.dumps(request) + "\n", encoding="utf-8")
    said = tmp_path / "slack_payloads/export_sample/talk"
    said.mkdir(parents=True)
    messages = [{"user": "U1", "text": "Hi &amp; bye", "ts": "1.0"}, {"user": "U1", "text": "in", "subtype": "join"}]
    (said / "day.json").write_text(json.dumps(messages), encoding="utf-8")
    told, read = tmp_path / "figures.json", tmp_path / "unlabelled.jsonl"
    understanding.main(["--corpus", str(tmp_path), "--json", str(told), "--unlabelled", str(read)])
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert figures["names"]["names"]["captured"]["right"] == 6
    assert figures["hearing"]["the demo's catalogue"]["by what"] == {}
    assert figures["hearing"]["the demo's without its areas"]["by what"] == {}
    assert (figures["money"]["right"], figures["areas"]["routed right"]) == (1, 1)
    assert len(read.read_text(encoding="utf-8").splitlines()) == 2
    assert "watched channel, labelled names" in capsys.readouterr().out
