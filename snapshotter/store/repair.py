"""What a crash left behind: torn tails are cut, whole events are entered into the catalog."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import func, select

from snapshotter.record import of_pages
from snapshotter.store.catalog import Catalog, add_snapshot
from snapshotter.store.copies import enter_text, sketch_of
from snapshotter.store.imported import enter_targets
from snapshotter.store.quarantine import quarantine
from snapshotter.store.salvage import salvage
from snapshotter.store.scan import Event, Problem, events, scan
from snapshotter.store.segments import IMPORTED, OPEN_SUFFIX, is_at, lock, seal, sealed_name, sync_folder
from snapshotter.store.tables import snapshots
from snapshotter.store.visits import note

BATCH = 500
_COMPARED_BYTES = 1 << 20
WARCINFO_BYTES = 4096
"""No warcinfo of ours is longer: what a crash leaves of a file that was just begun."""


def repair(folder: Path, catalog: Catalog) -> list[Problem]:
    """Seals every ``.open`` file whose writer is dead; what was damaged in them, and what was done about it.

    Its tail is cut behind the last whole event: what comes after was never acknowledged. Whole events
    that the catalog misses are entered. Killed in the midst of it, the next repair starts again.
    """
    mended: list[Problem] = []
    for path in sorted(folder.glob(f"*{OPEN_SUFFIX}")):
        try:
            descriptor = lock(path)
        except FileNotFoundError:  # another run has just sealed it
            continue
        if descriptor is None:
            continue
        try:
            if is_at(path, descriptor):
                mended += _finish(path, descriptor, catalog)
        finally:
            os.close(descriptor)
    return mended


def index(path: Path, catalog: Catalog, start: int = 0) -> tuple[int, list[Problem]]:
    """Enters the events of a file into the catalog: (where the last one ends, what is damaged)."""
    end, waiting, problems = start, [], []
    for found in events(scan(path, start), sealed_name(path)):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        end = found.end
        waiting.append(found)
        if len(waiting) >= BATCH:
            _enter(waiting, catalog)
            waiting.clear()
    _enter(waiting, catalog)
    return end, problems


def index_all(folder: Path, catalog: Catalog) -> list[Problem]:
    """Enters an archive's sealed files, and what revisits may refer to in the imported ones; what is damaged."""
    for path in sorted((folder / IMPORTED).glob("*.warc.gz*")):
        enter_targets(path, catalog)
    return [problem for path in sorted((folder / "warc").glob("*.warc.gz")) for problem in index(path, catalog)[1]]


def _finish(path: Path, descriptor: int, catalog: Catalog) -> list[Problem]:
    if (sealed := path.with_name(sealed_name(path))).exists():
        return _left_over(path, sealed)
    end, problems = index(path, catalog, _last_entered(path, catalog))
    if not end:
        kept = _evidence(path, problems, catalog)
        path.unlink()
        return kept
    os.ftruncate(descriptor, end)
    os.fsync(descriptor)
    seal(path)
    if problems and problems[0].offset < end:
        return list(salvage(sealed, catalog))
    return []


def _left_over(path: Path, sealed: Path) -> list[Problem]:
    """Removes an open file beside the same one sealed, as a copy of a living archive may have it.

    One that isn't the sealed one's beginning is kept in quarantine.
    """
    kept = [] if _begins(sealed, path) else [quarantine(path.parent.parent, path)]
    path.unlink()
    sync_folder(path.parent)
    said = "another file than the sealed one of that name"
    return [Problem(sealed.name, 0, said, f"as it was, it is kept as quarantine/{one.name}") for one in kept]


def _begins(whole: Path, part: Path) -> bool:
    """Whether a file is the beginning of another."""
    with whole.open("rb") as one, part.open("rb") as other:
        while data := other.read(_COMPARED_BYTES):
            if one.read(len(data)) != data:
                return False
    return True


def _evidence(path: Path, problems: list[Problem], catalog: Catalog) -> list[Problem]:
    """Keeps a file without a whole event in quarantine where it may have had one.

    That is: it is damaged from its start on, or the catalog, which would know, was lost.
    """
    size = path.stat().st_size
    if not problems or not (catalog.is_unfinished or (problems[0].offset == 0 and size > WARCINFO_BYTES)):
        return []
    kept = quarantine(path.parent.parent, path)
    return [Problem(sealed_name(path), 0, "no whole capture in it", f"as it was, it is kept as quarantine/{kept.name}")]


def _last_entered(path: Path, catalog: Catalog) -> int:
    """Where the last answer of that file lies that the catalog knows; all before it was synced."""
    query = select(func.max(snapshots.c.warc_offset)).where(snapshots.c.warc_file == sealed_name(path))
    return int(catalog.rows(query)[0][0] or 0)


def _enter(waiting: list[Event], catalog: Catalog) -> None:
    if not waiting:
        return
    with catalog.transaction() as connection:
        for found in waiting:
            keys = of_pages(found.snapshot, found.pages)
            if add_snapshot(connection, found.snapshot, found.line, keys, is_revisit=found.is_revisit):
                enter_text(connection, found.snapshot, sketch_of(found.snapshot))
            note(connection, found.snapshot, catalog.plans)
