"""A WARC file of the archive read with damage in it: sound records, whole events, problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from snapshotter.errors import BadRecord, BadWarc
from snapshotter.formats import jsonl, warc
from snapshotter.items import Snapshot
from snapshotter.store.segments import is_imported, open_segment, sealed_name

_ANSWERS = {"response", "revisit"}
FROM_A_COPY = "restore the file from a copy, then verify again"
DAMAGED = "Snapshotter-Damaged"
"""The field that marks a record that stands for a damaged stretch; its value is the stretch's length in bytes."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an archive."""

    file: str
    """Name of the WARC file, or of the catalog."""
    offset: int
    """Bytes from the file's start; 0 where it is about the file or the catalog."""
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Event:
    """One whole capture as it stands in a WARC file."""

    snapshot: Snapshot
    line: str
    """The snapshot's record, as the conversion holds it."""
    answer: warc.Record | None
    """The response, or the revisit that stands for it; None: it is damaged, or isn't there."""
    end: int
    """Where the next event starts."""
    pages: tuple[str, ...] = ()
    """The URLs of the article's further pages."""

    @property
    def offset(self) -> int:
        """Where the answer lies, or should."""
        return self.snapshot.warc_offset

    @property
    def is_revisit(self) -> bool:
        """Whether no revisit of ours may refer to it: one itself, or imported."""
        return self.is_imported or (self.answer is not None and self.answer.type == "revisit")

    @property
    def is_imported(self) -> bool:
        """Whether the answer lies in an imported file; ``answer`` is None then."""
        return is_imported(self.snapshot.warc_file)


def scan(path: Path, start: int = 0) -> Iterator[warc.Record | Problem]:
    """The records of a file; for each damaged stretch one Problem, then on from the next sound record.

    It may be sealed meanwhile. Raises OSError.
    """
    name = sealed_name(path)
    with open_segment(path.parent, name) as stream:
        while True:
            try:
                for record in warc.read(stream, start):
                    start = record.end
                    yield record
            except BadWarc as error:
                following = warc.next_member(stream, start + 1)
                yield Problem(name, start, str(error), FROM_A_COPY)
                if following is None:
                    return
                start = following
            else:
                return


def events(records: Iterable[warc.Record | Problem], name: str) -> Iterator[Event | Problem]:
    """The events of a scan: an answer, then the conversion that refers to it.

    Problems go through; a conversion that holds no record, or one of another place, is one too.
    """
    answer: warc.Record | None = None
    pages: list[tuple[str, str]] = []  # (record id of the first page's answer, URL)
    for record in records:
        if isinstance(record, Problem):
            yield record
        elif record.type in _ANSWERS or record.get(warc.ERASED) in _ANSWERS:
            answer = record
            pages += [(first, record.get("WARC-Target-URI"))] if (first := record.get(warc.PAGE_OF)) else []
        elif record.type == "conversion":
            found = _event(answer, record, name)
            urls = tuple(url for first, url in pages if first == record.get("WARC-Refers-To"))
            yield replace(found, pages=urls) if urls and isinstance(found, Event) else found
            answer, pages = None, []
        elif lost := record.get(DAMAGED):
            yield Problem(name, record.offset, f"{lost} bytes were damaged here, and are lost", FROM_A_COPY)
            answer = None


def _event(answer: warc.Record | None, conversion: warc.Record, name: str) -> Event | Problem:
    try:
        snapshot = jsonl.loads(conversion.block)
    except BadRecord as error:
        return Problem(name, conversion.offset, f"its snapshot record can't be read: {error}", FROM_A_COPY)
    if answer and answer.id != conversion.get("WARC-Refers-To"):
        answer = None
    line = conversion.block.decode().rstrip(" ")  # a tombstone's block ends in blanks
    if is_imported(snapshot.warc_file):
        return Event(snapshot, line, None, conversion.end)
    if snapshot.warc_file != name or (answer and snapshot.warc_offset != answer.offset):
        return Problem(name, conversion.offset, f"{snapshot.id} says its response lies elsewhere", FROM_A_COPY)
    return Event(snapshot, line, answer, conversion.end)
