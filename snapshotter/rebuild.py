"""The catalog anew from the WARC files, with nothing lost."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import func, select, text

from snapshotter.database import DATABASE_ERRORS
from snapshotter.errors import ArchiveError, ArchiveNotFound
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import Catalog
from snapshotter.store.closing import close_manifest
from snapshotter.store.index import complete_indexes
from snapshotter.store.proofs import Proofs
from snapshotter.store.quarantine import quarantine
from snapshotter.store.reader import cannot_write, open_catalog
from snapshotter.store.repair import index_all, repair
from snapshotter.store.scan import FROM_A_COPY, Problem
from snapshotter.store.segments import lock, open_segment, sync_folder
from snapshotter.store.tables import snapshots
from snapshotter.store.takedowns import require_log, sync


def rebuild(folder: Path) -> list[Problem]:
    """Makes the catalog from the WARC files, then puts it in the old one's place; what was damaged in them.

    Whatever a crash left is mended first. The old catalog stays until the new one is whole, and goes to quarantine
    if it knows captures of WARC files that aren't there. Raises ArchiveNotFound; ArchiveError while a run writes to
    the archive, and where the log of takedowns was lost or shortened; CannotWrite.
    """
    if not (folder / "warc").is_dir():
        raise ArchiveNotFound(f"no WARC files in {folder}: name another with --archive")
    try:
        (folder / "lock").mkdir(exist_ok=True)
        archive_lock = lock(folder / "lock" / "archive", os.O_RDWR | os.O_CREAT)
        if archive_lock is None:
            raise ArchiveError(f"a run is writing to {folder}: rebuild when it has ended")
        try:
            require_takedowns(folder)
            Manifest(folder).invalidate()
            problems = _rebuild(folder)
        finally:
            os.close(archive_lock)
        close_manifest(folder)
    except (OSError, *DATABASE_ERRORS) as error:
        raise cannot_write(folder, error) from error
    return problems


def require_takedowns(folder: Path) -> None:
    """Raises ArchiveError if the log of takedowns isn't all there: a catalog made anew would show it all again."""
    catalog = old_catalog(folder)
    try:
        require_log(folder, catalog)
    finally:
        if catalog:
            catalog.close()


def old_catalog(folder: Path) -> Catalog | None:
    """The catalog, if there is one that can be opened."""
    with suppress(ArchiveError):
        return open_catalog(folder / "catalog.db") if (folder / "catalog.db").exists() else None
    return None


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
    problems += _kept(folder)
    _remove(folder / "catalog.db")  # dying here leaves none: the next run that writes makes it anew
    fresh.rename(folder / "catalog.db")
    sync_folder(folder)
    return problems


def _kept(folder: Path) -> list[Problem]:
    """Puts an old catalog into quarantine that alone has the records of captures; of which WARC files."""
    lost: dict[str, int] = {}
    if (old := old_catalog(folder)) is None:
        return []
    with closing(old), suppress(ArchiveError):  # damaged: what can't be read can't be kept
        counted = select(snapshots.c.warc_file, func.count()).group_by(snapshots.c.warc_file)
        lost = {name: captures for name, captures in old.rows(counted) if not _is_there(folder, name)}
        old.rows(text("PRAGMA wal_checkpoint(TRUNCATE)"))  # a reader may have kept it from being merged
    if not lost:
        return []
    kept = quarantine(folder, folder / "catalog.db").name
    remedy = f"restore the file and rebuild again; the old catalog is kept as quarantine/{kept}"
    what = "is missing: only the old catalog has the records of {} captures"
    return [Problem(name, 0, what.format(captures), remedy) for name, captures in lost.items()]


def _is_there(folder: Path, name: str) -> bool:
    try:
        open_segment(folder / "warc", name).close()
    except FileNotFoundError:
        return False
    return True


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
