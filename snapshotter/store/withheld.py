"""What is asked for by name: which captures that means, which may be shown, and why there is nothing to show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_

from snapshotter.access import OPEN, Access
from snapshotter.database import DATABASE_ERRORS, Statement, told
from snapshotter.errors import ArchiveError, SnapshotNotFound, Withheld
from snapshotter.formats import jsonl
from snapshotter.items import Snapshot
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.tables import aliases, snapshots
from snapshotter.store.takedowns import TAKEN_DOWN, Notice, notice_of, tombstone
from snapshotter.store.visible import allowed, deciding, explained, shown
from snapshotter.urls import url_key

if TYPE_CHECKING:
    from snapshotter.store.figures import Selection

PAGE_ROWS = 200


def named(id_or_url: str) -> ColumnElement[bool]:
    """Of a row of ``snapshots``: it is the capture of that id, or one of the article of that id or URL."""
    if id_or_url.startswith("sn_"):
        return snapshots.c.id == id_or_url
    if id_or_url.startswith("ar_"):
        return snapshots.c.article_id == id_or_url
    return snapshots.c.article_id.in_(select(aliases.c.article_id).where(aliases.c.key == url_key(id_or_url)))


_among = select(func.json_each(bindparam("ids")).table_valued("value").c.value)
_OPEN_RECORDS = Statement(select(snapshots.c.record).where(snapshots.c.id.in_(_among), shown(OPEN)))


def open_records(catalog: Catalog, ids: Sequence[str]) -> dict[str, Snapshot]:
    """Of these captures those that may be shown where no rule hides any. Raises ArchiveError."""
    try:
        with catalog.reading() as connection:
            rows = _OPEN_RECORDS.all(connection, ids=json.dumps(list(ids)))
    except DATABASE_ERRORS as error:
        raise ArchiveError(f"{catalog.path} can't be read: {told(error)}: {catalog.remedy}") from error
    return {one.id: one for one in (jsonl.loads(unpacked(record)) for (record,) in rows)}


def why_not(catalog: Catalog, access: Access, id_or_url: str) -> ArchiveError:
    """The error for a name that nothing is shown of: Withheld, or SnapshotNotFound."""
    columns = (snapshots.c.record, TAKEN_DOWN, deciding(access))
    latest = (snapshots.c.captured_at.desc(), snapshots.c.id.desc())
    for record, taken_down, index in catalog.rows(select(*columns).where(named(id_or_url)).order_by(*latest).limit(1)):
        snapshot = jsonl.loads(unpacked(record))
        reason = explained(access, index, snapshot.captured_at)
        if reason is None:
            break
        if taken_down:
            left = tombstone(snapshot, _notice(catalog, snapshot))
            return Withheld(f"{id_or_url}: {left.warnings[0]}", jsonl.dumps(left))
        return Withheld(f"{id_or_url}: {reason}")
    return SnapshotNotFound(f"the archive holds no snapshot of {id_or_url}")


def withdrawn(catalog: Catalog, access: Access, selection: Selection) -> Iterator[Snapshot]:
    """The tombstones of what was taken down, in the order of capture: what a reader of exports must drop.

    Chosen by site, and by the time of the capture or of the takedown; what a tombstone doesn't tell, a category
    or a verdict, doesn't choose. Memory: some 200 records.
    """
    place = tuple_(snapshots.c.captured_at, snapshots.c.id)
    query = select(snapshots.c.record).where(TAKEN_DOWN, allowed(access))
    query = query.where(*([snapshots.c.site == selection.site] if selection.site else []))
    query = query.order_by(*place.clauses).limit(PAGE_ROWS)
    page = [jsonl.loads(unpacked(record)) for (record,) in catalog.rows(query)]
    while page:
        for snapshot in page:
            notice = _notice(catalog, snapshot)
            if selection.covers(snapshot.captured_at) or selection.covers(notice.at):
                yield tombstone(snapshot, notice)
        behind = query.where(place > tuple_(page[-1].captured_at, page[-1].id))
        page = [jsonl.loads(unpacked(record)) for (record,) in catalog.rows(behind)]


def _notice(catalog: Catalog, snapshot: Snapshot) -> Notice:
    with catalog.reading() as connection:
        return notice_of(connection, snapshot) or Notice()
