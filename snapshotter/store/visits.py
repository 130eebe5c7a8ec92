"""When each article is to be visited next: entered with its captures, in the same transaction."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import rfc3339
from snapshotter.database import NOTE, Statement, meta
from snapshotter.formats import jsonl
from snapshotter.items import Discovery, Snapshot
from snapshotter.schedule.visits import History, Plans, Seen, next_visit, published, retry_after
from snapshotter.store.catalog import Catalog, unpacked
from snapshotter.store.reader import writing
from snapshotter.store.segments import IMPORTED
from snapshotter.store.tables import VISITS_MISSING, snapshots, takedowns, visits

MOST_SEEN = 100
"""How many of an article's captures are looked at."""

BATCH = 500
"""Articles planned anew in one transaction."""
ONLY_LISTED = ": only the "
"""In a warning of ``record.with_listing``."""

_PLANS = "plans"
_c, _v = snapshots.c, visits.c
_ours = and_(_c.warc_file.not_like(f"{IMPORTED}-%"), _c.change != "withdrawn")
_SEEN = Statement(
    select(_c.captured_at, _c.verdict, _c.change, _c.id)
    .where(_c.article_id == bindparam("article_id"), _ours)
    .order_by(_c.captured_at.desc(), _c.id.desc()).limit(MOST_SEEN)
)  # fmt: skip
_ROW = Statement(
    select(_v.url, _v.source, _v.first_at, _v.published_at).where(_v.article_id == bindparam("article_id"))
)
_PUT = insert(visits)
_ENTER = Statement(
    _PUT.on_conflict_do_update(
        index_elements=[_v.article_id],
        set_={column.name: _PUT.excluded[column.name] for column in visits.columns if column.name != "article_id"},
    )
)
_MOVE = Statement(update(visits).where(_v.article_id == bindparam("which")).values(next_at=bindparam("then")))
_MISS = Statement(
    update(visits)
    .where(_v.article_id == bindparam("which"))
    .values(next_at=bindparam("then"), misses=bindparam("times"))
)
_MISSES = Statement(select(_v.misses).where(_v.article_id == bindparam("article_id")))
_is_wanted = ~exists().where(
    or_(
        and_(takedowns.c.scope == "article", takedowns.c.value == _v.article_id),
        and_(takedowns.c.scope == "site", takedowns.c.value == _v.source),
    )
)
_DUE = Statement(
    select(_v.article_id, _v.url, _v.source, _v.next_at)
    .where(_v.source == bindparam("source"), _v.next_at > "", _v.next_at <= bindparam("now"), _is_wanted)
    .order_by(_v.next_at).limit(bindparam("most"))
)  # fmt: skip
_LATEST = Statement(
    select(_c.record)
    .where(_c.article_id == bindparam("article_id"), _ours)
    .order_by((_c.verdict == "ok").desc(), _c.captured_at.desc(), _c.id.desc()).limit(1)
)  # fmt: skip
_SOURCES = Statement(select(_v.source, func.count()).group_by(_v.source))
_OF_SOURCE = Statement(
    select(_v.article_id, _v.first_at, _v.published_at)
    .where(_v.source == bindparam("source"), _v.article_id > bindparam("after")).order_by(_v.article_id).limit(BATCH)
)  # fmt: skip
_NOTED = Statement(select(meta.c.value).where(meta.c.name == bindparam("called")))
_NOTE = Statement(NOTE)
_UNNOTE = Statement(delete(meta).where(meta.c.name == bindparam("called")))
_ALL = Statement(
    select(_c.id, _c.record)
    .where(_ours, _c.id > bindparam("after")).order_by(_c.id).limit(BATCH)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """An article that is to be visited."""

    article_id: str
    url: str
    source: str
    next_at: str


def note(connection: sqlite3.Connection, snapshot: Snapshot, plans: Plans) -> None:
    """Enters when the capture's article is to be visited next. Imports and what was taken down don't count."""
    if snapshot.change == "withdrawn" or snapshot.warc_file.startswith(f"{IMPORTED}-"):
        return
    seen = _SEEN.all(connection, article_id=snapshot.article_id)
    row = _ROW.one(connection, article_id=snapshot.article_id)
    url, source, first_at, published_at = row or ("", "", snapshot.captured_at, published(snapshot))
    if not row or _speaks_for_it(snapshot, seen):
        url, source = snapshot.final_url if snapshot.verdict == "ok" else snapshot.url, snapshot.site
    first_at, published_at = min(first_at, snapshot.captured_at), min(published_at, published(snapshot))
    _ENTER.run(
        connection,
        article_id=snapshot.article_id,
        url=url,
        source=source,
        first_at=first_at,
        published_at=published_at,
        next_at=_next_at(seen, first_at, published_at, plans, source),
        misses=0,
    )


def due(connection: sqlite3.Connection, source: str, now: datetime, most: int) -> list[Visit]:
    """The visits of a source whose time has come, the longest due first. Those of what was taken down aren't."""
    return [Visit(*row) for row in _DUE.all(connection, source=source, now=rfc3339(now), most=most)]


def missed(connection: sqlite3.Connection, article_id: str, now: datetime, retry_after_s: float) -> None:
    """A visit brought nothing to keep: later again, as ``retry_after`` has it."""
    row = _MISSES.one(connection, article_id=article_id)
    if row:
        wait = max(retry_after(row[0] + 1), timedelta(seconds=min(retry_after_s, 86400)))
        _MISS.run(connection, which=article_id, then=rfc3339(now + wait), times=row[0] + 1)


def leave(connection: sqlite3.Connection, article_id: str) -> None:
    """No further visits: another article lives at its URL now, and is visited there."""
    _MOVE.run(connection, which=article_id, then="")


def discovery_of(connection: sqlite3.Connection, article_id: str) -> Discovery:
    """How an article was found, and what only its listing said of it: the page may not say it at the next visit."""
    row = _LATEST.one(connection, article_id=article_id)
    if not row:
        return Discovery()
    snapshot = jsonl.loads(unpacked(row[0]))
    lacks = {warning.partition(":")[0] for warning in snapshot.warnings if ONLY_LISTED in warning}
    return Discovery(
        via=snapshot.discovered_via,
        title=snapshot.title if "title" in lacks else "",
        published_at=snapshot.published_at if "published_at" in lacks else "",
        published_raw=snapshot.published_raw if "published_at" in lacks else "",
        zone_source=snapshot.zone_source if "published_at" in lacks else "",
    )


def plan(catalog: Catalog, plans: Plans) -> None:
    """Has articles visited by these plans: those to come, and those entered by others, or not at all.

    Raises CannotWrite.
    """
    catalog.plans = plans
    with writing(catalog.path.parent):
        with catalog.reading() as connection:
            is_missing = _NOTED.one(connection, called=VISITS_MISSING)
            before, now = _noted_plans(connection), _plans_as_json(plans)
        if is_missing:
            _fill(catalog)
        if before != now:
            _replan(catalog, before, now)


def _replan(catalog: Catalog, before: dict[str, object], now: dict[str, object]) -> None:
    """Killed in the midst of it, the next start does it all; nobody waits for longer than a batch takes."""
    with catalog.reading() as connection:
        sources = [source for source, _ in _SOURCES.all(connection)]
    for source in sources:
        if before.get(source, before.get("")) != now.get(source, now[""]):
            _replan_source(catalog, source)
    with catalog.transaction() as connection:
        _NOTE.run(connection, name=_PLANS, value=json.dumps(now))


def _speaks_for_it(snapshot: Snapshot, seen: list[tuple[str, ...]]) -> bool:
    """Whether a capture is the one that tells an article's URL: the last good one, else the last."""
    good = [(at, name) for at, verdict, _, name in seen if verdict == "ok"]
    leading = good or [(at, name) for at, _, _, name in seen]
    return not leading or leading[0] == (snapshot.captured_at, snapshot.id)


def _next_at(seen: list[tuple[str, ...]], first_at: str, published_at: str, plans: Plans, source: str) -> str:
    history = History(
        datetime.fromisoformat(first_at),
        datetime.fromisoformat(published_at),
        [Seen(datetime.fromisoformat(at), verdict, change) for at, verdict, change, _ in reversed(seen)],
    )
    moment = next_visit(history, plans.of(source)) if seen else None
    return rfc3339(moment) if moment else ""


def _replan_source(catalog: Catalog, source: str) -> None:
    after, is_done = "", False
    while not is_done:
        with catalog.transaction() as connection:
            rows = _OF_SOURCE.all(connection, source=source, after=after)
            for article_id, first_at, published_at in rows:
                seen = _SEEN.all(connection, article_id=article_id)
                then = _next_at(seen, first_at, published_at, catalog.plans, source)
                _MOVE.run(connection, which=article_id, then=then)
        after, is_done = rows[-1][0] if rows else "", not rows


def _fill(catalog: Catalog) -> None:
    """Enters the visits of a catalog that was made before there were any."""
    after, is_done = "", False
    while not is_done:
        with catalog.transaction() as connection:
            rows = _ALL.all(connection, after=after)
            for _, record in rows:
                note(connection, jsonl.loads(unpacked(record)), catalog.plans)
        after, is_done = rows[-1][0] if rows else "", not rows
    with catalog.transaction() as connection:
        _UNNOTE.run(connection, called=VISITS_MISSING)


def _noted_plans(connection: sqlite3.Connection) -> dict[str, object]:
    row = _NOTED.one(connection, called=_PLANS)
    noted: dict[str, object] = json.loads(row[0]) if row else _plans_as_json(Plans())
    return noted


def _plans_as_json(plans: Plans) -> dict[str, object]:
    every = {"": plans.default, **plans.by_source}
    loaded: dict[str, object] = json.loads(json.dumps({source: asdict(plan) for source, plan in every.items()}))
    return loaded
