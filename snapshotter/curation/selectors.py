"""Pages → selectors that find on each of them what the engine found there.

A selector is a guess until it has agreed with the engine's own reading on page after page and contradicted it on none.
What is proposed outlasts a redesign of other parts: ids, classes, microdata; never a position or a generated name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.decode import decode
from snapshotter.extract.evidence import folded
from snapshotter.extract.overrides import root_of, values
from snapshotter.extract.times.dates import in_utc, moments
from snapshotter.extract.times.zones import Clock
from snapshotter.extract.tree import parse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from snapshotter.curation.survey import Saved
    from snapshotter.items import Article

FIELDS = ("title", "published", "source", "authors", "category", "body")
"""What selectors are drafted for."""
LEAST_PAGES = 2
"""So many pages must agree."""

_MAX_ELEMENTS = 20_000
_MAX_PIECES = 40
_MAX_LEVELS = 4
_ROOM = 60
"""How much longer than its value the text around it may be: a byline holds date, source and author."""
_GENERATED = re.compile(
    r"\d{3}|^(?:css|sc|jsx|svelte|emotion|chakra|mui|tw|ng|ember|react|yui|ext|js)[-_]|^[a-z]?\d+$"
    r"|(?:^|[-_])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{5,}$|(?:^|[-_])(?=[a-z]*[A-Z])[A-Za-z]*[A-Z]{2,}[A-Za-z]*$|__[\w-]{5}$"
)
_NAMELESS = re.compile(r"[a-z0-9]+")
_DIGITS = re.compile(r"\d\D+\d")
_LAYOUT_ONLY = re.compile(
    r"(?:left|right|center|first|last|active|current|hidden|clear\w*|fix|fl|fr|row|col\d*|bold|text|link|links|item|list|inner|outer|"
    r"wrap|wrapper|box|block|container|heading|nav\w*|icon|btn|button|twitter|facebook|weibo|share|[mp][trblxy]?\d+)",
    re.I,
)
"""What a name says that tells nothing of a field."""
_NAME = re.compile(r"-?[A-Za-z_][\w-]{1,40}")
_TELLING = ("itemprop", "data-testid", "rel")


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, parsed as a site's rules see it, and what the engine read off it."""

    root: Element
    article: Article
    clock: Clock
    """How the site's times are read."""

    def value(self, field: str) -> str:
        """What the engine has for a field of FIELDS, the first where it has several; empty: nothing."""
        article = self.article
        several = {"authors": article.authors, "body": tuple(article.body_text.split("\n\n"))}
        single = {"title": article.title, "published": article.published_at, "source": article.source_name}
        single["category"] = article.category if article.category_source == "page" else ""
        return single.get(field) or next(iter(several.get(field, ())), "")


def seen(page: Saved, article: Article, zone: str) -> Seen:
    """A page and its reading; ``zone``: the site's."""
    root = root_of(parse(decode(page.content, page.content_type).text))
    return Seen(root, article, Clock(zone, article.language, page.captured_at))


def proposals(pages: list[Seen], field: str) -> dict[str, frozenset[int]]:
    """Selectors for a field, the best first, each with the pages (by index) that it finds something on.

    They agree with the engine on LEAST_PAGES or more, and contradict it on none.
    """
    found = Counter(selector for page in pages for selector in set(_on_page(page, field)))
    likely = [selector for selector, count in found.most_common(40) if count >= LEAST_PAGES]
    judged = {selector: judge for selector in likely if (judge := _judged(pages, selector, field)) is not None}
    ranked = sorted(judged, key=lambda selector: judged[selector].rank)
    return {selector: judged[selector].finds_on for selector in ranked}


class _Judged(NamedTuple):
    rank: tuple[float, ...]
    """The least is best."""
    finds_on: frozenset[int]


