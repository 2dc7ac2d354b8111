"""Whether an ask is bare: a feature by its name, and not a word of what the customer cannot do (product rule 3)."""

import re

from bot.domain.lines import READ_CHARACTERS

FEW_WORDS = 10
"""So many words beside names and marks say what is wanted and, mostly, why; below that one question is worth asking."""

# Hashtags, links, amounts, and what stands behind a key: none of it says what stops anyone.
_MARKS = re.compile(
    r"https?://\S+"
    r"|\b(?:account|stage|close|source|segment|how): ?(?:\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|\S+)"
    r"|#\S+"
    r"|[$€£¥₹] ?\d[\d.,]*(?: ?[km]\b)?"
    r"|\b\d[\d.,]* ?[km]?(?= ?(?:usd|eur|gbp|inr|jpy)\b) ?(?:usd|eur|gbp|inr|jpy)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# What people say when they tell what stops them, what it costs them, or how they do it without.
_HINDRANCE = re.compile(
    r"\b(?:can ?not|unable|impossible|hard|difficult|no way|nobody can|cannot"
    r"|(?:ca|wo|do|does|did|is|are|was|were|has|have|had|could|would)n['’]?t"
    r"|(?:can|do|does|did|is|are|was|were|will|has|have|could|would) (?:not|only|no)"
    r"|fail(?:s|ed|ing)?|crash(?:es|ed|ing)?|errors?|los(?:e|es|ing|t)|stuck|stop(?:s|ped)?|block(?:s|ed|er|ers|ing)?"
    r"|by hand|manual(?:ly)?|workarounds?|instead of|without|otherwise|because|since|so that|today|currently|until"
    r"|every (?:time|day|week|month|morning)|ha(?:s|ve|d) to|tak(?:es|ing)|wast(?:e|es|ing)|slow|too|complains?"
    r"|forgets?|there(?: is|['’]s) no)\b",
    re.IGNORECASE,
)


def is_bare(words: str) -> bool:
    """Tell whether these words of an ask say no more than what is wanted; account and competitor may be among them."""
    head = _MARKS.sub(" ", words[:READ_CHARACTERS])
    count = sum(1 for _ in _WORD.finditer(head))
    return count < FEW_WORDS and not _HINDRANCE.search(head)
