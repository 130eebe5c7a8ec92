"""The files of an archive folder that its signed list can name, by their encoded names."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Container, Iterator
from operator import attrgetter
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, unquote_to_bytes

from snapshotter.proof.listing import DATABASES, LISTS, SHARED

_READ_BYTES = 1 << 20
_NOT_LISTED = re.compile(
    r"lock/.*|proof/manifest.*|catalog\.db(-wal|-shm|\.new.*)|(?:search|site|state)\.db(-wal|-shm|-journal)"
    r"|(?:.*/)?[^/]*\.(open|part)"
)


def files(folder: Path, without: Container[str] = ()) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file that a closed archive has, folder by folder; not those of LISTS and of the folders ``without``."""
    for name, entry in _entries(folder, "", without):
        if not _NOT_LISTED.fullmatch(name) and not (name in DATABASES and _is_in_use(folder, name)):
            yield name, entry


def status_of(folder: Path, name: str) -> os.stat_result | None:
    """A file's status; None: there is no such file (a link is none)."""
    try:
        status = local(folder, name).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status if S_ISREG(status.st_mode) else None


def encoded(folder: Path, path: Path) -> str:
    """A path's name on the list."""
    return quote(os.fsencode(path.relative_to(folder)), safe="/")


def local(folder: Path, name: str) -> Path:
    """Where the file of a name lies."""
    return folder / os.fsdecode(unquote_to_bytes(name))


def sha256(path: Path, size: int) -> str:
    """Of the file's first ``size`` bytes. Raises OSError."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (data := file.read(min(size, _READ_BYTES))):
            hashed.update(data)
            size -= len(data)
    return hashed.hexdigest()


def _entries(folder: str | Path, prefix: str, without: Container[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files below a folder, links apart: (encoded name, behind ``prefix``; entry), sorted folder by folder.

    No Path and no stat a file: a tenth of the time.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=attrgetter("name"))
    except (PermissionError, FileNotFoundError):
        return
    for entry in entries:
        name = prefix + quote(os.fsencode(entry.name))
        if entry.is_dir(follow_symlinks=False):
            if name != LISTS and name not in without:
                yield from _entries(entry.path, f"{name}/", without)
        elif entry.is_file(follow_symlinks=False):
            yield name, entry


def _is_in_use(folder: Path, name: str) -> bool:
    """Whether a database will change yet, or can't be read: it is a server's, which runs as another user."""
    wal = folder / f"{name}-wal"
    if wal.exists() and wal.stat().st_size > 0:  # who has it open keeps it from being merged
        return True
    return name in SHARED and not os.access(folder / name, os.R_OK)
