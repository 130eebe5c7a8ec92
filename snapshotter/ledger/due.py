"""When each source is to be crawled next."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text, func, inspect, select

from snapshotter.database import Database

_places = Table("places", MetaData(), Column("source", Text), Column("next_due_at", Text))
"""The schedule's feeds, sitemaps and sections, as much of them as is read here."""


def next_due(database: Database) -> dict[str, str]:
    """By source, RFC 3339 in UTC; a source that isn't scheduled is left out. Raises ArchiveError."""
    if not inspect(database.engine).has_table(_places.name):
        return {}
    query = select(_places.c.source, func.min(_places.c.next_due_at)).group_by(_places.c.source)
    return {source: at for source, at in database.rows(query) if at}
