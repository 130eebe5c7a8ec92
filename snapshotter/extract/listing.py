"""Is it a list of other pages: a front page, a section, a search's results, a gallery."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from snapshotter.extract.evidence import types
from snapshotter.patterns import pattern
from snapshotter.urls import Likeness, article_likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

_LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ItemList", "ImageGallery", "ProfilePage"})
_SEARCH = pattern(
    r"^(?:search(?:␣results?)?\b|results?␣for|suchergebnis|résultats?␣de␣recherche|resultados␣de)|搜索结果|的搜索|検索結果|검색\s?결과".replace(
        "␣", " "
    ),
    re.I,
)
_DIGITS = pattern(r"\d+")
_PARAGRAPH = 160
"""What a real paragraph weighs."""
_MANY = 5
"""So many teasers make a list."""
PICTURES = 5
"""So many pictures make a gallery."""


def is_listing(layout: Layout, body: Sequence[Block], evidence: Evidence, url: str) -> str:
    """Why a page that doesn't call itself an article is a list of others; empty: it isn't known to be one.

    ``body``: what was taken for its text.
    """
    size = sum(block.weight for block in body)
    longest = max((block.weight for block in body), default=0)
    if size < 60 and sum(len(block.images) for block in body) >= PICTURES:
        return "pictures without text"
    if _SEARCH.search(evidence.title) and longest < 2 * _PARAGRAPH:
        return "its title speaks of a search"
    if longest < _PARAGRAPH and size < 1_500 and _is_linked(layout):
        return "mostly links"
    told = any(types(node) in _LIST_TYPES for node in evidence.nodes)
    likely = told or article_likeness(url) == Likeness.NO
    share = _in_teasers(layout, body) / size if size else 0.0
    if share > (0.5 if likely else 0.8):
        return "its text is teasers of other pages"
    return ""


def _is_linked(layout: Layout) -> bool:
    linked = sum(block.link_chars for block in layout.blocks)
    return len(layout.blocks) > 40 and linked > 0.6 * sum(len(block.text) for block in layout.blocks)


def _in_teasers(layout: Layout, body: Sequence[Block]) -> int:
    """How much of the text lies in elements of one kind side by side, each a linked headline with little behind it."""
    alike: dict[tuple[int, str, str], list[tuple[int, int]]] = defaultdict(list)
    for node in layout.nodes:
        if 0 < node.end - node.start <= 12 and node.tag in ("article", "li", "div", "section", "tr", "dl"):
            alike[id(node.parent), node.tag, _DIGITS.sub("", node.names)].append((node.start, node.end))
    inside = {id(block) for block in body}
    most = 0
    for ranges in alike.values():
        if len(ranges) >= _MANY:
            teasers = [layout.blocks[start:end] for start, end in ranges if _is_teaser(layout.blocks[start:end])]
            if len(teasers) >= max(_MANY, 0.7 * len(ranges)):
                most = max(most, sum(b.weight for blocks in teasers for b in blocks if id(b) in inside))
    return most


def _is_teaser(blocks: Sequence[Block]) -> bool:
    """Whether a linked headline of some length leads to another page, with at most a few sentences beside it."""
    texts = [block for block in blocks if block.text]
    headline = any(block.link_chars > 0.8 * len(block.text) and block.weight >= 12 for block in texts[:4])
    return headline and sum(block.weight for block in texts) < 700
