"""Title: the article's own, not the site's name nor the section's.

The headline that a reader sees is weighed against what the page says for machines; where two agree, that is it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from snapshotter.extract.evidence import texts
from snapshotter.extract.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

_SEPARATOR = re.compile(
    r"\s+[-–—|·•»«:/｜]+\s+|\s*[|｜_»]+\s*|--+|——(?=\S{2,12}$)|\s*[-–—](?=[\u3041-\u9fff\uac00-\ud7af][^-–—]{1,24}$)"
)
_SECTION = re.compile(r"[|｜_]|--")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:(?:article|post|entry|news|main|page|content|art|story)[_-]?)?(?:title|headline|heading|tit|biaoti)"
    r"(?:$|[\s_-])"
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_MAX_TITLE = 1_000
"""A longer title isn't taken apart."""
_LATER = 2_000
"""Headings after so many blocks are no longer looked at."""


def find_title(layout: Layout, evidence: Evidence, site_name: str = "") -> str:
    """The article's title as published, white space folded; empty: the page has none.

    The first that holds: a shown heading that the page's own naming agrees with, what it is called in the
    evidence where its title element agrees, the only h1, the title element without the site's name.
    """
    called = _called(evidence)
    names = _site_names(evidence, site_name)
    shown = [block for block in _shown(layout) if squeeze(block.text) not in names]
    bare = [squeeze(text) for text in (evidence.title, *called)]
    agreed = next((block.text for block in shown if _agrees(block.text, bare)), "")
    if agreed:
        return agreed.replace("\n", " ")
    page = squeeze(evidence.title)
    named = [text for text in called if squeeze(text) and squeeze(text) not in names]
    if said := next((text for text in named if squeeze(text) in page or not page), ""):
        return _without_site(said, names)
    first = [block.text.replace("\n", " ") for block in shown if _is_first(block)]
    if len(first) == 1:
        return first[0]
    return _without_site(evidence.title, names) or next(iter([*called, *first]), "")


def _called(evidence: Evidence) -> list[str]:
    """What the evidence beside the title element calls the article."""
    found = [
        *texts(evidence.article.get("headline")),
        evidence.first("og:title"),
        evidence.first("twitter:title"),
        *evidence.micro.get("headline", [])[:1],
        evidence.first("title", "dc.title", "parsely-title", "sailthru.title", "articletitle"),
    ]
    return [text for text in found if text and text != evidence.title]


def _site_names(evidence: Evidence, site_name: str) -> set[str]:
    stated = [site_name, evidence.first("og:site_name"), *texts(evidence.article.get("publisher"))]
    parts = _parts(evidence.title)
    if len(parts) > 1 and len(parts[-1]) < len(parts[0]) and parts[-1] not in _called(evidence):
        stated.append(parts[-1])
    return {squeeze(name) for name in stated if name}


def _parts(title: str) -> list[str]:
    return [part for part in _SEPARATOR.split(title) if part] if len(title) <= _MAX_TITLE else [title]


def _shown(layout: Layout) -> list[Block]:
    """Headings that a reader may take for the title: h1 first, then what is called title, then h2, h3."""
    ranked = [(rank, block) for block in layout.blocks[:_LATER] if (rank := _rank(block)) is not None]
    return [block for _, block in sorted(ranked, key=lambda pair: pair[0])]


def _rank(block: Block) -> tuple[bool, bool] | None:
    if not 1 < len(block.text) < 300:
        return None
    named, first = _is_named(block.node.names), _is_first(block)
    return (not first, not named) if first or named or block.node.tag in _HEADINGS else None


@lru_cache(maxsize=4096)
def _is_named(names: str) -> bool:
    return _NAMED.search(names) is not None


def _is_first(block: Block) -> bool:
    """Whether it is an h1, or stands one or two elements deep in one."""
    node = block.node
    for _ in range(2):
        if node.tag != "h1" and node.parent is not None:
            node = node.parent
    return node.tag == "h1"


def _agrees(text: str, called: Sequence[str]) -> bool:
    """Whether a shown heading is what the page calls itself (squeezed), or most of it, or little more."""
    bare = squeeze(text)
    if len(bare) < 2:
        return False
    for other in called:
        most = len(bare) > 5 and len(bare) > 0.35 * len(other) and bare in other
        little_more = len(other) > 9 and len(bare) < 1.6 * len(other) and other in bare
        if other == bare or most or little_more:
            return True
    return False


def _without_site(title: str, names: set[str]) -> str:
    """A title without the names of site and section at its end."""
    parts = _parts(title)
    if len(parts) < 2:
        return title
    if squeeze(parts[-1]) in names:
        rest = title[: title.rfind(parts[-1])].rstrip(" -–—|·•»«:/｜_") or title
        first = _SECTION.split(rest)[0].strip()
        return first if len(first) > 0.5 * len(rest) else rest
    longest = max(parts, key=lambda part: len(squeeze(part)))
    return longest if len(squeeze(longest)) > 0.4 * len(squeeze(title)) else title
