"""The catalog as an index in order: the lines that a query means, a bounded number of captures looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from snapshotter.errors import UsageError
from snapshotter.store import ArchiveReader
from snapshotter.store.tables import snapshots
from snapshotter.store.withheld import named
from snapshotter.urls import url_key
from snapshotter.web.doors.cdx.line import Line, line_of
from snapshotter.web.doors.cdx.query import BLOCK, CdxQuery, Place

BATCH = 500
MOST_LOOKED_AT = 20_000
MOST_COUNTED = 3_000_000
MOST_HOSTS, MOST_HOPS = 100, 5_000

_c = snapshots.c
_PLACE = tuple_(_c.url_key, _c.captured_at, _c.id)
_HOST = re.compile(r"[^/:?]*")


@dataclass(frozen=True, slots=True)
class Found:
    """The lines, and where to go on."""

    lines: list[Line]
    more: Place | None
    """The last capture looked at, where there may be more behind it."""


class Index:
    """Answers queries. Slow ones take a second; for a thread."""

    def __init__(self, reader: ArchiveReader) -> None:
        self._reader = reader

    def pages(self, query: CdxQuery) -> int:
        """How many pages of its size there are, whatever the filters leave of them."""
        some = select(_c.id).where(*self.conditions(query)).limit(MOST_COUNTED).subquery()
        count = self._reader.catalog.rows(select(func.count()).select_from(some))[0][0]
        return -(-int(count) // (BLOCK * query.page_size))

    def page(self, query: CdxQuery) -> Found | None:
        """The lines of a page; None: it is beyond the last."""
        size = BLOCK * query.page_size
        rows = self._select(query).offset((query.page or 0) * size).limit(size)
        places = [Place(*row) for row in self._reader.catalog.rows(rows)]
        if not places:
            return None
        return Found(list(self._wanted(query, self._lines(places)))[: abs(query.limit)], None)

    def lines(self, query: CdxQuery) -> Found:
        """Up to ``limit`` lines behind ``offset``.

        Raises UsageError where too many captures would have to be looked at for them.
        """
        last: list[Place] = []
        wanted = self._wanted(query, self._all(query, last))
        found = list(islice(wanted, query.offset, query.offset + abs(query.limit)))
        if query.limit < 0:
            found.reverse()
        return Found(found, last[0] if last and len(found) == abs(query.limit) else None)

    def _all(self, query: CdxQuery, last: list[Place]) -> Iterator[Line]:
        """All lines in order; the place of the one that was given last is put into ``last``."""
        is_reversed = query.limit < 0 or query.sort == "reverse"
        base, after, looked_at = self._select(query), query.resume, 0
        while True:
            if query.sort == "closest":
                rows = base.offset(looked_at)
            else:
                rows = base.where(self._behind(query, after, is_reversed=is_reversed)) if after else base
            places = [Place(*row) for row in self._reader.catalog.rows(rows.limit(BATCH))]
            if not places:
                return
            looked_at += len(places)
            if looked_at > MOST_LOOKED_AT:
                raise UsageError(f"more than {MOST_LOOKED_AT} captures to look at: narrow it, or ask by page=")
            for place, line in zip(places, self._lines(places), strict=True):
                last[:] = [place]
                if line:
                    yield line
            after = places[-1]

    def _lines(self, places: list[Place]) -> Iterator[Line]:
        """Of each its line; an empty one where it was taken down meanwhile."""
        for start in range(0, len(places), BATCH):
            ids = [place.id for place in places[start : start + BATCH]]
            records = self._reader.several(ids)
            for name in ids:
                yield line_of(records[name]) if name in records else {}

    def _wanted(self, query: CdxQuery, lines: Iterator[Line]) -> Iterator[Line]:
        """Those that pass the filters, of adjacent ones that collapse the first."""
        before: list[str] | None = None
        for line in lines:
            if not line or not all(one.passes(line) for one in query.filters):
                continue
            key = [line[name][: length or None] for name, length in query.collapse]
            if not key or key != before:
                yield line
            before = key

    def _select(self, query: CdxQuery) -> Select[Any]:
        rows = select(*_PLACE.clauses).where(*self.conditions(query))
        if query.sort == "closest" and query.match == "exact":
            apart = func.abs(func.julianday(_c.captured_at) - func.julianday(query.closest or "9999-12-31T00:00:00Z"))
            return rows.order_by(apart, _c.captured_at, _c.id)
        order = (_c.captured_at, _c.id) if query.match == "exact" else (_c.url_key, _c.captured_at, _c.id)
        is_reversed = query.limit < 0 or query.sort == "reverse"
        return rows.order_by(*(column.desc() if is_reversed else column for column in order))

    def _behind(self, query: CdxQuery, place: Place, *, is_reversed: bool) -> ColumnElement[bool]:
        if query.match == "exact":
            mine, its = tuple_(_c.captured_at, _c.id), tuple_(place.captured_at, place.id)
        else:
            mine, its = _PLACE, tuple_(*place)
        return mine < its if is_reversed else mine > its

    def conditions(self, query: CdxQuery) -> Iterator[ColumnElement[bool]]:
        """Of a row of ``snapshots``: it is meant, within the time, and may be shown. Raises UsageError."""
        yield self._reader.shown()
        yield self._matching(query)
        if query.since:
            yield _c.captured_at >= query.since
        if query.until:
            yield _c.captured_at <= query.until

    def _matching(self, query: CdxQuery) -> ColumnElement[bool]:
        if query.match == "exact":
            return named(query.url if "://" in query.url else f"http://{query.url}")
        key = url_key(query.url)
        if query.match == "prefix":
            bare = key.rstrip("/")
            return _followed_by(bare, "/") if query.url.endswith("/") else _under(key)
        name = host_of(key)
        hosts = [name] if query.match == "host" else self._hosts(name)
        return or_(*map(_of_host, hosts or [name]))

    def _hosts(self, domain: str) -> list[str]:
        """The hosts of a domain that the catalog has, by hops over its index. Raises UsageError for too many."""
        found: dict[str, None] = {}
        at = ""
        for _ in range(MOST_HOPS):
            (key,) = self._reader.catalog.rows(select(func.min(_c.url_key)).where(_c.url_key >= at))[0]
            if key is None:
                return list(found)
            name = host_of(key)
            if name == domain or name.endswith(f".{domain}"):
                found[name] = None
            if len(found) > MOST_HOSTS:
                break
            rest = key[len(name) : len(name) + 1]
            at = name + (chr(ord(rest) + 1) if rest else "\x00")
        raise UsageError(f"matchType=domain: too many hosts for {domain[:80]}: ask for each with matchType=host")


def host_of(key: str) -> str:
    """The host of a URL key."""
    found = _HOST.match(key)
    return found[0] if found else ""


def _under(prefix: str) -> ColumnElement[bool]:
    return and_(_c.url_key >= prefix, _c.url_key < prefix + "\U0010ffff")


def _of_host(name: str) -> ColumnElement[bool]:
    return _followed_by(name, "/:?")


def _followed_by(name: str, signs: str) -> ColumnElement[bool]:
    """Keys that are ``name``, or go on with one of the signs: one stretch of the index, read in its order.

    A list of stretches, each for a sign, would be sorted as a whole for every part that is read.
    """
    behind = chr(ord(max(signs)) + 1)
    is_so = func.substr(_c.url_key, len(name) + 1, 1).in_(["", *signs])
    return and_(_c.url_key >= name, _c.url_key < name + behind, is_so)
