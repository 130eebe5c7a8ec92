"""Tables and lists of an article: whole or not at all.

The model reads line by line: the numbers in a table, and a short item of a list, say nothing to it by themselves.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.blocks import Layout, Node

ROWS, CELLS = 2, 4
"""Fewer are none of a table that says something."""
FILLED = 0.5
"""So many of its cells have something in them: others are there for the page's looks."""
LINKED = 0.3
"""So much of its text may be links."""
LONGEST = 300
"""Characters of a cell; a longer one is a column of the page."""
PICTURES = 2
"""So many cells may hold nothing but a picture: more are a shop's comparison of what it sells."""
KEPT = 0.5
"""So much of a list's text is the article's: then all of it is."""

_TABLE, _CELLS, _FOREIGN = "table", ("td", "th"), ("table", "form")
_LISTS, _ITEMS = ("ul", "ol"), ("li", "p")
_TAGS = frozenset({_TABLE, *_LISTS})


def made_whole(kept: Sequence[int], layout: Layout) -> list[int]:
    """An article's blocks (indices in order), with all of the tables and lists among them.

    Tables are those of data that stand between its blocks, or right behind the last one in the same element; lists
    those without other elements in them, of which a good part is there already.
    """
    found = set(kept)
    for node in layout.nodes if kept else ():
        if node.tag in _TAGS and node.end > kept[0] and _is_whole(node, kept, layout):
            found.update(range(node.start, node.end))
    return sorted(found) if len(found) > len(kept) else list(kept)


def _is_whole(node: Node, kept: Sequence[int], layout: Layout) -> bool:
    if node.tag == _TABLE:
        return _is_near(node, kept, layout) and _has_data(node, layout)
    first, end = bisect_left(kept, node.start), bisect_left(kept, node.end)
    if first == end or any(inner.tag not in _ITEMS and inner.end > inner.start for inner in _inner(node, layout)):
        return False
    return _characters(kept[first:end], layout) >= KEPT * _characters(range(node.start, node.end), layout)


def _is_near(table: Node, kept: Sequence[int], layout: Layout) -> bool:
    if table.start <= kept[-1]:
        return True
    last = layout.blocks[kept[-1]].node
    return table.start == kept[-1] + 1 and table.parent in (last, last.parent)


def _has_data(table: Node, layout: Layout) -> bool:
    """Whether it is rows of short cells, not a page's or a form's layout, nor a list of links or of goods."""
    rows, cells = 0, []
    for node in _inner(table, layout):
        if node.tag in _FOREIGN:
            return False
        rows += node.tag == "tr"
        if node.tag in _CELLS:
            cells.append(node)
    if rows < ROWS or len(cells) < max(CELLS, 2 * rows - 1):
        return False
    blocks = layout.blocks[table.start : table.end]
    return (
        sum(node.end > node.start for node in cells) >= FILLED * len(cells)
        and sum(block.link_chars for block in blocks) <= LINKED * sum(len(block.text) for block in blocks)
        and all(len(block.text) < LONGEST for block in blocks)
        and sum(not block.text for block in blocks) <= PICTURES
    )


def _inner(node: Node, layout: Layout) -> Iterator[Node]:
    """The elements in an element. Who stops at a foreign one looks at none twice, however they are nested."""
    for place in range(node.place + 1, len(layout.nodes)):
        inner = layout.nodes[place]
        if inner.parent is None or inner.parent.place < node.place:
            return
        yield inner


def _characters(places: Sequence[int], layout: Layout) -> int:
    return sum(len(layout.blocks[place].text) for place in places)
