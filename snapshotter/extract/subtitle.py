"""Subtitle: the line that a page shows below its title: standfirst, deck, 副标题."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from snapshotter.extract.body.boilerplate import is_about
from snapshotter.extract.words import any_of, squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

_NAMED = pattern(
    r"(?:^|[\s_-])"
    + any_of(r"""
    sub-?titles? sub-?tit sub-?head(?:line|ing)? sub-?deck standfirst stand-first dek deck strap-?line sottotitolo
    unter-?titel chapo chapeau bajada entradilla subtitulo undertitel fu-?(?:title|biaoti) vice-?title f-?title lede
    article-?lead lead-?text teaser-?text headline-?sub secondary-?title title2 tit2
    """)
    + r"(?:$|[\s_-])"
)
_LABEL = pattern(r"^(?:副标题|副題|副题)\s*[:：]\s*(\S.*)")
_DASHES = ("——", "--", "――", "──")
_BEHIND = 6
"""So many blocks below the title are looked at."""
_LATER = 2_000
_LONGEST = 600
"""How much there is to read in a subtitle, at most (see ``weight``)."""


def find_subtitle(layout: Layout, evidence: Evidence, title: str, body: Sequence[Block] = ()) -> str:
    """The line shown below the title; empty: there is none.

    One whose place is named so, that says so or begins with a dash, or that the page gives as its description; never
    one of the ``body``'s blocks.
    """
    at = _title_at(layout, title)
    if at is None:
        return ""
    described = {squeeze(text) for text in evidence.all("description", "og:description", "twitter:description")}
    below = layout.blocks[at + 1 : at + 5 + _BEHIND]
    for index, block in enumerate(below[:_BEHIND]):
        text = block.text
        if block in body or not 6 < block.weight <= _LONGEST or block.link_chars > 0.5 * len(text):
            continue
        if is_about(text):
            continue
        if match := _LABEL.match(text):
            return match[1]
        is_described = squeeze(text) in described and not _is_paragraph(block, below[index + 1 : index + 5])
        if is_described or _is_named(block) or (text.startswith(_DASHES) and block.weight <= 120):
            return text.replace("\n", " ")
    return ""


def _title_at(layout: Layout, title: str) -> int | None:
    """Where the title stands: in an h1, else the first time."""
    bare, end, longest = squeeze(title), title[-3:], 2 * len(title) + 20
    if not bare:
        return None
    first: int | None = None
    for index, block in enumerate(layout.blocks[:_LATER]):
        text = block.text
        if text.endswith(end) and len(text) < longest and squeeze(text).endswith(bare):
            if block.node.tag == "h1":
                return index
            first = index if first is None else first
    return first


def _is_paragraph(block: Block, behind: Sequence[Block]) -> bool:
    """Whether it is but the first of the text's paragraphs."""
    node = block.node
    return any(
        other.node is node or (other.node.parent is node.parent and other.node.tag == node.tag)
        for other in behind
        if other.weight > 60
    )


def _is_named(block: Block) -> bool:
    """Whether it, or what it stands in alone, is called a subtitle."""
    node = block.node
    for _ in range(3):
        if node.names and _names_subtitle(node.names):
            return True
        if node.parent is None or node.parent.end - node.parent.start > 2:
            return False
        node = node.parent
    return False


@lru_cache(maxsize=4096)
def _names_subtitle(names: str) -> bool:
    return _NAMED.search(names) is not None
