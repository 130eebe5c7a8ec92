"""What lies beside a capture's answer: an article's further pages, what a browser made of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from snapshotter.database import Statement
from snapshotter.errors import ArchiveError, BadWarc, SnapshotNotFound
from snapshotter.formats import warc
from snapshotter.store.around import records_before, repeated_page
from snapshotter.store.catalog import articles_of
from snapshotter.store.tables import snapshots

if TYPE_CHECKING:
    from snapshotter.items import Snapshot
    from snapshotter.preserve import Preserved
    from snapshotter.store.reader import ArchiveReader

logger = logging.getLogger(__name__)

_LAST_ALIKE = Statement(
    select(snapshots.c.id)
    .where(
        snapshots.c.article_id == bindparam("article_id"),
        snapshots.c.verdict == "ok",
        snapshots.c.raw_sha256 == bindparam("raw"),
    )
    .order_by(snapshots.c.captured_at.desc(), snapshots.c.id.desc()).limit(1)
)  # fmt: skip


def further_pages(archive: ArchiveReader, snapshot: Snapshot) -> list[tuple[str, bytes]]:
    """URL and response of each further page that a capture was joined of, in order; empty: it is of one page.

    Raises DigestMismatch, BadWarc; SnapshotNotFound and Withheld as ``get``.
    """
    return [(page.get("WARC-Target-URI"), _whole(archive, page).block) for page in _pages(archive, snapshot)]


def pages_before(archive: ArchiveReader, preserved: Preserved) -> dict[str, warc.Original]:
    """Payload digest → the response that has it, of the further pages of the last good capture with this first page.

    With another first page they are stored anew: a takedown takes what has the same one along, and no other capture
    may lose a page by it. Empty: there is none, or its pages aren't to be had. Raises one of DATABASE_ERRORS.
    """
    capture = preserved.capture
    with archive.catalog.reading() as connection:
        of_articles = articles_of(connection, capture.url_keys)
        rows = [_LAST_ALIKE.one(connection, article_id=one, raw=capture.raw_sha256) for one in of_articles]
    found: dict[str, warc.Original] = {}
    for (name,) in filter(None, rows):
        try:
            for page in _pages(archive, archive.get(name)):
                if page.type == "revisit" or not page.get("WARC-Truncated"):
                    found.setdefault(page.get("WARC-Payload-Digest"), _original(page, name))
        except (ArchiveError, BadWarc, OSError) as error:  # it was taken down, or lies in a file that isn't there
            logger.debug("the further pages of %s are stored anew: %s", name, error)
    return found


def rendered_dom(archive: ArchiveReader, snapshot: Snapshot) -> bytes:
    """The DOM that a browser made of a capture; empty: none was asked. Raises as ``further_pages``."""
    kind = f"urn:snapshot-render:{snapshot.final_url}"
    found = (one for one in _before_answer(archive, snapshot) if one.get("WARC-Target-URI") == kind)
    return next((one.block for one in found if one.get("WARC-Concurrent-To") == snapshot.warc_record_id), b"")


def _pages(archive: ArchiveReader, snapshot: Snapshot) -> Iterator[warc.Record]:
    return (one for one in _before_answer(archive, snapshot) if one.get(warc.PAGE_OF) == snapshot.warc_record_id)


def _whole(archive: ArchiveReader, page: warc.Record) -> warc.Record:
    if page.type != "revisit":
        return page
    found: list[warc.Record] = []
    with suppress(FileNotFoundError):
        _, found = repeated_page(archive.folder, archive.catalog, page)
    if not found or found[-1].type != "response":
        raise SnapshotNotFound(f"what {page.get('WARC-Target-URI')} repeats isn't in the archive: verify it")
    return found[-1]


def _original(page: warc.Record, snapshot_id: str) -> warc.Original:
    if page.type != "revisit":
        return warc.Original(page.id, page.get("WARC-Target-URI"), page.get("WARC-Date"), snapshot_id)
    named = [page.get(f"WARC-Refers-To{part}") for part in ("", "-Target-URI", "-Date")]
    return warc.Original(named[0], named[1], named[2], page.get(warc.REPEATS))


def _before_answer(archive: ArchiveReader, snapshot: Snapshot) -> Iterator[warc.Record]:
    """The records that lie before a capture's answer; some of them are an earlier capture's."""
    archive.get(snapshot.id)
    try:
        yield from records_before(archive.folder, archive.catalog, snapshot.warc_file, snapshot.warc_offset)
    except FileNotFoundError as error:
        name = Path(snapshot.warc_file).name
        raise SnapshotNotFound(f"{name} isn't in the archive: restore it from a copy") from error
