"""Which alarms stand, since when, and whether somebody was told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import rfc3339, utc_now
from snapshotter.database import Database
from snapshotter.ledger.alarms import Alarm
from snapshotter.ledger.tables import alarms

_NOTHING, _THAT_IT_WAS_RAISED, _THAT_IT_WAS_CLEARED = range(3)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that was raised."""

    alarm: Alarm
    raised_at: str
    cleared_at: str
    """Empty: it stands. Both RFC 3339, UTC."""


class Alarms:
    """The alarms in an open ``state.db``. Methods raise ArchiveError where it can't be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> list[Raised]:
        """Those that aren't cleared, the oldest first."""
        return self._select(alarms.c.cleared_at == "")

    def untold(self) -> list[Raised]:
        """Those that were raised or cleared with nobody being told; not those that came and went meanwhile."""
        raised = and_(alarms.c.cleared_at == "", alarms.c.told == _NOTHING)
        return self._select(or_(raised, and_(alarms.c.cleared_at != "", alarms.c.told == _THAT_IT_WAS_RAISED)))

    def settle(self, sources: Collection[str], found: Iterable[Alarm]) -> tuple[list[Alarm], list[Alarm]]:
        """Hold what was ``found`` about ``sources`` against what stands; the alarms (raised, cleared) by that.

        One that stands already gets its new text. Raises one of DATABASE_ERRORS.
        """
        now = rfc3339(utc_now())
        latest = {_key(alarm): alarm for alarm in found}
        with self._database.writing() as connection:
            rows = connection.execute(_rows().where(alarms.c.cleared_at == "")).all()
            standing = [_raised(row).alarm for row in rows]
            known = {_key(alarm): alarm for alarm in standing if alarm.source in sources}
            raised = [alarm for key, alarm in latest.items() if key not in known]
            cleared = [alarm for key, alarm in known.items() if key not in latest]
            for alarm in cleared:
                connection.execute(update(alarms).where(_is(alarm)).values(cleared_at=now))
            for key in latest.keys() & known.keys():
                connection.execute(update(alarms).where(_is(latest[key])).values(text=latest[key].text))
            for alarm in raised:
                row = asdict(alarm) | {"raised_at": now, "cleared_at": "", "told": _NOTHING}
                upsert = insert(alarms).values(row)
                connection.execute(upsert.on_conflict_do_update(index_elements=list(alarms.primary_key), set_=row))
        return raised, cleared

    def told(self, those: Iterable[Raised]) -> None:
        """Somebody was told of them. Raises one of DATABASE_ERRORS."""
        with self._database.writing() as connection:
            for one in those:
                told = _THAT_IT_WAS_CLEARED if one.cleared_at else _THAT_IT_WAS_RAISED
                same = and_(_is(one.alarm), alarms.c.raised_at == one.raised_at)
                connection.execute(update(alarms).where(same).values(told=told))

    def _select(self, condition: ColumnElement[bool]) -> list[Raised]:
        query = _rows().where(condition).order_by(alarms.c.raised_at, alarms.c.source, alarms.c.kind, alarms.c.field)
        return [_raised(row) for row in self._database.rows(query)]


def _rows() -> Select[Any]:
    named = alarms.c
    return select(named.kind, named.source, named.field, named.text, named.raised_at, named.cleared_at)


def _raised(row: Iterable[str]) -> Raised:
    kind, source, field, text, raised_at, cleared_at = row
    return Raised(Alarm(kind, source, field, text), raised_at, cleared_at)


def _key(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.kind, alarm.source, alarm.field


def _is(alarm: Alarm) -> ColumnElement[bool]:
    return and_(alarms.c.kind == alarm.kind, alarms.c.source == alarm.source, alarms.c.field == alarm.field)
