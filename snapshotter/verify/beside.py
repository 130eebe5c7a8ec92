"""What WARC files are compared with: the catalog and the proof log."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from snapshotter.errors import ArchiveError, BadWarc
from snapshotter.formats import warc
from snapshotter.store.around import repeated_page
from snapshotter.store.catalog import row_of, unpacked
from snapshotter.store.reader import open_catalog
from snapshotter.store.scan import Event
from snapshotter.store.segments import open_segment
from snapshotter.store.tables import snapshots
from snapshotter.store.tampering import LeafCheck

PAGE_ROWS = 500
_COLUMNS = [column for column in snapshots.columns if column.name != "record"]
_values = itemgetter(*(column.name for column in _COLUMNS))
_ROW = select(*_COLUMNS, snapshots.c.record)


class Beside:
    """An archive's catalog and proof log, open to be asked; one a process."""

    def __init__(self, folder: Path, *, with_catalog: bool = True) -> None:
        """Without the catalog, nothing is compared. Raises ArchiveError, OSError."""
        self.folder = folder
        self.catalog = open_catalog(folder / "catalog.db") if with_catalog else None
        self._leaves = LeafCheck(folder, self.catalog) if self.catalog else None

    def close(self) -> None:
        """Lets go of both."""
        if self._leaves:
            self._leaves.close()
        if self.catalog:
            self.catalog.close()

    def end_of_known(self, name: str) -> int:
        """Where the last response of a WARC file lies that the catalog knows: behind it a living run writes."""
        if not self.catalog:
            return -1
        query = select(func.max(snapshots.c.warc_offset)).where(snapshots.c.warc_file == name)
        return int(self.catalog.rows(query)[0][0] or 0)

    def rows(self, name: str) -> Iterator[Any]:
        """What the catalog knows in a WARC file, in the order of its bytes."""
        place, after = snapshots.c.warc_offset, -1
        query = _ROW.where(snapshots.c.warc_file == name).order_by(place).limit(PAGE_ROWS)
        while self.catalog and (rows := self.catalog.rows(query.where(place > after))):
            yield from rows
            after = rows[-1].warc_offset

    def row(self, snapshot_id: str) -> Any:
        """A capture's row; None: there is none."""
        rows = self.catalog.rows(_ROW.where(snapshots.c.id == snapshot_id)) if self.catalog else []
        return rows[0] if rows else None

    def has_response(self, article_id: str, record_id: str) -> bool:
        """Whether an article has a response of that record id, which a revisit may refer to."""
        if not self.catalog:
            return True
        columns = snapshots.c
        query = select(columns.id).where(columns.article_id == article_id, columns.warc_record_id == record_id)
        return bool(self.catalog.rows(query.where(columns.is_revisit == 0)))

    def has_page(self, page: warc.Record) -> bool:
        """Whether the response is there that a further page's revisit repeats, or what erasing left of it."""
        try:
            return not self.catalog or bool(repeated_page(self.folder, self.catalog, page)[1])
        except (OSError, ArchiveError, BadWarc):
            return False

    def wrong_leaf(self, found: Event) -> str:
        """What the proof log has against a capture; empty: nothing."""
        return self._leaves.wrong(found) if self._leaves else ""

    def imported_answer(self, found: Event) -> warc.Record | None:
        """The response of an imported capture; None: it can't be read there."""
        place = found.snapshot
        try:
            with open_segment(self.folder / "warc", place.warc_file) as stream:
                return next(warc.read(stream, place.warc_offset, max_block=0), None)
        except (OSError, BadWarc):
            return None


def is_row_of(row: Any, found: Event) -> bool:
    """Whether a row of the catalog is what the event would be entered as."""
    try:
        if unpacked(row.record).rstrip() != found.line.rstrip():  # blanks fill up a tombstone
            return False
    except ArchiveError:
        return False
    return bool(tuple(row)[:-1] == _values(row_of(found.snapshot, is_revisit=found.is_revisit)))
