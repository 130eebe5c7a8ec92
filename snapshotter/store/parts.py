"""What lies beside a capture's answer: an article's further pages, what a browser made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.errors import DigestMismatch, SnapshotNotFound
from snapshotter.formats import warc
from snapshotter.store.members import before
from snapshotter.store.segments import is_imported, open_segment

if TYPE_CHECKING:
    from snapshotter.items import Snapshot
    from snapshotter.store.reader import ArchiveReader


def further_pages(archive: ArchiveReader, snapshot: Snapshot) -> list[tuple[str, bytes]]:
    """URL and response of each further page that a capture was joined of, in order; empty: it is of one page.

    Raises DigestMismatch, BadWarc; SnapshotNotFound and Withheld as ``get``.
    """
    found = (one for one in _before_answer(archive, snapshot) if one.get(warc.PAGE_OF) == snapshot.warc_record_id)
    return [(record.get("WARC-Target-URI"), record.block) for record in found]


def rendered_dom(archive: ArchiveReader, snapshot: Snapshot) -> bytes:
    """The DOM that a browser made of a capture; empty: none was asked. Raises as ``further_pages``."""
    kind = f"urn:snapshot-render:{snapshot.final_url}"
    found = (one for one in _before_answer(archive, snapshot) if one.get("WARC-Target-URI") == kind)
    return next((one.block for one in found if one.get("WARC-Concurrent-To") == snapshot.warc_record_id), b"")


def _before_answer(archive: ArchiveReader, snapshot: Snapshot) -> Iterator[warc.Record]:
    """The records that lie before a capture's answer; some of them are an earlier capture's."""
    archive.get(snapshot.id)
    if is_imported(snapshot.warc_file):
        return
    name = Path(snapshot.warc_file).name
    try:
        with open_segment(archive.folder / "warc", name) as stream:
            for record in warc.read(stream, before(archive.catalog, name, snapshot.warc_offset)):
                if record.offset >= snapshot.warc_offset:
                    return
                if record.get("WARC-Block-Digest") != f"sha256:{record.sha256}":
                    raise DigestMismatch(f"at {record.offset} of {name} isn't what its digest says: verify the archive")
                yield record
    except FileNotFoundError as error:
        raise SnapshotNotFound(f"{name} isn't in the archive: restore it from a copy") from error
