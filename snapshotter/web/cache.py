"""Pages that were made already, for as long as they would come out the same: a takedown is effective at once."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple

from starlette.responses import Response

MOST_BYTES = 20 << 20
"""Unpacked; the gzipped ones beside them have a quarter of it."""
GZIP_LEVEL = 6
LONGEST_S = 60.0
"""For what changes without the catalog: an embargo that ends, related articles, the search index."""

Still = Callable[[], bool]
"""Whether what a page shows of the catalog is as it was."""


@dataclass(slots=True)
class Page:
    """A page as it is sent."""

    etag: str
    answer: Response
    """To who doesn't have it: may be sent any number of times."""
    _packed: Response | None = None

    @property
    def packed(self) -> Response:
        """The same as ``answer``, gzipped once: for who takes that. Not of pages with a secret (BREACH)."""
        if self._packed is None:
            headers = {**headers_of(self.etag), "Content-Encoding": "gzip"}
            self._packed = Response(gzipped(bytes(self.answer.body)), self.answer.status_code, headers, "text/html")
        return self._packed

    @property
    def size(self) -> int:
        """Of its body, in bytes."""
        return len(self.answer.body)


class _Made(NamedTuple):
    page: Page
    version: int
    """Of the catalog, when it was last known to hold."""
    made_at: float
    still: Still | None


class Pages:
    """The pages made within LONGEST_S that still hold. For one thread, the event loop's."""

    def __init__(self, version: Callable[[], int], most_bytes: int = MOST_BYTES) -> None:
        """``version``: another number whenever the catalog has changed; cheap."""
        self._version = version
        self._most_bytes = most_bytes
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()
        self._bytes = 0

    def page(self, key: Hashable, make: Callable[[], tuple[bytes, Still | None]]) -> Page:
        """The page of that key, made anew unless it still holds. Errors of ``make`` are passed on.

        ``make`` gives the page, and what says whether it would still come out the same: asked where the catalog has
        changed, and cheaper than making it. None: any change may change it.
        """
        version, now = self._version(), time.monotonic()
        made = self._made.get(key)
        if made and now - made.made_at <= LONGEST_S:
            if made.version == version:
                self._made.move_to_end(key)
                return made.page
            if made.still and made.still():
                self._made[key] = made._replace(version=version)
                return made.page
        body, still = make()
        page = page_of(body)
        self._keep(key, _Made(page, version, now, still))
        return page

    def _keep(self, key: Hashable, made: _Made) -> None:
        if old := self._made.pop(key, None):
            self._bytes -= old.page.size
        self._made[key] = made
        self._bytes += made.page.size
        while self._bytes > self._most_bytes:
            _, old = self._made.popitem(last=False)
            self._bytes -= old.page.size


def page_of(body: bytes, status: int = 200) -> Page:
    """A page with its ETag: always asked for again, in the reader's language."""
    etag = etag_of(body)
    return Page(etag, Response(body, status, headers_of(etag), "text/html"))


def gzipped(body: bytes) -> bytes:
    """The same bytes for the same body, whenever it is made."""
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def etag_of(body: bytes) -> str:
    """The same for the same bytes."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def headers_of(etag: str) -> dict[str, str]:
    """Of a page, or of the 304 in its place."""
    return {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding, Accept-Language, Cookie"}
