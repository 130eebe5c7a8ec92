"""Near copies among the archive's articles: each text's sketch in the catalog, and what is found by it.

``texts`` has one row for each article and different sketch, with the earliest good capture that shows it; ``bands``
leads from a band of a sketch to the texts. Both follow from the records alone, in whatever order these come.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, func, insert, or_, select, update

from snapshotter.copies import LEAST_LIKENESS, bands, likeness, sketch
from snapshotter.database import Statement
from snapshotter.formats import jsonl
from snapshotter.items import Snapshot
from snapshotter.record import NOT_MODIFIED
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.tables import bands as band_table
from snapshotter.store.tables import snapshots, texts

MAX_IN_BAND = 64
"""How many texts are looked at of those that share a band: the first that came."""
MAX_CANDIDATES = 64
"""How many of them all: those that share the most bands."""
MAX_TEXTS = 20
"""How many of an article's own texts are looked up, the last that came, when its copies are asked for."""
MAX_COPIES = 200
"""How many articles are given as copies of one."""

_key: BindParameter[int] = bindparam("key")
_its: BindParameter[str] = bindparam("article_id")
_IN_BAND = Statement(
    select(band_table.c.text_id).where(band_table.c.key == _key).order_by(band_table.c.text_id).limit(MAX_IN_BAND)
)
_TEXT = Statement(
    select(texts.c.sketch, texts.c.snapshot_id, snapshots.c.duplicate_of)
    .join(snapshots, snapshots.c.id == texts.c.snapshot_id)
    .where(texts.c.id == bindparam("text_id"))
)
_PLACE = Statement(
    select(snapshots.c.captured_at, snapshots.c.duplicate_of != "", snapshots.c.id, snapshots.c.article_id)
    .where(snapshots.c.id == bindparam("id"), snapshots.c.change != "withdrawn")
)  # fmt: skip
_OF_ARTICLE = Statement(
    select(texts.c.id, texts.c.captured_at, texts.c.snapshot_id)
    .where(texts.c.article_id == _its, texts.c.sketch == bindparam("sketch"))
)  # fmt: skip
_SKETCHES = Statement(
    select(texts.c.id, texts.c.sketch).where(texts.c.article_id == _its).order_by(texts.c.id.desc()).limit(MAX_TEXTS)
)
_TEXTS = Statement(select(texts.c.id, texts.c.sketch).where(texts.c.article_id == _its))
_GOOD = Statement(
    select(snapshots.c.record)
    .where(snapshots.c.article_id == _its, snapshots.c.verdict == "ok", snapshots.c.change != "withdrawn")
)  # fmt: skip
_ADD_TEXT = Statement(
    insert(texts).values({name: bindparam(name) for name in ("article_id", "snapshot_id", "captured_at", "sketch")})
)
_ADD_BAND = Statement(insert(band_table))
_EARLIER = Statement(
    update(texts).where(texts.c.id == bindparam("which"))
    .values(snapshot_id=bindparam("earlier_id"), captured_at=bindparam("earlier"))
)  # fmt: skip
_DROP_TEXT = Statement(delete(texts).where(texts.c.id == bindparam("text_id")))
_DROP_BAND = Statement(delete(band_table).where(band_table.c.key == _key, band_table.c.text_id == bindparam("text_id")))


@dataclass(frozen=True, slots=True)
class _Copy:
    """A text that is a near copy of the one asked about."""

    snapshot_id: str
    duplicate_of: str
    """What that capture's record names; may be empty."""


def earliest_copy(connection: sqlite3.Connection, snapshot: Snapshot, its_sketch: bytes) -> str:
    """The id of the earliest capture whose text a new one is a near copy of; empty: it is the first, or its own.

    Where a copy names an earlier one itself, that one counts too: all copies name the same.
    """
    copies = list(_alike(connection, its_sketch))
    named = {one.snapshot_id for one in copies} | {one.duplicate_of for one in copies if one.duplicate_of}
    places = [row for one in named if (row := _PLACE.one(connection, id=one))]
    captured_at, _, earliest, article_id = min(places, default=("", 0, "", ""))
    is_first = captured_at > snapshot.captured_at  # of the same second, the one that came first
    return "" if is_first or article_id == snapshot.article_id else str(earliest)


