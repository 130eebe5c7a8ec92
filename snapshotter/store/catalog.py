"""The catalog: what the WARC files hold, found by id, URL, article and time. SQLAlchemy Core on SQLite.

Statements that run once a page are compiled once and run on the driver's own connection: 9 µs
instead of 44. A write is one BEGIN IMMEDIATE transaction: a deferred one that reads before it
writes fails under a second writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

from isal import isal_zlib
from sqlalchemy import Connection, Executable, bindparam, create_engine, delete, event, inspect, select, tuple_
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.exc import DBAPIError

from snapshotter.access import signals
from snapshotter.errors import ArchiveError, CatalogTooNew
from snapshotter.items import Snapshot
from snapshotter.proof.manifest import Manifest
from snapshotter.record import url_keys
from snapshotter.store.tables import MIGRATIONS, aliases, meta, snapshots

BUSY_TIMEOUT_S = 30.0
_UNFINISHED = "unfinished"
RECORD_LEVEL = 1
DATABASE_ERRORS = (sqlite3.Error, DBAPIError)

_COPIED = [column.name for column in snapshots.columns if column.name not in {"is_revisit", "signals", "record"}]
_copied = attrgetter(*_COPIED)
_InflateError: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says: an instance


class Statement:
    """A statement compiled once, its parameters given by their names."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=dialect(paramstyle="qmark"))  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._names: list[str] = compiled.positiontup
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def one(self, connection: sqlite3.Connection, **values: object) -> Any:
        """The first row, a tuple; None: there is none."""
        return self._execute(connection, values).fetchone()

    def run(self, connection: sqlite3.Connection, **values: object) -> int:
        """How many rows it changed."""
        return self._execute(connection, values).rowcount

    def _execute(self, connection: sqlite3.Connection, values: dict[str, object]) -> sqlite3.Cursor:
        bound = self._constants | values
        return connection.execute(self._sql, [bound[name] for name in self._names])


_ADD_SNAPSHOT = Statement(insert(snapshots).on_conflict_do_nothing())
_ADD_ALIAS = insert(aliases)
_POINT_ALIAS = Statement(
    _ADD_ALIAS.on_conflict_do_update(
        index_elements=[aliases.c.key],
        set_={name: _ADD_ALIAS.excluded[name] for name in ("article_id", "captured_at", "snapshot_id")},
        where=tuple_(_ADD_ALIAS.excluded.captured_at, _ADD_ALIAS.excluded.snapshot_id)
        > tuple_(aliases.c.captured_at, aliases.c.snapshot_id),
    )
)
_ARTICLE = Statement(select(aliases.c.article_id).where(aliases.c.key == bindparam("key")))


class Catalog:
    """An open catalog. Its methods may be called from any thread; a transaction belongs to one."""

    def __init__(self, path: Path) -> None:
        """Opens the catalog, makes it if there is none, and brings it to this version's schema.

        Raises CatalogTooNew, or one of DATABASE_ERRORS.
        """
        self.path = path
        self.engine = create_engine(
            f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        )
        event.listen(self.engine, "connect", _prepare)
        self._migrate()

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection within BEGIN IMMEDIATE … COMMIT; an exception rolls all of it back."""
        with self._writing() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection, to be read from."""
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver

    def scrub(self) -> bool:
        """Leaves nothing in the files of what was deleted or overwritten; False: a reader keeps some of it there."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            (is_busy, _, _) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not is_busy

    def rows(self, statement: Executable) -> list[Any]:
        """All rows of a query, seen at one moment. Raises ArchiveError where the catalog can't be read."""
        try:
            with self.engine.connect() as connection:
                return list(connection.execute(statement))
        except DATABASE_ERRORS as error:
            reason = getattr(error, "orig", error)
            raise ArchiveError(f"the catalog {self.path} can't be read: {reason}. Rebuild it") from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @property
    def is_unfinished(self) -> bool:
        """Whether it was made anew, and isn't known to have all that is in the WARC files yet."""
        return bool(self.rows(select(meta.c.name).where(meta.c.name == _UNFINISHED)))

    def finished(self) -> None:
        """Notes that it has all that is in the WARC files."""
        with self._writing() as connection:
            connection.execute(delete(meta).where(meta.c.name == _UNFINISHED))

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            if self._version(connection) == len(MIGRATIONS):
                return
        with self._writing() as connection:
            version = self._version(connection)
            if version > len(MIGRATIONS):
                raise CatalogTooNew(
                    f"{self.path} has schema {version}, this Snapshotter knows {len(MIGRATIONS)}: upgrade or rebuild"
                )
            if version < len(MIGRATIONS):  # even a reader does that, and changes the file
                Manifest(self.path.parent).invalidate()
            for migration in MIGRATIONS[version:]:
                migration(connection)
            if not version:
                connection.execute(insert(meta).values(name=_UNFINISHED, value=""))
            upsert = insert(meta).values(name="schema", value=str(len(MIGRATIONS)))
            connection.execute(
                upsert.on_conflict_do_update(index_elements=[meta.c.name], set_={"value": upsert.excluded.value})
            )

    def _version(self, connection: Connection) -> int:
        """How many migrations the catalog has been through; 0: it is empty."""
        if not inspect(connection).has_table(meta.name):
            return 0
        return int(connection.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar_one())


def article_of(connection: sqlite3.Connection, keys: tuple[str, ...]) -> str:
    """The article that the first known of the keys leads to; empty: none is known."""
    for key in keys:
        if row := _ARTICLE.one(connection, key=key):
            return str(row[0])
    return ""


def packed(line: str) -> bytes:
    """A record as the catalog keeps it, a quarter as long: zlib (RFC 1950)."""
    return bytes(isal_zlib.compress(line.encode(), RECORD_LEVEL))


def unpacked(record: bytes) -> str:
    """The record's line again. Raises ArchiveError where it was damaged."""
    try:
        return isal_zlib.decompress(record).decode()
    except (_InflateError, UnicodeDecodeError, TypeError) as error:
        raise ArchiveError(f"a record of the catalog is damaged ({error}): rebuild the catalog") from error


def row_of(snapshot: Snapshot, *, is_revisit: bool) -> dict[str, object]:
    """A capture's row, its record apart."""
    stated = signals(snapshot.rights)
    said = f" {' '.join(stated)} " if stated else ""
    return {**dict(zip(_COPIED, _copied(snapshot), strict=True)), "is_revisit": int(is_revisit), "signals": said}


def add_snapshot(
    connection: sqlite3.Connection, snapshot: Snapshot, line: str, keys: tuple[str, ...] = (), *, is_revisit: bool
) -> bool:
    """Enters a capture and its URL keys; whether it was new. ``line`` is the record as it stands in the WARC."""
    if not _ADD_SNAPSHOT.run(connection, **row_of(snapshot, is_revisit=is_revisit), record=packed(line)):
        return False
    for key in keys or url_keys(snapshot.url, snapshot.final_url, snapshot.canonical_url, snapshot.verdict):
        _POINT_ALIAS.run(
            connection,
            key=key,
            article_id=snapshot.article_id,
            captured_at=snapshot.captured_at,
            snapshot_id=snapshot.id,
        )
    return True


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
