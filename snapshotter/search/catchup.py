"""The index follows the catalog: what arrived since, what is hidden or gone by now."""

from __future__ import annotations

import sqlite3
import time

from snapshotter.fulltext.file import SearchFile, add, empty, hide, merge, note, noted, settle
from snapshotter.store import ArchiveReader
from snapshotter.store.arrivals import Arrival, arrived, hidden, ids_by_number, is_gone, state_of_hiding

BATCH = 100
"""Arrivals a transaction: other writers wait no longer than that takes."""

_CURSOR, _LAST, _CATALOG, _HIDING = "cursor", "last", "catalog", "hiding"


def catch_up(file: SearchFile, reader: ArchiveReader, *, limit: int, seconds: float) -> int:
    """Reads what came into the catalog since, at most ``limit`` arrivals and for so long; how many it read.

    Each batch is one transaction, and begins where the last one committed ended, whoever's that was: several may be at
    it, and be killed. A catalog that was made anew has other numbers: the index is then made anew, too. Raises
    CannotWrite, ArchiveError.
    """
    end, read = time.monotonic() + seconds, 0
    while read < limit and time.monotonic() < end:
        with file.changing() as connection:
            if not read:
                _follow_catalog(connection, reader)
                _follow_hiding(connection, reader)
            batch = _read_on(connection, reader, min(BATCH, limit - read))
        read += batch
        if batch < BATCH:
            break
    return read


def is_behind(connection: sqlite3.Connection, reader: ArchiveReader) -> bool:
    """Whether there is something to catch up with; needs no right to write."""
    cursor = int(noted(connection, _CURSOR) or 0)
    if noted(connection, _CATALOG) != _identity(reader) or noted(connection, _HIDING) != state_of_hiding(reader):
        return True
    return bool(arrived(reader, cursor, 1))


def _read_on(connection: sqlite3.Connection, reader: ArchiveReader, limit: int) -> int:
    """The next batch. Read within the transaction: what is erased meanwhile isn't entered after it was taken out."""
    batch = arrived(reader, int(noted(connection, _CURSOR) or 0), limit)
    for arrival in batch:
        _enter(connection, reader, arrival)
    if batch:
        merge(connection, len(batch))
        note(connection, _CURSOR, str(batch[-1].seq))
        note(connection, _LAST, batch[-1].id)
    return len(batch)


def _enter(connection: sqlite3.Connection, reader: ArchiveReader, arrival: Arrival) -> None:
    article = (arrival.article_id,)
    before = connection.execute("SELECT max(is_gone) FROM documents WHERE article = ?", article).fetchone()
    if arrival.snapshot:
        add(connection, arrival.seq, arrival.snapshot)
        if not arrival.is_shown:
            hide(connection, arrival.seq, is_hidden=True)
        if before[0] is not None:
            settle(connection, arrival.article_id)
    if before[0] if arrival.change != "gone" else before[0] is not None:
        now = is_gone(reader, arrival.article_id)
        connection.execute("UPDATE documents SET is_gone = ? WHERE article = ?", (now, arrival.article_id))


def _follow_catalog(connection: sqlite3.Connection, reader: ArchiveReader) -> None:
    """Empties the index where its numbers aren't the catalog's."""
    cursor, identity = int(noted(connection, _CURSOR) or 0), _identity(reader)
    if not cursor:
        note(connection, _CATALOG, identity)
        return
    last = dict(ids_by_number(reader, cursor, after=cursor - 1))
    is_same = last.get(cursor) == noted(connection, _LAST)
    if is_same and noted(connection, _CATALOG) == identity:
        return
    if not is_same or not _same_numbers(connection, reader, cursor):
        empty(connection)
    note(connection, _CATALOG, identity)


def _same_numbers(connection: sqlite3.Connection, reader: ArchiveReader, cursor: int) -> bool:
    """Whether each document still has the number of its arrival. Reads both lists, side by side."""
    numbered = ids_by_number(reader, cursor)
    for seq, snapshot_id in connection.execute("SELECT seq, id FROM documents ORDER BY seq"):
        if (seq, snapshot_id) != next((one for one in numbered if one[0] >= seq), None):
            return False
    return True


def _follow_hiding(connection: sqlite3.Connection, reader: ArchiveReader) -> None:
    """Passes over what may not be shown by now, and no longer over what may."""
    state = state_of_hiding(reader)
    if noted(connection, _HIDING) == state:
        return
    now = hidden(reader, int(noted(connection, _CURSOR) or 0))
    before = {seq for (seq,) in connection.execute("SELECT seq FROM passed_over WHERE why & 2")}
    articles = set()
    for seq in now ^ before:
        row = connection.execute("SELECT article FROM documents WHERE seq = ?", (seq,)).fetchone()
        if row:
            hide(connection, seq, is_hidden=seq in now)
            articles.add(row[0])
    for article in articles:
        settle(connection, article)
    note(connection, _HIDING, state)


def _identity(reader: ArchiveReader) -> str:
    """Another for a catalog that was put in the old one's place."""
    status = reader.catalog.path.stat()
    return f"{status.st_dev}:{status.st_ino}"
