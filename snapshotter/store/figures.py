"""What is asked of an archive and what it answers, beside snapshots: a selection, what is known of a URL, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, func, select

from snapshotter.store.tables import snapshots


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive has under a URL: the last good capture; where there is none, the last one of all."""

    id: str
    article_id: str
    verdict: str
    """``ok`` if the capture is a good one."""
    captured_at: str
    checked_at: str
    """When the article was last captured, whatever that brought. Both RFC 3339, UTC."""
    url: str
    """The URL that answered, after redirects: the one that ``etag`` and ``last_modified`` hold for."""
    etag: str
    """For a conditional request; empty for a bad capture."""
    last_modified: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which snapshots are meant; an empty field doesn't choose."""

    since: str = ""
    """RFC 3339, UTC: captured then or later."""
    until: str = ""
    """Captured before then."""
    site: str = ""
    category: str = ""
    verdict: str = ""
    only_originals: bool = False
    """No copies of other articles."""

    def covers(self, time: str) -> bool:
        """Whether a time, RFC 3339 in UTC, lies between ``since`` and ``until``; an empty one doesn't."""
        return bool(time) and time >= self.since and (not self.until or time < self.until)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the catalog."""
        named = {"site": self.site, "category": self.category, "verdict": self.verdict}
        found = [snapshots.c[name] == value for name, value in named.items() if value]
        found += [snapshots.c.duplicate_of == ""] * self.only_originals
        found += [snapshots.c.captured_at >= self.since] * bool(self.since)
        return found + [snapshots.c.captured_at < self.until] * bool(self.until)


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """An archive in figures."""

    captures: int
    articles: int
    copies: int
    """Articles that are near copies of another one."""
    by_change: dict[str, int]
    by_verdict: dict[str, int]
    by_site: dict[str, int]
    warc_files: int
    warc_bytes: int
    first_captured_at: str
    """RFC 3339, UTC; empty for an empty archive."""
    last_captured_at: str


def stats_of(rows: Callable[[Executable], list[Any]], shown: ColumnElement[bool], sizes: Sequence[int]) -> ArchiveStats:
    """The figures of a catalog that ``rows`` asks, of what is ``shown``; ``sizes``: bytes of each WARC file."""
    columns = snapshots.c
    articles = func.count(columns.article_id.distinct())
    totals = select(func.count(), articles, func.min(columns.captured_at), func.max(columns.captured_at))
    captures, of_articles, first, last = rows(totals.where(shown))[0]

    def counts(by: ColumnElement[str]) -> dict[str, int]:
        counted = select(by, func.count()).where(shown).group_by(by).order_by(by)
        return dict(tuple(row) for row in rows(counted))

    return ArchiveStats(
        captures=captures,
        articles=of_articles,
        copies=rows(select(articles).where(columns.duplicate_of != "", shown))[0][0],
        by_change=counts(columns.change),
        by_verdict=counts(columns.verdict),
        by_site=counts(columns.site),
        warc_files=len(sizes),
        warc_bytes=sum(sizes),
        first_captured_at=first or "",
        last_captured_at=last or "",
    )
