"""Step 5a, blocks → numbers: each block among its neighbours, in columns over the whole page.

What a block is worth is a rule of thumb: a paragraph its text, a menu's line less than nothing. All else is counted
from that, from links, and from what the elements on the way to the block are called.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from snapshotter.extract.body.columns import column, moved, running
from snapshotter.extract.body.vocabulary import Called, Names
from snapshotter.extract.words import CLAUSE_END, listed, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.body.columns import Column
    from snapshotter.extract.body.vocabulary import Vocabulary

SOLID = 60.0
"""What a real paragraph is worth at least."""
LEAST_SHARE = 0.8
"""An element inside the one worth most is the container if it is worth at least so much of it."""
EARLY = 0.3
"""The headline stands before more than this share of the page's text."""
MARGIN = 20
"""So far before the first real paragraph and behind the last one blocks are asked about."""
EDGE = 8
"""So far outside the container short lines are asked about."""
MAX_ASKED = 5_000
UNASKED = -5.0
"""Stands for what the elements around a block are called that isn't asked about."""
UNSHOWN = -99
"""Stands for the distance to a headline that isn't shown."""

_ENDS = frozenset('.!?…。！？:："”’»）」』)۔।')
_TAGS = {
    tag: number
    for number, tag in enumerate(
        listed("h1 h2 h3 h4 h5 h6 p li td th dt dd figcaption blockquote pre section article body div header ul tr"), 1
    )
}
_PATH, _MAKE = Called._fields.index("path"), Called._fields.index("make")
_LAST_HEADING = _TAGS["h6"]


def worth(blocks: Sequence[Block], size: Column, linked: Column) -> Column:
    """What each block adds to the article that takes it in; below zero: what it costs.

    ``size``: their weights. ``linked``: which share of each is links.
    """
    found: Column = np.minimum(size, 400) * (1 - linked)
    menus = linked > 0.6
    found[menus] = -np.minimum(size[menus], 25)
    for index in np.flatnonzero((size < 80) & ~menus).tolist():
        if CLAUSE_END.search(blocks[index].text) is None:
            found[index] = -8.0 if 0 < size[index] < 30 else 0.0
    return found


