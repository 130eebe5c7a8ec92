"""Which channels and sources there are: counted aside, for on a large archive that takes seconds."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from anyio import to_thread

from snapshotter.web.queries import Queries

FRESH_S = 10.0
LEAST_REST = 10
"""Of ten moments, counting takes one at most."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names and how many revisions of articles have them, most first."""

    channels: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    serial: int = 0
    """Another one each time they are counted."""


class Directory:
    """The names, some seconds old at most where counting is quick. For one event loop."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._names: Names | None = None
        self._due = 0.0
        self._counting: asyncio.Task[Names] | None = None

    async def names(self) -> Names:
        """The names; waits for them the first time only."""
        if self._counting is None and time.monotonic() >= self._due:
            self._counting = asyncio.create_task(self._count())
        if self._names is None and self._counting:
            return await asyncio.shield(self._counting)
        return self._names or Names()

    async def _count(self) -> Names:
        began = time.monotonic()
        try:
            self._names = await to_thread.run_sync(self._counted)
        finally:
            ended = time.monotonic()
            self._due = ended + max(FRESH_S, LEAST_REST * (ended - began))
            self._counting = None
        return self._names

    def _counted(self) -> Names:
        serial = self._names.serial + 1 if self._names else 1
        return Names(self._queries.names("category"), self._queries.names("source_name"), serial)
