"""RSS, Atom, RDF and JSON Feed → candidates."""

from __future__ import annotations

import html
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser
from lxml import etree
from w3lib.html import remove_tags

from snapshotter.discover.candidate import Candidate, Reply
from snapshotter.discover.dates import Zone, stated_time, zone_of
from snapshotter.discover.text import MAX_URL, absolute, collapsed, local_name, unicode_of
from snapshotter.items import Discovery
from snapshotter.sites import Site
from snapshotter.urls import intrudes

MAX_BYTES = 8_000_000
"""What is read of a feed."""
MAX_ENTRIES = 1000
"""How many of its entries are looked at, from the top."""

_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]{2,10};")
_OF_FEED = frozenset(["channel", "item", "entry", "language"])
_NAMING = ("title", "link", "id", "guid", "origlink")
_OF_ENTRY = frozenset([*_NAMING, "pubdate", "published", "issued", "date", "updated", "modified", "created"])


@dataclass(frozen=True, slots=True)
class _Entry:
    link: str
    title: str
    published_raw: str


def feed_candidates(reply: Reply, depth: int, site: Site | None, at: datetime) -> list[Candidate]:
    """The articles that a feed lists, in its order, each URL once; of any host, for a feed may live elsewhere.

    Times without a zone are the site's. Empty: it lists none, or can't be read.
    """
    language, entries = _json_entries(reply) if _is_json(reply.content) else _xml_entries(reply)
    zone = zone_of(site, reply.url, language)
    found: dict[str, Candidate] = {}
    for entry in entries:
        url = absolute(reply.url, entry.link) if entry.link else ""
        if url and url not in found and not intrudes(url, reply.url) and not (site and site.kind(url) == "skip"):
            found[url] = Candidate(url, "article", _discovery(entry, zone, at), depth)
    return list(found.values())


def _discovery(entry: _Entry, zone: Zone, at: datetime) -> Discovery:
    published_at, zone_source = stated_time(entry.published_raw, zone, at)
    return Discovery("feed", at, collapsed(entry.title), published_at, entry.published_raw, zone_source)


def _is_json(content: bytes) -> bool:
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _json_entries(reply: Reply) -> tuple[str, list[_Entry]]:
    try:
        feed = json.loads(reply.content[:MAX_BYTES])
    except (ValueError, RecursionError):
        return "", []
    if not isinstance(feed, dict) or not isinstance(items := feed.get("items"), list):
        return "", []
    entries = [
        _Entry(_text(item, "url") or _text(item, "external_url"), _text(item, "title"), _text(item, "date_published"))
        for item in items[:MAX_ENTRIES]
        if isinstance(item, dict)
    ]
    return _text(feed, "language"), entries


def _xml_entries(reply: Reply) -> tuple[str, list[_Entry]]:
    # As a stream: feedparser would take a string for a URL or a file's name.
    stream = io.BytesIO(_essence(unicode_of(reply.content[:MAX_BYTES], reply.content_type)))
    parsed = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    entries = [
        _Entry(
            _text(entry, "feedburner_origlink") or _text(entry, "link"),
            _title(entry),
            _text(entry, "published" if "published" in entry else "updated"),
        )
        for entry in parsed.entries
    ]
    return _text(parsed.feed, "language"), entries


def _title(entry: Any) -> str:
    title = _text(entry, "title")
    is_html = "html" in _text(entry.get("title_detail", {}), "type")
    return html.unescape(remove_tags(title)) if is_html else title


def _essence(text: str) -> bytes:
    """The feed mended, and without what isn't looked at.

    feedparser takes seconds for a broken megabyte, and some nestings break it; lxml mends them in no time.
    """
    feed = _mended(_HTML_ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    if feed is None:
        return b""
    entries = list(feed.iter("{*}item", "{*}entry"))
    home = entries[0].getparent() if entries else None
    for number, entry in enumerate(entries):
        _remove(entry)
        if home is not None and number < MAX_ENTRIES:
            home.append(entry)  # beside the one before, even where that one was never closed
    for group in (feed, *feed.iterchildren("{*}channel")):
        _keep(group, _OF_FEED)
    for entry in entries:
        _keep(entry, _OF_ENTRY)
        for part in entry:
            _flatten(part)
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _mended(text: str) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _keep(group: etree._Element, names: frozenset[str]) -> None:
    for part in list(group):
        if local_name(part).lower() not in names:
            group.remove(part)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _flatten(part: etree._Element) -> None:
    text = "".join(part.itertext())
    for inner in list(part):
        part.remove(inner)
    part.text = text if len(text) <= MAX_URL else ""


def _text(mapping: Any, key: str) -> str:
    """A text of a feed; empty if it isn't one, or far too long to be a link, a title or a time."""
    value = mapping.get(key)
    if not isinstance(value, str) or len(value) > MAX_URL:
        return ""
    return value.strip().encode("utf-8", "replace").decode()  # JSON can spell half characters
