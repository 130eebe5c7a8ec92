"""What is taken down: the catalog's table of it, which captures that means, and the tombstones they leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select
from sqlalchemy.dialects.sqlite import insert

from snapshotter.database import NOTE, Statement, meta
from snapshotter.errors import ArchiveError, BadProof
from snapshotter.items import Snapshot
from snapshotter.proof.keys import public_keys
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import Catalog
from snapshotter.store.scan import FROM_A_COPY, Problem
from snapshotter.store.tables import snapshots, takedowns
from snapshotter.store.takedownlog import Entry, log_path, read_log, whole_bytes

HIDDEN, ERASING, ERASED = "hidden", "erasing", "erased"
"""States of a takedown: what ``restore`` can undo; what is being erased, or waits for it; what is gone."""
_STATES = {"hide": HIDDEN, "erase": ERASING, "erased": ERASED}
_APPLIED = "takedowns_bytes"

_columns = {
    "article": snapshots.c.article_id,
    "site": snapshots.c.site,
    "capture": snapshots.c.id,
    "text": snapshots.c.article_id + " " + snapshots.c.text_sha256,
}

TAKEN_DOWN: ColumnElement[bool] = or_(
    snapshots.c.change == "withdrawn",
    *(column.in_(select(takedowns.c.value).where(takedowns.c.scope == scope)) for scope, column in _columns.items()),
)
"""Of a row of ``snapshots``."""

_TAKE = Statement(insert(takedowns))
_CLEAR = Statement(delete(takedowns))
_SET = Statement(NOTE)
_OVER = Statement(
    select(takedowns.c.at, takedowns.c.by, takedowns.c.reason)
    .where(
        or_(
            *(
                and_(takedowns.c.scope == scope, takedowns.c.value == bindparam(f"of_{scope}"))
                for scope in _columns
            )
        )
    )
    .order_by(takedowns.c.at.desc())
    .limit(1)
)  # fmt: skip


def is_erasing(catalog: Catalog) -> bool:
    """Whether something waits to be erased."""
    return bool(catalog.rows(select(takedowns.c.value).where(takedowns.c.state == ERASING).limit(1)))


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a takedown."""

    at: str = ""
    """RFC 3339, UTC; empty where the log that says so was lost."""
    by: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """In one line."""
        by = f" at the request of {self.by}" if self.by else ""
        return f"withdrawn{f' {self.at}' if self.at else ''}{by}{f': {self.reason}' if self.reason else ''}"


def sync(folder: Path, catalog: Catalog) -> None:
    """Brings the catalog's table up to the log. Cheap where nothing is new. Raises ArchiveError, OSError.

    A log that has become shorter gives nothing back: what was taken down stays so.
    """
    if whole_bytes(folder) <= _applied(catalog):
        return
    with catalog.transaction() as connection:  # read within: who read an earlier state of it mustn't write the last
        whole = whole_bytes(folder)
        standing = _standing(read_log(folder))
        _CLEAR.run(connection)
        for (scope, value), (state, entry) in standing.items():
            _TAKE.run(connection, scope=scope, value=value, state=state, at=entry.at, by=entry.by, reason=entry.reason)
        _SET.run(connection, name=_APPLIED, value=str(whole))


def require_log(folder: Path, catalog: Catalog | None) -> None:
    """Raises ArchiveError if the log isn't all there, as far as the catalog (None: there is none) and the signed list
    of files know: without it, what was taken down would be shown again.
    """
    path, known = log_path(folder), 0
    name = str(path.relative_to(folder))
    with suppress(ArchiveError):  # it is damaged, and to be made anew
        known = _applied(catalog) if catalog else 0
    listed = 0
    with suppress(BadProof):  # verify tells
        listed = sum(one.size for one in Manifest(folder).listed(public_keys(folder)) if one.path == name)
    if whole_bytes(folder) < known or (path.stat().st_size if path.exists() else 0) < listed:
        raise ArchiveError(
            f"{name} is missing or shorter than it was: restore it from a copy, "
            "else all that was taken down would be shown again"
        )


