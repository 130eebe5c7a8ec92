"""Damage mended, as far as what is left of an archive allows: torn ends, stretches, catalog, indexes, proof log.

Nothing that is kept in one place only is given up for it: a damaged file goes to quarantine as it was, and a catalog
that alone still has the record of a capture isn't made anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from snapshotter.database import DATABASE_ERRORS
from snapshotter.errors import ArchiveError, ArchiveNotFound, BadProof
from snapshotter.proof.keys import public_keys
from snapshotter.proof.manifest import Manifest
from snapshotter.rebuild import old_catalog, rebuild, require_takedowns
from snapshotter.store import Archive, Problem
from snapshotter.store.index import REWRITE, complete_indexes
from snapshotter.store.quarantine import CATALOG, quarantine
from snapshotter.store.reader import cannot_write
from snapshotter.store.salvage import salvage
from snapshotter.store.segments import lock
from snapshotter.store.takedownlog import is_readable
from snapshotter.verify import CATALOG_DAMAGED, ONLY_IN_CATALOG, REBUILD, verify


def mend(folder: Path, *, workers: int = 1) -> Iterator[Problem]:
    """Mends an archive; what was wrong, with what was done about it as remedy. Verify it again for what is left.

    Killed at any moment, it can be begun again. Where the log of takedowns can't be read, only WARC files are
    mended. Raises ArchiveNotFound; ArchiveError while a run writes to the archive, and where that log was lost or
    shortened; CannotWrite.
    """
    if not (folder / "warc").is_dir():
        raise ArchiveNotFound(f"no WARC files in {folder}: name another with --archive")
    try:
        require_takedowns(folder)
        problems = _found(folder, workers)
        yield from _warc_files(folder, {problem.file for problem in problems})
        if not is_readable(folder):
            return  # verify tells; without it, no catalog can be made that hides what was taken down
        if any(problem.what.startswith(CATALOG_DAMAGED) for problem in problems):
            yield from _damaged_catalog(folder)
        Archive.open(folder).close()  # mends what a crash may have left
        yield from _catalog(folder, _found(folder, workers))
    except (OSError, *DATABASE_ERRORS) as error:
        raise cannot_write(folder, error) from error


def _found(folder: Path, workers: int) -> list[Problem]:
    try:
        return list(verify(folder, workers=workers))
    except ArchiveError as error:  # the catalog is missing, or can't be opened
        return [Problem(CATALOG, 0, f"{CATALOG_DAMAGED}{error}", REBUILD)]


def _warc_files(folder: Path, suspects: set[str]) -> Iterator[Problem]:
    """Damaged stretches and ends of sealed files; all are looked at where the catalog is damaged."""
    paths = sorted((folder / "warc").glob("*.warc.gz"))
    damaged = [path for path in paths if path.name in suspects or CATALOG in suspects]
    archive_lock = _alone(folder)
    try:
        manifest, catalog = Manifest(folder), old_catalog(folder)
        manifest.invalidate()
        for path in damaged:
            yield from salvage(path, catalog, partial(_release, manifest, path))
        if catalog:
            catalog.close()
    finally:
        os.close(archive_lock)


def _release(manifest: Manifest, path: Path) -> None:
    """Strikes a file off the signed list if that was made after the damage. Else it tells until the file is back."""
    name = quote(f"warc/{path.name}")
    with suppress(BadProof):  # verify tells
        for one in manifest.listed(public_keys(manifest.folder)):
            if one.path == name and not manifest.altered(one):
                manifest.announce(path)


def _damaged_catalog(folder: Path) -> Iterator[Problem]:
    """One that can't be read: kept as it is, and made anew."""
    remedy = "made anew from the WARC files"
    if (path := folder / CATALOG).exists():
        remedy += f"; as it was, it is kept as quarantine/{quarantine(folder, path).name}"
    rebuild(folder)
    yield Problem(CATALOG, 0, "it was damaged or missing", remedy)


def _catalog(folder: Path, problems: Sequence[Problem]) -> Iterator[Problem]:
    """One that isn't what the WARC files say; and the indexes."""
    wrong = sum(problem.remedy == REBUILD for problem in problems)
    held = sum(ONLY_IN_CATALOG in problem.what for problem in problems)
    if wrong and held:
        what = f"it differs from the WARC files in {wrong} places"
        yield Problem(CATALOG, 0, what, f"left as it is: only there is the record of {held} captures")
    elif wrong:
        rebuild(folder)
        yield Problem(CATALOG, 0, f"it differed from the WARC files in {wrong} places", "made anew from them")
    elif any(problem.remedy == REWRITE for problem in problems):
        with closing(Archive.open(folder)) as archive:
            complete_indexes(folder, archive.catalog, anew=True)
        yield Problem("index", 0, "indexes weren't those of their WARC files", "made anew from them")


def _alone(folder: Path) -> int:
    """The lock that keeps everybody out."""
    (folder / "lock").mkdir(exist_ok=True)
    archive_lock = lock(folder / "lock" / "archive", os.O_RDWR | os.O_CREAT)
    if archive_lock is None:
        raise ArchiveError(f"a run is writing to {folder}: repair when it has ended")
    return archive_lock
