"""An HTML page as discovery sees it: its links in order, and a few facts that tell articles from listings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from lxml import etree

from snapshotter.discover.candidate import Reply
from snapshotter.discover.text import absolute, collapsed, unicode_of

MAX_BYTES = 5_000_000
"""What is read of a page."""
MAX_LINKS = 10_000
"""How many of its links are looked at."""

_BLOCKS = frozenset(["ul", "ol", "dl", "table"])
_MENU = re.compile(
    r"(?:^|[\s_-])(?:(?:main|top|sub|site|header|page)?-?(?:nav|menu)(?:bar|igation)?|breadcrumbs?|crumbs?|toolbar|"
    r"lang(?:uages?)?)(?:$|[\s_-])",
    re.I,
)
_FOOTER = re.compile(r"(?:^|[\s_-])(?:foot(?:er)?|copyright|friend-?links?|shar(?:e|ing)|social)(?:$|[\s_-])", re.I)
_END = re.compile(r"</(?:body|html)\s*>|\0", re.I)  # libxml2 drops all that comes after; browsers don't
_SKIPPED = ("#", "javascript:", "mailto:", "tel:", "data:")


class Place(IntEnum):
    """Where on a page a link stands."""

    FOOTER = 0
    MENU = 1
    MAIN = 2


@dataclass(slots=True)
class Link:
    """A link of a page, its occurrences taken together."""

    url: str
    text: str
    """The longest of their texts; a picture's ``alt`` where there is no text."""
    place: Place
    """The most telling of their places."""
    in_heading: bool
    """Whether one is a heading, or in one."""
    block: etree._Element | None
    """The list or table that the first of them stands in."""


def parse(reply: Reply) -> etree._Element | None:
    """The page's tree; None if there is nothing in it. Decoded as declared; never fetches anything."""
    text = unicode_of(reply.content[:MAX_BYTES], reply.content_type)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return etree.fromstring(_END.sub("", text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def base_of(page: etree._Element, url: str) -> str:
    """What the page's relative links are relative to."""
    href = next((base.get("href") for base in page.iter("base")), None)
    return (href and absolute(url, href)) or url


def links_of(page: etree._Element, base: str) -> list[Link]:
    """The page's links in order, each URL once, at most MAX_LINKS of them."""
    places = {anchor: place for part, place in _parts_aside(page) for anchor in islice(part.iter("a"), MAX_LINKS)}
    headings = {anchor for heading in page.iter("h1", "h2", "h3", "h4") for anchor in _anchors_about(heading)}
    found: dict[str, Link] = {}
    by_href: dict[str, str] = {}
    for anchor in islice(page.iter("a"), MAX_LINKS):
        href = anchor.get("href")
        if not href or href.startswith(_SKIPPED):
            continue
        url = by_href.get(href)
        if url is None:
            url = by_href[href] = absolute(base, href)
        if url:
            in_heading = anchor in headings
            place = Place.MAIN if in_heading else places.get(anchor, Place.MAIN)
            _add(found, Link(url, _text_of(anchor), place, in_heading, _block_of(anchor)))
    return list(found.values())


def _parts_aside(page: etree._Element) -> Iterator[tuple[etree._Element, Place]]:
    """The menus and the footer, an outer one before those in it."""
    for part in page.iter("nav", "div", "ul", "ol", "td", "header", "section", "footer"):
        named = f"{part.get('class', '')} {part.get('id', '')}"
        if part.tag == "footer" or (len(named) > 1 and _FOOTER.search(named)):
            yield part, Place.FOOTER
        elif part.tag == "nav" or (len(named) > 1 and _MENU.search(named)):
            yield part, Place.MENU


def _block_of(anchor: etree._Element) -> etree._Element | None:
    block = anchor.getparent()
    for _ in range(5):
        if block is None or block.tag in _BLOCKS:
            return block
        block = block.getparent()
    return None


def _anchors_about(heading: etree._Element) -> Iterator[etree._Element]:
    yield from islice(heading.iter("a"), MAX_LINKS)
    parent = heading.getparent()
    if parent is not None and parent.tag == "a":
        yield parent


def _add(found: dict[str, Link], link: Link) -> None:
    known = found.setdefault(link.url, link)
    if known is not link:
        known.text = max(known.text, link.text, key=len)
        known.place = max(known.place, link.place)
        known.in_heading |= link.in_heading


def _text_of(anchor: etree._Element) -> str:
    text = collapsed("".join(anchor.itertext()))
    title = collapsed(anchor.get("title") or "")
    if len(title) > len(text):
        return title
    if text:
        return text
    return next((collapsed(image.get("alt") or "") for image in anchor.iter("img")), "")
