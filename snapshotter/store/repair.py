"""What a crash left behind: torn tails are cut, whole events are entered into the catalog."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import func, select

from snapshotter.store.catalog import Catalog, add_snapshot
from snapshotter.store.scan import Event, Problem, events, scan
from snapshotter.store.segments import OPEN_SUFFIX, is_at, lock, seal, sealed_name
from snapshotter.store.tables import snapshots

BATCH = 500


def repair(folder: Path, catalog: Catalog) -> list[Path]:
    """Seals every ``.open`` file whose writer is dead; gives back what was sealed.

    Its tail is cut behind the last whole event: what comes after was never acknowledged. Whole events
    that the catalog misses are entered. Killed in the midst of it, the next repair starts again.
    """
    sealed = []
    for path in sorted(folder.glob(f"*{OPEN_SUFFIX}")):
        try:
            descriptor = lock(path)
        except FileNotFoundError:  # another run has just sealed it
            continue
        if descriptor is None:
            continue
        try:
            if is_at(path, descriptor):
                sealed += _finish(path, descriptor, catalog)
        finally:
            os.close(descriptor)
    return sealed


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


def _finish(path: Path, descriptor: int, catalog: Catalog) -> list[Path]:
    end, _ = index(path, catalog, _last_entered(path, catalog))
    if not end:
        path.unlink()
        return []
    os.ftruncate(descriptor, end)
    os.fsync(descriptor)
    return [seal(path)]


def _last_entered(path: Path, catalog: Catalog) -> int:
    """Where the last answer of that file lies that the catalog knows; all before it was synced."""
    query = select(func.max(snapshots.c.warc_offset)).where(snapshots.c.warc_file == sealed_name(path))
    return int(catalog.rows(query)[0][0] or 0)


def _enter(waiting: list[Event], catalog: Catalog) -> None:
    if not waiting:
        return
    with catalog.transaction() as connection:
        for found in waiting:
            add_snapshot(connection, found.snapshot, found.line, is_revisit=found.is_revisit)
