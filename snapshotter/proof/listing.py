"""A line of the signed list of files: what it says, how it is written, and what may become of the file it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from snapshotter.errors import BadProof

LISTS = "proof/lists"
"""Where the lines of old files lie: a file of them is named by its SHA-256, and is on the list like any other."""
DATABASES = ("catalog.db", "search.db", "site.db", "state.db")
SHARED = DATABASES[1:]
TOLD_FOLDERS = ("index", "log", "proof/heads", "warc")
"""Those that get files with each run: who writes there says so (``Manifest.announce``), runs don't go through them."""

_LINE = re.compile(r"([0-9a-f]{64}|-) (0|[1-9][0-9]{0,17}) (0|[1-9][0-9]{0,19}) ([!-~]+)")
_GONE = "-"
_GROWS = re.compile(r"(?:.*/)?[^/]*\.log")
_TAKEDOWNS = "log/takedowns.jsonl"
_NEVER_CHANGED = re.compile(rf"(warc|imported)/[^/]+\.warc\.gz|proof/heads/.*|{LISTS}/[0-9a-f]+")
_KEPT = re.compile(r"warc/[^/]+\.warc\.gz|index/[^/]+\.cdxj|proof/heads/[^/]+|log/run-[^/]+\.json")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the list has it."""

    path: str
    """Below the archive folder, percent-encoded as in a URL."""
    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def gone(cls, path: str) -> Listed:
        """What says that a file isn't there any more, whatever an older line says."""
        return cls(path, _GONE, 0, 0)

    @property
    def is_gone(self) -> bool:
        """Whether the line is there only to strike an older one off."""
        return self.sha256 == _GONE

    @property
    def is_list(self) -> bool:
        """Whether the file is itself a list: of files that came before those on the one that names it."""
        return self.path.startswith(f"{LISTS}/")

    @property
    def is_for_good(self) -> bool:
        """Whether a file of that name is never written to again."""
        return bool(_NEVER_CHANGED.fullmatch(self.path))

    @property
    def is_kept(self) -> bool:
        """Whether its line holds until somebody announces another: no run looks at the file again."""
        return is_kept(self.path)

    @property
    def is_to_stay(self) -> bool:
        """Whether nothing may remove it but what says so (``announce``): it is listed until it is back."""
        return self.is_for_good or self.path == _TAKEDOWNS

    @property
    def may_change(self) -> bool:
        """Whether others than runs write to it: servers, searches, the schedule. It is told if nobody wrote to it."""
        return self.path in SHARED

    @property
    def may_grow(self) -> bool:
        """Whether it is a log, whose last lines may be written when all else is closed."""
        return bool(_GROWS.fullmatch(self.path))


def is_kept(path: str) -> bool:
    """Whether a file of that name is written once, into one of TOLD_FOLDERS."""
    return bool(_KEPT.fullmatch(path))


def written(listed: Iterable[Listed]) -> str:
    """The lines of files."""
    return "".join(f"{one.sha256} {one.size} {one.mtime_ns} {one.path}\n" for one in listed)


def read(text: str) -> list[Listed]:
    """The files of ``written``. Raises BadProof."""
    found = [_LINE.fullmatch(line) for line in text.split("\n")[:-1]]
    if None in found or not (text.endswith("\n") or not text):
        raise BadProof("not a list of an archive's files")
    return [Listed(line[4], line[1], int(line[2]), int(line[3])) for line in found if line]
