"""Title: the article's own, not the site's name nor the section's; and the subtitle shown below it.

The headline that a reader sees is weighed against what the page says for machines; where two agree, that is it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.candidate import Candidate
from snapshotter.extract.site_names import SiteNames
from snapshotter.extract.words import squeeze, weight
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.blocks import Block, Layout, Node
    from snapshotter.extract.evidence import Evidence

_NAMED = pattern(
    r"(?:^|[\s_-])(?:(?:article|post|entry|news|main|page|content|art|story|bt)[_-]?)?"
    r"(?:title|headline|heading|tit\d?|bt|biaoti)(?:$|[\s_-])"
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_LABEL = pattern(r"^(?:主题|标题|標題|題目|题目)\s*[:：]\s*")
_ORIGINAL = pattern(r"^\W?\s*原(?:文章?)?(?:标题|標題|题)\s*[:：]\s*(\S.{3,120}?)\s*[）)】\]]?$")
_BYLINE = pattern(
    r"(?:作者|来源|來源|时间|時間|日期|发布|發布|发表|记者|点击)\s*[:：]|\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}"
)
_NO_TITLE = pattern("欢迎|谢谢您|^正文$|^首页$|当前位置|位置[：:]|^无标题")
_NO_TITLES = frozenset({"null", "untitled", "home", "homepage", "index"})
_SITE_LIKE = pattern(r"论坛|論壇|社区|新闻网|门户|在线|频道|\.com|网$|\bnull\b")
_LATER = 2_000
"""Headings after so many blocks are no longer looked at."""
_LINES = 400
"""Of lines that are no headings, so many are."""
_MAX_HEADINGS = 60
_LONG = 100
"""How much there is to read in a line (see ``weight``) that is a paragraph rather than a title."""


class Title(NamedTuple):
    """The article's title as published, and what else might have been it."""

    text: str = ""
    """White space folded; empty: the page has none."""
    candidates: tuple[Candidate, ...] = ()
    """The heaviest first; from ``h1``, ``heading``, ``json-ld``, ``og``, ``meta``, ``microdata``, ``title element``,
    ``line`` (one that is a part of the title element), ``line above`` (byline or text) or ``原标题``; up to 10."""


def find_title(layout: Layout, evidence: Evidence, site_name: str = "") -> Title:
    """The heaviest of what may be the title.

    A shown heading that the page's own naming agrees with weighs most; then what it is called in the evidence where its
    title element agrees, the only h1, the title element without the site's name, the line above byline or text.
    """
    page = _Page(layout, evidence, SiteNames(evidence, site_name))
    found = sorted(page.candidates(), key=lambda one: -one.weight)[:30]
    return Title(found[0].value if found else "", tuple(found))


