"""A run's end in the ledger: its figures, the alarms that follow from them, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from snapshotter.clock import utc_now
from snapshotter.database import Database
from snapshotter.ledger import Alarm, Disk, alarms, disk_alarms
from snapshotter.ledger.alarms import LOOK_BACK_DAYS
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.standing import Alarms, Raised
from snapshotter.report.run import RunReport

LEAST_PACE_DAYS, PACE_DAYS = 3, 7
MAX_LINES = 50
"""How many alarms one message lists."""


class Watch:
    """The ledger of an archive while one run writes to it."""

    def __init__(self, database: Database, report: RunReport, least_bytes: int) -> None:
        """``least_bytes``: what must be free on the disk. Raises ArchiveError."""
        self.ledger = Ledger(database)
        self._database, self._report, self._least_bytes = database, report, least_bytes
        self._alarms = Alarms(database)
        self._sources: set[str] = set()
        report.tally.watched_since = self.ledger.watched_since()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def write(self) -> None:
        """Write what has changed. Raises one of DATABASE_ERRORS."""
        self._sources |= self._report.tally.sources()
        changes = self._report.tally.changes()
        self.ledger.write(self._report.run_id, changes)
        self._report.tally.written(changes)

    def settle(self, free_bytes: int) -> tuple[list[Alarm], list[Alarm]]:
        """Write all, and look at the sources that this run was at, and at the disk; the alarms (raised, cleared) by it.

        Raises ArchiveError, one of DATABASE_ERRORS.
        """
        self.write()
        self.ledger.fold()
        since = _day(LOOK_BACK_DAYS)
        found = [alarm for source in self._sources for alarm in alarms(source, self.ledger.visits(source, since))]
        found += disk_alarms(Disk(free_bytes, self._least_bytes, self._daily_bytes()))
        raised, cleared = self._alarms.settle({*self._sources, ""}, sorted(found, key=str))
        self._report.alarmed(raised, [one.alarm for one in self._alarms.standing()])
        return raised, cleared

    def tell(self, send: Callable[[str, str], bool]) -> bool:
        """Send one message about all that nobody was told of yet; False: it didn't get there."""
        untold = self._alarms.untold()
        if not untold:
            return True
        if not send(*message(untold)):
            return False
        self._alarms.told(untold)
        return True

    def _daily_bytes(self) -> float:
        """0.0 in the first days, when all that is there comes at once."""
        days = self.ledger.daily_bytes(_day(PACE_DAYS))
        return sum(days) / len(days) if len(days) >= LEAST_PACE_DAYS else 0.0


def message(those: list[Raised]) -> tuple[str, str]:
    """Title and text that tell of alarms."""
    raised = sum(not one.cleared_at for one in those)
    parts = [f"{raised} raised"] * bool(raised) + [f"{len(those) - raised} over"] * (raised < len(those))
    lines = [f"{'over: ' if one.cleared_at else ''}{one.alarm} (since {one.raised_at})" for one in those]
    if rest := lines[MAX_LINES:]:
        lines = [*lines[:MAX_LINES], f"and {len(rest)} more: snapshotter status"]
    return f"Snapshotter: alarms, {', '.join(parts)}", "\n".join(lines)


def _day(back: int) -> str:
    return f"{utc_now() - timedelta(days=back):%Y-%m-%d}"