def near_copies(connection: sqlite3.Connection, its_sketch: bytes) -> list[str]:
    """The ids of the captures whose texts are near copies; empty for an empty sketch."""
    return [one.snapshot_id for one in _alike(connection, its_sketch)]


def enter_text(connection: sqlite3.Connection, snapshot: Snapshot, its_sketch: bytes) -> None:
    """Enters a good capture's text, or notes that it was there earlier than was known; nothing for an empty sketch."""
    if not its_sketch:
        return
    known = _OF_ARTICLE.one(connection, article_id=snapshot.article_id, sketch=its_sketch)
    place = snapshot.captured_at, snapshot.id
    if known is None:
        row = {"article_id": snapshot.article_id, "snapshot_id": snapshot.id, "captured_at": snapshot.captured_at}
        _ADD_TEXT.run(connection, **row, sketch=its_sketch)
        (text_id,) = connection.execute("SELECT last_insert_rowid()").fetchone()
        for key in bands(its_sketch):
            _ADD_BAND.run(connection, key=key, text_id=text_id)
    elif place < known[1:]:
        _EARLIER.run(connection, which=known[0], earlier=place[0], earlier_id=place[1])


def sketch_of(snapshot: Snapshot) -> bytes:
    """The sketch of a stored capture's text, as it was when it came; empty where it isn't to be entered."""
    if snapshot.verdict != "ok" or snapshot.change == "withdrawn" or snapshot.http_status == NOT_MODIFIED:
        return b""
    return sketch(snapshot.body_text)


def forget_texts(connection: sqlite3.Connection, article_ids: Set[str]) -> None:
    """Removes what is known of articles' texts, but for those of captures that are still there."""
    for article_id in sorted(article_ids):
        for text_id, its_sketch in _TEXTS.all(connection, article_id=article_id):
            for key in bands(its_sketch):
                _DROP_BAND.run(connection, key=key, text_id=text_id)
            _DROP_TEXT.run(connection, text_id=text_id)
        for (record,) in _GOOD.all(connection, article_id=article_id):
            left = jsonl.loads(unpacked(record))
            enter_text(connection, left, sketch_of(left))


def copies_of(catalog: Catalog, snapshot: Snapshot, shown: ColumnElement[bool]) -> list[str]:
    """The captures that stand for the articles with near copies of a snapshot's article, itself among them.

    Of each article the earliest such capture, of those that are shown; the earliest MAX_COPIES, oldest first. Empty:
    there is no other article.
    """
    with catalog.reading() as connection:
        its_sketches = [row[1] for row in _SKETCHES.all(connection, article_id=snapshot.article_id)]
        alike = {one for its_sketch in its_sketches for one in _alike(connection, its_sketch)}
    named = {snapshot.id, snapshot.duplicate_of}.union(*((one.snapshot_id, one.duplicate_of) for one in alike)) - {""}
    columns = snapshots.c
    named_by = and_(columns.duplicate_of != "", columns.duplicate_of.in_(named))  # the index is of those alone
    meant = or_(columns.id.in_(named), named_by)
    earliest = func.min(columns.captured_at + " " + columns.id)
    query = select(earliest).where(meant, columns.verdict == "ok", shown).group_by(columns.article_id)
    found = [place.split(" ")[1] for (place,) in catalog.rows(query.order_by(earliest).limit(MAX_COPIES))]
    return found if len(found) > 1 else []


def _alike(connection: sqlite3.Connection, its_sketch: bytes) -> Iterator[_Copy]:
    """The texts that are near copies: of any article, that of the sketch itself included."""
    shared: Counter[int] = Counter()
    for key in bands(its_sketch):
        shared.update(text_id for (text_id,) in _IN_BAND.all(connection, key=key))
    for text_id, _ in shared.most_common(MAX_CANDIDATES):
        row = _TEXT.one(connection, text_id=text_id)
        if row and likeness(its_sketch, row[0]) >= LEAST_LIKENESS:
            yield _Copy(*row[1:])
