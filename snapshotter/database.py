"""One SQLite file: opened, brought to this version's schema, written in transactions. SQLAlchemy Core.

Statements that run once a page are compiled once and run on the driver's own connection: 9 µs
instead of 44. A write is one BEGIN IMMEDIATE transaction: a deferred one that reads before it
writes fails under a second writer. A file that another was put in the place of (a rebuilt catalog) is
opened anew when it is next asked: whoever went on with the old one would show what was taken down since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Executable, MetaData, Table, Text, create_engine, event, inspect, select
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import QueuePool

from snapshotter.errors import ArchiveError, CatalogTooNew

BUSY_TIMEOUT_S = 30.0
DATABASE_ERRORS = (sqlite3.Error, DBAPIError)

Migration = Callable[[Connection], None]

meta = Table("meta", MetaData(), Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""In every database: its ``schema``, and what else is true of the whole of it."""
_fresh = insert(meta)
NOTE = _fresh.on_conflict_do_update(index_elements=[meta.c.name], set_={"value": _fresh.excluded.value})
"""Keeps a fact of the whole, ``name`` and ``value``, in the place of the one of that name."""


class Statement:
    """A statement compiled once, when it is first used; its parameters given by their names."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._sql = ""
        self._names: list[str] = []
        self._constants: dict[str, object] = {}

    def one(self, connection: sqlite3.Connection, **values: object) -> Any:
        """The first row, a tuple; None: there is none."""
        return self._execute(connection, values).fetchone()

    def all(self, connection: sqlite3.Connection, **values: object) -> list[Any]:
        """All rows, as tuples."""
        return self._execute(connection, values).fetchall()

    def run(self, connection: sqlite3.Connection, **values: object) -> int:
        """How many rows it changed."""
        return self._execute(connection, values).rowcount

    def _execute(self, connection: sqlite3.Connection, values: dict[str, object]) -> sqlite3.Cursor:
        if not self._sql:
            self._compile()
        bound = self._constants | values
        return connection.execute(self._sql, [bound[name] for name in self._names])

    def _compile(self) -> None:
        compiled = self._statement.compile(dialect=dialect(paramstyle="qmark"))  # type: ignore[attr-defined]
        self._names = compiled.positiontup
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._sql = str(compiled)  # last: another thread takes it for a sign that the others are there


class _Connection(sqlite3.Connection):
    """One that knows which file it was opened on."""

    file: tuple[int, int] | None = None


class Kept:
    """A connection that stays open between two questions, for one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.times = 0
        """How often it was opened anew, as another file stood there."""
        self._open()

    @property
    def driver(self) -> sqlite3.Connection:
        """The driver's connection, to be read from."""
        if not self._database.is_current(self._driver):
            old = self._connection
            self._open()
            old.close()
            self.times += 1
        return self._driver

    def close(self) -> None:
        """Gives it back."""
        self._connection.close()

    def _open(self) -> None:
        self._connection = self._database.engine.connect()
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver


class Database:
    """An open database. Its methods may be called from any thread; a transaction belongs to one."""

    remedy = "restore it from a copy"
    """What to do where it can't be read."""

    def __init__(self, path: Path, migrations: Sequence[Migration]) -> None:
        """Opens the file, makes it if there is none, and brings it to this version's schema.

        ``migrations`` lead from schema n to n + 1, in order; the schema is how many of them it has been through.
        Raises CatalogTooNew, or one of DATABASE_ERRORS.
        """
        self.path = path
        self._migrations = migrations
        self._mode = "rwc"
        self.engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        event.listen(self.engine, "checkout", self._require_current)
        self._migrate()
        self._mode = "rw"  # the file that is put in its place may be a moment late: none is to be made meanwhile

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection within BEGIN IMMEDIATE … COMMIT; an exception rolls all of it back."""
        with self.writing() as connection:
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

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As ``transaction``, with SQLAlchemy's connection."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def rows(self, statement: Executable) -> list[Any]:
        """All rows of a query, seen at one moment. Raises ArchiveError where the database can't be read."""
        try:
            with self.engine.connect() as connection:
                return list(connection.execute(statement))
        except DATABASE_ERRORS as error:
            raise ArchiveError(f"{self.path} can't be read: {told(error)}: {self.remedy}") from error

    def scrub(self) -> bool:
        """Leaves nothing in the files of what was deleted or overwritten; False: a reader keeps some of it there."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            (is_busy, _, _) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not is_busy

    def is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether the file that it was opened on still stands there, or none does."""
        return _file_at(self.path) in {connection.file, None} if isinstance(connection, _Connection) else True

    def changing_schema(self, connection: Connection, version: int) -> None:
        """Called within the transaction, before the first of the migrations that are due. Nothing, by default."""

    def _connect(self) -> sqlite3.Connection:
        file = _file_at(self.path)  # before: replaced just now, it counts as the old one
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={self._mode}",
            uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False, factory=_Connection,
        )  # fmt: skip
        connection.file = file or _file_at(self.path)
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
        return connection

    def _require_current(self, connection: sqlite3.Connection, *_: object) -> None:
        if not self.is_current(connection):
            raise DisconnectionError(f"another file stands at {self.path}")  # the pool opens that

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            if _version(connection) == len(self._migrations):
                return
        with self.writing() as connection:
            version, known = _version(connection), len(self._migrations)
            if version > known:
                raise CatalogTooNew(
                    f"{self.path} has schema {version}, this Snapshotter knows {known}: upgrade, or {self.remedy}"
                )
            if version < known:
                meta.create(connection, checkfirst=True)
                self.changing_schema(connection, version)
            for migration in self._migrations[version:]:
                migration(connection)
            connection.execute(NOTE, {"name": "schema", "value": str(known)})


def told(error: BaseException) -> str:
    """What one of DATABASE_ERRORS says itself, without what SQLAlchemy puts around it."""
    return str(getattr(error, "orig", error))


def _version(connection: Connection) -> int:
    """How many migrations the database has been through; 0: it is empty."""
    if not inspect(connection).has_table(meta.name):
        return 0
    return int(connection.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar_one_or_none() or 0)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None: none does."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
