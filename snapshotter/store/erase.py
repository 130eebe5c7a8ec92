"""Erasing: what was taken down with it goes from WARC files, catalog, proof log, earlier exports and run reports.

The takedown log is the journal. An ``erase`` entry says what is to go; every step after it may be done again; the
``erased`` entry comes when all are done. So a kill at any moment leaves captures that are hidden and either whole or
tombstones, and ``finish``, called whenever the archive is opened or closed by a writer, does the rest. The catalog
comes last: until then it tells what to look for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from pathlib import Path

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, update

from snapshotter import fulltext
from snapshotter.clock import rfc3339, utc_now
from snapshotter.database import Statement
from snapshotter.errors import BadWarc, UsageError
from snapshotter.formats import jsonl, warc
from snapshotter.items import Snapshot
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import Catalog, packed, row_of, unpacked
from snapshotter.store.copies import forget_texts
from snapshotter.store.excise import excise, of_answers, of_events
from snapshotter.store.imported import reseal
from snapshotter.store.index import complete_indexes, drop_index
from snapshotter.store.proofs import forget
from snapshotter.store.quarantine import expel
from snapshotter.store.segments import IMPORTED, OPEN_SUFFIX, is_imported, lock
from snapshotter.store.tables import imported, snapshots, takedowns
from snapshotter.store.takedownlog import Entry, append
from snapshotter.store.takedowns import ERASING, is_erasing, matching, sync, tombstone
from snapshotter.store.traces import erase_traces

BATCH = 2000
"""How many captures are erased at once from a WARC file; each time it is written anew."""

_EMPTY = Statement(
    update(snapshots)
    .where(snapshots.c.id == bindparam("which"))
    .values({column: bindparam(f"new_{column.name}") for column in snapshots.columns})
)
_NO_TARGET = Statement(
    delete(imported).where(imported.c.file == bindparam("its_file"), imported.c.offset == bindparam("at"))
)


def finish(folder: Path, catalog: Catalog) -> int:
    """Erases what waits for it; how many captures must wait on, because a living run writes to their file.

    Does nothing where another process is at it. A member that is damaged, so that it can't be replaced, waits as well
    (restore the file from a copy), and so does everything while an export is being written into the archive folder.
    Raises OSError, one of DATABASE_ERRORS, ArchiveError.
    """
    if not is_erasing(catalog):
        return 0
    descriptor = takedown_lock(folder)
    if descriptor is None:
        return 0
    try:
        return _finish(folder, catalog)
    finally:
        os.close(descriptor)


def takedown_lock(folder: Path) -> int | None:
    """The lock of whoever takes down, restores or erases; None: another has it."""
    return lock(folder / "lock" / "takedown", os.O_RDWR | os.O_CREAT)


def _finish(folder: Path, catalog: Catalog) -> int:
    rows = catalog.rows(select(takedowns).where(takedowns.c.state == ERASING))
    scopes = tuple((row.scope, row.value) for row in rows)
    meant = matching(scopes)
    for (snapshot_id,) in catalog.rows(select(snapshots.c.id).where(meant, snapshots.c.change == "withdrawn")):
        forget(folder, snapshot_id)  # killed before that, the catalog may have been rebuilt from tombstones
    whole = and_(meant, snapshots.c.change != "withdrawn")
    for (name,) in catalog.rows(select(snapshots.c.warc_file).where(whole).distinct()):
        while gone := _some(catalog, and_(whole, snapshots.c.warc_file == name)):
            if not _excised(folder, name, gone):
                break
            fulltext.forget(folder, gone)
            _empty(folder, catalog, gone)
    complete_indexes(folder, catalog)
    for path in folder.glob("catalog.db.new*"):  # of a rebuild that was killed: none is on while we are
        path.unlink()
    is_clean = catalog.scrub() and _scrub_words(folder, catalog, meant)
    waiting = catalog.rows(select(func.count()).select_from(snapshots).where(whole if is_clean else meant))[0][0]
    if not waiting:
        _say_so(folder, rows, scopes)
        sync(folder, catalog)
    return int(waiting)


def _scrub_words(folder: Path, catalog: Catalog, meant: ColumnElement[bool]) -> bool:
    """Leaves nothing of what is erased in the search index; False: a reader keeps some of it there."""
    erased = select(snapshots.c.article_id, snapshots.c.id).where(meant, snapshots.c.change == "withdrawn")
    return fulltext.scrub(folder, ((row.article_id, row.id) for row in catalog.rows(erased)))


def _some(catalog: Catalog, condition: ColumnElement[bool]) -> list[Snapshot]:
    """At most BATCH of the captures that a condition means."""
    found = catalog.rows(select(snapshots.c.record).where(condition).order_by(snapshots.c.warc_offset).limit(BATCH))
    return [jsonl.loads(unpacked(record)) for (record,) in found]


def _excised(folder: Path, name: str, gone: Sequence[Snapshot]) -> bool:
    """Erases captures of one WARC file from it and from all that was made of them; False: it can't be done yet."""
    path = folder / (IMPORTED if is_imported(name) else "warc") / name
    if not path.exists():
        return not path.with_name(f"{name}{OPEN_SUFFIX}").exists()
    if is_imported(name) and any((folder / "warc").glob(f"*{OPEN_SUFFIX}")):
        return False  # the snapshot records may lie in any file of ours
    left = {warc.record_id("conversion", one.id): jsonl.dumps(tombstone(one)).encode() for one in gone}
    try:
        erase_traces(folder, gone)
        if is_imported(name):
            excise(path, of_answers(path, {one.warc_record_id for one in gone}), _before_change)
            reseal(path)
            for own in (folder / "warc").glob("*.warc.gz"):
                excise(own, of_events(own, left), _before_change)
        else:
            excise(path, of_events(path, left), _before_change)
    except (BadWarc, UsageError):  # damaged, or an export is just being written there
        return False
    expel(folder, name)
    return all(_is_tombstone(path, one) for one in gone)