class _Page:
    """What the candidates of one page are weighed against."""

    def __init__(self, layout: Layout, evidence: Evidence, sites: SiteNames) -> None:
        self._layout = layout
        self._sites = sites
        self._title = evidence.title
        self._called = sites.called
        self._calls = [squeeze(text) for text in (evidence.title, *(text for text, _ in sites.called))]

    def candidates(self) -> Iterator[Candidate]:
        """All that may be the title; lines of text only where no heading agrees with what the page calls itself."""
        headings = list(self._headings())
        yield from headings
        if not any(one.weight > 8 for one in headings):
            yield from self._lines()
        page = self._calls[0]
        for index, (text, place) in enumerate(self._called):
            bare = squeeze(text)
            if bare and not self._is_site(text):
                confirmed = not page or bare in page
                yield Candidate(self._sites.without(text), place, (7.0 if confirmed else 4.0) - 0.1 * index)
        if own := self._sites.without(self._title):
            generic = self._is_site(own) or _SITE_LIKE.search(own) or (weight(own) <= 16 and not own.isascii())
            yield Candidate(own, "title element", 2.5 if generic else 5.0)

    def _headings(self) -> Iterator[Candidate]:
        shown = [(block, first) for block, first in _shown(self._layout) if not self._is_site(block.text)]
        firsts = sum(first for _, first in shown)
        for index, (block, first) in enumerate(shown[:_MAX_HEADINGS]):
            text = block.text.replace("\n", " ")
            if _agrees(text, self._calls):
                late = min(0.01 * index, 0.5)
                yield Candidate(self._trimmed(text), "h1" if first else "heading", (10.0 if first else 8.6) - late)
            elif first:
                yield Candidate(self._sites.cut(text), "h1", 6.0 if firsts == 1 else 3.0 - 0.01 * index)

    def _trimmed(self, text: str) -> str:
        """A shown heading without the kicker, date or label in front that nothing else on the page has as a part."""
        bare = squeeze(text)
        if not any(bare in call for call in self._calls):
            for called in (*(text for text, _ in self._called), self._sites.cut(self._title)):
                end = squeeze(called)
                if 5 < len(end) < len(bare) and len(end) > 0.4 * len(bare) and bare.endswith(end):
                    return _without_kicker(text, end)
        return self._sites.cut(text)

    def _lines(self) -> Iterator[Candidate]:
        """Lines that are a part of the title element; the first above a byline or a paragraph; 原标题."""
        parts = {part.strip() for part in self._sites.parts(self._title) if weight(part) > 8}
        above, gap, is_found = "", 0, False
        for block in self._layout.blocks[:_LINES]:
            text = block.text
            linked = block.link_chars > 0.3 * len(text)
            if text in parts and not linked and not self._is_site(text):
                yield Candidate(text, "line", 5.5 + 0.4 * len(text) / len(self._title))
            if "原" in text[:3] and (match := _ORIGINAL.match(text)):
                yield Candidate(match[1], "原标题", 3.5)
            gap += 1
            may_title = not is_found and self._may_title(block)
            is_byline = (may_title or bool(above)) and _BYLINE.search(text[:200]) is not None
            if above and not is_found and (is_byline or (block.weight > _LONG and not linked)):
                yield Candidate(_LABEL.sub("", above), "line above", 3.0 + is_byline)
                is_found = True
            if may_title and not is_byline:
                above, gap = (text, 0) if not above or gap > 1 or not block.node.names else (above, gap)
            elif gap > 4:
                above = ""

    def _may_title(self, block: Block) -> bool:
        text = block.text
        is_line = 8 < block.weight <= _LONG and not block.link_chars and text[-1] not in "。.;；"
        return is_line and not self._is_site(text)

    def _is_site(self, text: str) -> bool:
        if len(text) < 40 and (text.lower() in _NO_TITLES or (not text.isascii() and _NO_TITLE.search(text))):
            return True
        return self._sites.has(text)


def _without_kicker(text: str, end: str) -> str:
    """What of ``text`` squeezes to ``end``; all of it if no more than an article stands before that."""
    at = len(text)
    while at > 0 and len(squeeze(text[at:])) < len(end):
        at -= 1
    while at > 0 and text[at - 1] in "\"'“„«‘([《「":
        at -= 1
    ahead = text[:at].strip()
    is_word = len(ahead) > 3 and not ahead.isdigit() and text[at - 1].isspace()
    return text[at:].strip() if is_word or not ahead[-1:].isalnum() else text


def _shown(layout: Layout) -> list[tuple[Block, bool]]:
    """(heading that a reader may take for the title, whether it is an h1): h1 first, then what is called title."""
    ranked: list[tuple[bool, bool, int, Block]] = []
    for block in layout.blocks[:_LATER]:
        node = block.node
        if not 1 < len(block.text) < 300:
            continue
        named = node.names != "" and _is_named(node.names)
        first = _is_in_h1(node)
        if first or named or node.tag in _HEADINGS:
            ranked.append((not first, not named, len(ranked), block))
    return [(block, not later) for later, _, _, block in sorted(ranked)]


def _is_in_h1(node: Node) -> bool:
    """Whether it is an h1, or stands one or two elements deep in one."""
    if node.tag == "h1":
        return True
    outer = node.parent
    if outer is None or outer.tag == "h1":
        return outer is not None
    return outer.parent is not None and outer.parent.tag == "h1"


@lru_cache(maxsize=4096)
def _is_named(names: str) -> bool:
    return ("tit" in names or "head" in names or "bt" in names) and _NAMED.search(names) is not None


def _agrees(text: str, calls: Sequence[str]) -> bool:
    """Whether a shown heading is what the page calls itself (squeezed), or most of it, or little more."""
    bare = squeeze(text)
    if len(bare) < 2:
        return False
    for other in calls:
        most = len(bare) > 5 and len(bare) > 0.35 * len(other) and bare in other
        little_more = len(other) > 9 and len(bare) < 1.6 * len(other) and other in bare
        if other == bare or most or little_more:
            return True
    return False
