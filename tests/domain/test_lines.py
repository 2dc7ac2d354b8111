"""The one-line syntax."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lines import READ_CHARACTERS, KnownNames, ParsedLine, parse_line
from bot.domain.money import Money
from bot.domain.text import plain
from bot.domain.words import Category, HowKnown, Kind

KNOWN = KnownNames.build(
    competitors={1: ("Acme",), 2: ("Zeta Soft",)},
    areas={1: ("Log-in", "SSO"), 2: ("Billing", "invoice")},
    accounts={1: ("Globex Corp", "Globex"), 2: ("Initech",)},
)
SYNTAX = st.sampled_from(
    [
        "#",
        "tag",
        "account:",
        '"',
        "“",
        "close:",
        "Q1 ",
        "2027",
        "-",
        "Acme",
        "Globex",
        " ",
        "$1",
        "k",
        "how:",
        "<",
        "🤫",
    ]
)


def read(text: str) -> ParsedLine:
    return parse_line(text, KNOWN)


def test_a_whole_line() -> None:
    assert read(
        'Acme offers Globex $120k off, won on price #SSO close:2027-03-15 stage:"final round" how:document'
    ) == (
        ParsedLine(
            tags=("sso",),
            competitor_ids=(1,),
            area_ids=(1,),
            account_ids=(1,),
            amounts=(Money(12_000_000, "USD"),),
            stage="final round",
            close=date(2027, 3, 15),
            how_known=HowKnown.DOCUMENT,
            category=Category.WIN,
        )
    )


def test_a_plain_line_says_nothing_more() -> None:
    assert read("They were kind today.") == ParsedLine()
    assert not read("They were kind today.").names_something(Kind.ASK)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#pricing", ("pricing",)),
        ("#Pricing #PRICING, #q3-deal. (#a_b)", ("pricing", "q3-deal", "a_b")),
        ("#123 and #4 but #4th", ("4th",)),
        ("a#b C# ##x &#39; #", ()),
        ("see https://x.test/#frag and www.x.test#too", ()),
        ("#über #हिन्दी #東京", ("über", "हिन्दी", "東京")),
        ("#" + "x" * 80, ("x" * 80,)),
        ("#" + "x" * 81, ()),
        ("#-- #_", ()),
        ("$('#menu') and f(\"#menu\") with {in:'#list'}, id=#list, `#code`", ()),
        ("(#lost) 'quoted #tag' \"#cited\" said:#mine", ("lost", "tag", "cited", "mine")),
        ("#1f3a5f is our blue, #decade #facade and #1f3a5", ("decade", "facade", "1f3a5")),
        (plain("<#C1|deals> and <#C2> heard of #pricing"), ("pricing",)),
    ],
)
def test_tags(text: str, tags: tuple[str, ...]) -> None:
    assert read(text).tags == tags


@pytest.mark.parametrize(
    ("text", "as_intel", "as_ask"),
    [
        ("#x", True, True),
        ("acme", True, True),
        ("invoice", False, True),
        ("initech", True, True),
        ("$5 how:rumour", False, False),
        ("#12", False, False),
    ],
)
def test_what_names_something(text: str, as_intel: bool, as_ask: bool) -> None:
    assert read(text).names_something(Kind.NUGGET) is as_intel
    assert read(text).names_something(Kind.ASK) is as_ask


def test_words_in_links_are_nobody_s() -> None:
    line = read("https://acme.test/sso?price=$5#tag and www.acme.test/initech stage:won")
    assert line == ParsedLine(stage="won", category=Category.WIN)


@pytest.mark.parametrize(
    ("text", "account_text", "account_ids"),
    [
        ('account:"Hooli Inc." wants it', "Hooli Inc.", ()),
        ("account:“Hooli Inc.” wants it", "Hooli Inc.", ()),
        ("account:Hooli, at last", "Hooli", ()),
        ("Account: Hooli wants", "Hooli", ()),
        ("on that account: we wait", None, ()),
        ("Initech too. account:Globex Corp wants", None, (1, 2)),
        ("account: globex wants", None, (1,)),
        ('Initech too. account:"globex"', "globex", (1, 2)),
        ('account:"Globex Korea"', "Globex Korea", (1,)),
        ("account:", None, ()),
        ("bank-account:7 myaccount:8", None, ()),
    ],
)
def test_accounts(text: str, account_text: str | None, account_ids: tuple[int, ...]) -> None:
    line = read(text)
    assert (line.account_text, line.account_ids) == (account_text, account_ids)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-03-15", date(2027, 3, 15)),
        ("2027-03", date(2027, 3, 31)),
        ("2028-02.", date(2028, 2, 29)),
        (" Q1 2027", date(2027, 3, 31)),
        ("q4-2027", date(2027, 12, 31)),
        ("2027 Q2 at best", date(2027, 6, 30)),
        ("March 2027", date(2027, 3, 31)),
        ("sept. 2027", date(2027, 9, 30)),
        ("15 March 2027", date(2027, 3, 15)),
        ("Mar 15, 2027", date(2027, 3, 15)),
        ('"March 2027"', date(2027, 3, 31)),
        ("2027-13", None),
        ("2027-02-30", None),
        ("0 March 2027", None),
        ("March", None),
        ("soon", None),
        ("99999-01-01", None),
        ("٢٠٢٧-03-15", None),
    ],
)
def test_close_dates(written: str, day: date | None) -> None:
    assert read(f"They sign. close:{written} I think").close == day


def test_the_other_keys_keep_their_words_and_the_first_use_counts() -> None:
    line = read('stage: negotiation, source:https://x.test/a?b segment:"mid market" stage:won')
    assert (line.stage, line.source, line.segment) == ("negotiation", "https://x.test/a?b", "mid market")


def test_keys_inside_links_are_no_keys() -> None:
    assert read("https://x.test/a;stage:won").stage is None


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("how:rumour", HowKnown.RUMOUR),
        ("How: document", HowKnown.DOCUMENT),
        ('how:"saw the contract"', HowKnown.DOCUMENT),
        ('how:"second hand"', HowKnown.SECOND_HAND),
        ("Rumour: they fold", HowKnown.RUMOUR),
        ("I have it first-hand", HowKnown.FIRST_HAND),
        ("a rumor, how:document", HowKnown.DOCUMENT),
        ("how: they do it, no idea", None),
        ("the document export is rumoured, a second hand market", None),
    ],
)
def test_how_it_is_known(text: str, grade: HowKnown | None) -> None:
    assert read(text).how_known is grade


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("we lost on price #pricing", Category.PRICING),
        ("we lost on price", Category.LOSS),
        ("#people their CTO left", Category.PEOPLE),
        ("New prices", Category.PRICING),
        ("a priceless windfall", None),
        ("Acme won't budge and won’t say why", None),
        ("They won't budge, so we won", Category.WIN),
        ("'We won' t-shirts", Category.WIN),
    ],
)
def test_categories(text: str, category: Category | None) -> None:
    assert read(text).category is category


@pytest.mark.parametrize("text", [":shushing_face: quiet", "🤫 quiet", "  (off) quiet", "(OFF)quiet", "\n🤫"])
def test_kept_out(text: str) -> None:
    assert read(text).is_kept_out


@pytest.mark.parametrize("text", ["not 🤫 now", "switch (off) it", "off", "", ":shushing: x"])
def test_not_kept_out(text: str) -> None:
    assert not read(text).is_kept_out


def test_money_is_read_in_the_workspace_s_currency() -> None:
    assert parse_line("for $5", KNOWN, "AUD").amounts == (Money(500, "AUD"),)


def test_only_the_first_characters_are_read() -> None:
    filler = "x" * (READ_CHARACTERS - 6)
    assert read(f"{filler} #tag ").tags == ("tag",)
    assert read(f"{filler}  #tag").tags == ("ta",) or read(f"{filler}  #tag").tags == ("tag",)
    assert read(f"{filler}xxxxxx #tag") == ParsedLine()


@given(st.text(max_size=300) | st.lists(SYNTAX, max_size=30).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    line = read(text)
    assert all(tag and tag == tag.strip("-") for tag in line.tags)
    assert len(set(line.tags)) == len(line.tags)
    assert line.names_something(Kind.ASK) == (line.names_something(Kind.NUGGET) or bool(line.area_ids))


PIECES = [
    "#",
    "#a",
    "a",
    " ",
    "\t",
    "(",
    "$1",
    "1,",
    "how:",
    "account:",
    "http://",
    "www.",
    "🤫",
    "\u0301",
    'stage:"',
    "C+",
]


@pytest.mark.parametrize("piece", PIECES)
def test_reading_takes_no_longer_however_long_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.perf_counter()
        read(text)
        return time.perf_counter() - began

    assert min(seconds(40_000) for _ in range(3)) < 0.25