def _judged(pages: list[Seen], selector: str, field: str) -> _Judged | None:
    """How a selector does; None: it contradicts the engine somewhere."""
    agreed, elements, characters = 0, 0, 0
    finds_on: set[int] = set()
    told: set[str] = set()
    for place, page in enumerate(pages):
        texts, value = values(page.root, selector), page.value(field)
        if field == "body":
            agreed += bool(texts)
        elif texts and value:
            if not _agrees(texts[0], page, field):
                return None
            agreed += 1
            told.add(value)
        elements += len(texts)
        characters += len(texts[0]) if texts else 0
        finds_on |= {place} if texts else set()
    if len(told) < 2 and field != "body":
        return None  # what is the same on all pages may be anything
    is_named = not _NAMELESS.fullmatch(selector)
    rank = (-agreed, elements > agreed, characters, selector.count(" "), not is_named, len(selector))
    return _Judged(rank, frozenset(finds_on))


def _agrees(text: str, page: Seen, field: str) -> bool:
    value = page.value(field)
    if field == "authors":
        return value in text and len(text) <= len(value) + _ROOM
    return _tells_the_time(text, page) if field == "published" else text == value


def _tells_the_time(text: str, page: Seen) -> bool:
    """Whether the first time in a short text is the article's, to the minute."""
    if len(text) > 2 * _ROOM or not _DIGITS.search(text):
        return False
    found = moments(text, page.clock)
    return bool(found) and in_utc(found[0], page.clock)[0][:16] == page.article.published_at[:16]


def _on_page(page: Seen, field: str) -> Iterator[str]:
    if field == "body":
        container = _container(page)
        for element in [] if container is None else [container, *islice(container.iterancestors(), 2)]:
            yield from _own(element)
        return
    value = page.value(field)
    if not value:
        return
    for element in islice(page.root.iter("*"), _MAX_ELEMENTS):
        if len(element) <= _MAX_PIECES and element.tag not in {"title", "script", "style", "option", "html", "body"}:
            text = folded("".join(islice(element.itertext(), _MAX_PIECES)))
            if _agrees(text, page, field):
                yield from _named(element)


def _container(page: Seen) -> Element | None:
    """The nearest element around all paragraphs of the text; None: they aren't found again."""
    paragraphs = {folded(part) for part in page.article.body_text.split("\n\n") if len(part) > 20}
    holders = [
        element
        for element in islice(page.root.iter("p", "div", "span", "section"), _MAX_ELEMENTS)
        if len(element) <= _MAX_PIECES and folded("".join(islice(element.itertext(), 200))) in paragraphs
    ]
    if len(holders) < 2 or len(holders) < 0.6 * len(paragraphs):
        return None
    shared = set(holders[0].iterancestors())
    for element in holders[1:]:
        shared &= set(element.iterancestors())
    return next((one for one in holders[0].iterancestors() if one in shared), None)


def _named(element: Element) -> Iterator[str]:
    """Selectors for an element: by its own names, else by those of the nearest that has any, and its tag."""
    own = list(_own(element))
    yield from own
    tag = str(element.tag)
    if tag == "h1":
        yield tag
    for ancestor in islice(element.iterancestors(), _MAX_LEVELS):
        around = list(_own(ancestor))[:2]
        yield from (f"{outer} {inner}" for outer in around for inner in own[:2] or [tag])
        if around:
            break


def _own(element: Element) -> Iterator[str]:
    tag = str(element.tag)
    if tag in {"html", "body"}:
        return
    for name in _TELLING:
        value = (element.get(name) or "").strip()
        if _is_stable(value):
            yield f"{tag}[{name}='{value}']"
    identity = (element.get("id") or "").strip()
    if _is_stable(identity):
        yield f"#{identity}"
    for name in islice((element.get("class") or "").split(), 6):
        if _is_stable(name):
            yield f"{tag}.{name}"


def _is_stable(name: str) -> bool:
    """Whether a name was given by a person, and so lasts until a person changes it."""
    return bool(_NAME.fullmatch(name)) and not _GENERATED.search(name) and not _LAYOUT_ONLY.fullmatch(name)