def check_takedowns(folder: Path, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with the log of takedowns and the catalog's table of them. Raises ArchiveError."""
    name = str(log_path(folder).relative_to(folder))
    if whole_bytes(folder) < (applied := _applied(catalog)):
        yield Problem(name, 0, f"is shorter than the {applied} bytes that the catalog knows of it", FROM_A_COPY)
        return
    try:
        standing = _standing(read_log(folder)).items()
    except ArchiveError as error:
        yield Problem(name, 0, str(error), FROM_A_COPY)
        return
    sync(folder, catalog)
    known = {
        ((row.scope, row.value), (row.state, row.at, row.by, row.reason)) for row in catalog.rows(select(takedowns))
    }
    if known != {(scope, (state, one.at, one.by, one.reason)) for scope, (state, one) in standing}:
        yield Problem(name, 0, "the catalog's takedowns aren't those of the log", "rebuild the catalog")


def matching(scopes: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    """Of a row of ``snapshots``: it lies in one of the scopes."""
    values = {scope: [value for name, value in scopes if name == scope] for scope in _columns}
    return or_(*(_columns[scope].in_(named) for scope, named in values.items() if named))


def notice_of(connection: sqlite3.Connection, snapshot: Snapshot) -> Notice | None:
    """The latest takedown that a snapshot falls under; None: there is none."""
    values = {
        "of_article": snapshot.article_id,
        "of_site": snapshot.site,
        "of_capture": snapshot.id,
        "of_text": f"{snapshot.article_id} {snapshot.text_sha256}",
    }
    row = _OVER.one(connection, **values)
    return Notice(*row) if row else None


def tombstone(snapshot: Snapshot, notice: Notice | None = None) -> Snapshot:
    """What is left of a snapshot's record: which capture it was and where it lay, nothing of what the page said."""
    return Snapshot(
        id=snapshot.id,
        article_id=snapshot.article_id,
        revision=snapshot.revision,
        change="withdrawn",
        verdict=snapshot.verdict,
        url=snapshot.url,
        final_url=snapshot.final_url,
        canonical_url=snapshot.canonical_url,
        url_key=snapshot.url_key,
        captured_at=snapshot.captured_at,
        http_status=snapshot.http_status,
        site=snapshot.site,
        warc_file=snapshot.warc_file,
        warc_offset=snapshot.warc_offset,
        warc_length=snapshot.warc_length,
        warc_record_id=snapshot.warc_record_id,
        warnings=(str(notice),) if notice else (),
        archive=snapshot.archive,
    )


def unkept(snapshot: Snapshot, notice: Notice) -> Snapshot:
    """The record of a capture that isn't stored, because what it shows was taken down."""
    return replace(
        tombstone(snapshot, notice), warc_file="", warc_offset=0, warc_length=0, warc_record_id="", archive=""
    )


def version(catalog: Catalog) -> int:
    """Grows with whatever changes the catalog's table of takedowns. Raises ArchiveError."""
    return _applied(catalog)


def _applied(catalog: Catalog) -> int:
    """How many bytes of the log the catalog's table comes of. Raises ArchiveError."""
    rows = catalog.rows(select(meta.c.value).where(meta.c.name == _APPLIED))
    return int(rows[0][0]) if rows else 0


def _standing(entries: Iterable[Entry]) -> dict[tuple[str, str], tuple[str, Entry]]:
    """What the log comes to: each scope's state, and the entry whose words count."""
    found: dict[tuple[str, str], tuple[str, Entry]] = {}
    for entry in entries:
        for scope in entry.scopes:
            before = found.get(scope, ("", entry))[0]
            if entry.action == "restore":
                if before == HIDDEN:
                    del found[scope]
            elif entry.action != "hide" or before not in {ERASING, ERASED}:
                found[scope] = (_STATES[entry.action], entry)
    return found
