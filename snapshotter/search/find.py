"""Numbers of the documents that a query means, in order: one question to FTS5, bounded in what it may cost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo

from snapshotter.errors import SearchTooLong
from snapshotter.fulltext.documents import CHANNEL, LANGUAGE, SITE, SOURCE, facet
from snapshotter.fulltext.file import HIDDEN
from snapshotter.search.query import ALL, GONE, MAX_LIMIT, MAX_OFFSET, NEWEST, RELEVANCE, REVISED, Query, seconds
from snapshotter.search.syntax import Wanted

COUNTED = 20_000
"""Of more documents than that, nobody wants to know how many."""
RANKED = 12_000
"""Of more documents than that the newest come first: to weigh them all would take too long."""
MAX_SECONDS = 2.0
RANK = "bm25(words, 1.0, 4.0)"
"""A word in the title counts for four."""

_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a query means in the index."""

    ids: tuple[str, ...]
    total: int
    is_capped: bool
    order: str


@dataclass(frozen=True, slots=True)
class _Question:
    """FROM … WHERE … and its parameters."""

    number: str
    """The column with the document's number."""
    sql: str
    values: tuple[str | int, ...]
    can_rank: bool


def find(connection: sqlite3.Connection, query: Query, wanted: Wanted, zone: tzinfo) -> Found:
    """The ids of a page of documents. Raises SearchTooLong, sqlite3.Error."""
    question = _question(query, wanted, zone)
    limit, offset = max(0, min(query.limit, MAX_LIMIT)), max(0, min(query.offset, MAX_OFFSET))
    with bounded(connection):
        counted = f"SELECT count(*) FROM (SELECT 1 {question.sql} LIMIT {COUNTED + 1})"  # noqa: S608
        total = connection.execute(counted, question.values).fetchone()[0]
        is_ranked = question.can_rank and query.order != NEWEST and total <= RANKED
        order = f"{RANK}, words.rowid DESC" if is_ranked else f"{question.number} DESC"
        page = f"SELECT {question.number} {question.sql} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        numbers = [seq for (seq,) in connection.execute(page, question.values)] if total else []
    ids = ids_of(connection, numbers)
    return Found(ids, min(total, COUNTED), total > COUNTED, RELEVANCE if is_ranked else NEWEST)


def ids_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[str, ...]:
    """The captures' ids, in the same order."""
    marks = ",".join("?" * len(numbers))
    found = dict(connection.execute(f"SELECT seq, id FROM documents WHERE seq IN ({marks})", numbers))  # noqa: S608
    return tuple(found[seq] for seq in numbers if seq in found)


@contextmanager
def bounded(connection: sqlite3.Connection) -> Iterator[None]:
    """Ends whatever takes longer than MAX_SECONDS. Raises SearchTooLong."""
    end = time.monotonic() + MAX_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            raise
        remedy = "add a rarer word, or a filter"
        raise SearchTooLong(f"the search took longer than {MAX_SECONDS:.0f} s: {remedy}") from error
    finally:
        connection.set_progress_handler(None, 0)


def _question(query: Query, wanted: Wanted, zone: tzinfo) -> _Question:
    """Nothing in its SQL is of the query's own words."""
    facets = ((CHANNEL, query.channel), (SOURCE, query.source), (SITE, query.site), (LANGUAGE, query.language))
    stated = [f'"{facet(kind, value)}"' for kind, value in facets if value]
    match = " AND ".join(filter(None, [*stated, wanted.match]))

    conditions = list(_conditions(query, zone))
    terms = [sql for sql, _ in conditions]
    values: list[str | int] = [value for _, value in conditions]

    number, table = ("words.rowid", "words") if match else ("documents.seq", "documents")
    if match:
        table += " CROSS JOIN documents ON documents.seq = words.rowid" * bool(conditions)
        terms.insert(0, "words MATCH ?")
        values.insert(0, f"({match}) NOT {wanted.without}" if wanted.without else match)
    elif wanted.without:
        terms.append("documents.seq NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(wanted.without)
    hidden = f" WHERE why & {HIDDEN}" if query.state == ALL else ""
    terms.append(f"{number} NOT IN (SELECT seq FROM passed_over{hidden})")  # noqa: S608  (words of ours)
    return _Question(number, f"FROM {table} WHERE {' AND '.join(terms)}", tuple(values), wanted.can_rank)


def _conditions(query: Query, zone: tzinfo) -> Iterator[tuple[str, int]]:
    if (since := seconds(query.since, zone)) is not None:
        yield "published >= ?", since
    if (until := seconds(query.until, zone, end=True)) is not None:
        yield "published < ?", until
    if query.state == GONE:
        yield "is_gone = ?", 1
    if query.state == REVISED:
        yield "revision > ?", 1
