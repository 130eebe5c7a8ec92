"""A disk that is small for real: a tmpfs, where the tests may mount one (as root they may)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path | None]:
    """A folder on a disk of that many bytes; None where none may be mounted."""
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        is_mounted = subprocess.run(options, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield place if is_mounted else None
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


def resize(place: Path, size: int) -> None:
    """Make the disk larger, as an operator who frees space does."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)
