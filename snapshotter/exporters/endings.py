"""Up to where a feed file is whole."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from zoneinfo import ZoneInfo

from snapshotter.errors import BadText
from snapshotter.formats import text

_UTC = ZoneInfo("UTC")
_LINES = ("jsonl", "jl", "jsonlines")


def whole_part(path: Path, form: str) -> tuple[int, bytes]:
    """How many bytes of a feed file are whole records, and what must follow them before the next record is written.

    Only ``jsonl`` (``jl``, ``jsonlines``) and ``snapshot`` feeds can be told; others are whole. Raises OSError.
    """
    size = path.stat().st_size
    if not size or form not in (*_LINES, "snapshot"):
        return size, b""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return _whole_texts(view) if form == "snapshot" else _whole_lines(view)


def _whole_lines(view: mmap.mmap) -> tuple[int, bytes]:
    start = view.rfind(b"\n") + 1
    if start == len(view):
        return start, b""
    # An object that ends is whole, if only its newline is missing.
    return (len(view), b"\n") if _is_object(view[start:]) else (start, b"")


def _whole_texts(view: mmap.mmap) -> tuple[int, bytes]:
    separator = text.SEPARATOR.encode()
    cut = view.rfind(separator)
    return (len(view) if _is_text(view[cut + len(separator) if cut >= 0 else 0 :]) else max(cut, 0)), b""


def _is_object(line: bytes) -> bool:
    try:
        return type(json.loads(line)) is dict
    except (ValueError, RecursionError):
        return False


def _is_text(data: bytes) -> bool:
    try:
        text.read(data.decode("utf-8"), zone=_UTC)
    except (UnicodeDecodeError, BadText):
        return False
    return True
