"""The archive to write: one critical section a batch, so that several crawlers at once are right."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from sqlalchemy import bindparam, select

from snapshotter import __version__
from snapshotter.access import OPEN, Access
from snapshotter.database import DATABASE_ERRORS, Statement
from snapshotter.errors import ArchiveError
from snapshotter.formats import jsonl, warc
from snapshotter.items import Snapshot
from snapshotter.preserve import Preserved
from snapshotter.proof.leaf import Leaf
from snapshotter.proof.manifest import Manifest
from snapshotter.record import NOT_MODIFIED, record
from snapshotter.store import visits
from snapshotter.store.catalog import Catalog, add_snapshot, record_of
from snapshotter.store.closing import close_manifest
from snapshotter.store.copies import earliest_copy, enter_text
from snapshotter.store.index import complete_indexes, write_index
from snapshotter.store.leases import Run
from snapshotter.store.previous import previous_of
from snapshotter.store.proofs import Proofs, leaf
from snapshotter.store.reader import ArchiveReader, cannot_write, open_catalog
from snapshotter.store.repair import index_all, repair
from snapshotter.store.segments import Segment, SegmentRules, lock
from snapshotter.store.tables import snapshots
from snapshotter.store.takedowns import is_erasing, notice_of, require_log, sync, unkept

logger = logging.getLogger(__name__)

_EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

_of_article = snapshots.c.article_id == bindparam("article_id")
_newest_first = (snapshots.c.captured_at.desc(), snapshots.c.id.desc())
_RESPONSE_WITH = Statement(
    select(snapshots.c.warc_record_id, snapshots.c.final_url, snapshots.c.captured_at)
    .where(_of_article, snapshots.c.is_revisit == 0, snapshots.c.raw_sha256 == bindparam("raw"))
    .order_by(*_newest_first).limit(1)
)  # fmt: skip


class Archive(ArchiveReader):
    """An archive, opened to be added to. ``add`` may run in one thread while others read."""

    def __init__(self, folder: Path, catalog: Catalog, rules: SegmentRules, run: Run, archive_lock: int) -> None:
        """Takes over what ``open`` made."""
        super().__init__(folder, catalog)
        self.archive_name = ""
        self.proofs = Proofs(folder)
        self._rules = rules
        self._run = run
        self._archive_lock = archive_lock
        self._adding = threading.Lock()
        self._segment: Segment | None = None
        self._is_closed = False

    @classmethod
    def open(  # noqa: PLR0913  (a reader's two, and how files are written)
        cls,
        folder: Path,
        access: Access = OPEN,
        *,
        prefix: str = "snapshotter",
        segment_bytes: int = 1_000_000_000,
        archive_name: str = "",
        about: Mapping[str, str] | None = None,
    ) -> Self:
        """Opens or makes an archive, and repairs what a crash left in it.

        ``archive_name`` goes into every record; ``about`` into every file's warcinfo (``operator``,
        ``robots``, ``http-header-user-agent``…). Raises CannotWrite, CatalogTooNew, ArchiveError.
        """
        try:
            with ExitStack() as opened:
                archive_lock = _enter(folder)
                opened.callback(os.close, archive_lock)
                Manifest(folder).invalidate()
                if not (folder / "catalog.db").exists():
                    require_log(folder, None)
                catalog = open_catalog(folder / "catalog.db")
                opened.callback(catalog.close)
                _mend(folder / "warc", catalog)
                sync(folder, catalog)
                _finish_erasures(folder, catalog)
                complete_indexes(folder, catalog)
                proofs = Proofs(folder, archive_name)
                opened.callback(proofs.close)
                proofs.settle(catalog)
                run = Run(folder / "lock")
                opened.pop_all()
        except (OSError, *DATABASE_ERRORS) as error:
            raise cannot_write(folder, error) from error
        about = {
            "software": f"Snapshotter/{__version__}",
            "format": "WARC file version 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": archive_name,
            "run": run.name,
            **(about or {}),
        }
        archive = cls(folder, catalog, SegmentRules(folder / "warc", prefix, segment_bytes, about), run, archive_lock)
        archive.archive_name = archive_name
        archive.access, archive.proofs = access, proofs
        return archive

    def close(self, *, lists_files: bool = True) -> None:
        """Seals the WARC file, signs a head of the proof log and the list of files, gives back the leases.

        ``lists_files`` False: the caller has more to write, and calls ``close_manifest`` then.
        Raises CannotWrite, ArchiveError; the next run then repairs. A second call does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            with self._adding:
                self._seal()
            _finish_erasures(self.folder, self.catalog)
            try:
                self.proofs.sign(self.catalog)
            finally:
                self._run.end(self.catalog)
                self._leave()
            if lists_files:
                close_manifest(self.folder, self.archive_name)
        except (OSError, *DATABASE_ERRORS) as error:
            raise cannot_write(self.folder, error) from error
        finally:
            self._leave()

    def add(self, batch: Sequence[Preserved]) -> list[Snapshot]:
        """Stores captures, and gives back their records in the same order; once it returns, they are safe.

        All or nothing: raises CannotWrite (disk full, read-only…) with nothing of the batch kept; a later
        call may go on. A capture that is stored already is not stored again; its record is given back. What was
        taken down isn't stored either; its tombstone is given back.
        """
        with self._adding:
            try:
                return self._add(batch) if batch else []
            except (OSError, *DATABASE_ERRORS) as error:
                raise cannot_write(self.folder, error) from error

    def lease(self, sources: Iterable[str]) -> set[str]:
        """Those of the sources that no other living run works on; they are this run's until it ends.

        What a killed run left of theirs is repaired first: else it would be captured again.
        """
        try:
            granted, was_killed = self._run.lease(self.catalog, sources)
            if was_killed:
                with self._adding:
                    _mend(self.folder / "warc", self.catalog)
                    complete_indexes(self.folder, self.catalog)
                    self.proofs.settle(self.catalog)
        except (OSError, *DATABASE_ERRORS) as error:
            raise cannot_write(self.folder, error) from error
        return granted

    def _add(self, batch: Sequence[Preserved]) -> list[Snapshot]:
        self.proofs.sign_if_due(self.catalog)
        segment = self._segment_with_room()
        mark = segment.size
        leaves: list[tuple[str, Leaf]] = []
        try:
            with self.catalog.transaction() as connection:
                added = [self._add_one(connection, segment, preserved, leaves) for preserved in batch]
                if segment.size > mark:
                    segment.sync()
                self.proofs.add(connection, leaves)
        except BaseException:
            self._segment = None  # where it can't be rolled back either, the next run mends it
            segment.roll_back(mark)
            self._segment = segment
            raise
        return added

    def _add_one(
        self, connection: sqlite3.Connection, segment: Segment, preserved: Preserved, leaves: list[tuple[str, Leaf]]
    ) -> Snapshot:
        """The capture's record; where it is new, it is in the segment, and its leaf among ``leaves``."""
        capture = preserved.capture
        snapshot = record(capture, preserved.article, previous_of(connection, capture, preserved.article))
        if notice := notice_of(connection, snapshot):
            return unkept(snapshot, notice)
        if stored := record_of(connection, snapshot.id):
            return stored
        snapshot, members, is_revisit = self._placed(connection, segment, preserved, snapshot)
        line = jsonl.dumps(snapshot)
        segment.append(members + warc.conversion(preserved.traffic, snapshot.id, line.encode()))
        keys = capture.url_keys if snapshot.verdict == capture.verdict else ()
        add_snapshot(connection, snapshot, line, keys, is_revisit=is_revisit)
        enter_text(connection, snapshot, capture.sketch)
        visits.note(connection, snapshot, self.catalog.plans)
        leaves.append((snapshot.id, leaf(preserved, snapshot, line, is_revisit=is_revisit)))
        return snapshot

    def _placed(
        self, connection: sqlite3.Connection, segment: Segment, preserved: Preserved, snapshot: Snapshot
    ) -> tuple[Snapshot, bytes, bool]:
        """The record with its place, the members to write before it, and whether no revisit may refer to it."""
        if place := preserved.place:
            file, offset, answer, is_revisit = place.file, place.record.offset, b"", True
            length, record_id, before = place.record.length, place.record.id, b""
        else:
            answer, is_revisit = _answer(connection, preserved, snapshot)
            before = preserved.hops + preserved.request
            file, offset, length = segment.name, segment.size + len(before), len(answer)
            record_id = preserved.traffic.response_id
        snapshot = replace(
            snapshot,
            duplicate_of=snapshot.duplicate_of or earliest_copy(connection, snapshot, preserved.capture.sketch),
            archive=self.archive_name,
            warc_file=file,
            warc_offset=offset,
            warc_length=length,
            warc_record_id=record_id,
        )
        return snapshot, before + answer, is_revisit

    def _leave(self) -> None:
        """Lets go of everything; a second call does nothing."""
        if self._archive_lock >= 0:
            self.proofs.close()
            super().close()
            os.close(self._archive_lock)
            self._archive_lock = -1

    def _segment_with_room(self) -> Segment:
        if self._segment and self._segment.size >= self._rules.max_bytes:
            self._seal()
        self._segment = self._segment or Segment.create(self._rules)
        return self._segment

    def _seal(self) -> None:
        segment, self._segment = self._segment, None
        if segment:
            try:
                write_index(segment.path, self.catalog)
            finally:
                segment.seal()