def leave_out(path: Path, record_ids: Set[str]) -> None:
    """Erases responses of a file that is being imported, because they show what was taken down.

    Raises BadWarc where one can't be replaced, OSError.
    """
    excise(path, of_answers(path, record_ids), _before_change)
    reseal(path)


def _before_change(path: Path) -> None:
    """What says that the file is as it was mustn't outlive that."""
    Manifest(path.parent.parent).announce(path)
    drop_index(path)


def _is_tombstone(path: Path, gone: Snapshot) -> bool:
    """Whether nothing of a capture is left at its place."""
    with path.open("rb") as stream:
        try:
            record = next(warc.read(stream, gone.warc_offset, max_block=0), None)
        except BadWarc:
            return False
    return record is not None and bool(record.get(warc.ERASED))


def _empty(folder: Path, catalog: Catalog, gone: Sequence[Snapshot]) -> None:
    """Leaves tombstones in the catalog, and destroys what the proof log could be asked with."""
    for snapshot in gone:
        forget(folder, snapshot.id)
    with catalog.transaction() as connection:
        for snapshot in gone:
            left = tombstone(snapshot)
            row = row_of(left, is_revisit=is_imported(left.warc_file)) | {"record": packed(jsonl.dumps(left))}
            _EMPTY.run(connection, which=left.id, **{f"new_{name}": value for name, value in row.items()})
            _NO_TARGET.run(connection, its_file=left.warc_file, at=left.warc_offset)
        forget_texts(connection, {snapshot.article_id for snapshot in gone})


def _say_so(folder: Path, rows: Sequence[object], scopes: tuple[tuple[str, str], ...]) -> None:
    """Enters into the log that it is done, each takedown with its own words."""
    words: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row, scope in zip(rows, scopes, strict=True):
        words.setdefault((row.at, row.by, row.reason), []).append(scope)  # type: ignore[attr-defined]
    for (at, by, reason), its in words.items():
        append(folder, Entry("erased", at, f"done {rfc3339(utc_now())}", reason, by, tuple(its)))
