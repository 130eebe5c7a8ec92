"""Step 5b, numbers → numbers: each block in the light of what was thought of the others.

What stands in one list, in elements of one make or below one heading is mostly the article's together or not at all.
A first model weighs each block; what it thinks of a block's company is what a second one weighs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from snapshotter.extract.body import features
from snapshotter.extract.body.columns import running
from snapshotter.extract.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snapshotter.extract.body.columns import Column
    from snapshotter.extract.body.features import Page

SURE = 6.0
"""Log odds beyond this say no more."""
NONE = -7.0
"""Stands for the odds of a block that there isn't; one that isn't asked about has ``-SURE``."""
MOST = 400
"""No block counts for more letters."""
NEAR = 4
NOWHERE = -999
"""Stands for the distance to a paragraph thought the article's where there is none."""

_OWN = listed("tag size worth words ends linked part names up_names path make_blocks make_length")
_AT = [features.NAMES.index(name) for name in _OWN]
_COMPANY = listed("""
    odds odds_1_before odds_1_behind likely_4_before likely_4_behind
    own_likely up_likely up2_likely up3_likely up_share
    share_before share_behind from_first to_last page_likely
    make_likely up_make_likely heading_odds next_heading_odds
""")
NAMES = (*_OWN, *_COMPANY)
"""The columns of a row, in order."""


def look_again(page: Page, rows: Column, odds: Column) -> Column:
    """A row for each asked block: the numbers of ``NAMES``. ``rows``: the page's; ``odds``: the first model's."""
    thoughts = _Thoughts.of(page, odds)
    company = (*_beside(thoughts), *_within(thoughts), *_place(thoughts), *_kin(thoughts), *_headings(thoughts))
    return np.column_stack([rows[:, _AT], odds, *company])


class _Thoughts(NamedTuple):
    """What the first model thinks of a page's blocks."""

    page: Page
    odds: Column
    size: Column
    likely: Column
    """As much of each size as is likely the article's."""
    sum_size: Column
    sum_likely: Column
    """What comes before each block, and all."""

    @classmethod
    def of(cls, page: Page, asked: Column) -> _Thoughts:
        """``asked``: log odds of the asked blocks."""
        odds = np.full(page.count, -SURE)
        odds[page.asked] = np.clip(asked, -SURE, SURE)
        size = np.minimum(page.size, MOST)
        likely = np.zeros(page.count)
        likely[page.asked] = size[page.asked] / (1 + np.exp(-asked))
        return cls(page, odds, size, likely, running(size), running(likely))

    def share(self, low: Column, high: Column, less: Column | float = 0.0, likely: Column | float = 0.0) -> Column:
        """Which share is likely from one block to before another, without a size and what of that is likely."""
        size = self.sum_size[high] - self.sum_size[low] - less
        share: Column = (self.sum_likely[high] - self.sum_likely[low] - likely) / np.maximum(size, 1)
        return share


def _beside(thoughts: _Thoughts) -> Iterator[Column]:
    at, count = thoughts.page.asked, thoughts.page.count
    framed = np.concatenate([[NONE], thoughts.odds, [NONE]])
    yield framed[at]
    yield framed[at + 2]
    yield thoughts.share(np.maximum(at - NEAR, 0), at)
    yield thoughts.share(at + 1, np.minimum(at + 1 + NEAR, count))


def _within(thoughts: _Thoughts) -> Iterator[Column]:
    """Of the elements that a block lies in, what else they hold."""
    at = thoughts.page.asked
    size, likely, spans = thoughts.size[at], thoughts.likely[at], thoughts.page.spans()
    for low, high in spans:
        yield thoughts.share(low, high, size, likely)
    low, high = spans[1]
    yield (thoughts.sum_likely[high] - thoughts.sum_likely[low]) / _all(thoughts)


def _place(thoughts: _Thoughts) -> Iterator[Column]:
    at, sums, total = thoughts.page.asked, thoughts.sum_likely, _all(thoughts)
    yield sums[at] / total
    yield (sums[-1] - sums[at + 1]) / total
    sure = np.flatnonzero((thoughts.odds > 0) & (thoughts.size >= features.SOLID))
    yield at - sure[0] if len(sure) else np.full(len(at), NOWHERE)
    yield sure[-1] - at if len(sure) else np.full(len(at), NOWHERE)
    yield np.full(len(at), total / max(thoughts.sum_size[-1], 1.0))


def _all(thoughts: _Thoughts) -> float:
    return max(float(thoughts.sum_likely[-1]), 1.0)


def _kin(thoughts: _Thoughts) -> Iterator[Column]:
    """Of elements of the same make as a block's, and as that one's parent, what else they hold."""
    at = thoughts.page.asked
    size, likely = thoughts.size[at], thoughts.likely[at]
    for make in thoughts.page.makes():
        sizes, sums = np.bincount(make, size)[make], np.bincount(make, likely)[make]
        yield (sums - likely) / np.maximum(sizes - size, 1)


def _headings(thoughts: _Thoughts) -> Iterator[Column]:
    """The odds of the heading above, or the block's own if it is one, and of the next one."""
    at = thoughts.page.asked
    above, below = thoughts.page.headings()
    framed = np.concatenate([thoughts.odds, [NONE]])
    yield framed[above[at]]
    yield framed[below[at]]
