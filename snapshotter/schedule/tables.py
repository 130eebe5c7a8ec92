"""What state.db keeps of places, and of articles that wait."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# One row a place; the columns are the fields of ``intervals.Place``.
places = Table(
    "places",
    metadata,
    Column("source", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("next_due_at", Text, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("is_seed", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("span_s", Integer, nullable=False),
    Column("last_fetched_at", Text, nullable=False),
    Column("last_new_at", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", Text, nullable=False),
    Column("unmodified", Integer, nullable=False),
    Column("is_stale", Integer, nullable=False),
)

# Articles that were listed and aren't captured yet: what a crawl that was killed, or a page that failed, leaves to do.
waiting = Table(
    "waiting",
    metadata,
    Column("key", Text, primary_key=True),  # the URL's key
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("published_raw", Text, nullable=False),
    Column("zone_source", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Text, nullable=False),  # empty: given up
    Index("waiting_by_time", "source", "next_at"),
)

# robots.txt as last read, so that a crawl every minute doesn't ask for it every minute.
robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),  # scheme and host
    Column("fetched_at", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def add_schedule(connection: Connection) -> None:
    """The migration that makes these tables."""
    metadata.create_all(connection)
