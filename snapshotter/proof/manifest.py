"""The signed list of an archive's files, so that one changed byte anywhere is noticed, and which file it is in.

``proof/manifest`` is written when the last run on an archive has ended. A run that begins renames it to
``manifest.open``: what it says of files that are never changed, and of those that nobody touched, holds on.
Written, it is a signed note: a line a file, ``sha256 size mtime_ns path``, the path percent-encoded.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import BadProof
from snapshotter.formats.files import sync
from snapshotter.proof.notes import MAX_NOTE_BYTES, PublicKey, SigningKey, opened

NAME, OPEN_NAME = "proof/manifest", "proof/manifest.open"

_TITLE = "/files"
_READ_BYTES = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) (0|[1-9][0-9]{0,19}) ([!-~]+)")
_NOT_LISTED = re.compile(
    r"lock/.*|proof/manifest.*|catalog\.db(-wal|-shm|\.new.*)|(?:search|site|state)\.db(-wal|-shm|-journal)"
    r"|(?:.*/)?[^/]*\.(open|part)"
)
_SHARED = ("search.db", "site.db", "state.db")
_DATABASES = ("catalog.db", *_SHARED)
_GROWS = re.compile(r"(?:.*/)?[^/]*\.log")
_TAKEDOWNS = "log/takedowns.jsonl"
_MISSING = "is missing"
_NEVER_CHANGED = re.compile(r"(warc|imported)/[^/]+\.warc\.gz|proof/heads/.*")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest has it."""

    path: str
    """Below the archive folder, percent-encoded as in a URL."""
    sha256: str
    size: int
    mtime_ns: int

    @property
    def is_for_good(self) -> bool:
        """Whether a file of that name is never written to again."""
        return bool(_NEVER_CHANGED.fullmatch(self.path))

    @property
    def is_to_stay(self) -> bool:
        """Whether nothing may remove it but what says so (``release``): it is listed until it is back."""
        return self.is_for_good or self.path == _TAKEDOWNS

    @property
    def may_change(self) -> bool:
        """Whether others than runs write to it: servers, searches, the schedule. It is told if nobody wrote to it."""
        return self.path in _SHARED

    @property
    def may_grow(self) -> bool:
        """Whether it is a log, whose last lines may be written when all else is closed."""
        return bool(_GROWS.fullmatch(self.path))


