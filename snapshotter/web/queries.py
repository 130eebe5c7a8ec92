"""What the pages list: bounded questions to the catalog, each through the reader's rule of what may be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, select, tuple_

from snapshotter.access import OPEN
from snapshotter.database import Kept, Statement
from snapshotter.items import Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.store.tables import GOOD, snapshots
from snapshotter.store.visible import shown

LONGEST_HISTORY = 500
MOST_NAMES = 300

_c = snapshots.c
_newest_first = (_c.captured_at.desc(), _c.id.desc())
_later = snapshots.alias("later")
_LAST_GOOD = and_(
    GOOD,
    not_(
        select(_later.c.id)
        .where(
            _later.c.article_id == _c.article_id,
            _later.c.captured_at > _c.captured_at,
            _later.c.verdict == "ok",
            _later.c.change == "revised",
        )
        .exists()
    ),
)
"""Of a row: the last revision of its article that is a good copy."""

_PLACE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ~sn_[0-9a-z]{1,64}", re.ASCII)


class Version(NamedTuple):
    """One capture of an article, as lists of its versions need it."""

    id: str
    article_id: str
    revision: int
    change: str
    verdict: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a list, newest first."""

    found: list[Snapshot]
    older: str
    """Where the next part begins, for ``before``; empty: this was the last."""


@dataclass(frozen=True, slots=True)
class Selected:
    """Which articles a list is of; an empty field doesn't choose."""

    category: str = ""
    source_name: str = ""
    """The publisher that the page names."""

    def condition(self) -> ColumnElement[bool]:
        """The same for the catalog."""
        named = {"category": self.category, "source_name": self.source_name}
        return and_(_LAST_GOOD, *(_c[name] == value for name, value in named.items() if value))


_VERSIONS = (
    select(*(_c[name] for name in Version._fields)).where(_c.article_id == bindparam("article"))
    .order_by(*_newest_first).limit(LONGEST_HISTORY)
)  # fmt: skip
_AMONG = _c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))
_OPEN_AMONG = Statement(select(_c.id).where(_AMONG, shown(OPEN)))
_OPEN_VERSIONS = Statement(_VERSIONS.where(shown(OPEN)))


class Queries:
    """Questions of the pages."""

    def __init__(self, reader: ArchiveReader) -> None:
        self._reader = reader
        self._kept = Kept(reader.catalog)  # for the event loop's thread alone

    def version(self) -> int:
        """Another number whenever any other connection, of this process or another, has written to the catalog."""
        version = int(self._kept.driver.execute("PRAGMA data_version").fetchone()[0])
        return self._kept.times << 32 | version  # it begins anew with each connection

    def latest(self, selected: Selected, limit: int, before: str = "") -> Slice:
        """An article once, in its last good revision. ``before``: what ``older`` said; anything else is no place."""
        query = select(_c.id, _c.captured_at).where(selected.condition(), self._reader.shown())
        if _PLACE.fullmatch(before):
            query = query.where(tuple_(_c.captured_at, _c.id) < tuple_(*before.split("~")))
        rows = self._rows(query.order_by(*_newest_first).limit(limit + 1))
        older = f"{rows[limit - 1].captured_at}~{rows[limit - 1].id}" if len(rows) > limit else ""
        ids = [row.id for row in rows[:limit]]
        found = self._reader.several(ids)
        return Slice([found[name] for name in ids if name in found], older)

    def versions(self, article_id: str) -> list[Version]:
        """Captures of an article, newest first, the last LONGEST_HISTORY of them."""
        if self._reader.access.is_open:
            return [Version(*row) for row in _OPEN_VERSIONS.all(self._kept.driver, article=article_id)]
        query = _VERSIONS.where(self._reader.shown()).params(article=article_id)
        return [Version(*row) for row in self._rows(query)]

    def among(self, ids: Sequence[str]) -> set[str]:
        """Which of these may be shown, now."""
        if self._reader.access.is_open:
            return {name for (name,) in _OPEN_AMONG.all(self._kept.driver, ids=json.dumps(ids))}
        query = select(_c.id).where(_c.id.in_(ids), self._reader.shown())
        return {name for (name,) in self._rows(query)}

    def names(self, column: str) -> dict[str, int]:
        """The values of a column and how many articles' revisions have it, most first. Reads an index whole."""
        by = _c[column]
        query = select(by, func.count()).where(by != "", GOOD, self._reader.shown()).group_by(by)
        return {name: count for name, count in self._rows(query.order_by(func.count().desc(), by).limit(MOST_NAMES))}

    def days(self, limit: int) -> dict[str, int]:
        """Captures a day (UTC), of the last days that had any, oldest first."""
        day = func.substr(_c.captured_at, 1, 10)
        query = select(day, func.count()).where(self._reader.shown()).group_by(day).order_by(day.desc()).limit(limit)
        return {name: count for name, count in reversed(self._rows(query))}

    def _rows(self, query: Select[Any]) -> list[Any]:
        return self._reader.catalog.rows(query)
