"""What a site's own rules find on a page: fields by selectors, from the layout that fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from snapshotter.extract.evidence import folded
from snapshotter.extract.tree import NUMBER, attribute, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lxml.etree import _Element as Element

    from snapshotter.extract.blocks import Layout
    from snapshotter.extract.tree import Tree
    from snapshotter.sites import Layout as SiteLayout
    from snapshotter.sites import Site


GENERIC = "generic@1"
_MAIN = ("title", "published", "body")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Values by field of ``sites.FIELDS``; a field that its selectors found nothing for isn't there."""

    extractor: str = GENERIC
    texts: dict[str, list[str]] = field(default_factory=dict)
    body: tuple[str, ...] = ()
    """The numbers of its elements, as ``tree.number`` gave them."""
    removed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The first value of a field; empty: none."""
        return next(iter(self.texts.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return tuple(self.texts.get(name, ()))

    def blocks(self, layout: Layout) -> list[int]:
        """Indices of the blocks that the site's rule calls the body; empty: it found none, or nothing in them."""
        if not self.body:
            return []
        ranges = {attribute(node.attributes, NUMBER): range(node.start, node.end) for node in layout.nodes}
        removed = {index for element in self.removed for index in ranges.get(element, ())}
        kept = sorted({index for element in self.body for index in ranges.get(element, ())} - removed)
        return kept if any(layout.blocks[index].text for index in kept) else []


def apply_rules(tree: Tree, site: Site | None, day: date | None = None) -> Overrides:
    """What the layout of the site finds that fits this page.

    Fits best: finds every main field that it has selectors for; then the body; then it was in use on ``day`` (when the
    page was published, or else captured; None: not known); then it finds most; then it is the newer one.
    The page is read once more for that, by a parser that knows XPath; its elements get numbers by which to find them.
    """
    if site is None or not site.layouts:
        return Overrides()
    root = root_of(tree)
    in_use = _in_use(site.layouts, day)
    tried = [(_apply(root, site, layout), layout is in_use) for layout in site.layouts]
    best = max(tried, key=_fit)[0]
    if best.body or best.texts:
        return best
    return Overrides(warnings=(f"no layout of {site.name}.toml fits this page",))


def root_of(tree: Tree) -> Element:
    """The page as a site's selectors see it."""
    return etree.fromstring(number(tree).encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))


def values(root: Element, selector: str) -> list[str]:
    """The texts that one selector finds; those that are empty left out."""
    return _texts(_select(root, (selector,)))


def _in_use(layouts: Sequence[SiteLayout], day: date | None) -> SiteLayout | None:
    """The layout that pages were published in on a day: of those that hadn't ended, the one that ended first."""
    lasting = [layout for layout in layouts if layout.valid_until is None or (day and day <= layout.valid_until)]
    return lasting[-1] if day and lasting else None


def _fit(tried: tuple[Overrides, bool]) -> tuple[bool, bool, bool, int]:
    found, in_use = tried
    fits = not found.warnings and bool(found.body or found.texts)
    return fits, bool(found.body), fits and in_use, len(found.texts)


def _apply(root: Element, site: Site, layout: SiteLayout) -> Overrides:
    found = {name: _select(root, selectors) for name, selectors in layout.selectors.items()}
    body, removed = _numbers(found.pop("body", [])), _numbers(found.pop("remove", []))
    values = {name: texts for name, nodes in found.items() if (texts := _texts(nodes))}
    name = f"{site.name}@{layout.name}"
    missing = [
        field for field in _MAIN if field in layout.selectors and field not in values and not (field == "body" and body)
    ]
    warnings = tuple(f"{name} finds no {field}; read generically" for field in missing)
    return Overrides(f"site:{name}", values, body, removed, warnings)


def _select(root: Element, selectors: tuple[str, ...]) -> list[Element | str]:
    """What the first selector that finds anything finds."""
    for selector in selectors:
        if found := _compiled(selector)(root):
            return list(found) if isinstance(found, list) else [str(found)]
    return []


def _texts(nodes: list[Element | str]) -> list[str]:
    values = (folded(node if isinstance(node, str) else "".join(node.itertext())) for node in nodes[:100])
    return [value for value in values if value]


def _numbers(nodes: list[Element | str]) -> tuple[str, ...]:
    return tuple(node.get(NUMBER) or "" for node in nodes if not isinstance(node, str))


@lru_cache(maxsize=2048)
def _compiled(selector: str) -> etree.XPath:
    from parsel import css2xpath  # noqa: PLC0415  (0.05 s of import, for pages of sites with rules only)

    from snapshotter.sites import is_xpath  # noqa: PLC0415

    return etree.XPath(selector if is_xpath(selector) else css2xpath(selector))
