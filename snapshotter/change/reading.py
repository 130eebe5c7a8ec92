"""What an article says, less what changes by itself: two readings are alike or not; nothing in between."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple, Protocol

from snapshotter.change.shapes import heads_others, is_boilerplate, without_noise
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

A_LIST = 3
"""So many lines in a row that are links and nothing else are a list of other pages, with no heading too."""
_ENDS = 6
"""So many lines of an end may be boilerplate."""

_BLOCK = pattern(r"<(?!/?(?:a|em|strong|code|img)\b)[^>]*>|\n")
_LINK = pattern(
    r"^(?P<before>[^<]*(?:</?(?:em|strong)>[^<]*)*)<a href=\"(?P<to>[^\"]*)\">(?P<linked>.*?)</a>(?P<after>.*)$", re.S
)
_TAG = pattern(r"<[^>]*>")
_INVISIBLE = pattern(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_SIGNS = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code - 0xFEE0).isalnum()}
_WIDTHS = str.maketrans({**_SIGNS, "“": '"', "”": '"', "‘": "'", "’": "'"})
_EAST = r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NEEDLESS = pattern(rf"(?<![^\W{_EAST}]) | (?![^\W{_EAST}])")
_SPACE = pattern(r"\s+")


class Text(Protocol):
    """An Article or a Snapshot: what is compared."""

    @property
    def title(self) -> str:
        """As published."""

    @property
    def body_text(self) -> str:
        """Its lines."""

    @property
    def body_html(self) -> str:
        """The same, with its links."""


class Words(NamedTuple):
    """An article's own words, as they are compared.

    Where lines and blanks fall, the width of punctuation and the form of quotes aren't looked at; not a letter, digit
    or other sign is changed.
    """

    title: str
    lines: tuple[str, ...]
    """The body's, less those that change by themselves, lists of other pages and boilerplate at the ends."""
    others: Mapping[str, Sequence[str]]
    """What lists of other pages say of each, by its address."""


def words(text: Text) -> Words:
    """What is compared of an article."""
    lines = [line for line in text.body_text.split("\n") if line.strip()]
    linked = _linked_lines(text.body_html) if "<a " in text.body_html else {}
    kept = [short for line in _without_lists(lines, linked) if (short := without_noise(line))]
    for _ in range(_ENDS):
        if len(kept) > 1 and is_boilerplate(kept[-1]):
            kept.pop()
        if len(kept) > 1 and is_boilerplate(kept[0]):
            kept.pop(0)
    own = set(kept)
    others: dict[str, list[str]] = {}
    for line, to in linked.items():
        if line not in own:
            others.setdefault(to, []).append(folded(line))
    return Words(folded(text.title), tuple(map(folded, kept)), others)


def alike(one: Words, other: Words) -> bool:
    """Whether no word of the article's own differs, nor what both say of a page that both list."""
    if one.title != other.title or folded(" ".join(one.lines)) != folded(" ".join(other.lines)):
        return False
    return agree(one, other)


def agree(one: Words, other: Words) -> bool:
    """Whether both say the same of the pages that both list."""
    return all(other.others.get(to, said) == said for to, said in one.others.items())


def folded(line: str) -> str:
    """A line as it is compared."""
    line = _INVISIBLE.sub("", line).translate(_WIDTHS)
    return _NEEDLESS.sub("", _SPACE.sub(" ", line))


def _without_lists(lines: Sequence[str], linked: Mapping[str, str]) -> Iterator[str]:
    """Without lists of links: headed as others' or as an advertisement (with the heading), or long."""
    run: list[str] = []
    heading = ""
    for line in lines:
        if line in linked:
            run.append(line)
            continue
        yield from _kept(heading, run)
        run, heading = [], ""
        found = heads_others(line)
        if found and not line[found.end() :].strip():
            heading = line
        elif not (found and line[found.end() :].strip() in linked):
            yield line
    yield from _kept(heading, run)


def _kept(heading: str, run: Sequence[str]) -> Sequence[str]:
    """What is kept of a heading and the links under it."""
    return () if heading or len(run) >= A_LIST else run


def _linked_lines(body_html: str) -> dict[str, str]:
    """The lines that are a link and nothing else, and the linked ends of those that begin with a label; where to."""
    found: dict[str, str] = {}
    for line in _BLOCK.split(body_html):
        if (match := _LINK.match(line)) and not _plain(match["after"]):
            before = _plain(match["before"])
            if not before or ((headed := heads_others(before)) and headed.end() == len(before)):
                found[_plain(match["linked"])] = unescape(match["to"])
    return found


def _plain(markup: str) -> str:
    return unescape(_TAG.sub("", markup)).strip()
