"""A capture's records as they lie in the WARC files: whole gzip members, to be carried elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from snapshotter.errors import BadWarc, SnapshotNotFound
from snapshotter.formats import jsonl, warc
from snapshotter.items import Snapshot
from snapshotter.store.around import before, repeated_page
from snapshotter.store.imported import original_of
from snapshotter.store.segments import is_imported, open_segment

if TYPE_CHECKING:
    from snapshotter.store.catalog import Catalog


def members(folder: Path, catalog: Catalog, snapshot: Snapshot) -> list[bytes]:
    """All that a capture consists of: redirects, request, response or revisit, conversion; and what a revisit repeats.

    Of an imported capture: the response or revisit, with a conversion made for it. Raises BadWarc, SnapshotNotFound.
    """
    try:
        found, answer = _event(folder, catalog, snapshot.warc_file, snapshot.warc_offset)
        if is_imported(snapshot.warc_file):
            found.append(_conversion(answer, snapshot))
        if answer.type == "revisit" and (place := original_of(catalog, answer)):
            found = _event(folder, catalog, *place)[0] + found
        found = list(dict.fromkeys(found))  # what two of its pages repeat may be one capture's
    except FileNotFoundError as error:
        raise SnapshotNotFound(f"a WARC file of {snapshot.id} is missing ({error.filename}): verify") from error
    return found


def _event(folder: Path, catalog: Catalog, file: str, offset: int) -> tuple[list[bytes], warc.Record]:
    """The members of the capture whose answer lies there, and that answer."""
    name = Path(file).name
    with open_segment(folder / "warc", name) as stream:
        if is_imported(name):
            answer = next(warc.read(stream, offset, max_block=0), None)
            found = [answer] if answer else []
        else:
            found = _around(stream, before(catalog, name, offset), offset)
            answer = next((record for record in found if record.offset == offset), None)
        if answer is None or answer.type not in {"response", "revisit"}:
            raise BadWarc(f"no response at {offset} of {file}: verify the archive")
        own = [_bytes(stream, record) for record in found]
    repeated = [one for page in found if page.get(warc.REPEATS) for one in _repeated(folder, catalog, page)]
    return repeated + own, answer


def _repeated(folder: Path, catalog: Catalog, page: warc.Record) -> list[bytes]:
    """The members of what a further page repeats."""
    file, found = repeated_page(folder, catalog, page)
    if not found:
        return []
    with open_segment(folder / "warc", Path(file).name) as stream:
        return [_bytes(stream, record) for record in found]


def _around(stream: BinaryIO, start: int, offset: int) -> list[warc.Record]:
    """The records of the event whose answer lies at ``offset``; ``start`` is where an earlier answer lies, or 0."""
    found: list[warc.Record] = []
    for record in warc.read(stream, start, max_block=0):
        is_behind = record.offset > offset
        if record.type in {"request", "response", "revisit", "resource"} and not is_behind:
            found.append(record)
        elif record.type == "conversion" and not is_behind:
            found.clear()
        elif is_behind:
            return [*found, record] if record.type == "conversion" else found
    return found


def _bytes(stream: BinaryIO, record: warc.Record) -> bytes:
    stream.seek(record.offset)
    return stream.read(record.length)


def _conversion(answer: warc.Record, snapshot: Snapshot) -> bytes:
    about = warc.Traffic(snapshot.final_url, snapshot.captured_at, request_id="", response_id=answer.id)
    return warc.conversion(about, snapshot.id, jsonl.dumps(snapshot).encode())
