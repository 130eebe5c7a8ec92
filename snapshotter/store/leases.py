"""Which run works on which source, so that two crawls at once don't fetch the same pages."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import utc_now
from snapshotter.database import Statement
from snapshotter.store.catalog import Catalog
from snapshotter.store.segments import is_at, lock
from snapshotter.store.tables import leases

_HOLDER = Statement(select(leases.c.run).where(leases.c.source == bindparam("source")))
_ADD = insert(leases)
_TAKE = Statement(_ADD.on_conflict_do_update(index_elements=[leases.c.source], set_={"run": _ADD.excluded.run}))
_RETURN = Statement(delete(leases).where(leases.c.run == bindparam("holder")))


class Run:
    """A living run: as long as its process lives, its file is locked. A killed run's leases are free at once."""

    def __init__(self, folder: Path) -> None:
        """Makes the run's lock file; removes those of killed runs. Raises OSError."""
        self._folder = folder
        for path in folder.glob("*.lock"):
            self._is_alive(path.stem)
        started = utc_now()
        for serial in count():
            path = folder / f"{started:%Y%m%d%H%M%S}-{serial:05}-{os.uname().nodename}.lock"
            try:
                descriptor = lock(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
            except FileExistsError:
                continue
            if descriptor is None:
                continue
            if is_at(path, descriptor):
                self._path, self._descriptor = path, descriptor
                break
            os.close(descriptor)  # before it was locked, another run took it for a killed one's
        self.name = self._path.stem

    def lease(self, catalog: Catalog, sources: Iterable[str]) -> tuple[set[str], bool]:
        """Takes the sources that no other living run has: (which ones these are, whether a killed run had one)."""
        alive: dict[str, bool] = {self.name: False}
        granted = set()
        with catalog.transaction() as connection:
            for source in sources:
                row = _HOLDER.one(connection, source=source)
                holder = row[0] if row else self.name
                if holder not in alive:
                    alive[holder] = self._is_alive(holder)
                if not alive[holder]:
                    _TAKE.run(connection, source=source, run=self.name)
                    granted.add(source)
        return granted, not all(alive[run] for run in alive.keys() - {self.name})

    def end(self, catalog: Catalog) -> None:
        """Gives back all leases."""
        with catalog.transaction() as connection:
            _RETURN.run(connection, holder=self.name)
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _is_alive(self, run: str) -> bool:
        """Whether a run's process lives; the file of one that doesn't is removed."""
        path = self._folder / f"{run}.lock"
        while True:
            try:
                descriptor = lock(path)
            except FileNotFoundError:
                return False
            if descriptor is None:
                return True
            if found := is_at(path, descriptor):  # else its run has ended since; another may have the name
                path.unlink(missing_ok=True)
            os.close(descriptor)
            if found:
                return False
