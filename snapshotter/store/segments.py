"""A WARC file while it is written: appended to by one run, synced in groups, renamed when done."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import BinaryIO

from snapshotter.clock import rfc3339, utc_now
from snapshotter.formats import warc
from snapshotter.proof.manifest import Manifest

OPEN_SUFFIX = ".open"
IMPORTED = "imported"
"""The folder of the WARC files that others wrote, beside that of ours."""

_IMPORTED_NAME = re.compile(rf"{IMPORTED}-[0-9a-f]{{16}}-")


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """How a run's WARC files are named, how long they get, what their warcinfo says."""

    folder: Path
    prefix: str = "snapshotter"
    max_bytes: int = 1_000_000_000
    """A file that has grown past this is sealed before the next batch."""
    about: Mapping[str, str] = field(default_factory=dict)


class Segment:
    """An open file, locked as long as its writer lives. Every method may raise OSError."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.name = sealed_name(path)
        """As it will be called for good, and as records name it."""
        self.size = 0
        self._descriptor = descriptor

    @classmethod
    def create(cls, rules: SegmentRules) -> Segment:
        """A new file with its warcinfo; its name was never used in that folder."""
        now = utc_now()
        host = re.sub(r"[^A-Za-z0-9.]", "-", socket.gethostname()) or "localhost"
        for serial in count():
            path = rules.folder / f"{rules.prefix}-{now:%Y%m%d%H%M%S}-{serial:05}-{host}.warc.gz{OPEN_SUFFIX}"
            descriptor = _claim(path)
            if descriptor is not None:
                segment = cls(path, descriptor)
                break
        try:
            segment.append(warc.warcinfo(segment.name, rfc3339(now), rules.about))
            sync_folder(rules.folder)
        except BaseException:
            segment.discard()
            raise
        return segment

    def append(self, data: bytes) -> None:
        """Writes at the end; on disk for good only after ``sync``."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self.size += len(data)

    def sync(self) -> None:
        """All that was appended is on the disk."""
        os.fdatasync(self._descriptor)

    def roll_back(self, size: int) -> None:
        """Takes back what was appended behind ``size``, half-written bytes included."""
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)
        self.size = size

    def seal(self) -> None:
        """Syncs and renames the file to its name for good, and lets go of it."""
        try:
            os.fsync(self._descriptor)
            seal(self.path)
        finally:
            os.close(self._descriptor)

    def discard(self) -> None:
        """Removes the file: nothing of use is in it."""
        self.path.unlink()
        os.close(self._descriptor)


def seal(path: Path) -> Path:
    """Gives a synced ``.open`` file its name for good."""
    sealed = path.with_name(sealed_name(path))
    Manifest(path.parent.parent).announce(sealed)
    path.rename(sealed)
    sync_folder(path.parent)
    return sealed


def open_segment(folder: Path, name: str) -> BinaryIO:
    """A WARC file to read, by its name for good, whether it has it yet or not. Raises FileNotFoundError.

    ``folder`` is that of our own files; an imported one lies in the folder beside it.
    """
    folder = folder.with_name(IMPORTED) if is_imported(name) else folder
    for suffix in ("", OPEN_SUFFIX):
        try:
            return (folder / f"{name}{suffix}").open("rb")
        except FileNotFoundError:
            continue
    return (folder / name).open("rb")  # it may have been renamed between the first look and the second


def sealed_name(path: Path) -> str:
    """What a WARC file is called for good, as records name it."""
    return path.name.removesuffix(OPEN_SUFFIX)


def is_imported(name: str) -> bool:
    """Whether a WARC file of that name is one that was imported: ``imported-{16 hex digits}-…``."""
    return _IMPORTED_NAME.match(name) is not None


def sync_folder(folder: Path) -> None:
    """Names that were made or changed in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(path: Path, flags: int = os.O_RDWR, *, shared: bool = False) -> int | None:
    """A descriptor that holds the file's lock until it is closed or its process ends; None: another has it.

    Processes forked meanwhile without exec hold it too.
    """
    descriptor = os.open(path, flags, 0o644)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_at(path: Path, descriptor: int) -> bool:
    """Whether the descriptor's file is still the one at that path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _claim(path: Path) -> int | None:
    """The descriptor of a new, locked file; None where the name was used before, or is being repaired away."""
    try:
        descriptor = lock(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return None
    if descriptor is None:
        return None
    was_used = path.with_name(sealed_name(path)).exists()
    if was_used and is_at(path, descriptor):
        path.unlink()
    if was_used or not is_at(path, descriptor):
        os.close(descriptor)
        return None
    return descriptor
