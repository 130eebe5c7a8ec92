"""A damaged WARC file made readable from end to end again; the damaged one is kept in quarantine.

Sound records stay where they are, at their offsets. A damaged stretch becomes a record of the same length that says
so; a snapshot record that lay there is written anew from the catalog, to the byte. A damaged end is cut off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import BadWarc
from snapshotter.formats import warc
from snapshotter.formats.files import part_of
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.quarantine import quarantine
from snapshotter.store.scan import DAMAGED, Problem, scan
from snapshotter.store.segments import sealed_name, sync_folder
from snapshotter.store.tables import snapshots

_COPY_BYTES = 1 << 20
_FILLER_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class _Gap:
    """A stretch without sound records."""

    start: int
    end: int
    before: warc.Record | None
    """The sound record that it follows."""


def salvage(path: Path, catalog: Catalog | None, before: Callable[[], None] = lambda: None) -> Iterator[Problem]:
    """Mends a sealed file that nobody writes to; what was wrong, and as remedy what was done about it.

    ``before`` is called just before the file changes. Killed at any moment, it is the damaged or the mended one.
    Raises OSError, ArchiveError.
    """
    gaps, end = _gaps(path)
    if not gaps:
        return
    part, done = part_of(path), []
    with path.open("rb") as source, part.open("wb") as target:
        for gap in gaps:
            _copy(source, target, gap.start)
            if gap.end < end:
                filling, what = _filling(path, gap, catalog)
                target.write(filling or _bytes(source, gap))
                done.append(Problem(path.name, gap.start, f"{gap.end - gap.start:,} damaged bytes", what))
                source.seek(gap.end)
            else:
                done.append(Problem(path.name, gap.start, f"a damaged end of {end - gap.start:,} bytes", "cut off"))
        if gaps[-1].end < end:
            _copy(source, target, end)
        target.flush()
        os.fsync(target.fileno())
    kept = quarantine(path.parent.parent, path)
    before()
    part.replace(path)
    sync_folder(path.parent)
    yield from done
    yield Problem(path.name, 0, "it was damaged", f"as it was, it is kept as quarantine/{kept.name}")


def _gaps(path: Path) -> tuple[list[_Gap], int]:
    """(the damaged stretches, the file's size)."""
    gaps: list[_Gap] = []
    before: warc.Record | None = None
    damaged_at = -1
    for found in scan(path):
        if isinstance(found, Problem):
            damaged_at = found.offset
            continue
        if damaged_at >= 0:
            gaps.append(_Gap(damaged_at, found.offset, before))
        damaged_at, before = -1, found
    end = path.stat().st_size
    return gaps + [_Gap(damaged_at, end, before)] * (damaged_at >= 0), end


def _filling(path: Path, gap: _Gap, catalog: Catalog | None) -> tuple[bytes, str]:
    """(what stands for a gap, as long as it is; what that is). Empty: the gap is too short for a record."""
    length = gap.end - gap.start
    found = _conversion(path, gap.before, catalog) if gap.before and catalog else b""
    if len(found) == length:
        return found, "the snapshot's record stands there again, from the catalog"
    try:
        return b"".join(_fillers(path, gap)), "a record that says so stands in their place"
    except BadWarc:
        return b"", "left as they are: too few for a record"


def _fillers(path: Path, gap: _Gap) -> Iterator[bytes]:
    """Records that stand for a gap, none of them too long for a reader. Raises BadWarc where it is too short."""
    start, now = gap.start, rfc3339(utc_now())
    while start < gap.end:
        left = gap.end - start
        length = _FILLER_BYTES if left > 2 * _FILLER_BYTES else left
        fields = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", warc.record_id("damaged", sealed_name(path), str(start), now)),
            ("WARC-Date", now),
            (DAMAGED, str(length)),
            ("Content-Type", "application/warc-fields"),
        ]
        yield warc.fitted(fields, b"", length)
        start += length


def _conversion(path: Path, answer: warc.Record, catalog: Catalog) -> bytes:
    """The snapshot record that follows an answer, as the catalog has it; empty: it hasn't."""
    if answer.type not in {"response", "revisit"}:
        return b""
    columns = snapshots.c
    query = select(columns.id, columns.record).where(
        columns.warc_file == sealed_name(path), columns.warc_offset == answer.offset, columns.change != "withdrawn"
    )
    for snapshot_id, record in catalog.rows(query):
        about = warc.Traffic(answer.get("WARC-Target-URI"), answer.get("WARC-Date"), "", answer.id)
        return warc.conversion(about, snapshot_id, unpacked(record).encode())
    return b""


def _bytes(source: BinaryIO, gap: _Gap) -> bytes:
    source.seek(gap.start)
    return source.read(gap.end - gap.start)


def _copy(source: BinaryIO, target: BinaryIO, until: int) -> None:
    while left := until - source.tell():
        target.write(source.read(min(left, _COPY_BYTES)))
