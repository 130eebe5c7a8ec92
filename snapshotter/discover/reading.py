"""A listing as it came over the wire → what it is, and what to request next. Runs in a worker process.

What a page lists crosses to the crawl as plain tuples: fifty thousand dataclasses take a third of a second to unpickle,
and the crawl would stand still for as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from snapshotter import http1
from snapshotter.codings import content
from snapshotter.discover.candidate import Candidate, Reply
from snapshotter.discover.kinds import Kind, classify
from snapshotter.discover.links import links
from snapshotter.discover.sitemaps import MAX_BYTES
from snapshotter.items import Discovery, Exchange
from snapshotter.sites import Site

_Row = tuple[str, str, int, int, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing turned out to be, and what it lists."""

    kind: Kind
    at: datetime
    """When it was read."""
    rows: list[_Row]

    @property
    def names_articles(self) -> bool:
        """Whether any of what it lists is an article, as far as URLs tell."""
        return any(kind == "article" for _, kind, *_ in self.rows)

    def batches(self, size: int) -> Iterator[list[Candidate]]:
        """What to request next, articles first, each URL once; so many at a time."""
        for start in range(0, len(self.rows), size):
            yield [
                Candidate(url, kind, Discovery(via, self.at, *said), depth, turn)
                for url, kind, depth, turn, via, *said in self.rows[start : start + size]
            ]


def read_listing(exchange: Exchange, parent: Candidate, site: Site | None, at: datetime) -> Listing:
    """The listing that came for ``parent``; of one too long or cut short, what there is. Raises BadHttp."""
    head = http1.read_head(exchange.response_block)
    coding = ",".join(head.get_all("content-encoding"))
    payload, _ = content(http1.payload(exchange.response_block, head), coding, MAX_BYTES)
    reply = Reply(exchange.url, payload, head.get("content-type"))
    kind = classify(reply.content, reply.content_type, reply.url)
    if kind == "article" and site and site.kind(reply.url) == "listing":
        kind = "listing"
    return Listing(kind, at, [_row(candidate) for candidate in links(kind, reply, parent, site, at)])


def _row(candidate: Candidate) -> _Row:
    found = candidate.discovery
    said = (found.title, found.published_at, found.published_raw, found.zone_source)
    return (candidate.url, candidate.kind, candidate.depth, candidate.turn, found.via, *said)
