"""How SQLite goes about what the site asks: along an index, whatever the size of the archive."""

from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool
from starlette.datastructures import QueryParams

from snapshotter.store import ArchiveReader
from snapshotter.web.doors.cdx.index import Index
from snapshotter.web.doors.cdx.query import CdxQuery
from snapshotter.web.doors.feeds.changes import changes
from snapshotter.web.doors.listing import Listing
from snapshotter.web.queries import Queries, Selected

IN_ORDER = {"good_by_time", "gone_by_time"}
"""Indexes that are read from their end, as far as is asked for."""


def cdx(url):
    return CdxQuery.parse(QueryParams({"url": url, "limit": "10"}), is_pywb=False)


def listed(reader, url):
    return Listing(SimpleNamespace(reader=reader, renderer=None))._found({"url": url})


DEEDS = {
    "latest": lambda reader, it: Queries(reader).latest(Selected(), 20),
    "channel": lambda reader, it: Queries(reader).latest(Selected(category=it.category), 20),
    "source": lambda reader, it: Queries(reader).latest(Selected(source_name=it.source_name), 20),
    "versions": lambda reader, it: Queries(reader).versions(it.article_id),
    "reprints": lambda reader, it: reader.reprints(it),
    "neighbours": lambda reader, it: reader.neighbours(it),
    "feed": lambda reader, it: changes(reader, Queries(reader), Selected(), 50),
    "feed of a channel": lambda reader, it: changes(reader, Queries(reader), Selected(category=it.category), 50),
    "prefix": lambda reader, it: Index(reader).lines(cdx("news.example/2024*")),
    "folder": lambda reader, it: Index(reader).lines(cdx("news.example/2024/*")),
    "captures": lambda reader, it: listed(reader, it.url),
    "captures of many": lambda reader, it: listed(reader, "news.example/2024*"),
    "captures of a host": lambda reader, it: listed(reader, "*.paper.news.example"),
    "host": lambda reader, it: Index(reader).lines(cdx("*.paper.news.example")),
}


@pytest.fixture
def asked():
    """What connections that are opened from now on are asked, whoever asks."""
    statements = []

    def listen(connection, _):
        connection.set_trace_callback(statements.append)

    event.listen(Pool, "connect", listen)
    yield statements
    event.remove(Pool, "connect", listen)


@pytest.mark.parametrize("deed", DEEDS)
def test_no_question_reads_or_sorts_the_whole_catalog(filled, asked, deed):
    with ArchiveReader.open(filled.folder) as reader:
        asked.clear()
        DEEDS[deed](reader, filled.records[0])
        questions = [one for one in asked if one.startswith("SELECT")]
        with reader.catalog.reading() as connection:
            plans = [row[3] for one in questions for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    scans = [one for one in plans if one.startswith("SCAN snapshots") and one.split()[-1] not in IN_ORDER]
    sorts = [one for one in plans if "TEMP B-TREE FOR ORDER" in one] if deed in {"prefix", "folder", "host"} else []
    assert plans
    assert (scans, sorts) == ([], [])
