"""mrkdwn and plain text, piece by piece; what is compared is the markup of the nodes that were made."""

import pytest

from tests.browser.drawing.conftest import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = 'target="_blank" rel="noopener noreferrer"'


def link(url: str, label: str) -> str:
    return f'<a href="{url}" {NEW}>{label}</a>'


def mention(kind: str, words: str) -> str:
    return f'<span class="mention mention-{kind}">{words}</span>'


def emoji(name: str, character: str) -> str:
    said = name.replace("_", " ")
    return f'<span class="emoji" role="img" aria-label="{said}" title=":{name}:">{character}</span>'


def moment(words: str) -> str:
    title = "Monday, October 5th, 2026 at 11:30 AM"
    return f'<time datetime="2026-10-05T09:30:00.000Z" title="{title}">{words}</time>'


NOON = 1_791_192_600
X = "https://example.com/x"
CASES = {
    # Styles
    "*bold*": "<strong>bold</strong>",
    "_leaning_ and ~struck~": "<em>leaning</em> and <s>struck</s>",
    "*bold _and leaning_*": "<strong>bold <em>and leaning</em></strong>",
    "2*3*4 and snake_case_name": "2*3*4 and snake_case_name",
    "* not * bold": "* not * bold",
    "**raw**": "**raw**",
    "*one\ntwo*": "*one<br>two*",
    "(*bold*), *b*.": "(<strong>bold</strong>), <strong>b</strong>.",
    "*a <@U1> b*": f"<strong>a {mention('me', '@Ada Lovelace')} b</strong>",
    "*a `*` b*": "<strong>a <code>*</code> b</strong>",
    # Code
    "`a *b* &lt;c&gt;`": "<code>a *b* &lt;c&gt;</code>",
    "a ` b": "a ` b",
    "```\nx = *1*\n```": "<pre>x = *1*</pre>",
    "before\n```code```\nafter": "before<pre>code</pre>after",
    "`<@U1>`": f"<code>{mention('me', '@Ada Lovelace')}</code>",
    # Quotations
    "&gt; quoted\n&gt; more\nplain": "<blockquote>quoted<br>more</blockquote>plain",
    "> raw mark": "<blockquote>raw mark</blockquote>",
    "first\n&gt;&gt;&gt; all\nthe rest": "first<blockquote>all<br>the rest</blockquote>",
    "1 &gt; 0": "1 &gt; 0",
    # Links
    f"<{X}|a label>": link(X, "a label"),
    f"<{X}>": link(X, X),
    "<https://e.com/?a=1&amp;b=2|q>": link("https://e.com/?a=1&amp;b=2", "q"),
    "<mailto:ada@example.com|ada@example.com>": link("mailto:ada@example.com", "ada@example.com"),
    f"see {X}, please": f"see {link(X, X)}, please",
    f"({X})": f"({link(X, X)})",
    "https://": "https://",
    # Mentions
    "<@U2>": mention("user", "@Ben Okri"),
    "<@U404>": mention("user", "@U404"),
    "<@U404|zoe>": mention("user", "@zoe"),
    "<#C1>": mention("channel", "#intel"),
    "<#C404|away>": mention("channel", "#away"),
    "<#C404>": mention("channel", "a private channel"),
    "<!subteam^S1|@pms>": mention("group", "@pms"),
    "<!here> <!channel>": f"{mention('broadcast', '@here')} {mention('broadcast', '@channel')}",
    "<!unknown^x|label>": "label",
    "@here #intel": "@here #intel",
    # Dates
    f"<!date^{NOON}^{{date_short}} at {{time}}^{X}|then>": link(X, moment("Oct 5, 2026 at 11:30 AM")),
    f"<!date^{NOON}^{{date}}|then>": moment("October 5th, 2026"),
    f"<!date^{NOON}^{{date_num}} {{time_secs}}|then>": moment("2026-10-05 11:30:00 AM"),
    f"<!date^{NOON}^{{date_long_pretty}}|then>": moment("today"),
    f"<!date^{NOON}^{{century}}|then &amp; there>": "then &amp; there",
    "<!date^soon^{date}|then>": "then",
    # Emoji
    ":tada: 10:30:45 :none:": f"{emoji('tada', '🎉')} 10:30:45 :none:",
    ":wave::skin-tone-4:": emoji("wave", "👋🏽"),
    ":white_check_mark:": emoji("white_check_mark", "✅"),
    # Escapes and attacks
    "&amp;lt; &lt;b&gt;": "&amp;lt; &lt;b&gt;",
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<img src=x onerror=alert(1)>": "&lt;img src=x onerror=alert(1)&gt;",
    "<javascript:alert(1)|click>": "&lt;javascript:alert(1)|click&gt;",
    "<data:text/html,x|click>": "&lt;data:text/html,x|click&gt;",
    f'<{X}"onclick="alert(1)|x>': link(f"{X}&quot;onclick=&quot;alert(1)", "x"),
    "<": "&lt;",
    "": "",
}


