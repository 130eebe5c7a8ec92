"""The first words of an article, as a page's list shows them: whole sentences where they fit."""

from __future__ import annotations

from unicodedata import east_asian_width

from snapshotter.patterns import pattern

WIDTH = 190
"""Of a Latin letter 1, of a Chinese character 2."""
_LOOKED_AT = 4 * WIDTH
_END = pattern("[。！？!?]+[”’」』）)\"']*|(?<=\\w\\w\\w)\\.[”’)\"']*(?= )")
"""A full stop behind one or two letters is mostly that of an initial, of Mr. or St."""


def teaser(text: str) -> str:
    """As much of a text's beginning as fits: up to the end of a sentence, else of a word, with an ellipsis.

    White space is folded. Empty for a text of white space.
    """
    whole = " ".join(text[:_LOOKED_AT].split())
    shown = whole[: _fitting(whole)]
    if shown == whole:
        return whole
    ends = [found.end() for found in _END.finditer(shown)]
    if ends and 2 * ends[-1] > len(shown):
        return shown[: ends[-1]]
    head, _, tail = shown.rpartition(" ")
    is_within_word = head and tail.isascii() and len(tail) < WIDTH // 6
    return (head if is_within_word else shown).rstrip("，、；：,;: —") + "…"


def _fitting(text: str) -> int:
    """How many of its characters fit."""
    width = 0
    for place, one in enumerate(text):
        width += 2 if east_asian_width(one) in "WF" else 1
        if width > WIDTH:
            return place
    return len(text)
