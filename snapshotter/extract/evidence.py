"""Step 4, tree → evidence: all that the page says about itself for machines, before anything is believed.

JSON-LD, meta elements (OpenGraph among them), microdata, link elements. Nothing is weighed here.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from snapshotter.extract.spaces import WHITE, collapsed
from snapshotter.extract.words import unescaped
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from snapshotter.extract.tree import Tree

MAX_SCRIPT = 1_000_000
MAX_TEXT = 20_000
"""Characters of a title or a meta's content that are read; a title that is never closed holds the page."""
MAX_NODES = 2_000

_ARTICLE_TYPES = pattern(r"(?:Article|BlogPosting|Posting|Report|Review|Recipe|NewsItem|CreativeWork)$")
_WRAPPING = 300
"""So many characters of a script's end may be a comment around its JSON."""
_BEFORE = pattern(r"\A\s*(?:<!--|<!\[CDATA\[|//\s*<!\[CDATA\[|/\*.{0,200}?\*/)", re.S)
_AFTER = pattern(r"(?:-->|//\s*\]\]>|\]\]>|/\*.{0,200}?\*/|;)\s*\Z", re.S)
_TRAILING_COMMA = pattern(r",(\s*[}\]])")
MAX_ELEMENTS = 60
"""Of time elements and of elements with microdata only so many are read: each is read with all that it holds."""
_ITEMPROPS = frozenset({"datepublished", "datecreated", "datemodified", "author", "headline", "articlesection"})
_LONE = pattern(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)

Json = dict[str, Any]


class Time(NamedTuple):
    """A ``time`` element."""

    datetime: str
    """Its attribute of that name."""
    text: str
    names: str
    """Its classes, lower case."""
    itemprop: str
    is_pubdate: bool


@dataclass(slots=True)
class Evidence:
    """What a page says about itself, as it says it."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    """Contents by name, property or http-equiv, lower case; white space folded."""
    nodes: list[Json] = field(default_factory=list)
    """Every JSON-LD object, outer before inner."""
    micro: dict[str, list[str]] = field(default_factory=dict)
    """Microdata values by itemprop, lower case."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """(rel, href, type) of link elements, lower-case rel."""
    times: list[Time] = field(default_factory=list)
    """The ``time`` elements."""
    scripts: list[str] = field(default_factory=list)
    """The texts of the other scripts."""
    title: str = ""
    """Text of the title element."""
    language: str = ""
    base: str = ""
    article: Json = field(default_factory=dict)
    """The JSON-LD object that stands for the page's article; empty: none does."""

    def first(self, *names: str) -> str:
        """The first value that is not empty, by the order of ``names``."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")

    def all(self, *names: str) -> list[str]:
        """All values of these names."""
        return [value for name in names for value in self.meta.get(name, ()) if value]


def gather(tree: Tree) -> Evidence:
    """Read the evidence off the tree. Never raises. The tree's scripts must be there still."""
    top = tree.root.root
    attributes = top.attributes if top is not None else {}
    evidence = Evidence(language=(attributes.get("lang") or attributes.get("xml:lang") or "").strip())
    for name, read in _READERS.items():
        for element in tree.root.tags(name):
            read(evidence, element)
    for element in islice(filter(_has_itemprop, tree.root.css("[itemprop]")), MAX_ELEMENTS):
        _read_micro(evidence, element)
    evidence.article = _article_of(evidence.nodes)
    return evidence


def _article_of(nodes: list[Json]) -> Json:
    found = [node for node in nodes if _ARTICLE_TYPES.search(types(node))]
    return min(found, key=lambda node: ("headline" not in node) + ("datePublished" not in node), default={})


def _read_meta(evidence: Evidence, element: LexborNode) -> None:
    attributes = element.attributes
    get = attributes.get
    name = get("property") or get("name") or get("itemprop") or get("http-equiv") or ""
    content = folded((get("content") or get("value") or "")[:MAX_TEXT])
    if name and content and len(evidence.meta.get(name.strip().lower(), ())) < MAX_ELEMENTS:
        evidence.meta.setdefault(name.strip().lower(), []).append(content)


