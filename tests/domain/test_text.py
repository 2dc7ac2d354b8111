"""Words that people wrote: stored, read, shown and cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import clean, escape_mrkdwn, is_blank, plain, truncate, unescape

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
SLACKISH = st.text(st.sampled_from("<>@#!|^&;amplt UC1:/.x\u0301"), max_size=60)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("  tabs\tand \u202eright-to-left\u202c stay 👩🏽‍🚀 ", "  tabs\tand \u202eright-to-left\u202c stay 👩🏽‍🚀 "),
        ("", ""),
    ],
)
def test_clean_changes_only_what_cannot_be_stored(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not {"\x00", "\r"} & set(cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U1|ana> and <@U2>", "@ana and @U2"),
        ("in <#C1|deals> or <#C2> or <#C3|>", "in #\u2060deals or #\u2060C2 or #\u2060C3"),
        ("<https://x.test|the list>", "the list (https://x.test)"),
        ("<https://x.test>", "https://x.test"),
        ("<https://x.test|x.test>", "https://x.test"),
        ("<https://x.test|https://x.test>", "https://x.test"),
        ("<https://x.test/?a=1&amp;b=2>", "https://x.test/?a=1&b=2"),
        ("<mailto:a@b.test|a@b.test> <tel:+331|+331>", "a@b.test +331"),
        ("<!channel> <!here|here> <!everyone>", "@channel here @everyone"),
        ("<!date^1730000000^{date}^https://x.test|27 October>", "27 October"),
        ("<!subteam^S1|@sales> <!subteam^S2>", "@sales @S2"),
        ("a &lt; b &amp;amp; c &gt; d", "a < b &amp; c > d"),
        ("I <3 it, 1 < 2 > 0, <>, <|>, <@>, <!|x>", "I <3 it, 1 < 2 > 0, <>, <|>, <@>, <!|x>"),
        ("&lt;@U1&gt;", "<@U1>"),
    ],
)
def test_plain_reads_as_people_do(sent: str, read: str) -> None:
    assert plain(sent) == read


@given(SLACKISH)
def test_plain_never_fails_and_escaped_words_come_back(text: str) -> None:
    plain(text)
    assert plain(escape_mrkdwn(text)) == text
    assert unescape(escape_mrkdwn(text)) == text


@given(SLACKISH)
def test_escaped_words_hold_no_token(text: str) -> None:
    assert "<" not in escape_mrkdwn(text)
    assert ">" not in escape_mrkdwn(text)


@pytest.mark.parametrize("piece", ["<", "<a", "<@U1|a>", "&amp;", "<<>>", "<!"])
def test_plain_takes_time_in_proportion_to_length(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    began = time.perf_counter()
    plain(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        ("x", 0, ""),
        ("xy", 1, "…"),
        ("ab\u0301cd", 3, "a…"),
        ("a👩🏽‍🚀b", 4, "a…"),
        ("🇫🇷🇩🇪🇮🇹", 4, "🇫🇷…"),
        ("e" + "\u0301" * 100, 50, "e" + "\u0301" * 48 + "…"),
    ],
)
def test_truncate_cuts_where_nothing_is_split(text: str, limit: int, cut: str) -> None:
    assert truncate(text, limit) == cut


@given(ANY_TEXT, st.integers(0, 220))
def test_truncated_text_fits_and_begins_alike(text: str, limit: int) -> None:
    cut = truncate(text, limit)
    assert len(cut) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))
    if limit and len(text) > limit:
        assert cut.endswith("…")


@pytest.mark.parametrize("text", ["", " \t\n", "\u00a0\u2003", "\u200b\u200d\ufeff", "\u3164\u2800", "\x00\u2060"])
def test_nothing_to_read_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [" . ", "\u200bא", "🤫", "\ufffd", "0"])
def test_anything_to_read_is_not_blank(text: str) -> None:
    assert not is_blank(text)
