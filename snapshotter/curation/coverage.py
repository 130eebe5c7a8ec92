"""Which fields a site's pages give: on a few of today's, and on its last good captures in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from snapshotter.formats import jsonl
from snapshotter.store.catalog import unpacked
from snapshotter.store.tables import snapshots

if TYPE_CHECKING:
    from snapshotter.items import Article, Snapshot
    from snapshotter.store import ArchiveReader

FIELDS = ("title", "published_at", "authors", "source_name", "category", "body_text")
LAST = 50
"""So many of the last good captures are a site's past."""
FALLEN = 0.5
"""A field that so much a larger share of pages had is lost; on a handful of pages, less is chance."""
LEAST_PAST = 5
SHRUNK = 0.4
"""A body of less than this share of its past length is cut off."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of so many pages, which share has a field."""

    pages: int
    shares: dict[str, float]
    """By field of FIELDS, 0 to 1; empty where there are no pages."""
    body_characters: int
    """The median; 0 where there are no pages."""


def coverage(articles: Sequence[Article | Snapshot]) -> Coverage:
    """That of these articles."""
    if not articles:
        return Coverage(0, {}, 0)
    shares = {field: sum(bool(getattr(one, field)) for one in articles) / len(articles) for field in FIELDS}
    return Coverage(len(articles), shares, int(median(len(one.body_text) for one in articles)))


def past(archive: ArchiveReader, site: str, last: int = LAST) -> Coverage:
    """That of a site's last good captures, as far as they may be shown."""
    query = select(snapshots.c.record).where(snapshots.c.site == site, snapshots.c.verdict == "ok", archive.shown())
    rows = archive.catalog.rows(query.order_by(snapshots.c.captured_at.desc()).limit(last))
    return coverage([jsonl.loads(unpacked(row[0])) for row in rows])


def last_captured(archive: ArchiveReader) -> dict[str, str]:
    """By site the time of its last capture, as far as that may be shown."""
    query = select(snapshots.c.site, func.max(snapshots.c.captured_at)).where(archive.shown())
    return {site: at for site, at in archive.catalog.rows(query.group_by(snapshots.c.site))}


def compared(now: Coverage, before: Coverage) -> list[str]:
    """What is worse than it was, a line each; empty: nothing, or there is too little past to tell."""
    if before.pages < LEAST_PAST or not now.pages:
        return []
    lines = [
        f"{field}: on {now.shares[field]:.0%} of {now.pages} pages, was on {before.shares[field]:.0%} of {before.pages}"
        for field in FIELDS
        if before.shares[field] - now.shares[field] >= FALLEN
    ]
    if now.body_characters < SHRUNK * before.body_characters:
        lines.append(f"body_text: {now.body_characters} characters (median), was {before.body_characters}")
    return lines
