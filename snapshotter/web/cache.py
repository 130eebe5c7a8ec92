"""Pages that were made already, for as long as the catalog stays as it was: a takedown is effective at once."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from snapshotter.store.catalog import Catalog

MOST_BYTES = 24 << 20
LONGEST_S = 60.0
"""For what changes without the catalog: an embargo that ends, the search index."""


class Page(NamedTuple):
    """A page as it is sent."""

    body: bytes
    etag: str


class Pages:
    """The pages made since the catalog last changed. For one thread, the event loop's.

    SQLite says whether any other connection, of this process or another, has committed since (``data_version``,
    some 4 µs): so nothing here can be older than the catalog.
    """

    def __init__(self, catalog: Catalog, most_bytes: int = MOST_BYTES) -> None:
        self._connection = catalog.engine.connect()
        self._driver: Any = self._connection.connection.driver_connection
        self._most_bytes = most_bytes
        self._made: OrderedDict[Hashable, Page] = OrderedDict()
        self._bytes = 0
        self._version, self._since = -1, 0.0

    def page(self, key: Hashable, make: Callable[[], bytes]) -> Page:
        """The page of that key, made anew unless it still holds. Errors of ``make`` are passed on."""
        self._forget_old()
        if made := self._made.get(key):
            self._made.move_to_end(key)
            return made
        page = page_of(make())
        self._keep(key, page)
        return page

    def _forget_old(self) -> None:
        (version,) = self._driver.execute("PRAGMA data_version").fetchone()
        now = time.monotonic()
        if version != self._version or now - self._since > LONGEST_S:
            self._made.clear()
            self._bytes, self._version, self._since = 0, version, now

    def _keep(self, key: Hashable, page: Page) -> None:
        self._made[key] = page
        self._bytes += len(page.body)
        while self._bytes > self._most_bytes:
            _, old = self._made.popitem(last=False)
            self._bytes -= len(old.body)


def page_of(body: bytes) -> Page:
    """A page with its ETag."""
    return Page(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