class Manifest:
    """An archive's list of files, as last signed."""

    def __init__(self, folder: Path) -> None:
        """``folder``: the archive's."""
        self.folder = folder
        self._closed, self._open = folder / NAME, folder / OPEN_NAME
        self._released = folder / "proof" / "manifest.released"

    def invalidate(self) -> None:
        """Says that files are about to change. Whoever writes to an archive does this first. Raises OSError."""
        for part in self._closed.parent.glob("manifest.*.part"):  # another's, who takes the archive for closed
            part.unlink(missing_ok=True)
        if self._closed.exists():
            self._closed.replace(self._open)

    def begin(self) -> Path:
        """Claims the writing of a new one: to be called while nobody else has the archive open. Raises OSError."""
        part = self._closed.with_name(f"manifest.{os.getpid()}-{os.urandom(4).hex()}.part")
        part.touch(exist_ok=False)
        return part

    def finish(self, part: Path, key: SigningKey) -> bool:
        """Writes what ``begin`` claimed; False: a run has begun meanwhile, and will. Raises OSError."""
        text = f"{key.public.name}{_TITLE}\ntime {rfc3339(utc_now())}\n" + self._lines(key.public)
        try:
            with part.open("r+b") as file:
                file.write(key.sign(text).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._closed)
        except FileNotFoundError:
            return False
        self._open.unlink(missing_ok=True)
        self._released.unlink(missing_ok=True)
        sync(self._closed.parent)
        return True

    def release(self, *paths: Path) -> None:
        """Strikes files off that a takedown or a repair rewrote, moved or removed: the next manifest looks anew.

        The archive is open to be written. Raises OSError.
        """
        self._released.parent.mkdir(exist_ok=True)
        with self._released.open("a", encoding="utf-8") as file:
            file.write("".join(f"{_encoded(self.folder, path)}\n" for path in paths))
            file.flush()
            os.fsync(file.fileno())

    @property
    def exists(self) -> bool:
        """Whether there is one, of a run that has ended or from before one that is on."""
        return any(path.exists() for path in (self._closed, self._open, self._closed))  # it may be renamed meanwhile

    @property
    def is_closed(self) -> bool:
        """Whether all files should be as it says: no run has begun since it was written."""
        return self._closed.exists()

    def listed(self, keys: list[PublicKey]) -> list[Listed]:
        """What it lists, in order; empty: there is none. Raises BadProof if it was altered."""
        for path in (self._closed, self._open):
            try:
                with path.open("rb") as file:
                    listed = _parsed(file.read(MAX_NOTE_BYTES + 1), keys)
            except FileNotFoundError:
                continue
            struck = self._struck()
            return [one for one in listed if one.path not in struck]
        return []

    def altered(self, one: Listed) -> str:
        """What is wrong with a listed file; empty: nothing, or nothing can be said while a run is on. Raises OSError.

        Reads the file. A manifest that a run invalidates meanwhile says nothing of files it may change.
        """
        if one.may_change and not (self._is_untouched(one) and os.access(_local(self.folder, one.path), os.R_OK)):
            return ""
        what = self._altered(one)
        holds = self.is_closed and not one.may_change
        if not what or holds or one.is_for_good or (one.is_to_stay and what == _MISSING):
            return what
        return what if self._is_untouched(one) else ""

    def unlisted(self, listed: list[Listed]) -> list[str]:
        """Files that it doesn't list: nothing can be said of them. Their names as in the manifest."""
        known = {one.path for one in listed}
        return [path for path, _ in _files(self.folder) if path not in known and path not in _SHARED]

    def _altered(self, one: Listed) -> str:
        path = _local(self.folder, one.path)
        if not path.is_file():
            return _MISSING
        size = path.stat().st_size
        if size != one.size and not (size > one.size and one.may_grow):
            return f"has {size} bytes, not the {one.size} it was closed with"
        return "isn't what it was closed with" if _sha256(path, one.size) != one.sha256 else ""

    def _is_untouched(self, one: Listed) -> bool:
        try:
            status = _local(self.folder, one.path).stat()
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (one.size, one.mtime_ns)

    def _lines(self, key: PublicKey) -> str:
        """Of all files that are there, then of those that should be."""
        try:
            known = {one.path: one for one in self.listed([key])}
        except BadProof:  # verify said so, as long as it was there
            known = {}
        lines = {path: _line(path, status, known.get(path), self.folder) for path, status in _files(self.folder)}
        lost = {path: _as_known(one) for path, one in known.items() if one.is_to_stay and path not in lines}
        return "".join((lines | lost).values())

    def _struck(self) -> set[str]:
        try:
            return set(self._released.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return set()


def _line(path: str, status: os.stat_result, known: Listed | None, folder: Path) -> str:
    """A file's line. What is never changed, and what nobody touched, isn't read again: altered, it stays noticed."""
    stamp = (status.st_size, status.st_mtime_ns)
    if known and (known.is_for_good or stamp == (known.size, known.mtime_ns)):
        return _as_known(known)
    return f"{_sha256(_local(folder, path), status.st_size)} {status.st_size} {status.st_mtime_ns} {path}\n"


def _as_known(one: Listed) -> str:
    return f"{one.sha256} {one.size} {one.mtime_ns} {one.path}\n"


def _parsed(note: bytes, keys: list[PublicKey]) -> list[Listed]:
    text, key = opened(note, keys)
    head, *lines = text.removesuffix("\n").split("\n")
    time, found = "".join(lines[:1]), [_LINE.fullmatch(line) for line in lines[1:]]
    if head != key.name + _TITLE or not time.startswith("time ") or None in found:
        raise BadProof("not a list of an archive's files")
    return [Listed(line[4], line[1], int(line[2]), int(line[3])) for line in found if line]


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every file that a closed archive has, by its encoded name, in order."""
    for name, entry in _entries(folder, ""):
        if _NOT_LISTED.fullmatch(name):
            continue
        if name in _DATABASES and _has_bytes(folder / f"{name}-wal"):
            continue  # who has it open keeps it from being merged: it will change yet
        if name in _SHARED and not os.access(entry.path, os.R_OK):
            continue  # a server's, which runs as another user
        try:
            status = entry.stat()
        except FileNotFoundError:  # it was removed meanwhile
            continue
        yield name, status


def _entries(folder: str | Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files below a folder, links apart: (encoded name, behind ``prefix``; entry), sorted folder by folder.

    Each run goes through all of the archive's: no Path and but one stat a file, a tenth of the time.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=attrgetter("name"))
    except (PermissionError, FileNotFoundError):
        return
    for entry in entries:
        name = prefix + quote(os.fsencode(entry.name))
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{name}/")
        elif entry.is_file(follow_symlinks=False):
            yield name, entry


def _encoded(folder: Path, path: Path) -> str:
    return quote(os.fsencode(path.relative_to(folder)), safe="/")


def _local(folder: Path, name: str) -> Path:
    return folder / os.fsdecode(unquote_to_bytes(name))


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _sha256(path: Path, size: int) -> str:
    """Of the file's first ``size`` bytes."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (data := file.read(min(size, _READ_BYTES))):
            hashed.update(data)
            size -= len(data)
    return hashed.hexdigest()
