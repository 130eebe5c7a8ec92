"""What a file that is to be imported holds: one WARC file, or those of a WACZ package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from snapshotter.errors import BadWarc, UsageError
from snapshotter.formats import wacz
from snapshotter.formats.warc import loose


@dataclass(frozen=True, slots=True)
class Source:
    """One WARC file to import."""

    path: Path
    """The file on the disk."""
    part: wacz.Warc | None = None
    """The WARC file within it, where it is a package."""

    @property
    def name(self) -> str:
        """For people, and for the name in the archive."""
        return f"{self.path.stem}-{Path(self.part.name).name}" if self.part else self.path.name

    @contextmanager
    def opened(self, folder: Path, *, repack: bool = False) -> Iterator[BinaryIO]:
        """Its bytes, one gzip member a record, from the start. ``folder`` is for temporary files.

        A file that isn't so is repacked with ``repack``, else refused. Raises BadWarc, BadWacz, OSError.
        """
        with self._raw() as stream:
            try:
                form = loose.shape(stream)
            except BadWarc as error:
                raise BadWarc(f"{self.path}: {error}") from error
            if form == loose.MEMBERS:
                stream.seek(0)
                yield stream
                return
            if not repack:
                raise BadWarc(
                    f"{self.path}: its records aren't compressed one by one, so that none could be picked out:"
                    " import it with --recompress, which keeps the records' bytes"
                )
            with TemporaryFile(dir=folder) as copy:
                loose.repack(stream, copy)
                copy.seek(0)
                yield copy

    @contextmanager
    def _raw(self) -> Iterator[BinaryIO]:
        if self.part:
            with wacz.warc_of(self.path, self.part) as stream:
                yield stream
        else:
            with self.path.open("rb") as file:
                yield file


def sources(path: Path) -> list[Source]:
    """What to import of a file; a package is checked as a whole. Raises UsageError, BadWacz."""
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}") from error
    return [Source(path, part) for part in wacz.warcs(path)] if is_zip else [Source(path)]
