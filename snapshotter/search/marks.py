"""What a hit shows: its title, and the part of its text where the words stand, with marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snapshotter.formats.excerpt import excerpt
from snapshotter.fulltext.folding import folded
from snapshotter.fulltext.tokens import LETTER, MAX_WORD, Run
from snapshotter.patterns import pattern
from snapshotter.search.syntax import Phrase

NEAR = 28
"""A text whose first match lies within so many characters is shown from its beginning."""
BEFORE = 25
"""Else so many characters stand before the match."""
WINDOW = 89 - BEFORE
SCANNED = 50_000
"""Characters of a text that are looked through."""
READ = 600
"""Of those behind the start of an excerpt: white space among them is folded."""
MAX_MATCHES = 500

_BETWEEN = r"[\W_]{0,8}"
_LETTER = pattern(LETTER)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text, and whether it is what was looked for."""

    text: str
    is_match: bool = False


class Marker:
    """Finds phrases in texts."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        """None: nothing is marked."""
        longest_first = sorted({_pattern(phrase) for phrase in phrases}, key=len, reverse=True)
        self._find = re.compile("|".join(longest_first)).finditer if phrases else None

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The text, cut where it has them."""
        found, at = list[Piece](), 0
        for start, end, _ in self._spans(text):
            if start > at:
                found.append(Piece(text[at:start]))
            found.append(Piece(text[start:end], is_match=True))
            at = end
        return (*found, Piece(text[at:])) if at < len(text) or not found else tuple(found)

    def excerpt(self, text: str) -> tuple[Piece, ...]:
        """The part of a text that has most of them, in the shape that the text format gives excerpts."""
        match = self._start(text)
        start = match - BEFORE if match > NEAR else 0
        return self.pieces(excerpt(text[: start + READ], start))

    def _start(self, text: str) -> int:
        """Where the first match stands of those that are shown; 0: there is none."""
        spans = self._spans(text[:SCANNED])
        best, most = 0, 0
        for index, (start, _, _) in enumerate(spans):
            near = {which for at, _, which in spans[index : index + 20] if at - start <= WINDOW}
            if len(near) > most:
                best, most = start, len(near)
        return best if best <= NEAR else _from_word(text, best - BEFORE) + BEFORE

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        """Start and end of each match, and what it is, folded."""
        if self._find is None:
            return []
        return [
            (one.start(), one.end(), one[0])
            for one, _ in zip(self._find(folded(text)), range(MAX_MATCHES), strict=False)
        ]


def _from_word(text: str, start: int) -> int:
    """``start``, or where the next word begins if it lies within one."""
    if start > 0 and _LETTER.match(text[start - 1]):
        while start < len(text) and _LETTER.match(text[start]):
            start += 1
    return start


def _pattern(phrase: Phrase) -> str:
    """For folded texts."""
    *before, last = phrase.runs
    parts = [_of_run(run) for run in before]
    return _BETWEEN.join([*parts, _of_run(last, goes_on=phrase.is_prefix)])


def _of_run(run: Run, *, goes_on: bool = False) -> str:
    first, text = re.escape(run.text[0]), re.escape(run.text[1:])
    if run.is_wide:
        return first + text
    letter = "[a-z0-9]" if run.text.isascii() else LETTER  # compiled for each query, and the other is large
    behind = f"{letter}*" if goes_on or len(run.text) == MAX_WORD else f"(?!{letter})"
    return f"{first}(?<!{letter}{first}){text}{behind}"  # begins with a letter: what doesn't is skipped at once
