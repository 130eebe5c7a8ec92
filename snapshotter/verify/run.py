"""All of an archive checked: WARC files in several processes, the catalog, and what other rooms can check."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlalchemy import func, or_, select, text

from snapshotter.errors import ArchiveError
from snapshotter.proof.notes import PublicKey
from snapshotter.store.imported import check_imported
from snapshotter.store.reader import ArchiveReader, open_catalog
from snapshotter.store.scan import FROM_A_COPY, Problem
from snapshotter.store.segments import OPEN_SUFFIX, open_segment
from snapshotter.store.tables import aliases, snapshots
from snapshotter.store.takedownlog import is_readable
from snapshotter.store.takedowns import check_takedowns
from snapshotter.store.tampering import check_manifest, check_proofs
from snapshotter.verify.beside import Beside
from snapshotter.verify.processes import checked
from snapshotter.verify.resume import Checked
from snapshotter.verify.segment import ONLY_IN_CATALOG, REBUILD

CATALOG = "catalog.db"
CATALOG_DAMAGED = "it is damaged: "
Progress = Callable[[int, int], None]
"""Told (bytes checked, bytes in all) now and then."""
_KEYS_ASTRAY = (
    select(aliases.c.key)
    .outerjoin(snapshots, snapshots.c.id == aliases.c.snapshot_id)
    .where(or_(snapshots.c.id.is_(None), snapshots.c.article_id != aliases.c.article_id))
    .limit(20)
)
_PRIMARY = 0xFF
"""The bits of SQLite's result codes that name the kind."""
_NO_DAMAGE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
"""A database isn't there, may not be read, or others have it."""


def unwatched(done: int, total: int) -> None:
    """Tells nobody."""


def verify(
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress = unwatched,
    resume: Checked | None = None,
    keys: Sequence[PublicKey] = (),
) -> Iterator[Problem]:
    """Everything that is wrong with an archive, file by file; nothing: all is well.

    Checked are each record's checksum, block and payload digest, id and ties to its neighbours, each
    snapshot against the response it was read off and its leaf in the proof log, catalog and indexes against the
    WARC files, both ways, imported files, the proof log's tree, heads and keys, the operator's own databases, and the
    signed list of files.
    May run beside a crawl; what that is just writing is left out. Files that ``resume`` knows aren't read again.
    With ``keys``, only what they signed counts; without, the archive's own keys are believed.
    Memory, in each worker: one record, and the record ids, index and problems of one file.
    Raises ArchiveNotFound, ArchiveError; CannotWrite for ``resume``.
    """
    with _opened(folder) as archive:
        damaged = list(_damaged(archive))
        yield from damaged
        yield from _of_files(folder, workers, progress, resume, with_catalog=not damaged)
        if not damaged:
            yield from _astray(archive)
            yield from _lost_files(archive)
            yield from check_takedowns(folder, archive.catalog)
            yield from check_imported(folder, archive.catalog)
            yield from check_proofs(folder, archive.catalog, keys)
    yield from _unreadable(folder)
    yield from check_manifest(folder, keys)
    if resume:
        resume.done()


def _opened(folder: Path) -> ArchiveReader:
    """Opens it even if the log of takedowns can't be read: check_takedowns tells of that."""
    if (folder / CATALOG).is_file() and not is_readable(folder):
        return ArchiveReader(folder, open_catalog(folder / CATALOG))
    return ArchiveReader.open(folder)


def _of_files(
    folder: Path, workers: int, progress: Progress, resume: Checked | None, *, with_catalog: bool
) -> Iterator[Problem]:
    paths = sorted((folder / "warc").glob("*.warc.gz*"))
    catalog = folder / CATALOG
    known = {path: resume.get(path, catalog) for path in paths} if resume else {}
    waiting = [path for path in paths if known.get(path) is None]
    total = sum(path.stat().st_size for path in waiting if path.exists())
    beside = partial(Beside, folder, with_catalog=with_catalog)
    found = checked(waiting, beside, workers, lambda done: progress(done, total))
    for path in paths:
        problems = known.get(path)
        if problems is None:
            path, problems = next(found)  # noqa: PLW2901
            if resume and not path.name.endswith(OPEN_SUFFIX):
                resume.add(path, catalog, problems)
        yield from problems


def _damaged(archive: ArchiveReader) -> Iterator[Problem]:
    """What SQLite finds wrong with the catalog's file."""
    try:
        for (said,) in archive.catalog.rows(text("PRAGMA integrity_check(20)")):
            if said != "ok":
                yield Problem(CATALOG, 0, f"{CATALOG_DAMAGED}SQLite says {said}", REBUILD)
    except ArchiveError as error:
        yield Problem(CATALOG, 0, f"{CATALOG_DAMAGED}{error}", REBUILD)


def _unreadable(folder: Path) -> Iterator[Problem]:
    """What SQLite finds wrong with databases that nothing else in the archive has.

    The signed list tells of them only as long as nobody has opened them since, if only to find them damaged.
    """
    for path in (folder / "state.db", folder / "site.db"):
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
                said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _NO_DAMAGE:
                continue
            said = str(error)
        if said != "ok":
            yield Problem(path.name, 0, f"can't be read: {said}", "restore the file from a copy, or move it away")


def _astray(archive: ArchiveReader) -> Iterator[Problem]:
    """URL keys that lead to nothing."""
    for (key,) in archive.catalog.rows(_KEYS_ASTRAY):
        yield Problem(CATALOG, 0, f"the key {key} leads to a snapshot that isn't there", REBUILD)


def _lost_files(archive: ArchiveReader) -> Iterator[Problem]:
    counted = select(snapshots.c.warc_file, func.count()).group_by(snapshots.c.warc_file)
    for name, captures in archive.catalog.rows(counted):
        try:
            open_segment(archive.folder / "warc", name).close()
        except OSError as error:
            what = f"can't be read: {error.strerror}; each of {captures} captures {ONLY_IN_CATALOG}"
            yield Problem(name, 0, what, FROM_A_COPY)
