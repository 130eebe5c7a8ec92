"""An archive to read: what is known of a URL, snapshots by id, URL and time, their bytes, figures."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_

from snapshotter.access import OPEN, Access
from snapshotter.database import DATABASE_ERRORS, Kept, Statement, told
from snapshotter.errors import ArchiveError, ArchiveNotFound, BadWarc, CannotWrite, DigestMismatch, SnapshotNotFound
from snapshotter.formats import jsonl, warc
from snapshotter.formats.excerpt import excerpt
from snapshotter.items import Related, Snapshot
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.copies import copies_of
from snapshotter.store.figures import EVERYTHING, ArchiveStats, Known, Selection, stats_of
from snapshotter.store.imported import original_of
from snapshotter.store.segments import is_imported, open_segment
from snapshotter.store.tables import aliases, snapshots, takedowns
from snapshotter.store.takedowns import sync
from snapshotter.store.visible import shown
from snapshotter.store.withheld import named, open_records, why_not, withdrawn
from snapshotter.urls import url_key

PAGE_ROWS = 200

_DISK_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")


_LATEST = select(snapshots.c.id).order_by(snapshots.c.captured_at.desc(), snapshots.c.id.desc()).limit(1)


def _latest_of_alias(*conditions: ColumnElement[bool]) -> Any:
    return _LATEST.where(snapshots.c.article_id == aliases.c.article_id, *conditions).scalar_subquery()


_last, _good = snapshots.alias("last"), snapshots.alias("good")
_KNOWN = Statement(
    select(
        _last.c.id, _last.c.article_id, _last.c.verdict, _last.c.captured_at, _last.c.final_url,
        _good.c.id, _good.c.captured_at, _good.c.final_url, _good.c.etag, _good.c.last_modified,
    )
    .select_from(aliases)
    .join(_last, _last.c.id == _latest_of_alias())
    .outerjoin(_good, _good.c.id == _latest_of_alias(snapshots.c.verdict == "ok"))
    .where(aliases.c.key == bindparam("key"))
)  # fmt: skip


_OPEN_RECORD = Statement(select(snapshots.c.record).where(snapshots.c.id == bindparam("id"), shown(OPEN)))


_article = select(aliases.c.article_id).where(aliases.c.key == bindparam("key")).scalar_subquery()
_TAKEN_DOWN = Statement(
    select(takedowns.c.scope).where(
        or_(
            and_(takedowns.c.scope == "article", takedowns.c.value == _article),
            and_(takedowns.c.scope == "site", takedowns.c.value == bindparam("named")),
        )
    ).limit(1)
)  # fmt: skip


class ArchiveReader:
    """An archive, read only. May be used while others write, and from several threads.

    This is the one place where takedowns and access rules are applied: whatever shows the archive's content
    asks a method here, or puts ``shown`` into its query.
    """

    def __init__(self, folder: Path, catalog: Catalog, access: Access = OPEN) -> None:
        """Takes over an open catalog; see ``open``."""
        self.folder = folder
        self.catalog = catalog
        self.access = access
        self._reading = threading.Lock()
        self._kept = Kept(catalog)

    @classmethod
    def open(cls, folder: Path, access: Access = OPEN) -> Self:
        """Opens an archive that is there. Raises ArchiveNotFound, CatalogTooNew, ArchiveError."""
        path = folder / "catalog.db"
        if not path.is_file():
            remedy = (
                "rebuild its catalog" if (folder / "warc").is_dir() else "name another with --archive, or crawl first"
            )
            raise ArchiveNotFound(f"no archive with a catalog in {folder}: {remedy}")
        catalog = open_catalog(path)
        sync(folder, catalog)
        return cls(folder, catalog, access)

    def close(self) -> None:
        """Lets go of the catalog."""
        self._kept.close()
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def shown(self) -> ColumnElement[bool]:
        """Of a row of ``snapshots``: it may leave the store, now."""
        return shown(self.access)

    def shows(self, snapshot: Snapshot) -> bool:
        """Whether a record that the store gave back may be handed on: no access rule hides it. A tombstone may."""
        if self.access.is_open or not snapshot.warc_file:
            return True
        return bool(self.catalog.rows(select(snapshots.c.id).where(snapshots.c.id == snapshot.id, self.shown())))

    def known(self, url: str) -> Known | None:
        """What is known of a URL's article, whichever of its URLs is asked for; None: nothing.

        For the crawler's own use: what isn't shown is known, too. Cheap enough for every link a spider sees
        (some 30 µs); never waits for a writer.
        """
        with self._reading:
            row = _KNOWN.one(self._kept.driver, key=url_key(url))
        if row is None:
            return None
        last_id, article_id, verdict, checked_at, last_url, good_id, captured_at, url, etag, last_modified = row
        if good_id is None:
            return Known(last_id, article_id, verdict, checked_at, checked_at, last_url, "", "")
        return Known(good_id, article_id, "ok", captured_at, checked_at, url, etag, last_modified)

    def is_taken_down(self, url: str, site: str) -> bool:
        """Whether a URL's article or the whole site is taken down, so that a capture wouldn't be stored. As cheap."""
        with self._reading:
            return _TAKEN_DOWN.one(self._kept.driver, key=url_key(url), named=site) is not None

    def get(self, id_or_url: str) -> Snapshot:
        """A snapshot by its id; for a URL or an article's id the last good one, else the last one.

        Raises SnapshotNotFound; Withheld where there are only such as were taken down, or that a rule hides.
        """
        if self.access.is_open and id_or_url.startswith("sn_"):
            with self._reading:
                row = _OPEN_RECORD.one(self._kept.driver, id=id_or_url)
            if row is not None:
                return jsonl.loads(unpacked(row[0]))
        order = ((snapshots.c.verdict == "ok").desc(), snapshots.c.captured_at.desc(), snapshots.c.id.desc())
        meant = select(snapshots.c.record).where(named(id_or_url)).order_by(*order).limit(1)
        found = self._records(meant.where(self.shown()))
        if not found:
            raise why_not(self.catalog, self.access, id_or_url)
        return found[0]

    def several(self, ids: Sequence[str]) -> dict[str, Snapshot]:
        """Captures by their ids, in one query; those that aren't there or aren't shown are left out."""
        if self.access.is_open:
            return open_records(self.catalog, ids)
        query = select(snapshots.c.record).where(snapshots.c.id.in_(ids), self.shown())
        return {snapshot.id: snapshot for snapshot in self._records(query)}

    def history(self, url: str) -> list[Snapshot]:
        """Every capture of a URL's article (or of an article's id), oldest first; empty: there is none."""
        order = (snapshots.c.captured_at, snapshots.c.id)
        return self._records(select(snapshots.c.record).where(named(url), self.shown()).order_by(*order))

    def snapshots(self, selection: Selection = EVERYTHING) -> Iterator[Snapshot]:
        """Snapshots in the order of their capture. What is captured while this runs may come along.

        Memory: some 200 records; no lock or transaction is held between them.
        """
        place = tuple_(snapshots.c.captured_at, snapshots.c.id)
        query = select(snapshots.c.record).where(*selection.conditions(), self.shown())
        query = query.order_by(*place.clauses).limit(PAGE_ROWS)
        page = self._records(query)
        while page:
            yield from page
            page = self._records(query.where(place > tuple_(page[-1].captured_at, page[-1].id)))

    def withdrawn(self, selection: Selection = EVERYTHING) -> Iterator[Snapshot]:
        """The tombstones of what was taken down, for exports: whoever read the records before must drop them."""
        return withdrawn(self.catalog, self.access, selection)

    def response_block(self, snapshot: Snapshot) -> bytes:
        """The response as it crossed the wire; for a revisit that of the response whose payload it repeats.

        Raises DigestMismatch, BadWarc; SnapshotNotFound and Withheld as ``get``: it may have been taken down since.
        """
        self.get(snapshot.id)
        record = self._answer(snapshot.warc_file, snapshot.warc_offset)
        if record.type != "revisit":
            return record.block
        columns = snapshots.c
        query = select(columns.warc_file, columns.warc_offset).where(
            columns.article_id == snapshot.article_id, columns.warc_record_id == record.get("WARC-Refers-To")
        )
        for file, offset in self.catalog.rows(query):
            return self._answer(file, offset).block
        if place := original_of(self.catalog, record):
            return self._answer(*place).block
        raise SnapshotNotFound(f"the response that {snapshot.id} repeats isn't in the catalog: rebuild it")

    def neighbours(self, snapshot: Snapshot, limit: int = 10) -> list[str]:
        """Ids of other articles' last good copies: of the same category, then of the same site; newest first.

        Empty: there are none, or the capture has no text that others could be related to.
        """
        if not snapshot.body_text:
            return []
        found: dict[str, str] = {}
        for column, value in ((snapshots.c.category, snapshot.category), (snapshots.c.site, snapshot.site)):
            query = select(snapshots.c.article_id, snapshots.c.id).where(
                column == value,
                snapshots.c.verdict == "ok",
                snapshots.c.change.in_(("new", "revised")),
                snapshots.c.article_id != snapshot.article_id,
                self.shown(),
            )
            newest = query.order_by(snapshots.c.captured_at.desc(), snapshots.c.id.desc()).limit(3 * limit)
            for article_id, other in self.catalog.rows(newest) if value and len(found) < limit else ():
                found.setdefault(article_id, other)
        return list(found.values())[:limit]

    def related(self, snapshot: Snapshot, limit: int = 10) -> tuple[Related, ...]:
        """``neighbours`` as the text format prints them."""
        ids = self.neighbours(snapshot, limit)
        chosen = self.several(ids)
        return tuple(
            Related(one.title, excerpt(one.body_text), one.published_at) for name in ids if (one := chosen.get(name))
        )

    def reprints(self, snapshot: Snapshot) -> list[Snapshot]:
        """Near copies of its article, itself among them: of each article the earliest one; earliest first, at most 200.

        Empty: no other article is a copy. A copy that isn't shown is left out.
        """
        ids = copies_of(self.catalog, snapshot, self.shown())
        order = (snapshots.c.captured_at, snapshots.c.id)
        return self._records(select(snapshots.c.record).where(snapshots.c.id.in_(ids)).order_by(*order))

    def stats(self) -> ArchiveStats:
        """What is shown of the archive, in figures, at this moment; of its files, all."""
        sizes = [path.stat().st_size for path in (self.folder / "warc").glob("*.warc.gz*")]
        return stats_of(self.catalog.rows, self.shown(), sizes)

    def _records(self, query: Select[Any]) -> list[Snapshot]:
        return [jsonl.loads(unpacked(record)) for (record,) in self.catalog.rows(query)]

    def _answer(self, file: str, offset: int) -> warc.Record:
        name = Path(file).name
        try:
            with open_segment(self.folder / "warc", name) as stream:
                record = next(warc.read(stream, offset), None)
        except FileNotFoundError as error:
            raise SnapshotNotFound(f"{name} isn't in {self.folder / 'warc'}: restore it from a copy") from error
        if record is None or record.type not in {"response", "revisit"}:
            raise BadWarc(f"no response at {offset} of {file}: verify the archive")
        stated = record.get("WARC-Block-Digest")
        # Of an imported file the whole is known; wget states the digest of nothing for its revisits.
        if stated and stated != f"sha256:{record.sha256}" and not is_imported(name):
            raise DigestMismatch(f"the response at {offset} of {file} isn't what its digest says: verify the archive")
        return record


def open_catalog(path: Path) -> Catalog:
    """Opens or makes a catalog.

    Raises CatalogTooNew; CannotWrite for a disk that is full, read-only or failing; ArchiveError where what
    is there can't be used.
    """
    try:
        return Catalog(path)
    except DATABASE_ERRORS as error:
        name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
        if name.startswith(_DISK_ERRORS):
            raise cannot_write(path.parent, error) from error
        raise ArchiveError(f"the catalog {path} can't be used: {told(error)}. If it is damaged, rebuild it") from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Errors of the disk or the database become CannotWrite."""
    try:
        yield
    except (OSError, *DATABASE_ERRORS) as error:
        raise cannot_write(folder, error) from error


def cannot_write(folder: Path, error: Exception) -> CannotWrite:
    """The error to raise for one of the disk's or the database's."""
    return CannotWrite(f"the archive {folder} can't be written: {error}. Free some space, or check its rights")
