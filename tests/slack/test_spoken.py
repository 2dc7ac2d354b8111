"""Reading what a message says to Nugget: its name, the first word, and everything else as it was written."""

import pytest

from bot.domain.words import Kind
from bot.slack.spoken import Hearing, read_spoken, split_kind, without_name

US = "UNUGGET"
KINDS = {"intel": Kind.NUGGET, "ask": Kind.ASK, "hear": Kind.NUGGET}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("<@UNUGGET> Acme cut prices", "Acme cut prices"),
        ("<@UNUGGET|nugget>: Acme cut prices", "Acme cut prices"),
        ("<@UNUGGET>, Acme cut prices", "Acme cut prices"),
        ("Acme cut prices <@UNUGGET>", "Acme cut prices"),
        ("Acme <@UNUGGET> cut prices", "Acme cut prices"),
        ("<@UNUGGET>", ""),
        ("<@UNUGGET> <@UNUGGET>", ""),
        ("<@UNUGGET> two\n\n  lines", "two\n\n  lines"),
    ],
)
def test_the_name_is_left_out_and_nothing_else(raw: str, words: str) -> None:
    assert without_name(raw, US) == (words, True)


@pytest.mark.parametrize("raw", ["Acme cut prices", "<@UNUGGETS> hello", "&lt;@UNUGGET&gt; hello", "  spaces  ", ""])
@pytest.mark.parametrize("us", [US, None])
def test_what_does_not_name_nugget_stays_as_it_is(raw: str, us: str | None) -> None:
    assert without_name(raw, us) == (raw, False)


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("intel Acme cut prices", Kind.NUGGET, "Acme cut prices"),
        ("ASK: they need SSO", Kind.ASK, "they need SSO"),
        ("  /ask\nthey need SSO", Kind.ASK, "they need SSO"),
        ("/hear Acme cut prices", Kind.NUGGET, "Acme cut prices"),
        ("ask", Kind.ASK, ""),
        ("asking for SSO", None, "asking for SSO"),
        ("they ask for SSO", None, "they ask for SSO"),
        ("", None, ""),
        ("/", None, "/"),
        (" " * 40_000 + "ask", None, " " * 40_000 + "ask"),
    ],
)
def test_the_first_word_says_the_kind_where_it_is_one(line: str, kind: Kind | None, words: str) -> None:
    assert split_kind(line, KINDS) == (kind, words)


def test_only_what_is_written_to_nugget_loses_its_first_word() -> None:
    hearing = Hearing(US, kinds=KINDS)
    heard = read_spoken("T1", "C1", {"text": "ask them", "ts": "1.0"}, "1.0", hearing)
    assert (heard.words, heard.kind, heard.is_addressed) == ("ask them", None, False)
    named = read_spoken("T1", "C1", {"text": "<@UNUGGET> ask them", "ts": "1.0"}, "1.0", hearing)
    assert (named.words, named.line, named.kind) == ("them", "ask them", Kind.ASK)
    direct = read_spoken("T1", "D1", {"text": "ask them", "ts": "1.0"}, "1.0", Hearing(US, True, KINDS))
    assert (direct.words, direct.kind, direct.is_direct) == ("them", Kind.ASK, True)


@pytest.mark.parametrize("message", [{}, {"text": 5, "ts": [], "user": {}, "attachments": "odd", "bot_id": "B1"}])
def test_fields_of_another_shape_read_as_empty(message: dict[str, object]) -> None:
    read = read_spoken("T1", "C1", message, "9.0")
    assert (read.words, read.author, read.ts, read.words_ts, read.is_reply) == ("", "", "9.0", "9.0", False)
