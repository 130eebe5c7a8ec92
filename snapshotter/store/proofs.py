"""The proof log of an archive: its leaves follow the catalog's captures, in the same transaction.

The catalog says how many leaves count (``meta``: ``proof_size``), and so a batch is in WARC, log and catalog or
nowhere. Captures that came into the catalog otherwise (after a crash, by a rebuild or an import) get their leaves
when the archive is next opened to be written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, func, select, tuple_

from snapshotter.clock import rfc3339, utc_now
from snapshotter.database import NOTE, Statement, meta
from snapshotter.errors import ArchiveError, BadWarc
from snapshotter.formats import warc
from snapshotter.items import Snapshot
from snapshotter.preserve import Preserved
from snapshotter.proof.heads import Head, Heads
from snapshotter.proof.keys import signing_key
from snapshotter.proof.leaf import Leaf
from snapshotter.proof.log import NO_SALT, Log
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.segments import open_segment
from snapshotter.store.tables import snapshots

HEAD_EVERY = timedelta(days=1)
BATCH = 500

Leaves = Sequence[tuple[str, Leaf]]
"""(snapshot id, leaf)."""

_SIZE, _SURPLUS = "proof_size", "proof_surplus"
_GET = Statement(select(meta.c.value).where(meta.c.name == bindparam("wanted")))
_SET = Statement(NOTE)
_COUNT = Statement(select(func.count()).select_from(snapshots))
_IDS = select(snapshots.c.id, snapshots.c.captured_at).order_by(snapshots.c.captured_at, snapshots.c.id)
_PLACE = select(snapshots.c.warc_file, snapshots.c.warc_offset, snapshots.c.raw_sha256, snapshots.c.record)


class Proofs:
    """The log of an archive that is open to be written."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """``folder`` is the archive's, ``name`` what its key is called if one has to be made."""
        self.folder = folder
        self.heads = Heads(folder / "proof" / "heads")
        self._name = name
        self._log: Log | None = None
        self._next_head = datetime.max.replace(tzinfo=utc_now().tzinfo)

    def close(self) -> None:
        """Lets go of the files."""
        if self._log:
            self._log.close()
            self._log = None

    def add(self, connection: sqlite3.Connection, leaves: Leaves) -> None:
        """Adds leaves, within the transaction that enters their captures. Raises OSError, ArchiveError."""
        if leaves:
            size = self.log.append(_number(connection, _SIZE, 0), leaves)
            _SET.run(connection, name=_SIZE, value=str(size))

    def settle(self, catalog: Catalog) -> None:
        """Brings the log in line with the catalog: every capture that has no leaf gets one.

        One whose WARC record can't be read has none until it can. Raises OSError, ArchiveError.
        """
        self._next_head = utc_now() + HEAD_EVERY
        with catalog.transaction() as connection:
            size = self._committed(connection)
            if size != _number(connection, _SIZE, -1):
                _SET.run(connection, name=_SIZE, value=str(size))
            captures = _COUNT.one(connection)[0]
            if size - captures == _number(connection, _SURPLUS, 0):
                return
        self._adopt(catalog)
        with catalog.transaction() as connection:
            surplus = _number(connection, _SIZE, 0) - _COUNT.one(connection)[0]
            _SET.run(connection, name=_SURPLUS, value=str(surplus))

    def sign_if_due(self, catalog: Catalog) -> Head | None:
        """A new head, if the last one of this run is a day old."""
        return self.sign(catalog) if utc_now() >= self._next_head else None

    def sign(self, catalog: Catalog) -> Head | None:
        """Signs a head of the log as it is now.

        None: it is empty, or the last head says the same and is no day old. Raises OSError, ArchiveError.
        """
        now = utc_now()
        self._next_head = now + HEAD_EVERY
        with catalog.transaction() as connection:
            size = _number(connection, _SIZE, 0)
            is_fresh = self.heads.last_signed_at() > f"{now - HEAD_EVERY:%Y%m%d%H%M%S}"
            if not size or (self.heads.last_size() == size and is_fresh):
                return None
            key = signing_key(self.folder, self._name)
            head = Head(key.public.name, size, self.log.frontier(size).root(), rfc3339(now))
            Manifest(self.folder).announce(self.heads.folder / head.name)
            self.heads.add(head, key)
        return head

    @property
    def log(self) -> Log:
        """The log, made if there is none. Raises OSError."""
        if self._log is None:
            self._log = Log(self.folder / "proof", writable=True)
        return self._log

    def _committed(self, connection: sqlite3.Connection) -> int:
        """How many leaves count. After the catalog was lost: those of captures, and those that a head covers."""
        size, signed = _number(connection, _SIZE, -1), self.heads.last_size()
        if not (self.folder / "proof" / "hashes").exists():
            if max(size, signed) > 0:
                raise ArchiveError(
                    f"the proof log of {self.folder} is lost: restore its folder proof from a copy"
                    " (to begin another log, move that folder away and rebuild the catalog)"
                )
            return 0
        whole = self.log.whole()
        if size < signed or size < 0:
            captured = "SELECT 1 FROM snapshots WHERE id = ?"
            names = enumerate((name for name, _ in self.log.entries(whole)), 1)
            known = (number for number, name in names if connection.execute(captured, (name,)).fetchone())
            size = max(signed, max(known, default=0))
        if size > whole:
            raise ArchiveError(f"the proof log of {self.folder} lost its end: restore its folder proof from a copy")
        return size

    def _adopt(self, catalog: Catalog) -> None:
        """Captures without a leaf get one, in the order of their capture."""
        with closing(_Names()) as logged:
            with catalog.transaction() as connection:
                seen = _number(connection, _SIZE, 0)
            logged.add(name for name, _ in self.log.entries(seen))
            for ids in _in_order(catalog):
                if not (waiting := logged.without(ids)):
                    continue
                leaves = list(_leaves(self.folder, catalog, waiting))
                with catalog.transaction() as connection:  # other runs may add to the log between ours
                    size = _number(connection, _SIZE, 0)
                    logged.add(name for name, _ in self.log.entries(size, seen))
                    seen, missing = size, set(logged.without(waiting))
                    self.add(connection, [(name, leaf) for name, leaf in leaves if name in missing])


