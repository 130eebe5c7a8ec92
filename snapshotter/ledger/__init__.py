"""The coverage ledger: what became of each source's articles, day by day, and the alarms that follow from it.

It is the operator's, kept in the archive's ``state.db``; it can't be derived from the WARC files, for what was
skipped, failed or never listed left nothing there. What needs the database is in ``book`` and ``standing``.
"""

from snapshotter.ledger.alarms import Alarm, Disk, alarms, disk_alarms
from snapshotter.ledger.figures import Day, Figures, Histogram
from snapshotter.ledger.tally import Tally

__all__ = ["Alarm", "Day", "Disk", "Figures", "Histogram", "Tally", "alarms", "disk_alarms"]
