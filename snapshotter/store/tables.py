"""The catalog's tables and its schema's history."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# One row a capture. Nothing depends on the order the rows came in: any order of WARC files gives the same catalog.
snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("url_key", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("warc_file", Text, nullable=False),
    Column("warc_offset", Integer, nullable=False),
    Column("warc_length", Integer, nullable=False),
    Column("warc_record_id", Text, nullable=False),
    Column("is_revisit", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),  # compressed; last, so that the others are read without it
    Index("snapshots_by_time", "captured_at", "id"),
    Index("snapshots_by_article", "article_id", "captured_at", "id"),
    Index("snapshots_by_place", "warc_file", "warc_offset"),
    Index("snapshots_by_category", "category", "captured_at"),
    Index("snapshots_by_site", "site", "captured_at"),
)

# Which article a URL key leads to: that of the latest capture that says so.
aliases = Table(
    "aliases",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
)

# Which run works on which source. Not derived from the WARC files; of no use once the run is dead.
leases = Table("leases", metadata, Column("source", Text, primary_key=True), Column("run", Text, nullable=False))

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))


def _create(connection: Connection) -> None:
    metadata.create_all(connection)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create,)
"""From version n to n + 1, in order. The catalog's version is how many of them it has been through."""
