"""The catalog: what the WARC files hold, found by id, URL, article and time."""

from __future__ import annotations

import sqlite3
from operator import attrgetter
from pathlib import Path

from isal import isal_zlib
from sqlalchemy import Connection, bindparam, delete, select, tuple_
from sqlalchemy.dialects.sqlite import insert

from snapshotter.access import signals
from snapshotter.database import Database, Statement, meta
from snapshotter.errors import ArchiveError
from snapshotter.formats import jsonl
from snapshotter.items import Snapshot
from snapshotter.proof.manifest import Manifest
from snapshotter.record import url_keys
from snapshotter.schedule.visits import Plans
from snapshotter.store.tables import MIGRATIONS, aliases, arrivals, snapshots

_UNFINISHED = "unfinished"
RECORD_LEVEL = 1

_COPIED = [column.name for column in snapshots.columns if column.name not in {"is_revisit", "signals", "record"}]
_copied = attrgetter(*_COPIED)
_InflateError: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says: an instance


_ADD_SNAPSHOT = Statement(insert(snapshots).on_conflict_do_nothing())
_ARRIVED = Statement(insert(arrivals).values(snapshot_id=bindparam("snapshot_id")))
_ADD_ALIAS = insert(aliases)
_POINT_ALIAS = Statement(
    _ADD_ALIAS.on_conflict_do_update(
        index_elements=[aliases.c.key],
        set_={name: _ADD_ALIAS.excluded[name] for name in ("article_id", "captured_at", "snapshot_id")},
        where=tuple_(_ADD_ALIAS.excluded.captured_at, _ADD_ALIAS.excluded.snapshot_id)
        > tuple_(aliases.c.captured_at, aliases.c.snapshot_id),
    )
)
_RECORD = Statement(select(snapshots.c.record).where(snapshots.c.id == bindparam("id")))
_ARTICLE = Statement(select(aliases.c.article_id).where(aliases.c.key == bindparam("key")))


class Catalog(Database):
    """An open catalog. Its methods may be called from any thread; a transaction belongs to one."""

    remedy = "rebuild it"

    plans = Plans()
    """When articles are visited again; whoever adds captures may set it."""

    def __init__(self, path: Path) -> None:
        """Opens the catalog, makes it if there is none. Raises CatalogTooNew, or one of DATABASE_ERRORS."""
        super().__init__(path, MIGRATIONS)

    @property
    def is_unfinished(self) -> bool:
        """Whether it was made anew, and isn't known to have all that is in the WARC files yet."""
        return bool(self.rows(select(meta.c.name).where(meta.c.name == _UNFINISHED)))

    def finished(self) -> None:
        """Notes that it has all that is in the WARC files."""
        with self.writing() as connection:
            connection.execute(delete(meta).where(meta.c.name == _UNFINISHED))

    def changing_schema(self, connection: Connection, version: int) -> None:
        """Even a reader does that, and changes the file; a new catalog is unfinished."""
        Manifest(self.path.parent).invalidate()
        if not version:
            connection.execute(insert(meta).values(name=_UNFINISHED, value=""))


def articles_of(connection: sqlite3.Connection, keys: tuple[str, ...]) -> list[str]:
    """The articles that the keys lead to, in the keys' order, each once; empty: none is known."""
    rows = (_ARTICLE.one(connection, key=key) for key in keys)
    return list(dict.fromkeys(str(row[0]) for row in rows if row))


def packed(line: str) -> bytes:
    """A record as the catalog keeps it, a quarter as long: zlib (RFC 1950)."""
    return bytes(isal_zlib.compress(line.encode(), RECORD_LEVEL))


def unpacked(record: bytes) -> str:
    """The record's line again. Raises ArchiveError where it was damaged."""
    try:
        return isal_zlib.decompress(record).decode()
    except (_InflateError, UnicodeDecodeError, TypeError) as error:
        raise ArchiveError(f"a record of the catalog is damaged ({error}): rebuild the catalog") from error


def record_of(connection: sqlite3.Connection, snapshot_id: str) -> Snapshot | None:
    """The record of a capture; None: it isn't in the catalog. Raises ArchiveError."""
    row = _RECORD.one(connection, id=snapshot_id)
    return jsonl.loads(unpacked(row[0])) if row else None


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
    _ARRIVED.run(connection, snapshot_id=snapshot.id)
    for key in keys or url_keys(snapshot.url, snapshot.final_url, snapshot.canonical_url, snapshot.verdict):
        _POINT_ALIAS.run(
            connection,
            key=key,
            article_id=snapshot.article_id,
            captured_at=snapshot.captured_at,
            snapshot_id=snapshot.id,
        )
    return True
