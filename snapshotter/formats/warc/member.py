"""One WARC record as one gzip member, deterministic to the byte."""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterable

from isal import isal_zlib

from snapshotter.errors import BadWarc

Fields = Iterable[tuple[str, str]]
"""Named fields in order; names may repeat, empty values are left out."""

LEVEL = 2
"""Measured on 60 news pages of 125 KB: levels 0–3 give 34.2, 31.5, 31.1, 30.1 KB in 181, 193, 202, 417 µs."""

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952: no name, no time, no system
_STORED_MAX = 0xFFFF
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://iipc.github.io/warc-specifications/")


def digest(data: bytes) -> str:
    """``sha256:`` and 64 hex digits.

    Hex, not the customary base32: a SHA-256 in base32 ends in padding that some tools drop and
    others ask for; hex is what ``raw_sha256`` holds, and fastwarc, warcio and pywb read it.
    """
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def record_id(*parts: str) -> str:
    """``<urn:uuid:…>``, the same for the same parts (UUID version 5)."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, chr(10).join(parts))}>"


def pack(fields: Fields, block: bytes, *, stored_from: int | None = None) -> bytes:
    """A whole record as one gzip member; Content-Length is added as the last field.

    From byte ``stored_from`` of the block on, bytes are stored, not compressed: for bodies that came
    compressed (a fifth of the CPU, 1 % larger). Raises BadWarc if a field holds a line break.
    """
    record = unpacked(fields, block)
    if stored_from is None:
        return bytes(isal_zlib.compress(record, LEVEL, 31))
    return _partly_stored(record, len(record) - len(block) - 4 + stored_from)


def unpacked(fields: Fields, block: bytes) -> bytes:
    """The same record before compression. Raises BadWarc if a field holds a line break."""
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields if value), f"Content-Length: {len(block)}"]
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise BadWarc(f"a WARC field may not hold a line break: {head[:200]!r}")
    return b"%b\r\n\r\n%b\r\n\r\n" % (head.encode("utf-8", "replace"), block)


def _partly_stored(record: bytes, split: int) -> bytes:
    """Deflate up to ``split``, then stored blocks (RFC 1951, section 3.2.4): the last one is final."""
    stream = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)
    parts = [_GZIP_HEAD, stream.compress(record[:split]), stream.flush(isal_zlib.Z_FULL_FLUSH)]
    for start in range(split, len(record), _STORED_MAX):
        piece = record[start : start + _STORED_MAX]
        is_last = start + _STORED_MAX >= len(record)
        parts += (struct.pack("<BHH", is_last, len(piece), len(piece) ^ _STORED_MAX), piece)
    parts.append(struct.pack("<II", isal_zlib.crc32(record), len(record) & 0xFFFFFFFF))
    return b"".join(parts)
