"""What a verification that was interrupted has checked already, kept in a file of the operator's choice."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from snapshotter.errors import CannotWrite, UsageError
from snapshotter.store.scan import Problem

MAX_LINE_BYTES = 4 << 20

_Key = tuple[str, int, int, int, int]


class Checked:
    """Sealed WARC files that were checked, and what was wrong with each.

    A file counts as checked while name, size, time of change and inode are as they were, and the catalog
    is the same file. Lines that can't be read (a kill tears the last one) count for nothing.
    """

    def __init__(self, path: Path) -> None:
        """Reads what is there. Raises UsageError where the file can't be read."""
        self.path = path
        try:
            self._known = dict(filter(None, map(_parsed, _lines(path))))
        except OSError as error:
            raise UsageError(f"can't read {path}: {error.strerror}. Name another place") from error

    def get(self, path: Path, catalog: Path) -> list[Problem] | None:
        """What was wrong with a file; None: it wasn't checked, or isn't what it was."""
        return self._known.get(_key(path, catalog))

    def add(self, path: Path, catalog: Path, problems: list[Problem]) -> None:
        """Notes that a file was checked. Raises CannotWrite."""
        line = json.dumps({"key": _key(path, catalog), "problems": [asdict(one) for one in problems]})
        if len(line) >= MAX_LINE_BYTES:
            return
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise CannotWrite(f"can't write {self.path}: {error.strerror}. Free some space, or go without") from error

    def done(self) -> None:
        """Removes the file: nothing is left to go on with. Raises CannotWrite."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotWrite(f"can't remove {self.path}: {error.strerror}. Remove it by hand") from error


def _key(path: Path, catalog: Path) -> _Key:
    status = path.stat()
    return path.name, status.st_size, status.st_mtime_ns, status.st_ino, catalog.stat().st_ino


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return list(iter(lambda: file.readline(MAX_LINE_BYTES), ""))
    except FileNotFoundError:
        return []


def _parsed(line: str) -> tuple[_Key, list[Problem]] | None:
    try:
        read = json.loads(line)
        name, size, changed, inode, catalog = read["key"]
        return (name, size, changed, inode, catalog), [Problem(**one) for one in read["problems"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