class _Names:
    """Ids, in a file that goes when it is closed: of a whole archive they would fill the memory."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("CREATE TABLE names (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def close(self) -> None:
        self._file.close()

    def add(self, names: Iterable[str]) -> None:
        self._file.executemany("INSERT OR IGNORE INTO names VALUES (?)", ((name,) for name in names))

    def without(self, names: Iterable[str]) -> list[str]:
        """Those that weren't added, in their order."""
        known = "SELECT 1 FROM names WHERE id = ?"
        return [name for name in names if not self._file.execute(known, (name,)).fetchone()]


def _in_order(catalog: Catalog) -> Iterator[list[str]]:
    """The ids of all captures, BATCH at a time."""
    place = tuple_(snapshots.c.captured_at, snapshots.c.id)
    query = _IDS.limit(BATCH)
    rows = catalog.rows(query)
    while rows:
        yield [row.id for row in rows]
        rows = catalog.rows(query.where(place > tuple_(rows[-1].captured_at, rows[-1].id)))


def committed(folder: Path, catalog: Catalog) -> int:
    """How many leaves of an archive's log count. A catalog that never saw the log: as many as its last head covers."""
    with catalog.engine.connect() as connection:
        row = connection.execute(select(meta.c.value).where(meta.c.name == _SIZE)).first()
    return int(row[0]) if row else Heads(folder / "proof" / "heads").last_size()


def forget(folder: Path, snapshot_id: str) -> bool:
    """Destroys the salt of a snapshot's leaf, for good; False: it has no leaf.

    The leaf's hash stays, and with it every head and every other snapshot's proof; what the leaf was made of can
    be neither told nor tested any more. The archive is open to be written. Raises OSError, ArchiveError.
    """
    if not (folder / "proof" / "hashes").exists():
        return False
    with Log(folder / "proof", writable=True) as log:
        index = log.find(snapshot_id, log.whole())
        if index is not None and log.salt(index) != NO_SALT:
            log.forget(index)
    return index is not None


def leaf(preserved: Preserved, snapshot: Snapshot, line: str, *, is_revisit: bool) -> Leaf:
    """The leaf of a capture that is just being stored; ``line`` is its record."""
    if preserved.place:
        return leaf_of(preserved.place.record, snapshot.raw_sha256, line)
    traffic = preserved.traffic
    return Leaf(
        record_id=traffic.response_id,
        url=traffic.url.strip(),  # as the WARC header gives it back
        captured_at=traffic.date,
        block_digest=warc.digest(preserved.head) if is_revisit else traffic.block_digest,
        payload_digest=f"sha256:{snapshot.raw_sha256}",
        record_digest=warc.digest(line.encode()),
    )


def leaf_of(answer: warc.Record, raw_sha256: str, line: str) -> Leaf:
    """The leaf of a capture by its response or revisit, its payload's digest, and its record's line."""
    return Leaf(
        record_id=answer.id,
        url=answer.get("WARC-Target-URI"),
        captured_at=answer.get("WARC-Date"),
        block_digest=f"sha256:{answer.sha256}",
        payload_digest=f"sha256:{raw_sha256}",
        record_digest=warc.digest(line.encode()),
    )


def _leaves(folder: Path, catalog: Catalog, names: Sequence[str]) -> Iterator[tuple[str, Leaf]]:
    """The leaves of captures, read from the WARC files. One that can't be read, or isn't there, is left out."""
    for name in names:
        for file, offset, raw_sha256, packed in catalog.rows(_PLACE.where(snapshots.c.id == name)):
            try:
                with open_segment(folder / "warc", Path(file).name) as stream:
                    answer = next(warc.read(stream, offset, max_block=0), None)
            except (OSError, BadWarc):  # verify tells
                continue
            if answer and answer.type in {"response", "revisit"}:
                yield name, leaf_of(answer, raw_sha256, unpacked(packed))


def _number(connection: sqlite3.Connection, name: str, default: int) -> int:
    row = _GET.one(connection, wanted=name)
    return int(row[0]) if row else default
