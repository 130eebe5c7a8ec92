"""One WARC file under scrutiny: its records, their ties, and what the catalog says of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from snapshotter.errors import BadHttp
from snapshotter.formats import warc
from snapshotter.http1 import payload
from snapshotter.store.index import IndexCheck
from snapshotter.store.scan import FROM_A_COPY, Event, Problem, events, scan
from snapshotter.store.segments import OPEN_SUFFIX, lock, sealed_name
from snapshotter.verify.beside import Beside, is_row_of

REBUILD = "rebuild the catalog"
ONLY_IN_CATALOG = "is in the catalog, but not whole in the file"
NEXT_RUN = "nothing to do: the next run that writes to the archive mends it"


class Segment:
    """One WARC file under scrutiny."""

    def __init__(self, path: Path, beside: Beside, advance: Callable[[int], None]) -> None:
        """``advance`` is told each record's compressed length."""
        self.name = sealed_name(path)
        self._path = path
        self._beside = beside
        self._advance = advance
        is_open = path.name.endswith(OPEN_SUFFIX)
        self._for_tail = NEXT_RUN if is_open else FROM_A_COPY
        self._for_catalog = NEXT_RUN if is_open else REBUILD
        self._known_end = beside.end_of_known(self.name) if _is_being_written(path) else None
        self._catalogued = (row for row in beside.rows(self.name) if self._concerns(row.warc_offset))
        self._row = next(self._catalogued, None)
        self._index = IndexCheck(path, beside.catalog)
        self._ids: set[str] = set()
        self._request: warc.Record | None = None
        self._repeats: list[warc.Record] = []
        """Revisits of further pages, until the capture that they belong to has come."""

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the file, in the order of its bytes; then what the catalog knows beyond it."""
        for found in events(self._checked(), self.name):
            if isinstance(found, Problem):
                yield from [found] * self._concerns(found.offset)
            elif found.is_imported:
                yield from self._of_imported(found) if self._concerns(found.end) else ()
            else:
                yield from self._missing_before(found.offset)
                yield from self._of_event(found) if self._concerns(found.offset) else ()
        yield from self._missing_before(None)
        if self._beside.catalog:
            yield from self._index.problems()

    def _checked(self) -> Iterator[warc.Record | Problem]:
        """The file's records, each followed by what is wrong with it."""
        try:
            for record in scan(self._path):
                if isinstance(record, Problem):
                    self._request = None
                    yield self._problem(record.offset, record.what, self._for_tail)
                else:
                    self._advance(record.length)
                    self._index.add(record)
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
        if record.get(warc.REPEATS):
            self._repeats.append(record)

    def _of_event(self, found: Event) -> Iterator[Problem]:
        if found.answer is None:
            yield self._problem(found.offset, f"the response of {found.snapshot.id} isn't there")
        else:
            yield from self._of_answer(found, found.answer)
            yield from self._of_pages(found)
        yield from self._against_catalog(found)

    def _of_pages(self, found: Event) -> Iterator[Problem]:
        """What its further pages repeat, where they came back as they were before."""
        pages, self._repeats = self._repeats, []
        for page in pages:
            if page.get(warc.PAGE_OF) == found.snapshot.warc_record_id and not self._beside.has_page(page):
                what = f"a further page of {found.snapshot.id} repeats a response that isn't there"
                yield self._problem(page.offset, what, self._for_catalog)

    def _of_answer(self, found: Event, answer: warc.Record) -> Iterator[Problem]:
        snapshot = found.snapshot
        if (snapshot.warc_length, snapshot.warc_record_id) != (answer.length, answer.id):
            yield self._problem(answer.offset, f"{snapshot.id} doesn't describe its response")
        if answer.get(warc.ERASED):
            return
        if answer.get("WARC-Payload-Digest") != f"sha256:{snapshot.raw_sha256}":
            yield self._problem(answer.offset, f"{snapshot.id} names another payload than its response")
        original = answer.get("WARC-Refers-To")
        if found.is_revisit and not self._beside.has_response(snapshot.article_id, original):
            yield self._problem(answer.offset, f"{snapshot.id} repeats a response that isn't there", self._for_catalog)
        if what := self._beside.wrong_leaf(found):
            yield self._problem(answer.offset, what)

    def _of_imported(self, found: Event) -> Iterator[Problem]:
        """A capture whose response lies in a file that was imported."""
        row, at = self._beside.row(found.snapshot.id), max(found.end - 1, 0)
        if row is None and self._beside.catalog:
            yield self._problem(at, f"{found.snapshot.id} isn't in the catalog", self._for_catalog)
        elif row is not None and not is_row_of(row, found):
            yield self._problem(at, f"the catalog's row of {row.id} isn't what the WARC says", REBUILD)
        if what := self._beside.wrong_leaf(replace(found, answer=self._beside.imported_answer(found))):
            yield self._problem(at, what)

    def _missing_before(self, offset: int | None) -> Iterator[Problem]:
        """What the catalog knows before the next event of the file (None: there is none)."""
        while self._row and (offset is None or self._row.warc_offset < offset):
            yield self._problem(self._row.warc_offset, f"{self._row.id} {ONLY_IN_CATALOG}")
            self._row = next(self._catalogued, None)

    def _against_catalog(self, found: Event) -> Iterator[Problem]:
        """Compares an event with the catalog's next row, which lies at the same place or behind."""
        row, offset = self._row, found.offset
        if not row or row.warc_offset != offset:
            if self._beside.catalog:
                yield self._problem(offset, f"{found.snapshot.id} isn't in the catalog", self._for_catalog)
            return
        if not is_row_of(row, found):
            yield self._problem(offset, f"the catalog's row of {row.id} isn't what the WARC says", REBUILD)
        self._row = next(self._catalogued, None)

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
