"""The further pages of an article, read from the archive."""

from __future__ import annotations

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
    archive.get(snapshot.id)
    if is_imported(snapshot.warc_file):
        return []
    name = Path(snapshot.warc_file).name
    found = []
    try:
        with open_segment(archive.folder / "warc", name) as stream:
            for record in warc.read(stream, before(archive.catalog, name, snapshot.warc_offset)):
                if record.offset >= snapshot.warc_offset:
                    break
                if record.get(warc.PAGE_OF) == snapshot.warc_record_id:
                    found.append(record)
    except FileNotFoundError as error:
        raise SnapshotNotFound(f"{name} isn't in the archive: restore it from a copy") from error
    if any(record.get("WARC-Block-Digest") != f"sha256:{record.sha256}" for record in found):
        raise DigestMismatch(f"a further page of {snapshot.id} isn't what its digest says: verify the archive")
    return [(record.get("WARC-Target-URI"), record.block) for record in found]
