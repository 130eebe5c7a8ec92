"""A WARC file into the archive: copied as it is, its pages read by workers, their records entered in its order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from snapshotter.errors import ArchiveError, BadHttp, BadWarc, WorkerLost
from snapshotter.formats import warc
from snapshotter.importing.pages import Pages, Seen
from snapshotter.items import Page
from snapshotter.preserve import Place, Preserved, preserve_imported
from snapshotter.sites import Sites, match_site
from snapshotter.store import Archive
from snapshotter.store.erase import leave_out
from snapshotter.store.imported import adopted, drop_targets, enter_targets, finish, original_of
from snapshotter.store.index import write_index
from snapshotter.store.segments import open_segment, sealed_name
from snapshotter.store.tables import snapshots
from snapshotter.workers.pool import WorkerPool

BATCH = 64


@dataclass(slots=True)
class Counts:
    """What an import came to, so far."""

    seen: Seen
    added: int = 0
    """Captures that weren't in the archive."""
    known: int = 0
    """Captures that were."""
    withheld: dict[int, str] = field(default_factory=dict)
    """Captures of what was taken down, which aren't kept: offset → record id."""


Progress = Callable[[Counts], None]


def unwatched(counts: Counts) -> None:
    """Tells nobody."""


class Importer:
    """Imports WARC files into an open archive."""

    def __init__(
        self, archive: Archive, sites: Sites, *, workers: int, timeout_s: float = 60, unread: str = ""
    ) -> None:
        """``unread``: as ``preserve`` has it; empty: pages are read."""
        self._archive = archive
        self._sites = sites
        self._unread = unread
        self._window = 2 * workers
        self._workers = WorkerPool(workers, timeout_s=timeout_s)

    async def close(self) -> None:
        """Ends the workers; the archive stays open."""
        await self._workers.close()

    async def take(self, stream: BinaryIO, name: str, progress: Progress = unwatched) -> Counts:
        """Imports one WARC file, given with one gzip member a record; ``name`` is what it is called.

        Killed at any moment, or done twice, the same call goes on where it stopped, and adds nothing twice.
        Raises ArchiveError, CannotWrite, OSError.
        """
        with adopted(self._archive.folder, stream, name) as path:
            enter_targets(path, self._archive.catalog)
            counts = await self._enter(path, progress)
            if counts.withheld:
                drop_targets(self._archive.catalog, sealed_name(path), counts.withheld)
                leave_out(path, set(counts.withheld.values()))
            write_index(path, self._archive.catalog)
            finish(path)
        return counts

    async def _enter(self, path: Path, progress: Progress) -> Counts:
        pages = Pages(path, self._original)
        counts = Counts(pages.seen)
        entered = self._entered(path)
        batch: list[Preserved] = []
        async for preserved in self._examined(pages, entered, counts):
            batch.append(preserved)
            if len(batch) == BATCH:
                await self._add(batch, counts)
                batch.clear()
                progress(counts)
        await self._add(batch, counts)
        return counts

    async def _examined(self, pages: Pages, entered: set[int], counts: Counts) -> AsyncIterator[Preserved]:
        """The pages that aren't entered yet, examined, in their order; some of them at once."""
        running: deque[asyncio.Task[Preserved | None]] = deque()
        try:
            for page, place in pages:
                if place.record.offset in entered:
                    counts.known += 1
                    continue
                running.append(asyncio.create_task(self._examine(page, place, counts.seen)))
                await asyncio.sleep(0)  # lets it start
                if len(running) > self._window and (preserved := await running.popleft()):
                    yield preserved
            while running:
                if preserved := await running.popleft():
                    yield preserved
        finally:
            for task in running:
                task.cancel()

    async def _examine(self, page: Page, place: Place, seen: Seen) -> Preserved | None:
        """None: it isn't HTTP after all."""
        site = match_site(self._sites, page.final_url)
        try:
            if self._unread:
                return preserve_imported(page, site, place, unread=self._unread)
            try:
                return await self._workers.run(preserve_imported, page, site, place)
            except WorkerLost as error:
                return await asyncio.to_thread(preserve_imported, page, site, place, unread=str(error))
        except BadHttp:
            seen.unreadable += 1
            return None

    async def _add(self, batch: list[Preserved], counts: Counts) -> None:
        stored = await asyncio.to_thread(self._archive.add, list(batch))
        for preserved, snapshot in zip(batch, stored, strict=True):
            place = preserved.place
            assert place is not None
            is_new = (snapshot.warc_file, snapshot.warc_offset) == (place.file, place.record.offset)
            is_withheld = snapshot.change == "withdrawn"
            counts.added += is_new
            counts.known += not is_new and not is_withheld
            if is_withheld and place.record.type == "response" and place.record.id:
                counts.withheld[place.record.offset] = place.record.id

    def _entered(self, path: Path) -> set[int]:
        """The offsets of the file's records that the catalog has."""
        query = select(snapshots.c.warc_offset).where(snapshots.c.warc_file == sealed_name(path))
        return {offset for (offset,) in self._archive.catalog.rows(query)}

    def _original(self, revisit: warc.Record) -> bytes | None:
        place = original_of(self._archive.catalog, revisit)
        if place is None:
            return None
        file, offset = place
        try:
            with open_segment(self._archive.folder / "warc", file) as stream:
                record = next(warc.read(stream, offset), None)
        except BadWarc as error:
            raise ArchiveError(f"{file} is damaged at {offset}: verify the archive") from error
        return record.block if record and record.type == "response" and record.is_whole else None
