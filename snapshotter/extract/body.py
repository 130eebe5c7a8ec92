"""Step 5, blocks → body: which of a page's blocks are the article's.

Every block is worth its text, or costs what a line of a menu costs. The article is the smallest element whose
blocks are worth nearly the most together; cut out of it are the elements that name themselves something else,
rows of teasers, what follows a heading such as "Read next", and the lines about the article at its two ends.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from snapshotter.extract.boilerplate import ends_article, is_about, is_furniture, names_a_part, names_others
from snapshotter.extract.words import squeeze, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snapshotter.extract.blocks import Block, Layout, Node

_PART_TAGS = frozenset({"nav", "aside", "footer", "menu", "dialog", "form"})
_NEVER_PARTS = frozenset({"html", "body", "main"})
_SUBHEADINGS = frozenset({"h2", "h3", "h4"})
_CLAUSE = re.compile(r"[,;:!?.…۔؟،](?:[\s\"'”’»)\]]|$)|[。！？，、；：…।]")
_DIGITS = re.compile(r"\d+")

SOLID = 60.0
"""What a real paragraph is worth at least."""
SMALL = 200
"""A body of less weight is doubted."""


def find_body(layout: Layout, title: str) -> list[int]:
    """Indices of the article's blocks, in the page's order; empty: there is nothing like an article.

    ``title``: the article's; what stands before it isn't looked at.
    """
    blocks = layout.blocks
    values = [worth(block) for block in blocks]
    start = _after_title(blocks, values, squeeze(title))
    parts = _parts(layout, values)
    cards = _cards(layout, values) | _summaries(blocks)
    harsh = [min(value, -5.0) if index in cards else value for index, value in enumerate(values)]
    # So little may mean that the article calls itself a "teaser", or is a list.
    for tried, left_out in ((harsh, parts), (harsh, set()), (values, parts)):
        found = _find(layout, tried, left_out, start)
        if sum(weight(blocks[index].text) for index in found) >= SMALL:
            return found
    return _find(layout, harsh, parts, start)


def _find(layout: Layout, values: Sequence[float], parts: set[int], start: int) -> list[int]:
    values = [-2.0 if index < start or index in parts else value for index, value in enumerate(values)]
    article = _container(layout.nodes, values)
    inside = [index for index in range(max(article.start, start), article.end) if index not in parts]
    return _trimmed(inside, layout.blocks, values)


def worth(block: Block) -> float:
    """What a block adds to the article that takes it in; below zero: what it costs."""
    text = block.text
    if not text:
        return 0.0
    size = weight(text)
    linked = block.link_chars / len(text)
    if linked > 0.6:
        return -min(size, 25.0)
    marked = _CLAUSE.search(text) is not None
    if size < 30 and not marked:
        return -8.0
    if size < 80 and not marked:
        return 0.0
    return min(size, 400) * (1 - linked)


def _container(nodes: Sequence[Node], values: Sequence[float]) -> Node:
    """The element worth most; where one inside it is worth nearly as much, that one, and so on inwards."""
    total = [0.0, *accumulate(values)]
    best = max(nodes, key=lambda node: (total[node.end] - total[node.start], node.start))
    for node in nodes:
        if node.parent is best and total[node.end] - total[node.start] >= 0.8 * (total[best.end] - total[best.start]):
            best = node
    return best


def _parts(layout: Layout, values: Sequence[float]) -> set[int]:
    """Blocks in elements that say they are something beside the article, unless most of the page is in them."""
    good = [0.0, *accumulate(max(value, 0.0) for value in values)]
    found: set[int] = set()
    for node in layout.nodes:
        if node.start == node.end or (node.start in found and node.end - 1 in found):
            continue
        if node.tag in _PART_TAGS or (node.tag not in _NEVER_PARTS and names_a_part(node.names)):
            share = good[node.end] - good[node.start]
            if share < 0.6 * good[-1] or (good[-1] - share > 300 and names_others(node.names)):
                found.update(range(node.start, node.end))
    return found


def _cards(layout: Layout, values: Sequence[float]) -> set[int]:
    """Blocks in elements of one make in a row, each with a linked headline: teasers of other articles."""
    rows: dict[tuple[int, str, str], list[Node]] = {}
    for node in layout.nodes:
        if 1 < node.end - node.start < 12:
            rows.setdefault((id(node.parent), node.tag, _DIGITS.sub("", node.names)), []).append(node)
    good = sum(value for value in values if value > 0)
    found: set[int] = set()
    for row in rows.values():
        cards = [node for node in row if _is_card(layout.blocks[node.start : node.end])]
        if len(cards) > 2 and len(cards) > 0.7 * len(row):
            inside = {index for node in cards for index in range(node.start, node.end)}
            if sum(max(values[index], 0.0) for index in inside) < 0.8 * good:
                found |= inside
    return found


def _is_card(blocks: Sequence[Block]) -> bool:
    linked = any(len(block.text) > 8 and block.link_chars > 0.7 * len(block.text) for block in blocks)
    return linked and sum(weight(block.text) for block in blocks) < 500


def _summaries(blocks: Sequence[Block]) -> set[int]:
    """Short blocks right under a linked headline: the teaser of another article, standing alone."""
    return {index for index in range(1, len(blocks)) if _is_summary(blocks[index - 1], blocks[index])}


def _is_summary(headline: Block, block: Block) -> bool:
    if headline.node.tag not in ("h2", "h3", "h4", "h5", "h6", "dt") or headline.link_chars < 0.8 * len(headline.text):
        return False
    up, near = headline.node.parent, block.node.parent
    if not headline.text or len(block.text) > 250 or block.link_chars > 60 or up is None or near is None:
        return False
    return up is near or up.parent is near or up is near.parent


def _after_title(blocks: Sequence[Block], values: Sequence[float], title: str) -> int:
    """Index after the headline, the last one with most of the page's text behind it; 0: it isn't shown."""
    total = sum(value for value in values if value > 0)
    passed, found = 0.0, 0
    for index, block in enumerate(blocks):
        if passed > 0.3 * total or not title:
            break
        if block.text and len(block.text) < 300 and squeeze(block.text) == title:
            found = index + 1
        passed += max(values[index], 0.0)
    return found


def _trimmed(inside: Sequence[int], blocks: Sequence[Block], values: Sequence[float]) -> list[int]:
    """What is left of the container without its furniture, repeats, and the lines about the article at its ends."""
    solid = [index for index in inside if values[index] >= SOLID] or list(inside[:1])
    kept: list[int] = []
    seen: set[str] = set()
    for index in _until_others(inside, blocks, values):
        block = blocks[index]
        text = block.text
        if block.node.tag == "h1" or is_furniture(text) or (len(text) > 40 and text in seen):
            continue
        at_end = index <= solid[0] or index > solid[-1]
        if at_end and text and is_about(text):
            continue
        if not kept and values[index] <= 0 and text and block.node.tag not in _SUBHEADINGS:
            continue
        kept.append(index)
        seen.add(text)
    while kept and values[kept[-1]] <= 0 and blocks[kept[-1]].node.tag not in ("li", "td", "p"):
        kept.pop()
    return kept if any(blocks[index].text for index in kept) else []


def _until_others(inside: Sequence[int], blocks: Sequence[Block], values: Sequence[float]) -> Iterable[int]:
    """The blocks up to a heading of something else that has less than a third of the text behind it."""
    rest = total = sum(max(values[index], 0.0) for index in inside)
    for index in inside:
        if rest < 0.3 * total and ends_article(blocks[index].text):
            return
        rest -= max(values[index], 0.0)
        yield index
