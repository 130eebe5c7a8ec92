"""The records around a capture's answer, and those that its further pages repeat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from snapshotter.errors import DigestMismatch
from snapshotter.formats import warc
from snapshotter.store.segments import is_imported, open_segment
from snapshotter.store.tables import snapshots

if TYPE_CHECKING:
    from snapshotter.store.catalog import Catalog


def before(catalog: Catalog, name: str, offset: int) -> int:
    """Where the last answer before that one lies, by the catalog; 0: there is none."""
    query = select(func.max(snapshots.c.warc_offset)).where(snapshots.c.warc_file == name)
    return int(catalog.rows(query.where(snapshots.c.warc_offset < offset))[0][0] or 0)


def records_before(folder: Path, catalog: Catalog, file: str, offset: int) -> Iterator[warc.Record]:
    """The records of one of our files that lie before a capture's answer; some of them are an earlier capture's.

    Raises DigestMismatch, BadWarc, OSError.
    """
    name = Path(file).name
    if is_imported(name):
        return
    with open_segment(folder / "warc", name) as stream:
        for record in warc.read(stream, before(catalog, name, offset)):
            if record.offset >= offset:
                return
            if record.get("WARC-Block-Digest") != f"sha256:{record.sha256}":
                raise DigestMismatch(f"at {record.offset} of {name} isn't what its digest says: verify the archive")
            yield record


def repeated_page(folder: Path, catalog: Catalog, page: warc.Record) -> tuple[str, list[warc.Record]]:
    """What a further page's revisit repeats: (WARC file, the request and the response, or what erasing left of them).

    None of them: they aren't there. Raises as ``records_before``.
    """
    place = select(snapshots.c.warc_file, snapshots.c.warc_offset).where(snapshots.c.id == page.get(warc.REPEATS))
    last: list[warc.Record] = []
    for file, offset in catalog.rows(place):
        for record in records_before(folder, catalog, file, offset):
            if record.id == page.get("WARC-Refers-To"):
                return file, [*last, record]
            last = [record] if record.type == "request" else []
    return "", []
