"""JSON Lines that are compressed, by the file's suffix."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from snapshotter.errors import FormatError

_BUFFER_BYTES = 1 << 16
_STEP_BYTES = 256
"""So many may hold 8 MB at the most."""


def compressed(file: BinaryIO, suffix: str) -> AbstractContextManager[BinaryIO]:
    """A stream that compresses into ``file`` as ``.gz`` or ``.zst`` say, else ``file`` itself.

    The same bytes in give the same bytes out; ``file`` stays open when the context ends.
    """
    if suffix == ".gz":
        return cast("AbstractContextManager[BinaryIO]", gzip.GzipFile("", "wb", 6, file, mtime=0))
    if suffix == ".zst":
        compressor = zstandard.ZstdCompressor(level=9, write_checksum=True)
        return cast("AbstractContextManager[BinaryIO]", compressor.stream_writer(file, closefd=False))
    return nullcontext(file)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file's content, decompressed where its suffix is ``.gz`` or ``.zst``.

    Raises FormatError, while it is read, where the compressed stream is damaged.
    """
    with path.open("rb") as file:
        try:
            yield _decompressed(file, path.suffix)
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
            raise FormatError(f"{path}: the compressed stream is damaged: {error}") from error


def _decompressed(file: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if suffix == ".zst":
        return io.BufferedReader(_Zstd(file), _BUFFER_BYTES)
    return file


class _Zstd(io.RawIOBase):
    """The content of all frames of a stream. The library's own reader takes a cut stream for one that ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._rest = b""
        self._out = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises zstandard.ZstdError where the stream is damaged or cut."""
        while not self._out:
            data = self._rest or self._file.read(_STEP_BYTES)
            if not data:
                if self._frame:
                    raise zstandard.ZstdError("it ends in the middle of a frame")
                return 0
            self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
            self._out = memoryview(self._frame.decompress(data))
            self._rest = self._frame.unused_data
            if self._frame.eof:
                self._frame = None
        count = min(len(buffer), len(self._out))
        buffer[:count] = self._out[:count]
        self._out = self._out[count:]
        return count
