"""What stands in an erased record's place: a record of the same id in a gzip member of the same length.

So no other record's offset changes. The member is the tombstone, then blanks at the end of its block (stored, not
compressed), then a gzip comment (RFC 1952, section 2.3) for the last few bytes. A comment alone would do by the RFC,
but readers that inflate piece by piece take a long one for the end of the file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from snapshotter.errors import BadWarc
from snapshotter.formats.warc.member import Fields, digest, unpacked
from snapshotter.formats.warc.read import Record

ERASED = "Snapshotter-Erased"
"""The field that marks a tombstone; its value is the WARC-Type of what stood there."""

_COMMENT_MAX = 512
_STORED_MAX = 0xFFFF
_FLAG_COMMENT = 0x10
_KEPT = ("WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-Refers-To")


def tombstone(of: Record, block: bytes = b"") -> bytes:
    """The member that takes a record's place: ``of.length`` bytes.

    A conversion stays one, with ``block`` (JSON) as what is left of the snapshot record; anything else becomes a
    ``metadata`` record that says no more than its id, its date and its old type. Raises BadWarc where the old member is
    too short to hold it (a few hundred bytes do).
    """
    if of.type == "conversion":
        fields = [("WARC-Type", "conversion"), *((name, of.get(name)) for name in _KEPT), (ERASED, of.type)]
        return fitted([*fields, ("Content-Type", "application/json")], block, of.length)
    names = [("WARC-Type", "metadata"), ("WARC-Record-ID", of.id), ("WARC-Date", of.get("WARC-Date"))]
    return fitted([*names, (ERASED, of.type), ("Content-Type", "application/warc-fields")], b"", of.length)


def fitted(fields: Fields, block: bytes, length: int) -> bytes:
    """A record as one gzip member of exactly ``length`` bytes, with blanks behind ``block`` where there is room.

    Raises BadWarc if it needs more.
    """
    named = tuple(fields)
    member = _member(named, block, 0)
    if length - len(member) > _COMMENT_MAX:
        # Blanks change digest and length in the head, so its compressed size too, by less than half the comment's.
        blanks = length - len(member) - _COMMENT_MAX // 2
        blanks -= 5 * (blanks // _STORED_MAX + 1)
        member = _member(named, block, blanks)
    spare = length - len(member)
    if spare < 0:
        raise BadWarc(f"a tombstone of {len(member)} bytes doesn't fit into a member of {length}")
    return _with_comment(member, spare)


def _member(fields: Iterable[tuple[str, str]], block: bytes, blanks: int) -> bytes:
    block += b" " * blanks
    dated = [*fields, ("WARC-Block-Digest", digest(block))]
    record = unpacked(dated, block)
    stream = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    trailer = struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    if not blanks:
        return b"".join((head, stream.compress(record), stream.flush(), trailer))
    split = len(record) - blanks - 4
    parts = [head, stream.compress(record[:split]), stream.flush(zlib.Z_FULL_FLUSH)]
    for start in range(split, len(record), _STORED_MAX):
        piece = record[start : start + _STORED_MAX]
        parts += (struct.pack("<BHH", start + _STORED_MAX >= len(record), len(piece), len(piece) ^ _STORED_MAX), piece)
    return b"".join((*parts, trailer))


def _with_comment(member: bytes, spare: int) -> bytes:
    """The member, ``spare`` bytes longer: a comment of blanks and its zero byte."""
    if not spare:
        return member
    return member[:3] + bytes([_FLAG_COMMENT]) + member[4:10] + b" " * (spare - 1) + b"\0" + member[10:]