class Page:
    """A page's blocks in numbers."""

    def __init__(self, layout: Layout, title: str, vocabulary: Vocabulary) -> None:
        self._blocks = blocks = layout.blocks
        self._title, self._vocabulary = squeeze(title), vocabulary
        self.count = len(blocks)
        self.size = column([block.weight for block in blocks], float)
        self._length = column([len(block.text) for block in blocks], float)
        self._link = np.minimum(column([block.link_chars for block in blocks], float), self._length)
        self._linked = self._link / np.maximum(self._length, 1)
        self._worth = worth(blocks, self.size, self._linked)
        self._good = np.maximum(self._worth, 0)
        self._tag = column([_TAGS.get(block.node.tag, 0) for block in blocks], float)
        self._at = np.arange(self.count)
        self._sum_worth, self._sum_good = running(self._worth), running(self._good)
        self._sum_link, self._sum_length = running(self._link), running(self._length)
        self._total = max(float(self._sum_good[-1]), 1.0)
        self._above = column([(node.parent or node).place for node in layout.nodes], int)
        self._start = column([node.start for node in layout.nodes], int)
        self._end = column([node.end for node in layout.nodes], int)
        self._node = column([block.node.place for block in blocks], int)
        self._up = self._above[self._node]
        self._up2 = self._above[self._up]
        self._container = self._find_container()
        self.asked = self._ask()
        self._called = np.zeros((len(Called._fields), self.count))
        self._called[_PATH] = UNASKED
        self._words = np.zeros(self.count)
        asked, names = [blocks[index] for index in self.asked.tolist()], Names(vocabulary)
        called = chain.from_iterable([names.of(block.node) for block in asked])
        self._called[:, self.asked] = np.fromiter(called, float).reshape(len(asked), len(Called._fields)).T
        self._words[self.asked] = [vocabulary.of_line(block.text) for block in asked]

    def _ask(self) -> Column:
        """Indices of the blocks whose case isn't plain: no rows of links; far from the container only paragraphs."""
        up, up2 = self._link_share(self._up), self._link_share(self._up2)
        rows_of_links = (self._linked > 0.6) & (up > 0.5) & (up2 > 0.4)
        start, end = self._start[self._container] - EDGE, self._end[self._container] + EDGE
        inside = (self._at >= start) & (self._at < end)
        solid = np.flatnonzero(self._worth >= SOLID)
        low, high = (solid[0] - MARGIN, solid[-1] + MARGIN) if len(solid) else (0, self.count)
        near = (self._at >= low) & (self._at <= high) & (inside | (self._worth >= SOLID))
        return np.flatnonzero((self.size > 0) & ~rows_of_links & near)[:MAX_ASKED]

    def _link_share(self, nodes: Column) -> Column:
        return self._share(self._start[nodes], self._end[nodes])

    def _share(self, low: Column, high: Column) -> Column:
        """Which share of the text from one block to before another is linked."""
        length = self._sum_length[high] - self._sum_length[low]
        share: Column = (self._sum_link[high] - self._sum_link[low]) / np.maximum(length, 1)
        return share

    def spans(self) -> list[tuple[Column, Column]]:
        """Where the elements that the asked blocks lie in begin and end: the own one, and the three above it."""
        levels = (self._node, self._up, self._up2, self._above[self._up2])
        return [(self._start[level[self.asked]], self._end[level[self.asked]]) for level in levels]

    def makes(self) -> tuple[Column, Column]:
        """Of the asked blocks the numbers of their elements' makes, and of the makes of those elements' parents."""
        own, above = self._called[_MAKE : _MAKE + 2, self.asked].astype(int)
        return own, above

    def headings(self) -> tuple[Column, Column]:
        """Of each block the heading above, -1 if there is none, and the next, ``count`` if none; itself is both."""
        is_heading = (self._tag >= 1) & (self._tag <= _LAST_HEADING)
        above = np.maximum.accumulate(np.where(is_heading, self._at, -1))
        return above, np.minimum.accumulate(np.where(is_heading, self._at, self.count)[::-1])[::-1]

    def rows(self) -> Column:
        """A row for each asked block: the numbers of ``NAMES``."""
        of_all = self._own() | self._around() | self._place() | self._near() | self._whole()
        whole = np.empty((len(NAMES), self.count))
        for number, name in enumerate(NAMES):
            whole[number] = of_all.get(name, 0)
        rows = whole.take(self.asked, axis=1)
        for name, values in self._makes().items():
            rows[_AT[name]] = values
        return rows.T

    def _own(self) -> dict[str, Column]:
        seen: dict[str, int] = {}
        repeated = np.zeros(self.count)
        for index in self.asked.tolist():
            text = self._blocks[index].text
            if len(text) > 20 and seen.setdefault(text, index) != index:
                repeated[index], repeated[seen[text]] = 1, 0.5
        ends = [block.text[-1:] in _ENDS for block in self._blocks]
        return {
            "tag": self._tag,
            "size": self.size,
            "linked": self._linked,
            "worth": self._worth,
            "ends": column(ends, float),
            "words": self._words,
            "repeated": repeated,
        }

    def _around(self) -> dict[str, Column]:
        named = ("names", "up_names", "path", "worst", "best", "part")
        found = dict(zip(named, self._called, strict=False))
        for name, above in (("up", self._up), ("up2", self._up2), ("up3", self._above[self._up2])):
            low, high = self._start[above], self._end[above]
            found |= {
                f"{name}_blocks": high - low,
                f"{name}_good": (self._sum_good[high] - self._sum_good[low]) / self._total,
                f"{name}_linked": self._share(low, high),
                f"{name}_worth": self._sum_worth[high] - self._sum_worth[low],
            }
        return found

    def _makes(self) -> dict[str, Column]:
        """What all asked blocks in elements of one make have together; the same for their parents, and for tags."""
        asked = self.asked
        found: dict[str, Column] = {}
        makes = self.makes()
        for name, make in zip(("make", "up_make"), makes, strict=True):
            found[f"{name}_blocks"] = np.bincount(make)[make]
            found[f"{name}_good"] = np.bincount(make, self._good[asked])[make] / self._total
        make = makes[0]
        length = np.bincount(make, self._length[asked])
        found["make_linked"] = (np.bincount(make, self._link[asked]) / np.maximum(length, 1))[make]
        found["make_length"] = length[make] / found["make_blocks"]
        tags = self._tag.astype(int)
        found["tag_good"] = (np.bincount(tags, self._good)[tags] / self._total)[asked]
        return found

    def _find_container(self) -> int:
        """The element worth most; where one inside it is worth nearly as much, that one, and so on inwards."""
        above, sums = self._above, self._sum_worth[self._end] - self._sum_worth[self._start]
        best = int(sums.argmax())
        places = np.arange(len(sums))
        while len(inner := np.flatnonzero((above == best) & (places != best) & (sums >= LEAST_SHARE * sums[best]))):
            best = int(inner[0])
        return best

    def _place(self) -> dict[str, Column]:
        at, total = self._at, self._total
        container = self._container
        start, end = self._start[container], self._end[container]
        headline = self._headline()
        return {
            "inside": (at >= start) & (at < end),
            "from_start": at - start,
            "to_end": end - at,
            "container_good": np.full(self.count, (self._sum_good[end] - self._sum_good[start]) / total),
            "container_blocks": np.full(self.count, end - start),
            "before": self._sum_good[:-1] / total,
            "behind": (total - self._sum_good[1:]) / total,
            "position": at / self.count,
            "from_headline": at - headline if headline >= 0 else np.full(self.count, UNSHOWN),
        }

    def _headline(self) -> int:
        """Index of the last block with the title that has most of the page's text behind it; -1: it isn't shown."""
        title, least = self._title, len(self._title)
        early = self._sum_good[:-1] <= EARLY * self._total
        alike = (self._length >= least / 2) & (self._length < 2 * least + 20)
        found = [
            index for index in np.flatnonzero(early & alike).tolist() if squeeze(self._blocks[index].text) == title
        ]
        return found[-1] if found and title else -1

    def _near(self) -> dict[str, Column]:
        at, count = self._at, self.count
        path = self._called[_PATH]
        last, following = self.headings()
        shown = last >= 0
        found = {
            "since_heading": at - last,
            "to_heading": following - at,
            "heading_words": self._words[last] * shown,
            "heading_path": path[last] * shown,
        }
        low, behind, high = np.maximum(at - 4, 0), at + 1, np.minimum(at + 5, count)
        found |= {
            "linked_4_before": self._share(low, at),
            "linked_4_behind": self._share(behind, high),
            "linked_12_before": self._share(np.maximum(at - 12, 0), at),
        }
        for name, values, step in (
            ("path", path, -1), ("path", path, 1), ("path", path, -2), ("path", path, 2),
            ("words", self._words, -1), ("words", self._words, 1), ("words", self._words, 2), ("tag", self._tag, 1),
        ):  # fmt: skip
            found[f"{name}_{abs(step)}_{'behind' if step > 0 else 'before'}"] = moved(values, step)
        return found

    def _whole(self) -> dict[str, Column | float]:
        size, length = float(self.size.sum()), float(self._sum_length[-1])
        return {
            "page_blocks": self.count,
            "page_good": self._total,
            "page_linked": float(self._sum_link[-1]) / max(length, 1),
            "page_solid": float((self._worth >= SOLID).sum()),
            "page_paragraphs": float(self._good[self._tag == _TAGS["p"]].sum()) / self._total,
            "page_letter_size": size / max(length, 1),
        }


NAMES = listed("""
    tag size linked worth ends words repeated
    names up_names path worst best part
    up_blocks up_good up_linked up_worth up2_blocks up2_good up2_linked up2_worth
    up3_blocks up3_good up3_linked up3_worth
    inside from_start to_end container_good container_blocks before behind position from_headline
    since_heading to_heading heading_words heading_path
    linked_4_before linked_4_behind
    linked_12_before
    path_1_before path_1_behind path_2_before path_2_behind words_1_before words_1_behind words_2_behind
    tag_1_behind
    make_blocks make_good make_linked make_length up_make_blocks up_make_good tag_good
    page_blocks page_good page_linked page_solid page_paragraphs page_letter_size
""")
"""The columns of a row, in order."""
_AT = {name: number for number, name in enumerate(NAMES)}
