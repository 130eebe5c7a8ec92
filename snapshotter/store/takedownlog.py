"""``DIR/log/takedowns.jsonl``: what was taken down, restored and erased, a line each, only ever appended to.

It isn't derivable from the WARC files, and it is the truth: the catalog's table of takedowns follows it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from snapshotter.errors import ArchiveError
from snapshotter.proof.manifest import Manifest
from snapshotter.store.segments import sync_folder

SCHEMA = "snapshotter-takedown/1"
ACTIONS = ("hide", "erase", "erased", "restore")
SCOPES = ("article", "site", "capture", "text")
MAX_LINE_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision."""

    action: str
    """``hide``; ``erase``: hidden, and the bytes are to go; ``erased``: they are gone; ``restore``."""
    at: str
    """RFC 3339, UTC."""
    asked: str
    """What was named: an id, a URL, ``site NAME``."""
    reason: str
    by: str
    """By whose request; empty: not said."""
    scopes: tuple[tuple[str, str], ...]
    """(one of SCOPES, its value): an article's id, a site's name, a capture's id, ``{article id} {text_sha256}``."""
    schema: str = SCHEMA


def log_path(folder: Path) -> Path:
    """Where an archive has it."""
    return folder / "log" / "takedowns.jsonl"


def append(folder: Path, entry: Entry) -> None:
    """Adds an entry; once it returns, it is on the disk. Cuts a line that a crash tore. Raises OSError.

    The caller holds the archive's takedown lock.
    """
    path = log_path(folder)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():  # one that is there is on the list, and may not be struck off
        Manifest(folder).announce(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        whole = _whole(path)
        os.ftruncate(descriptor, whole)
        line = memoryview(json.dumps(asdict(entry), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        while line:
            written = os.pwrite(descriptor, line, whole)
            line, whole = line[written:], whole + written
        os.fsync(descriptor)
        sync_folder(path.parent)
        sync_folder(folder)
    finally:
        os.close(descriptor)


def read_log(folder: Path) -> Iterator[Entry]:
    """The entries, oldest first; none where there is no log. A line that a crash tore wasn't acknowledged.

    Raises ArchiveError, with the line's number, for one that can't be read.
    """
    path = log_path(folder)
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), 1):
            if not line.endswith(b"\n") and len(line) < MAX_LINE_BYTES:
                return
            try:
                yield _entry(line)
            except (ValueError, TypeError, RecursionError) as error:
                raise ArchiveError(f"{path}, line {number}: {error}. Restore the file from a copy") from error


def is_readable(folder: Path) -> bool:
    """Whether all of its lines can be read; one that a crash tore doesn't count."""
    try:
        for _ in read_log(folder):
            pass
    except ArchiveError:
        return False
    return True


def whole_bytes(folder: Path) -> int:
    """The log's length up to its last whole line; 0 where there is none."""
    path = log_path(folder)
    return _whole(path) if path.exists() else 0


def _whole(path: Path) -> int:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        while size:
            start = max(size - (1 << 16), 0)
            file.seek(start)
            found = file.read(size - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            size = start
    return 0


def _entry(line: bytes) -> Entry:
    found = json.loads(line)
    names = [field.name for field in fields(Entry)]
    if type(found) is not dict or sorted(found) != sorted(names):
        raise ValueError(f"its keys should be {', '.join(names)}")
    scopes = found.pop("scopes")
    entry = Entry(**found, scopes=tuple((str(scope), str(value)) for scope, value in scopes))
    if not all(isinstance(value, str) for value in found.values()) or entry.schema != SCHEMA:
        raise ValueError(f"schema should be {SCHEMA}, and every value a string")
    if entry.action not in ACTIONS or any(scope not in SCOPES for scope, _ in entry.scopes):
        raise ValueError("an action or a scope that this version doesn't know")
    return entry
