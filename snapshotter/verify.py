"""An archive → the list of what is wrong with it: every digest, every record's place, catalog against WARC."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from snapshotter.errors import BadHttp
from snapshotter.formats import warc
from snapshotter.http1 import payload
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.reader import ArchiveReader
from snapshotter.store.scan import FROM_A_COPY, Event, Problem, events, scan
from snapshotter.store.segments import OPEN_SUFFIX, lock, open_segment, sealed_name
from snapshotter.store.tables import snapshots

REBUILD = "rebuild the catalog"
NEXT_RUN = "nothing to do: the next run that writes to the archive mends it"
PAGE_ROWS = 500

__all__ = ["Problem", "verify"]


def verify(folder: Path) -> Iterator[Problem]:
    """Everything that is wrong with an archive, file by file; nothing: all is well.

    Checked are each record's checksum, block and payload digest, id and ties to its neighbours, each
    snapshot against the response it was read off, and the catalog against the WARC files, both ways.
    May run beside a crawl; what that is just writing is left out. Memory: one record, and the record
    ids of one file. Raises ArchiveNotFound, ArchiveError.
    """
    with ArchiveReader.open(folder) as archive:
        for path in sorted((folder / "warc").glob("*.warc.gz*")):
            yield from _File(path, archive.catalog).problems()
        counted = select(snapshots.c.warc_file, func.count()).group_by(snapshots.c.warc_file)
        for name, captures in archive.catalog.rows(counted):
            try:
                open_segment(folder / "warc", name).close()
            except OSError as error:
                what = f"can't be read: {error.strerror}; the catalog knows {captures} captures in it"
                yield Problem(name, 0, what, FROM_A_COPY)


class _File:
    """One WARC file under scrutiny."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self.name = sealed_name(path)
        self._path = path
        self._catalog = catalog
        is_open = path.name.endswith(OPEN_SUFFIX)
        self._for_tail = NEXT_RUN if is_open else FROM_A_COPY
        self._for_catalog = NEXT_RUN if is_open else REBUILD
        self._known_end = self._end_of_known() if _is_being_written(path) else None
        self._catalogued = self._rows()
        self._row = next(self._catalogued, None)
        self._ids: set[str] = set()
        self._request: warc.Record | None = None

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the file, in the order of its bytes; then what the catalog knows beyond it."""
        for found in events(self._checked(), self.name):
            if not isinstance(found, Problem):
                yield from self._missing_before(found.offset)
                if self._concerns(found.offset):
                    yield from self._of_event(found)
                    yield from self._against_catalog(found)
            elif self._concerns(found.offset):
                yield found
        yield from self._missing_before(None)

    def _checked(self) -> Iterator[warc.Record | Problem]:
        """The file's records, each followed by what is wrong with it."""
        try:
            for record in scan(self._path):
                if isinstance(record, Problem):
                    self._request = None
                    yield self._problem(record.offset, record.what, self._for_tail)
                else:
                    yield record
                    yield from self._of_record(record)
        except OSError as error:
            yield self._problem(0, f"can't be read: {error.strerror}")
        if self._request:
            yield self._problem(self._request.offset, "a request without its response behind it", self._for_tail)

    def _of_record(self, record: warc.Record) -> Iterator[Problem]:
        at = record.offset
        if (at == 0) != (record.type == "warcinfo"):
            yield self._problem(at, "a file has one warcinfo record, and it comes first")
        if not record.id or record.id in self._ids:
            yield self._problem(at, f"its record id is missing or comes twice: {record.id!r}")
        self._ids.add(record.id)
        if record.get("WARC-Block-Digest") != f"sha256:{record.sha256}":
            yield self._problem(at, f"the {record.type}'s block isn't what its digest says")
        yield from self._of_payload(record)
        yield from self._of_ties(record)

    def _of_payload(self, record: warc.Record) -> Iterator[Problem]:
        stated = record.get("WARC-Payload-Digest")
        if record.type != "response" or not stated:
            return
        if not record.is_whole:
            yield self._problem(record.offset, f"its payload wasn't checked: longer than {warc.MAX_BLOCK_BYTES} bytes")
            return
        try:
            actual = warc.digest(payload(record.block))
        except BadHttp as error:
            yield self._problem(record.offset, f"its payload can't be found: {error}")
            return
        if stated != actual:
            yield self._problem(record.offset, "the response's payload isn't what its digest says")

    def _of_ties(self, record: warc.Record) -> Iterator[Problem]:
        if record.type in {"response", "revisit"}:
            if not self._request or record.get("WARC-Concurrent-To") != self._request.id:
                yield self._problem(record.offset, f"a {record.type} without its request before it")
            self._request = None
        elif self._request:
            yield self._problem(self._request.offset, "a request without its response behind it")
            self._request = None
        if record.type == "request":
            self._request = record

    def _of_event(self, found: Event) -> Iterator[Problem]:
        snapshot, answer = found.snapshot, found.answer
        if answer is None:
            yield self._problem(found.offset, f"the response of {snapshot.id} isn't there")
            return
        if (snapshot.warc_length, snapshot.warc_record_id) != (answer.length, answer.id):
            yield self._problem(answer.offset, f"{snapshot.id} doesn't describe its response")
        if answer.get("WARC-Payload-Digest") != f"sha256:{snapshot.raw_sha256}":
            yield self._problem(answer.offset, f"{snapshot.id} names another payload than its response")
        if found.is_revisit and not self._has_response(snapshot.article_id, answer.get("WARC-Refers-To")):
            yield self._problem(answer.offset, f"{snapshot.id} repeats a response that isn't there", self._for_catalog)

    def _missing_before(self, offset: int | None) -> Iterator[Problem]:
        """What the catalog knows before the next event of the file (None: there is none)."""
        while self._row and (offset is None or self._row[0] < offset):
            yield self._problem(self._row[0], f"{self._row[1]} is in the catalog, but not whole in the file")
            self._row = next(self._catalogued, None)

    def _against_catalog(self, found: Event) -> Iterator[Problem]:
        """Compares an event with the catalog's next row, which lies at the same place or behind."""
        row, offset = self._row, found.offset
        if not row or row[0] != offset:
            yield self._problem(offset, f"{found.snapshot.id} isn't in the catalog", self._for_catalog)
            return
        if row[1] != found.snapshot.id or unpacked(row[2]) != found.line:
            yield self._problem(offset, "the catalog's record isn't the WARC's", REBUILD)
        self._row = next(self._catalogued, None)

    def _has_response(self, article_id: str, record_id: str) -> bool:
        columns = snapshots.c
        query = select(columns.id).where(columns.article_id == article_id, columns.warc_record_id == record_id)
        return bool(self._catalog.rows(query.where(columns.is_revisit == 0)))

    def _rows(self) -> Iterator[tuple[int, str, bytes]]:
        """(offset, id, packed record) of what the catalog knows in the file, in the order of its bytes."""
        columns, after = snapshots.c, -1
        query = select(columns.warc_offset, columns.id, columns.record).where(columns.warc_file == self.name)
        while True:
            rows = self._catalog.rows(query.where(columns.warc_offset > after).order_by("warc_offset").limit(PAGE_ROWS))
            for offset, snapshot_id, record in rows:
                if self._concerns(offset):
                    yield offset, snapshot_id, record
                after = offset
            if not rows:
                return

    def _end_of_known(self) -> int:
        """Where the last response lies that the catalog knows: behind it a living run writes."""
        query = select(func.max(snapshots.c.warc_offset)).where(snapshots.c.warc_file == self.name)
        return int(self._catalog.rows(query)[0][0] or 0)

    def _concerns(self, offset: int) -> bool:
        return self._known_end is None or offset <= self._known_end

    def _problem(self, offset: int, what: str, remedy: str = FROM_A_COPY) -> Problem:
        return Problem(self.name, offset, what, remedy)


def _is_being_written(path: Path) -> bool:
    """Whether a living run holds the file's lock."""
    if not path.name.endswith(OPEN_SUFFIX):
        return False
    try:
        descriptor = lock(path)
    except OSError:  # sealed, or unreadable: scanning it tells
        return False
    if descriptor is None:
        return True
    os.close(descriptor)
    return False
