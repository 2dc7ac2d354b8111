"""Words that people wrote: made safe to store, readable, safe to show, and cut to length."""

import re
import unicodedata

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"

# Every surrogate in a Python string is a lone one: pairs are joined when JSON or UTF-16 is decoded.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Between the brackets there is neither bracket, so each character is looked at once per opening bracket before it.
_TOKEN = re.compile(r"<([^<>]{1,8000}+)>")
_URL_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,20}:", re.IGNORECASE)

# Characters without ink that Unicode does not class as blank or format: Hangul fillers and the empty Braille pattern.
_INKLESS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
_INKLESS_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})

_JOINER = "\u200d"
# Invisible; behind the hash of a channel's name it keeps that from being read as a tag that somebody set.
_NO_TAG = "\u2060"
_LONGEST_CLUSTER = 32


def clean(text: str) -> str:
    """Return `text` as both databases can store it: NUL and lone surrogates become U+FFFD, every line ends in LF."""
    return _UNSTORABLE.sub(REPLACEMENT, text).replace("\r\n", "\n").replace("\r", "\n")


def unescape(text: str) -> str:
    """Undo Slack's escaping of `<`, `>` and `&`; `&amp;` comes last, so that `&amp;lt;` reads `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_mrkdwn(text: str) -> str:
    """Escape what a person wrote, so that Slack finds no mention, channel or link in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Return a Slack message's `text` as people read it: tokens such as `<@U1|ana>` become words, then unescaped.

    What stands in brackets without being a token of Slack's is kept as it is: nobody's words are dropped.
    """
    return unescape(_TOKEN.sub(_readable, text))


def _readable(token: re.Match[str]) -> str:
    target, _, label = token.group(1).partition("|")
    sort, name = target[:1], target[1:]
    if name and sort in "@#":
        return sort + (_NO_TAG if sort == "#" else "") + (label.lstrip(sort) or name)
    if name and sort == "!":
        return _readable_command(name, label)
    if _URL_SCHEME.match(target):
        return _readable_link(target, label)
    return token.group(0)


def _readable_command(target: str, label: str) -> str:
    """Return the words of `<!…>`: a date's fallback, a group's handle, or `@channel`, `@here`, `@everyone`."""
    name, _, detail = target.partition("^")
    if name == "date":
        return label
    return label or "@" + (detail if name == "subteam" else name)


def _readable_link(url: str, label: str) -> str:
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    says_the_same = label in {"", url, bare} or url.split("://", 1)[-1] == label
    return bare if says_the_same else f"{label} ({bare})"


def truncate(text: str, limit: int) -> str:
    """Return at most `limit` characters (code points) of `text`, the last of them … where something was left out.

    An accent, a skin tone or a joined emoji stays with what it belongs to, unless it runs on for more than 32.
    """
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    return text[: _cut_before(text, limit - 1)].rstrip() + ELLIPSIS


def _cut_before(text: str, end: int) -> int:
    """Return the last place up to `end` that splits nothing which is read as one character."""
    for cut in range(end, max(0, end - _LONGEST_CLUSTER), -1):
        if not _belongs_to_previous(text[cut]) and text[cut - 1] != _JOINER and not _splits_flag(text, cut):
            return cut
    return end if end > _LONGEST_CLUSTER else 0


def _belongs_to_previous(character: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_skin_tone or character == _JOINER or unicodedata.category(character)[0] == "M"


def _splits_flag(text: str, cut: int) -> bool:
    """Tell whether an odd number of regional indicators stands before `cut` and one after: half a flag."""
    if not _is_regional(text[cut]):
        return False
    before = 0
    while before < min(cut, _LONGEST_CLUSTER) and _is_regional(text[cut - 1 - before]):
        before += 1
    return before % 2 == 1


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def is_blank(text: str) -> bool:
    """Tell whether there is nothing to read: empty, or only blanks, control and zero-width characters."""
    return all(character in _INKLESS or unicodedata.category(character) in _INKLESS_CATEGORIES for character in text)
