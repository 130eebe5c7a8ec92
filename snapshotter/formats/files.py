"""Files that appear whole or not at all: written beside their place as ``.part``, synced, renamed."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def part_of(target: Path) -> Path:
    """Where a file or folder is written before it is ``target``."""
    return target.with_name(target.name + ".part")


def sync(path: Path) -> None:
    """Returns when the file's bytes, or the folder's names, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(part: Path, target: Path) -> None:
    """Makes a part, file or folder, the target in one step. What stood there is gone. Raises OSError.

    Whoever opens ``target`` meanwhile finds the old or the new one; so does a start after a power cut.
    """
    for file in sorted(part.rglob("*"), reverse=True):
        sync(file)
    sync(part)
    if part.is_dir() and target.exists():
        _exchange(part, target)
        sync(target.parent)
        shutil.rmtree(part)
    else:
        part.replace(target)
    sync(target.parent)


def remove(path: Path) -> None:
    """Removes a file, or a folder with all in it, if there is one. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _exchange(one: Path, other: Path) -> None:
    """Swaps two names at once; where the file system can't, one after the other."""
    rename = ctypes.CDLL(None, use_errno=True).renameat2
    if not rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE):
        return
    code = ctypes.get_errno()
    if code not in {errno.EINVAL, errno.ENOSYS}:
        raise OSError(code, os.strerror(code), str(other))
    aside = other.with_name(other.name + ".old")
    remove(aside)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