def _enter(folder: Path) -> int:
    """Makes the archive's folders where they aren't; a lock that keeps ``rebuild`` out."""
    for name in ("warc", "lock"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for _ in range(20):  # who has just ended looks for a moment whether it was the last
        archive_lock = lock(folder / "lock" / "archive", os.O_RDWR | os.O_CREAT, shared=True)
        if archive_lock is not None:
            break
        time.sleep(0.05)
    else:
        raise ArchiveError(f"the catalog of {folder} is being rebuilt: try again when that is done")
    return archive_lock


def _mend(folder: Path, catalog: Catalog) -> None:
    """Repairs what a crash left; a catalog that was lost is made anew, also where a kill came in between."""
    mended = repair(folder, catalog)
    if catalog.is_unfinished:
        mended += index_all(folder.parent, catalog)
        catalog.finished()
    for problem in mended:
        logger.warning("%s, %d: %s: %s", problem.file, problem.offset, problem.what, problem.remedy)


def _finish_erasures(folder: Path, catalog: Catalog) -> None:
    if is_erasing(catalog):
        from snapshotter.store.erase import finish  # noqa: PLC0415  (a capture starts a tenth sooner without)

        finish(folder, catalog)


def _answer(connection: sqlite3.Connection, preserved: Preserved, snapshot: Snapshot) -> tuple[bytes, bool]:
    """The response's member, or a revisit's where its payload is stored; and which of them it is."""
    traffic, is_304 = preserved.traffic, preserved.capture.http_status == NOT_MODIFIED
    if snapshot.raw_sha256 == _EMPTY_SHA256 or (traffic.truncated and not is_304):
        return preserved.response, False
    row = _RESPONSE_WITH.one(connection, article_id=snapshot.article_id, raw=snapshot.raw_sha256)
    if not row:
        return preserved.response, False
    profile = warc.NOT_MODIFIED if is_304 else warc.IDENTICAL
    traffic = replace(traffic, payload_digest=f"sha256:{snapshot.raw_sha256}")
    return warc.revisit(traffic, preserved.head, warc.Original(*row), profile=profile), True
