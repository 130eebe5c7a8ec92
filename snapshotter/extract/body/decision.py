"""Step 5, blocks → body: which of a page's blocks are the article's.

A learned model weighs each block among its neighbours (``features``, ``forest``), and a second one weighs it again by
what the first thinks of its company (``company``). The decision is one for the whole page: going into the article and
out of it has a price, so that a line isn't cut out of the middle for being short.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from snapshotter.extract.body import company, features
from snapshotter.extract.body.boilerplate import (
    ends_article,
    is_about,
    is_furniture,
    names_advertisement,
    names_consent,
)
from snapshotter.extract.body.company import look_again
from snapshotter.extract.body.features import SOLID, Page
from snapshotter.extract.body.forest import Forest
from snapshotter.extract.body.vocabulary import Vocabulary
from snapshotter.extract.body.whole import made_whole
from snapshotter.extract.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout, Node
    from snapshotter.extract.body.columns import Column

MODEL = "model.json"
BIAS = 0.2
"""Added to the model's log odds: where recall and precision are alike."""
PRICE = 15.0
"""What going into the article or out of it costs, in letters at log odds of 1."""
LEAST, MOST = 15, 165
"""A block counts as its letters, the first never, the second at most."""
WITH_NEIGHBOURS = 0.01
"""What a picture is worth: it goes with what stands around it."""
UNASKED = -20.0
"""Log odds of a block that the model isn't asked about."""
DOUBTS = (0.0, 1.5)
"""Where nothing is found, it is looked again with so much more confidence."""
MAX_TITLE = 300
AD_LEVELS, AD_BLOCKS, AD_WEIGHT = 3, 4, 400
"""An advertisement's place: so many elements above a line, of so many blocks, with less than so much to read."""
EARLY = 0.1
"""So much of the text may stand before the headline, and then be none of it."""
_WHOLE = frozenset({"html", "body", "main", "article"})
"""Elements that hold the article, whatever else they are called."""
ENDS = (2, 3)
"""So many blocks at the beginning and the end of an article may be lines about it."""


class Model(NamedTuple):
    """What ``model.json`` holds, ready to be asked."""

    vocabulary: Vocabulary
    first: Forest
    second: Forest

    def odds(self, page: Page) -> Column:
        """Log odds of the page's asked blocks."""
        rows = page.rows()
        return self.second.score(look_again(page, rows, self.first.score(rows)))


def read_model(text: str) -> Model:
    """A model from its file's text. Raises ValueError if it isn't one for these features."""
    held: dict[str, Any] = json.loads(text)
    forests = [held.get(name, {}) for name in ("first", "second")]
    if [tuple(forest.get("features", ())) for forest in forests] != [features.NAMES, company.NAMES]:
        raise ValueError(f"{MODEL} was trained on other features; run tools/train_body.py again")
    first, second = (Forest(forest["thresholds"], forest["trees"]) for forest in forests)
    return Model(Vocabulary(held["names"], held["words"]), first, second)


@lru_cache(maxsize=1)
def body_model() -> Model:
    """The model that ships with the package, read once."""
    return read_model(files("snapshotter.extract.body").joinpath(MODEL).read_text("utf-8"))


def find_body(layout: Layout, title: str) -> list[int]:
    """Indices of the article's blocks, in the page's order; empty: there is nothing like an article.

    ``title``: the article's; what stands before it is rarely its text.
    """
    if not layout.blocks:
        return []
    model = body_model()
    page = Page(layout, title, model.vocabulary)
    odds = np.full(page.count, UNASKED)
    odds[page.asked] = model.odds(page)
    consent: dict[Node, bool] = {}
    found = [
        place for place in made_whole(decide(layout.blocks, page.size, odds), layout)
        if not _is_advertised(layout.blocks, place) and not _asks_consent(layout.blocks[place].node, consent)
    ]  # fmt: skip
    return _behind_title(found, layout.blocks, squeeze(title))


