"""What a run did, as JSON and as a text for people, and the exit status it earns."""

from snapshotter.items import COPIES
from snapshotter.report.exits import MEANING, Exit, meaning, reason_verdict, verdict_exit
from snapshotter.report.run import Failure, RunReport, SiteCounts
from snapshotter.report.summary import summary

__all__ = [
    "COPIES",
    "MEANING",
    "Exit",
    "Failure",
    "RunReport",
    "SiteCounts",
    "meaning",
    "reason_verdict",
    "summary",
    "verdict_exit",
]
