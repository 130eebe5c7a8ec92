"""The catalog anew from the WARC files, with nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

from snapshotter.errors import ArchiveError, ArchiveNotFound
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import DATABASE_ERRORS, Catalog
from snapshotter.store.closing import close_manifest
from snapshotter.store.index import complete_indexes
from snapshotter.store.proofs import Proofs
from snapshotter.store.reader import cannot_write, open_catalog
from snapshotter.store.repair import index_all, repair
from snapshotter.store.scan import FROM_A_COPY, Problem
from snapshotter.store.segments import lock, sync_folder
from snapshotter.store.takedowns import sync


def rebuild(folder: Path) -> list[Problem]:
    """Makes the catalog from the WARC files, then puts it in the old one's place; what was damaged in them.

    Whatever a crash left is mended first. The old catalog stays until the new one is whole. Raises
    ArchiveNotFound; ArchiveError while a run writes to the archive; CannotWrite.
    """
    if not (folder / "warc").is_dir():
        raise ArchiveNotFound(f"no WARC files in {folder}: name another with --archive")
    try:
        (folder / "lock").mkdir(exist_ok=True)
        archive_lock = lock(folder / "lock" / "archive", os.O_RDWR | os.O_CREAT)
        if archive_lock is None:
            raise ArchiveError(f"a run is writing to {folder}: rebuild when it has ended")
        try:
            Manifest(folder).invalidate()
            problems = _rebuild(folder)
        finally:
            os.close(archive_lock)
        close_manifest(folder)
    except (OSError, *DATABASE_ERRORS) as error:
        raise cannot_write(folder, error) from error
    return problems


def _rebuild(folder: Path) -> list[Problem]:
    fresh = folder / "catalog.db.new"
    _remove(fresh)
    catalog = open_catalog(fresh)
    try:
        problems = repair(folder / "warc", catalog) + index_all(folder, catalog)
        sync(folder, catalog)
        complete_indexes(folder, catalog, anew=True)
        problems += _settled(folder, catalog)
        catalog.finished()
    finally:
        catalog.close()
    _remove(folder / "catalog.db")  # dying here leaves none: the next run that writes makes it anew
    fresh.rename(folder / "catalog.db")
    sync_folder(folder)
    return problems


def _settled(folder: Path, catalog: Catalog) -> list[Problem]:
    """Brings catalog and proof log together again; what is wrong with the log."""
    proofs = Proofs(folder)
    try:
        proofs.settle(catalog)
    except ArchiveError as error:
        return [Problem("proof", 0, str(error), FROM_A_COPY)]
    finally:
        proofs.close()
    return []


def _remove(path: Path) -> None:
    """Removes a database, then what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
