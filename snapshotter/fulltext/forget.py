"""Erasing from ``search.db``: nothing of a text stays in its bytes, not even the tokens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from snapshotter.fulltext.documents import Words, words_of
from snapshotter.fulltext.file import NAME, empty, note, noted, open_file, remove
from snapshotter.items import Snapshot

_UNSCRUBBED = "unscrubbed"


def forget(folder: Path, gone: Iterable[Snapshot]) -> None:
    """Takes documents out of an archive's index, while their records are known; ``scrub`` comes after it.

    Raises one of DATABASE_ERRORS, CatalogTooNew.
    """
    if not (folder / NAME).exists():
        return
    with closing(open_file(folder)) as file, file.transaction() as connection:
        for snapshot in gone:
            if found := _found(connection, snapshot.article_id, snapshot.id):
                _take_out(connection, *found, words_of(snapshot))


def scrub(folder: Path, erased: Iterable[tuple[str, str]]) -> bool:
    """Leaves nothing in the file of what was taken out; False: a reader keeps some of it there, so call again.

    Where one of ``erased`` (article and id) is in the index after all, all of it goes, and is made anew: a document
    can't be taken out without its text. Raises as ``forget``.
    """
    if not (folder / NAME).exists():
        return True
    with closing(open_file(folder)) as file:
        with file.transaction() as connection:
            if any(_found(connection, *one) for one in erased):
                empty(connection)
                note(connection, _UNSCRUBBED, "1")
            if not noted(connection, _UNSCRUBBED):
                return True
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")  # until then, it is marked as deleted
        if not file.scrub():
            return False
        with file.transaction() as connection:
            note(connection, _UNSCRUBBED, "")
        return True


def _take_out(connection: sqlite3.Connection, number: int, check: int, words: Words) -> None:
    if words.check == check:
        remove(connection, number, words)
    else:
        empty(connection)
    note(connection, _UNSCRUBBED, "1")


def _found(connection: sqlite3.Connection, article: str, snapshot_id: str) -> tuple[int, int] | None:
    """A document's number, and the check of its tokens."""
    sql = "SELECT seq, tokens FROM documents WHERE article = ? AND id = ?"
    row: tuple[int, int] | None = connection.execute(sql, (article, snapshot_id)).fetchone()
    return row