async def test_mrkdwn_reads_like_slack(stage: Stage) -> None:
    drawn = await stage.call("mrkdwn", list(CASES), {})
    assert dict(zip(CASES, drawn, strict=True)) == CASES


async def test_a_line_of_many_marks_is_drawn_at_once(stage: Stage) -> None:
    text = "*a " * 13_000
    took = await stage.page.evaluate("(text) => harness.timed(() => harness.mrkdwn([text], {}))", text)
    # Reading the line anew for each mark takes seconds.
    assert took < 1500


READINGS: list[tuple[str, dict[str, bool], str]] = [
    ("@here", {"names": True}, mention("broadcast", "@here")),
    ("#intel and #nowhere", {"names": True}, f"{mention('channel', '#intel')} and #nowhere"),
    ("ada@here.com", {"names": True}, "ada@here.com"),
    (f"@here #intel {X}", {"names": True, "verbatim": True}, f"@here #intel {X}"),
    (f"<{X}|label> *b*", {"verbatim": True}, f"{link(X, 'label')} <strong>b</strong>"),
]


async def test_verbatim_leaves_bare_words_alone(stage: Stage) -> None:
    drawn = [(await stage.call("mrkdwn", [text], reading))[0] for text, reading, _ in READINGS]
    assert drawn == [expected for _, _, expected in READINGS]


async def test_plain_text_is_not_read(stage: Stage) -> None:
    text = "*b* <@U1> &amp; <script>\n:tada:"
    kept = "*b* &lt;@U1&gt; &amp;amp; &lt;script&gt;<br>"
    assert await stage.call("plain", text, {}) == kept + emoji("tada", "🎉")
    assert await stage.call("plain", text, {"emoji": False}) == kept + ":tada:"


DATES = [
    ("{date_pretty}", NOON - 86_400, "yesterday"),
    ("{date_short_pretty}", NOON + 86_400, "tomorrow"),
    ("{date_pretty}", NOON + 3 * 86_400, "October 8th, 2026"),
    ("{date_long}", NOON - 3 * 86_400, "Friday, October 2nd, 2026"),
    ("{date}", NOON - 4 * 86_400, "October 1st, 2026"),
    ("{date}", NOON + 7 * 86_400, "October 12th, 2026"),
    ("{ago}", NOON - 7200, "2 hours ago"),
    ("{ago}", NOON + 60, "in 1 minute"),
    # The day is the reader's: 23:30 in UTC is the next day in Zurich.
    ("{date_num} {time}", NOON + 14 * 3600, "2026-10-06 1:30 AM"),
]


async def test_dates_are_those_of_the_reader(stage: Stage) -> None:
    texts = [f"<!date^{seconds}^{form}|x>" for form, seconds, _ in DATES]
    drawn = await stage.call("mrkdwn", texts, {})
    assert [html.split(">")[1].removesuffix("</time") for html in drawn] == [expected for _, _, expected in DATES]


MARKDOWN = {
    "**b** __c__ *i* _j_ ~~s~~": "<strong>b</strong> <strong>c</strong> <em>i</em> <em>j</em> <s>s</s>",
    r"\*kept\* snake_case_x": "*kept* snake_case_x",
    f'[a *label*]({X} "t")': link(X, "a <em>label</em>"),
    f"![chart]({X})": link(X, "chart"),
    "[x](javascript:alert(1))": "[x](javascript:alert(1))",
    "<b>raw</b>": "&lt;b&gt;raw&lt;/b&gt;",
    "`` a`b ``": "<code> a`b </code>",
    "<https://example.com/x>": link(X, X),
    "*mrkdwn* <@U1>": "<em>mrkdwn</em> &lt;@U1&gt;",
}


async def test_markdown_is_not_mrkdwn(stage: Stage) -> None:
    await stage.draw(*({"type": "markdown", "text": text} for text in MARKDOWN))
    drawn = await stage.page.eval_on_selector_all(".bk-markdown > p", "(nodes) => nodes.map((node) => node.innerHTML)")
    assert dict(zip(MARKDOWN, drawn, strict=True)) == MARKDOWN


async def test_markdown_blocks_have_their_elements(stage: Stage) -> None:
    lists = "1. a\n2. b\n   - c\n   - d\n3. e\n> q\n> - r\n"
    text = f"# One\n### Three\n{lists}\n***\n~~~js\nlet x;\n~~~\n|a|b|\n|-|-:|\n|1|\n"
    await stage.draw({"type": "markdown", "text": text})
    html = await stage.page.inner_html(".bk-markdown")
    for part in (
        ">One</h3>",
        ">Three</h5>",
        "<li>a</li>",
        '<li>b<ul class="bk-rich-list"><li>c</li><li>d</li></ul></li><li>e</li>',
        '<blockquote><p>q</p><ul class="bk-rich-list"><li>r</li></ul></blockquote><hr>',
        '<pre data-language="js">let x;</pre>',
        '<th class="bk-align-right bk-is-wrapped" scope="col"><span>b</span></th>',
    ):
        assert part in html
