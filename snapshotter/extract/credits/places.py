"""Where credits are looked for: the lines and links around an article, told apart by place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.credits.labels import read_labels
from snapshotter.extract.words import any_of, squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from snapshotter.extract.blocks import Block

MAX_LINE = 200
"""A longer line is no line about an article."""

EARLY = 4
"""How many of the text's blocks are its beginning."""

ABOVE = 6
"""How many lines above the title may be about the article."""

_DATE = pattern(
    r"\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}日?(?:\s*[T·]?\s*\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}:\d\d"
    r"|(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+)?\b(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)"
    r"[a-zé]*\.?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?\d{2,4}|\d+\s+\w+\s+ago",
    re.I,
)
_DIGIT = pattern(r"\d")
_ONLY_LABEL = pattern(
    r"^\W*"
    + any_of(r"""
    (?:(?:written|posted|story|words|article|text|published|authored)␣)?by authors?(?:\(s\))? von par por autor(?:in)?
    作者 记者 記者 来源 來源 文 责任编辑 责编 编辑
""")
    + r"\s*[:：]?\s*$",
    re.I,
)


class Link(NamedTuple):
    """A link near the article."""

    escaped: str
    """Its text as the page has it; ``blocks.shown`` makes it the reader's."""
    attributes: str
    """As ``tree.attribute`` reads them."""


class Around(NamedTuple):
    """An article's surroundings, as blocks."""

    header: Sequence[Block]
    """From shortly before the title to the text."""
    inside: Sequence[Block] = ()
    """Left out of the text."""
    behind: Sequence[Block] = ()
    """After the text."""
    body: Sequence[Block] = ()
    """The text."""
    title: str = ""
    base: str = ""
    """What the page's links are relative to."""


class Line(NamedTuple):
    """A block read as a line: a label that stands alone before it is joined to it."""

    text: str
    block: Block


class Place(NamedTuple):
    """One part of the surroundings."""

    name: str
    lines: Sequence[Line]
    share: float
    """How much what stands here weighs, 1 for the header."""


class Near(NamedTuple):
    """The surroundings, read."""

    around: Around
    places: Sequence[Place]
    """In this order: header, text, inside, behind."""
    labels: Mapping[str, Mapping[str, Sequence[str]]]
    """What ``read_labels`` finds in each place."""


def read_near(around: Around) -> Near:
    """The parts of a page that may hold credits, with their short lines and what labels say in them."""
    places = _places(around)
    return Near(around, places, {place.name: read_labels(line.text for line in place.lines) for place in places})


def _places(around: Around) -> list[Place]:
    start = max(0, below_title(around.header, around.title) - ABOVE - 1)
    return [
        Place("header", list(_lines(around.header[start : start + 60])), 1.0),
        Place("text", list(_lines(ends_of(around.body))), 0.8),
        Place("inside", list(_lines(around.inside[:25])), 0.7),
        Place("behind", list(_lines(around.behind[:12])), 0.6),
    ]


def ends_of(body: Sequence[Block]) -> list[Block]:
    """The text's first and last blocks, where its authors may sign."""
    return [*body[:EARLY], *body[EARLY:][-4:]]


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    label = ""
    for block in blocks:
        if not 1 < len(block.text) < MAX_LINE:
            continue
        text = block.text if len(block.pieces) == 1 else block.spaced
        if len(text) < 20 and _ONLY_LABEL.match(text):
            label = text.strip(" :：") + ("：" if not text.isascii() else ": " if "or" in text else " ")
        else:
            yield Line(label + text, block)
            label = ""


@lru_cache(maxsize=1024)
def find_date(text: str) -> re.Match[str] | None:
    """The first date or time of day in a line."""
    return _DATE.search(text) if _DIGIT.search(text) else None


def without_date(text: str) -> str:
    """What stands before a line's date, else what stands behind it."""
    match = find_date(text)
    if match is None:
        return text
    before = text[: match.start()].strip(" |•·,–—-")
    return before if len(before) > 1 else text[match.end() :].strip(" |•·,–—-")


def links_of(place: Place) -> Iterator[Link]:
    """The links in a place's lines."""
    for line in place.lines:
        text = ""
        for piece in line.block.pieces if line.block.link_chars else ():
            if isinstance(piece, str):
                text += piece
            elif piece[0] == "a":
                text = ""
            elif piece[0] == "/a" and text:
                yield Link(text, piece[1])


def below_title(lines: Sequence[Line] | Sequence[Block], title: str) -> int:
    """Index of the first line behind the last that is the title; 0: none is."""
    bare = squeeze(title)
    size = 3 * len(title) + 20
    for index in range(len(lines), 0, -1) if bare else ():
        text = lines[index - 1].text
        if text == title or (len(bare) <= len(text) < size and squeeze(text) == bare):
            return index
    return 0
