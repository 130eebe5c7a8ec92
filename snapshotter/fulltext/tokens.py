"""Texts as tokens: pairs of neighbouring characters where words aren't written apart, else words.

A run of Chinese, Japanese, Korean, Thai, Lao, Burmese or Khmer characters becomes its bigrams and, at its end, its last
character: so whatever stands within a run is a phrase of bigrams, a single character is the beginning of a token, and
no phrase runs on from one run into the next unseen. 重庆,abc → 重庆 庆 abc.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from snapshotter.fulltext.folding import folded
from snapshotter.patterns import pattern

WIDE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0edf\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u3096"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Of scripts that are written without spaces, and hangul, whose particles cling to the words."""

_MARKS = "\u0300-\u036f"
_CLINGING = f"{_MARKS}\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
LETTER = f"[^\\W_{WIDE}]"
_RUN = pattern(f"([{WIDE}]+)|((?:{LETTER}|[\u0900-\u0dff])(?:{LETTER}|[{_CLINGING}])*)")
_WIDE = pattern(f"[{WIDE}]+")
_MARK = pattern(f"[{_MARKS}]+")
MAX_WORD = 64
"""Characters of a word that count."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a folded text: wide characters, or one word."""

    text: str
    is_wide: bool


def runs(text: str) -> Iterator[Run]:
    """The runs of a text, folded, in order."""
    for wide, word in _RUN.findall(folded(text)):
        yield Run(wide, is_wide=True) if wide else Run(_word(word), is_wide=False)


def tokens(text: str) -> str:
    """The tokens of a text, in order, with a space between them. None holds ASCII but letters and digits."""
    found: list[str] = []
    for wide, word in _RUN.findall(folded(text)):
        if wide:
            found += map(str.__add__, wide, wide[1:])
            found.append(wide[-1])
        else:
            found.append(word if word.isascii() and len(word) <= MAX_WORD else _word(word))
    return " ".join(found)


def is_wide(token: str) -> bool:
    """Whether tokens are of wide characters."""
    return bool(_WIDE.fullmatch(token))


def _word(word: str) -> str:
    return _MARK.sub("", word)[:MAX_WORD]
