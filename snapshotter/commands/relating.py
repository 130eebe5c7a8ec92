"""Related articles for what is shown and exported: those the search index knows."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from snapshotter.errors import ArchiveError
from snapshotter.items import Related, Snapshot

if TYPE_CHECKING:
    from snapshotter.search import SearchIndex
    from snapshotter.store import ArchiveReader


class Relating:
    """Gives a snapshot's related articles. The index is brought up to date when the first is asked for.

    Where it can't be used (an archive that may only be read, say), those of the same category and site.
    """

    def __init__(self, folder: Path, archive: ArchiveReader) -> None:
        self._folder = folder
        self._archive = archive
        self._index: SearchIndex | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def __call__(self, snapshot: Snapshot) -> tuple[Related, ...]:
        """As the text format prints them."""
        try:
            self._index = self._index or self._opened()
            return self._index.with_related(snapshot, self._archive)
        except ArchiveError:
            return self._archive.related(snapshot)

    def _opened(self) -> SearchIndex:
        from snapshotter.search import SearchIndex  # noqa: PLC0415

        index = self._open.enter_context(SearchIndex.open(self._folder))
        index.catch_up(self._archive)
        return index
