"""The coverage ledger: what became of each source's articles, day by day, and the alarms that follow from it.

It is the operator's, kept in the archive's ``state.db``; it can't be derived from the WARC files, for what was
skipped, failed or never listed left nothing there.
"""

from snapshotter.ledger.alarms import Alarm, Disk, alarms, disk_alarms
from snapshotter.ledger.book import Day, Ledger
from snapshotter.ledger.figures import Figures, Histogram
from snapshotter.ledger.standing import Alarms, Raised
from snapshotter.ledger.tally import Tally

__all__ = [
    "Alarm",
    "Alarms",
    "Day",
    "Disk",
    "Figures",
    "Histogram",
    "Ledger",
    "Raised",
    "Tally",
    "alarms",
    "disk_alarms",
]