def _asks_consent(node: Node | None, known: dict[Node, bool]) -> bool:
    """Whether an element lies in what asks for consent to cookies; ``known``: of others, to which this one is added."""
    way: list[Node] = []
    while node is not None and node not in known:
        way.append(node)
        node = node.parent
    asks = node is not None and known[node]
    for here in reversed(way):
        known[here] = asks = asks or (here.tag not in _WHOLE and names_consent(here.names))
    return asks


def _is_advertised(blocks: Sequence[Block], place: int) -> bool:
    """Whether a block lies in a small element that is named as an advertisement's place: what it says changes daily."""
    node: Node | None = blocks[place].node
    for _ in range(AD_LEVELS):
        if node is None or node.end - node.start > AD_BLOCKS:
            return False
        if names_advertisement(node.names):
            return sum(block.weight for block in blocks[node.start : node.end]) < AD_WEIGHT
        node = node.parent
    return False


def decide(blocks: Sequence[Block], size: Column, odds: Column) -> list[int]:
    """The best way through a page by the blocks' log odds; ``size``: how much there is to read in each."""
    for doubt in DOUBTS:
        gains = (odds + BIAS + doubt) * np.minimum(LEAST + size, MOST)
        gains[size == 0] = WITH_NEIGHBOURS
        kept = _best_way(gains)
        if any(size[index] for index in kept):
            return _without_labels(kept, blocks)
    return []


def _best_way(gains: Column) -> list[int]:
    """Which places to be inside at, so that what is gained less what going in and out costs is most (Viterbi)."""
    good = np.flatnonzero(gains > WITH_NEIGHBOURS)
    if not len(good):
        return []
    first, last = _with_pictures(gains, int(good[0]), int(good[-1]))
    outside = inside = 0.0
    came: list[tuple[bool, bool]] = []  # whether the best way here was inside before: to outside, to inside
    for gain in gains[first : last + 1].tolist():
        out, into = inside - PRICE, outside - PRICE
        came.append((out > outside, inside >= into))
        outside, inside = (out if out > outside else outside), (inside if inside >= into else into) + gain
    kept: list[int] = []
    at = inside > outside
    for index in range(last, first - 1, -1):
        if at:
            kept.append(index)
        at = came[index - first][at]
    return kept[::-1]


def _with_pictures(gains: Column, first: int, last: int) -> tuple[int, int]:
    while first and gains[first - 1] == WITH_NEIGHBOURS:
        first -= 1
    while last + 1 < len(gains) and gains[last + 1] == WITH_NEIGHBOURS:
        last += 1
    return first, last


def _behind_title(kept: list[int], blocks: Sequence[Block], title: str) -> list[int]:
    """Without the headline (squeezed) and the little that stands before it."""
    sizes = {index: blocks[index].weight for index in kept}
    left = EARLY * sum(sizes.values())
    for index in range(kept[0], kept[-1]) if kept and title else ():
        text = blocks[index].text
        if len(text) < MAX_TITLE and squeeze(text) == title:
            return [place for place in kept if place > index]
        left -= sizes.get(index, 0)
        if left < 0:
            break
    return kept


def _without_labels(kept: Sequence[int], blocks: Sequence[Block]) -> list[int]:
    """Without the lines before the first paragraph and behind the last that say who, when, whence, or what follows:
    fields of their own read them.
    """
    shown = [index for index in kept if blocks[index].text]
    solid = [index for index in shown if blocks[index].weight >= SOLID and not _is_label(blocks[index].text)]
    if not solid:
        return list(kept)
    head = {index for index in shown[: ENDS[0]] if index < solid[0]}
    tail = {index for index in shown[-ENDS[1] :] if index > solid[-1]}
    dropped = {index for index in head | tail if _is_label(blocks[index].text)}
    last = min((index for index in tail if ends_article(blocks[index].text)), default=len(blocks))
    return [index for index in kept if index not in dropped and index < last and not is_furniture(blocks[index].text)]


def _is_label(line: str) -> bool:
    return is_about(line) or is_furniture(line)
