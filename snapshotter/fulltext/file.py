"""``search.db``: which documents hold a token, and where. SQLite's FTS5, without the texts themselves.

A document is one revision of an article; its number is that of its arrival in the catalog, so that the newest come
first without sorting. FTS5's own tokenizer has nothing to do but part our tokens. A document can be taken out by
handing in the tokens that it was entered with, and in no other way (SQLite 3.40 has no secure-delete): where they
aren't known any more, all goes, and the index is made anew.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from snapshotter.database import DATABASE_ERRORS, Database
from snapshotter.errors import CannotWrite
from snapshotter.fulltext.documents import Words, moments, words_of
from snapshotter.items import Snapshot

NAME = "search.db"
SAMPLED = 128
"""Every so manieth document is one of those that tell how common a token is: it costs ten times the others."""
MERGED_PAGES = 16
"""Of the index, joined for each document that is entered. FTS5 by itself joins none for many, then all at once."""
SUPERSEDED, HIDDEN = 1, 2
"""Why a document is passed over: a later revision of the article stands for it; it may not be shown."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def _create(connection: Connection) -> None:
    for statement in (
        "CREATE VIRTUAL TABLE words USING fts5(body, title, content='', tokenize='ascii')",
        "CREATE TABLE documents (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, article TEXT NOT NULL,"
        " captured INTEGER NOT NULL, published INTEGER NOT NULL, revision INTEGER NOT NULL,"
        " is_gone INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL)",
        "CREATE INDEX documents_by_article ON documents (article)",
        "CREATE TABLE passed_over (seq INTEGER PRIMARY KEY, why INTEGER NOT NULL)",
        "CREATE TABLE sampled (token TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID",
    ):
        connection.exec_driver_sql(statement)


def _merge_steadily(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO words (words, rank) VALUES ('automerge', 0)")


MIGRATIONS = (_create, _merge_steadily)


class SearchFile(Database):
    """An open ``search.db``. What ``add`` and the others here do belongs to the transaction they are given."""

    remedy = "Remove it: it is made anew"

    def __init__(self, path: Path) -> None:
        """Opens the file, makes it if there is none. Raises CatalogTooNew, or one of DATABASE_ERRORS."""
        super().__init__(path, MIGRATIONS)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises CannotWrite."""
        try:
            with self.transaction() as connection:
                yield connection
        except DATABASE_ERRORS as error:
            raise cannot_write(self.path, error) from error


def cannot_write(path: Path, error: Exception) -> CannotWrite:
    """The error to raise for one of the disk's or the database's."""
    reason = getattr(error, "orig", error)
    return CannotWrite(f"{path} can't be written: {reason}. Free some space, or check its rights")


def open_file(folder: Path) -> SearchFile:
    """An archive's index; a damaged one is removed, and made anew. Raises CatalogTooNew, one of DATABASE_ERRORS."""
    path = folder / NAME
    try:
        return SearchFile(path)
    except DATABASE_ERRORS as error:
        if getattr(getattr(error, "orig", error), "sqlite_errorname", "") not in _DAMAGED:
            raise
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{NAME}{suffix}").unlink(missing_ok=True)
    return SearchFile(path)


def note(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keeps something that is true of the whole file."""
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


def noted(connection: sqlite3.Connection, name: str) -> str:
    """What was kept; empty: nothing."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def add(connection: sqlite3.Connection, seq: int, snapshot: Snapshot) -> None:
    """Enters a document; its article's others are settled by ``settle``."""
    words = words_of(snapshot)
    row = (seq, snapshot.id, snapshot.article_id, *moments(snapshot), snapshot.revision, words.check)
    connection.execute("INSERT INTO words (rowid, body, title) VALUES (?, ?, ?)", (seq, words.body, words.title))
    connection.execute(
        "INSERT INTO documents (seq, id, article, captured, published, revision, tokens) VALUES (?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    if seq % SAMPLED == 0:
        _sample(connection, words, 1)


def merge(connection: sqlite3.Connection, documents: int) -> None:
    """Joins parts of the index, so that it stays quick: at the end of a transaction, of what that entered."""
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (MERGED_PAGES * documents,))


def remove(connection: sqlite3.Connection, seq: int, words: Words) -> None:
    """Takes a document out that was entered with these very tokens."""
    connection.execute(
        "INSERT INTO words (words, rowid, body, title) VALUES ('delete', ?, ?, ?)", (seq, words.body, words.title)
    )
    for table in ("documents", "passed_over"):
        connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))  # noqa: S608  (names of ours)
    if seq % SAMPLED == 0:
        _sample(connection, words, -1)


def empty(connection: sqlite3.Connection) -> None:
    """Takes out everything, and forgets how far the catalog was read."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    for table in ("documents", "passed_over", "sampled"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  (names of ours)
    connection.execute("DELETE FROM meta WHERE name <> 'schema'")


def settle(connection: sqlite3.Connection, article: str) -> None:
    """Of an article's documents, the latest that may be shown stands for it; the others are superseded."""
    rows = connection.execute(
        "SELECT seq, coalesce(why, 0) FROM documents LEFT JOIN passed_over USING (seq)"
        " WHERE article = ? ORDER BY captured DESC, id DESC",
        (article,),
    ).fetchall()
    shown = next((seq for seq, why in rows if not why & HIDDEN), None)
    for seq, why in rows:
        now = why & HIDDEN | SUPERSEDED * (seq != shown)
        if now != why:
            _pass_over(connection, seq, now)


def hide(connection: sqlite3.Connection, seq: int, *, is_hidden: bool) -> None:
    """Notes whether a document may be shown; ``settle`` comes after it."""
    found = connection.execute("SELECT why FROM passed_over WHERE seq = ?", (seq,)).fetchone()
    _pass_over(connection, seq, (found[0] if found else 0) & SUPERSEDED | HIDDEN * is_hidden)


def _pass_over(connection: sqlite3.Connection, seq: int, why: int) -> None:
    if why:
        connection.execute("INSERT OR REPLACE INTO passed_over VALUES (?, ?)", (seq, why))
    else:
        connection.execute("DELETE FROM passed_over WHERE seq = ?", (seq,))


def _sample(connection: sqlite3.Connection, words: Words, by: int) -> None:
    found = Counter(dict.fromkeys(words.body.split(), by))
    connection.executemany(
        "INSERT INTO sampled VALUES (?, ?) ON CONFLICT DO UPDATE SET documents = documents + excluded.documents",
        found.items(),
    )
    if by < 0:
        connection.execute("DELETE FROM sampled WHERE documents <= 0")
