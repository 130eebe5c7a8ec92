"""JSON Lines that are compressed, by the file's suffix."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from snapshotter.errors import FormatError


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
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return io.BufferedReader(cast("io.RawIOBase", reader))
    return file
