"""Sitemaps, sitemap indexes, Google's news extension, text sitemaps, and what robots.txt names."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from snapshotter.codings import content as decoded
from snapshotter.discover.candidate import Candidate, Reply
from snapshotter.discover.dates import stated_time, zone_of
from snapshotter.discover.text import MAX_URL, absolute, collapsed, local_name
from snapshotter.items import Discovery
from snapshotter.sites import Site
from snapshotter.urls import Likeness, article_likeness, intrudes, same_site

MAX_BYTES = 52_428_800
"""What is read of a sitemap, unpacked; the protocol's own bound (sitemaps.org)."""
MAX_URLS = 50_000
"""How many of its URLs are looked at; the protocol's own bound."""
MAX_ROBOTS_SITEMAPS = 50

_GZIP = b"\x1f\x8b"
_OTHER_SITEMAP = re.compile(
    r"(?:^|[^a-z])(?:tags?|authors?|categor(?:y|ies)|images?|videos?|products?|users?)(?:[^a-z]|$)", re.I
)


@dataclass(frozen=True, slots=True)
class _Entry:
    url: str
    is_sitemap: bool
    lastmod: str = ""
    is_news: bool = False
    title: str = ""
    published: str = ""


def unpacked(content: bytes, max_bytes: int = MAX_BYTES) -> bytes:
    """The sitemap itself, where it is a gzip file; never more than ``max_bytes``."""
    if content.startswith(_GZIP):
        content, _ = decoded(content, "gzip", max_bytes)
    return content[:max_bytes]


def sitemap_candidates(reply: Reply, depth: int, site: Site | None, at: datetime) -> list[Candidate]:
    """What a sitemap or sitemap index lists of its own site, each URL once, the newest first.

    Sitemaps come as ``sitemap``, those of news before the others, those of tags, authors and pictures not at all.
    Pages come as ``article``: all that the news extension describes; of the rest those that the site's patterns or
    the generic rule don't rule out.
    """
    found: dict[str, Candidate] = {}
    for entry in sorted(_entries(unpacked(reply.content)), key=_newest_first, reverse=True):
        url = absolute(reply.url, entry.url)
        if url and url not in found and _wanted(url, entry, reply.url, site):
            kind = "sitemap" if entry.is_sitemap else "article"
            found[url] = Candidate(url, kind, _discovery(entry, reply.url, site, at), depth)
    return list(found.values())


def named_sitemaps(named: Iterable[str], url: str) -> list[str]:
    """What a robots.txt at ``url`` names as sitemaps, absolute, each once, at most MAX_ROBOTS_SITEMAPS."""
    found = (absolute(url, sitemap) for sitemap in named if sitemap)
    wanted = (sitemap for sitemap in found if sitemap and not intrudes(sitemap, url))
    return list(dict.fromkeys(wanted))[:MAX_ROBOTS_SITEMAPS]


def _newest_first(entry: _Entry) -> tuple[bool, str]:
    news = entry.is_sitemap and "news" in entry.url.rpartition("/")[2].lower()
    return news, entry.published or entry.lastmod


def _wanted(url: str, entry: _Entry, listed_by: str, site: Site | None) -> bool:
    if not (site.covers(url) if site else same_site(url, listed_by)):
        return False
    if entry.is_sitemap:
        return not _OTHER_SITEMAP.search(url.rpartition("/")[2])
    kind = site.kind(url) if site else ""
    if kind or (site and site.article):
        return kind == "article"
    return entry.is_news or article_likeness(url) is not Likeness.NO


def _discovery(entry: _Entry, url: str, site: Site | None, at: datetime) -> Discovery:
    if not entry.published:
        return Discovery("sitemap", at, entry.title)
    published_at, zone_source = stated_time(entry.published, zone_of(site, url), at)
    return Discovery("sitemap", at, entry.title, published_at, entry.published, zone_source)


def _entries(content: bytes) -> Iterator[_Entry]:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _text_entries(content)
        return
    events = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for number, (_, element) in enumerate(events, 1):
            if entry := _entry(element):
                yield entry
            element.clear()
            while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
                parent.remove(before)
            if number == MAX_URLS:
                return
    except etree.XMLSyntaxError:  # broken beyond recovery: what came before it counts
        return


def _entry(element: etree._Element) -> _Entry | None:
    said = _said(element)
    if not said.get("loc"):
        return None
    news = next((part for part in element if local_name(part) == "news"), None)
    told = _said(news) if news is not None else {}
    return _Entry(
        url=said["loc"],
        is_sitemap=local_name(element) == "sitemap",
        lastmod=said.get("lastmod", ""),
        is_news=news is not None,
        title=told.get("title", ""),
        published=told.get("publication_date", ""),
    )


def _said(element: etree._Element) -> dict[str, str]:
    return {local_name(part): collapsed(part.text) for part in element if part.text and len(part.text) <= MAX_URL}


def _text_entries(content: bytes) -> Iterator[_Entry]:
    for line in content.decode("utf-8", "replace").split("\n", MAX_URLS)[:MAX_URLS]:
        if line.lstrip("\ufeff \t").startswith(("http://", "https://")):
            yield _Entry(line.strip("\ufeff \t\r"), is_sitemap=False)
