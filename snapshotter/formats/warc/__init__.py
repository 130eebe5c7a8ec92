"""WARC 1.1 (ISO 28500): records written bit by bit as we want them, and read back with bounds.

warcio builds HTTP heads anew from parsed headers, so what a server really sent would be lost;
here a block is the bytes that crossed the wire, untouched.
"""

from __future__ import annotations

from snapshotter.formats.warc.member import Fields, digest, pack, record_id
from snapshotter.formats.warc.read import MAX_BLOCK_BYTES, Record, next_member, read
from snapshotter.formats.warc.tombstone import ERASED, fitted, tombstone
from snapshotter.formats.warc.write import (
    IDENTICAL,
    NOT_MODIFIED,
    PAGE_OF,
    REPEATS,
    Original,
    Traffic,
    conversion,
    request,
    resource,
    response,
    revisit,
    traffic,
    warcinfo,
)

__all__ = [
    "ERASED",
    "IDENTICAL",
    "MAX_BLOCK_BYTES",
    "NOT_MODIFIED",
    "PAGE_OF",
    "REPEATS",
    "Fields",
    "Original",
    "Record",
    "Traffic",
    "conversion",
    "digest",
    "fitted",
    "next_member",
    "pack",
    "read",
    "record_id",
    "request",
    "resource",
    "response",
    "revisit",
    "tombstone",
    "traffic",
    "warcinfo",
]
