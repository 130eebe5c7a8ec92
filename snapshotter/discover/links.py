"""The entry points of discovery: what to request first, and what to request next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from snapshotter.discover.candidate import Candidate, Reply
from snapshotter.discover.feeds import feed_candidates
from snapshotter.discover.html import base_of, links_of, parse
from snapshotter.discover.kinds import Kind
from snapshotter.discover.sections import articles, feeds, next_page, sections
from snapshotter.discover.sitemaps import named_sitemaps, sitemap_candidates
from snapshotter.discover.text import origin
from snapshotter.items import Discovery
from snapshotter.sites import Site
from snapshotter.urls import Likeness, article_likeness, clean, intrudes


def seeds(site: Site) -> list[Candidate]:
    """Where a crawl of a site with a rule file starts: its feeds, sitemaps and sections."""
    kinds = (("feed", site.seeds.feeds), ("sitemap", site.seeds.sitemaps), ("listing", site.seeds.sections))
    return [Candidate(url, kind) for kind, urls in kinds for url in urls]


def start(url: str) -> Candidate:
    """A place that the user names: taken for a listing until something comes back. Raises UsageError: no URL."""
    return Candidate(clean(url), "listing")


def from_robots(sitemaps: Iterable[str], url: str, at: datetime) -> list[Candidate]:
    """The sitemaps that a robots.txt names; where it names none, the one at the usual place.

    ``sitemaps`` are the values of its Sitemap lines, ``url`` is its own.
    """
    named = named_sitemaps(sitemaps, url) or [f"{origin(url)}/sitemap.xml"]
    return [Candidate(sitemap, "sitemap", Discovery("sitemap", at)) for sitemap in named]


def links(kind: Kind, reply: Reply, parent: Candidate, site: Site | None, at: datetime) -> list[Candidate]:
    """What to request next, after ``parent`` was asked for and ``reply``, classified as ``kind``, came back.

    Each URL once, articles first. ``at`` is the moment of the reply. Nothing follows from an article, unless it
    is a front page as well.
    """
    depth = parent.depth + 1
    if kind == "feed":
        return feed_candidates(reply, depth, site, at)
    if kind in {"sitemap", "sitemap-index"}:
        return sitemap_candidates(reply, depth, site, at)
    if kind == "listing" or (kind == "article" and article_likeness(reply.url) is Likeness.NO):
        return _from_listing(reply, parent, site, at)
    return []


def _from_listing(reply: Reply, parent: Candidate, site: Site | None, at: datetime) -> list[Candidate]:
    page = parse(reply)
    if page is None:
        return []
    base, depth, here = base_of(page, reply.url), parent.depth + 1, Discovery("section", at)
    own = links_of(page, base)
    following = next_page(page, base, reply.url)
    listed = [url for url in articles(own, reply.url, site) if url != following]
    found = [Candidate(url, "article", here, depth) for url in listed]
    if following:
        found.append(Candidate(following, "listing", here, parent.depth, parent.turn + 1))
    if parent.turn == 0:
        declared = (url for url in feeds(page, base) if not intrudes(url, reply.url))
        found += [Candidate(url, "feed", Discovery("feed", at), depth) for url in declared]
        found += [Candidate(url, "listing", here, depth) for url in sections(own, reply.url, site)]
    first: dict[str, Candidate] = {}
    for candidate in found:
        first.setdefault(candidate.url, candidate)
    return list(first.values())
