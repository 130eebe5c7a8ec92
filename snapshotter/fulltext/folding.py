"""Characters that count as one when texts are searched: each is folded onto another, so that offsets stay the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import chain

_CASED = ((0x41, 0x250), (0x370, 0x530), (0x531, 0x557), (0x10A0, 0x1100), (0x1E00, 0x2000))
_COMPATIBLE = ((0xF900, 0xFB00), (0xFF01, 0xFFEF))
_STRUCK = dict(zip("đøłħŧıё", "dolhtiе", strict=True))
"""Letters with a stroke, which Unicode doesn't take apart; and the one that Russian papers mostly write without."""


def folded(text: str) -> str:
    """The text as it is compared: lower case, no accents on Latin and Greek letters, full width as half, traditional
    characters as simplified ones. As long as ``text``, character under character.
    """
    if text.isascii():
        return text.lower()
    substitute, table = _folding()
    return substitute(lambda found: table[found[0]], text)


@cache
def _folding() -> tuple[Callable[[Callable[[re.Match[str]], str], str], str], dict[str, str]]:
    """What finds the characters that are folded, which are few in most texts, and what each is folded onto."""
    characters, simplified = (files("snapshotter.fulltext") / "simplified.txt").read_text("utf-8").split()
    table = dict(zip(characters, simplified, strict=True))
    for character in map(chr, chain.from_iterable(range(*block) for block in (*_CASED, *_COMPATIBLE))):
        plain = _plain(character)
        if plain != character:
            table[character] = table.get(plain, plain)
    return re.compile(f"[{re.escape(''.join(table))}]").sub, table


def _plain(character: str) -> str:
    """Its base letter in lower case; itself where that isn't one character."""
    whole = unicodedata.normalize("NFKC", character)
    lower = (whole if len(whole) == 1 else character).lower()[0]  # İ is i and a dot
    apart = unicodedata.normalize("NFD", lower)
    base = apart[0]
    if len(apart) > 1 and (base < "\u0250" or "\u0370" <= base < "\u0400"):
        lower = base
    return _STRUCK.get(lower, lower)
