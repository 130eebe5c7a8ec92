"""WARC files that aren't one gzip member a record: plain ones, or compressed as a whole. Told apart, and repacked."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from isal import isal_zlib

from snapshotter.errors import BadWarc
from snapshotter.formats.warc.member import LEVEL
from snapshotter.formats.warc.read import MAX_HEAD_BYTES, next_member, read

MEMBERS, LOOSE = "members", "loose"
"""One gzip member a record; a plain WARC file, or one compressed as a whole."""

_STEP_BYTES = 1 << 18
_LOOK_BYTES = 64 << 20
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.I | re.M)
_VERSION = re.compile(rb"WARC/[01]\.\d+\r?\n")
_DAMAGE = (OSError, EOFError, zlib.error)


def shape(stream: BinaryIO) -> str:
    """MEMBERS or LOOSE, by a file's first record. Raises BadWarc for what is no WARC file."""
    stream.seek(0)
    start = stream.read(4)
    if start == b"\x28\xb5\x2f\xfd":
        raise BadWarc("compressed with Zstandard: decompress it, and import that with --recompress")
    if start == b"WARC":
        return LOOSE
    if start[:2] != b"\x1f\x8b":
        raise BadWarc("not a WARC file")
    try:
        next(read(stream, 0, max_block=0))
    except BadWarc:
        stream.seek(0)
        if next(_records(stream), None) is not None:
            return LOOSE
        if next_member(io.BytesIO(_start_of(stream)), 1) is None:
            raise BadWarc("not a WARC file") from None
    return MEMBERS


def repack(stream: BinaryIO, target: BinaryIO) -> int:
    """Writes a loose file's records as one gzip member each, their bytes as they are; how many.

    Raises BadWarc at the first one that isn't whole. Memory: a record's head.
    """
    stream.seek(0)
    count = 0
    for head, length, content in _records(stream):
        packer = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, 31)
        target.write(packer.compress(head))
        left = length
        while left:
            data = content.read(min(left, _STEP_BYTES))
            if not data:
                raise BadWarc(f"the file ends within its record {count + 1}")
            target.write(packer.compress(data))
            left -= len(data)
        target.write(packer.compress(b"\r\n\r\n") + packer.flush())
        count += 1
    return count


def _records(stream: BinaryIO) -> Iterator[tuple[bytes, int, BinaryIO]]:
    """(head with its blank line, block's length, where to read the block from) of each record; the block must be read.

    Raises BadWarc where no record's head stands, or the compression is damaged.
    """
    first = stream.read(2)
    stream.seek(0)
    plain = cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if first == b"\x1f\x8b" else stream
    content = _Careful(plain)
    while head := _head(content):
        length = _LENGTH.search(head)
        if not length:
            raise BadWarc("a record without a readable Content-Length")
        yield head, int(length[1]), cast("BinaryIO", content)


class _Careful:
    """A stream whose damage is told as BadWarc."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = io.BufferedReader(cast("io.RawIOBase", stream), _STEP_BYTES)

    def read(self, size: int) -> bytes:
        """At most that many bytes."""
        try:
            return self._stream.read(size)
        except _DAMAGE as error:
            raise BadWarc(f"the file can't be read to its end: {error}") from error

    def readline(self, size: int) -> bytes:
        """At most that many bytes, and no more than a line."""
        try:
            return self._stream.readline(size)
        except _DAMAGE as error:
            raise BadWarc(f"the file can't be read to its end: {error}") from error


def _head(content: _Careful) -> bytes:
    """The next record's head, blank lines before it left out; empty: there is none."""
    blank = 0
    while (line := content.readline(MAX_HEAD_BYTES)) in {b"\r\n", b"\n"}:
        blank += 1
        if blank > 16:
            raise BadWarc("no record behind the blank lines")
    head = line
    while line and line not in {b"\r\n", b"\n"} and len(head) <= MAX_HEAD_BYTES:
        line = content.readline(MAX_HEAD_BYTES)
        head += line
    if head and (not _VERSION.match(head) or not head.endswith((b"\n\r\n", b"\n\n"))):
        raise BadWarc(f"no head of a WARC record: {head[:40]!r}")
    return head


def _start_of(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(_LOOK_BYTES)
