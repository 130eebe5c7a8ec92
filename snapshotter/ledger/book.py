"""The ledger's rows, written and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import utc_now
from snapshotter.database import Database
from snapshotter.ledger.figures import Day, Figures, total
from snapshotter.ledger.tables import ledger

FOLD_AFTER = timedelta(days=2)
"""So long a day's figures are kept run by run; until then, writing a run's again changes nothing."""
_ALL_DAYS = ""
_WRITE = insert(ledger)
_UPSERT = _WRITE.on_conflict_do_update(
    index_elements=[ledger.c.source, ledger.c.day, ledger.c.run], set_={"figures": _WRITE.excluded.figures}
)
_COUNTS_ONCE = or_(ledger.c.run != "", ledger.c.day == _ALL_DAYS)
"""The rows that together count everything once: what isn't folded yet, and the sum of all that is."""


class Ledger:
    """The coverage ledger in an open ``state.db``. Methods raise ArchiveError where it can't be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, run: str, rows: Mapping[tuple[str, str], Figures]) -> None:
        """Put a run's figures by (source, day) in the place of those that it wrote before.

        Raises one of DATABASE_ERRORS.
        """
        if rows:
            with self._database.writing() as connection:
                connection.execute(_UPSERT, [_row(*key, run, figures) for key, figures in rows.items()])

    def fold(self) -> None:
        """Make one row of the runs of each day that is past. Raises one of DATABASE_ERRORS."""
        before = f"{utc_now() - FOLD_AFTER:%Y-%m-%d}"
        due = and_(ledger.c.run != "", ledger.c.day < before)
        with self._database.writing() as connection:
            sums: dict[tuple[str, str], Figures] = {}
            for source, day, text in connection.execute(_rows().where(due)):
                for key in ((source, day), (source, _ALL_DAYS)):
                    sums.setdefault(key, Figures()).add(Figures.loads(text))
            for (source, day), figures in sums.items():
                _add(connection, source, day, figures)
            connection.execute(delete(ledger).where(due))

    def days(self, source: str = "", since: str = "") -> list[Day]:
        """The days of a source (of all: empty), from day ``since`` on, oldest first, each source once a day."""
        sums: dict[tuple[str, str], Figures] = {}
        for row in self._days(source, since):
            sums.setdefault((row.day, row.source), Figures()).add(row.figures)
        return [Day(source, day, figures) for (day, source), figures in sorted(sums.items(), key=lambda item: item[0])]

    def visits(self, source: str, since: str) -> list[Day]:
        """The same, newest first, and as far as it isn't folded yet run by run."""
        return sorted(self._days(source, since), key=lambda row: row.figures.last_at, reverse=True)

    def daily_bytes(self, since: str = "") -> list[int]:
        """How much all sources' servers sent on each day from ``since`` on on which one was crawled, oldest first."""
        sent = func.coalesce(func.sum(func.json_extract(ledger.c.figures, "$.bytes")), 0)
        query = select(sent).where(ledger.c.day != _ALL_DAYS, ledger.c.day >= since)
        return [size for (size,) in self._database.rows(query.group_by(ledger.c.day).order_by(ledger.c.day))]

    def totals(self) -> dict[str, Figures]:
        """What became of each source's articles since the ledger was begun."""
        sums: dict[str, Figures] = {}
        for source, _, text in self._database.rows(_rows().where(_COUNTS_ONCE).order_by(ledger.c.source)):
            sums.setdefault(source, Figures()).add(Figures.loads(text))
        return sums

    def total(self) -> Figures:
        """The same over all sources."""
        return total(self.totals().values())

    def sources(self) -> list[str]:
        """All that were ever crawled, by name."""
        return [
            source for (source,) in self._database.rows(select(ledger.c.source).distinct().order_by(ledger.c.source))
        ]

    def watched_since(self) -> dict[str, datetime]:
        """When each source was crawled for the first time."""
        first = func.min(func.json_extract(ledger.c.figures, "$.first_at"))
        rows = self._database.rows(select(ledger.c.source, first).where(_COUNTS_ONCE).group_by(ledger.c.source))
        return {source: datetime.fromisoformat(at) for source, at in rows if at}

    def _days(self, source: str, since: str) -> Iterable[Day]:
        query = _rows().where(ledger.c.day != _ALL_DAYS, ledger.c.day >= since)
        rows = self._database.rows(query.where(ledger.c.source == source) if source else query)
        return [Day(source, day, Figures.loads(text)) for source, day, text in rows]


def _rows() -> Select[Any]:
    return select(ledger.c.source, ledger.c.day, ledger.c.figures)


def _row(source: str, day: str, run: str, figures: Figures) -> dict[str, str]:
    return {"source": source, "day": day, "run": run, "figures": figures.dumps()}


def _add(connection: Connection, source: str, day: str, figures: Figures) -> None:
    same = and_(ledger.c.source == source, ledger.c.day == day, ledger.c.run == "")
    known = connection.execute(select(ledger.c.figures).where(same)).scalar_one_or_none()
    if known:
        figures.add(Figures.loads(known))
    connection.execute(_UPSERT, [_row(source, day, "", figures)])