def _read_link(evidence: Evidence, element: LexborNode) -> None:
    attributes = element.attributes
    if href := (attributes.get("href") or "").strip():
        evidence.links.append(((attributes.get("rel") or "").lower(), href, attributes.get("type") or ""))


def _read_title(evidence: Evidence, element: LexborNode) -> None:
    if not evidence.title and (element.parent is None or element.parent.tag != "svg"):
        evidence.title = folded(element.text()[:MAX_TEXT])


def _read_base(evidence: Evidence, element: LexborNode) -> None:
    evidence.base = evidence.base or (element.attributes.get("href") or "").strip()


def _read_time(evidence: Evidence, element: LexborNode) -> None:
    if len(evidence.times) >= MAX_ELEMENTS:
        return
    get = element.attributes.get
    names, itemprop = (get("class") or "").lower(), (get("itemprop") or "").lower()
    time = Time(get("datetime") or "", folded(element.text()[:500]), names, itemprop, "pubdate" in element.attributes)
    evidence.times.append(time)


def _read_script(evidence: Evidence, element: LexborNode) -> None:
    text = element.text()
    if not text or len(text) > MAX_SCRIPT:
        return
    if "ld+json" not in (element.attributes.get("type") or "").lower():
        evidence.scripts.append(text)
        return
    evidence.nodes += list(_flatten(tolerant_json(text)))[: MAX_NODES - len(evidence.nodes)]


_READERS = {
    "meta": _read_meta, "link": _read_link, "title": _read_title, "base": _read_base, "script": _read_script,
    "time": _read_time,
}  # fmt: skip


def _has_itemprop(element: LexborNode) -> bool:
    return not _ITEMPROPS.isdisjoint((element.attributes.get("itemprop") or "").lower().split())


def _read_micro(evidence: Evidence, element: LexborNode) -> None:
    attributes = element.attributes
    for name in (attributes.get("itemprop") or "").lower().split():
        if name in _ITEMPROPS:
            value = attributes.get("content") or attributes.get("datetime") or element.text()[:500]
            evidence.micro.setdefault(name, []).append(folded(value))


def tolerant_json(text: str) -> Any:
    """What a script's JSON holds, wrapped in comments, with raw line breaks or trailing commas; None: unreadable."""
    for _ in range(2):
        text = _BEFORE.sub("", text)
        text = text[:-_WRAPPING] + _AFTER.sub("", text[-_WRAPPING:])
    for mended in (str, _without_trailing_commas, unescaped):
        try:
            told = mended(text)
            return json.loads(_LONE.sub(r"\\ufffd", told) if "\\ud" in told or "\\uD" in told else told, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def _flatten(value: Any) -> Iterator[Json]:
    """Every object with a type in a JSON-LD value, breadth first."""
    queue = deque([value])
    for _ in range(20 * MAX_NODES):
        if not queue:
            return
        item = queue.popleft()
        if isinstance(item, dict):
            if "@type" in item:
                yield item
            queue += item.values()
        elif isinstance(item, list):
            queue += item[:MAX_NODES]


def types(node: Json) -> str:
    """An object's type; the most telling where it has several."""
    value = node.get("@type")
    names = [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]
    return next((name for name in names if _ARTICLE_TYPES.search(name)), names[0] if names else "")


def texts(value: Any, key: str = "name", depth: int = 4) -> list[str]:
    """The strings of a JSON-LD value: itself, its ``key``, or those of its members."""
    if isinstance(value, str):
        return [folded(unescaped(value))] if value.strip() else []
    if isinstance(value, dict) and depth:
        return texts(value.get(key), key, depth - 1)
    if isinstance(value, list) and depth:
        return [text for item in value[:100] for text in texts(item, key, depth - 1)]
    return []


def folded(text: str) -> str:
    """White space collapsed and trimmed as a browser shows it."""
    return collapsed(text).strip(WHITE)
