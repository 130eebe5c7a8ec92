"""An article's further pages, fetched one after the other until it is whole, or a bound is reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic

from snapshotter.errors import FetchError, SnapshotterError
from snapshotter.items import REPEATS, Exchange, Look, Page, Part
from snapshotter.urls import url_key

MAX_BYTES = 40 << 20
"""What all further pages of one article may come to."""
MAX_S = 900
"""What fetching them may take; a page that is on its way is waited for."""
BOUND = "not fetched: the bound of pages, bytes or time is reached"
LOST = "not fetched, as the one before didn't come"


@dataclass(frozen=True, slots=True)
class Turner:
    """How pages are turned."""

    fetch: Callable[[str], Awaitable[Part]]
    """Gets a page; what came of it."""
    look: Callable[[Exchange, str], Awaitable[Look]]
    """What a page of the article shows whose first page's URL is given. Raises SnapshotterError."""
    most: int
    """Pages of one article, the first included."""

    async def to_first(self, page: Page, url: str) -> Page:
        """The article's first page, where ``page`` is a further one of it. Raises FetchError if it doesn't come."""
        part = await self.fetch(url)
        if part.trouble:
            raise FetchError(f"this is a page of the article at {url}, which didn't come: {part.trouble}")
        *redirects, exchange = part.exchanges
        known = Part(page.final_url, (page.exchange,))
        return replace(page, exchange=exchange, redirects=(*page.redirects, *redirects), parts=(known,))

    async def complete(self, page: Page) -> Page:
        """The article's page with its further ones; what is known already (``page.parts``) isn't fetched again.

        Where one doesn't come, but may at another time, those behind it aren't asked for: it wouldn't be whole. Where
        one says nothing that those before don't say, it was no pager of the article's, or the end.
        """
        look = await self.look(page.exchange, page.final_url)
        if look.pager.whole:
            part = await self.fetch(look.pager.whole)
            if not part.trouble and look.says < (await self._look(part, page)).says:
                return replace(page, parts=(part,))
        return replace(page, parts=tuple(await self._parts(page, look)))

    async def _parts(self, page: Page, look: Look) -> list[Part]:
        waiting, said, deadline = dict(look.pager.more), set(look.says), monotonic() + MAX_S
        known = {url_key(part.url): part for part in page.parts}
        seen, parts, stop = {url_key(page.final_url)}, list[Part](), ""
        while waiting:
            url = waiting.pop(min(waiting))
            if (key := url_key(url)) in seen:
                continue
            seen.add(key)
            stop = stop or self._bound(parts, deadline)
            part = Part(url, trouble=stop, may_come=stop == LOST) if stop else known.get(key) or await self.fetch(url)
            if not part.trouble:
                look = await self._look(part, page)
                part = part if look.says - said else Part(url, trouble=REPEATS)
                said |= look.says
                waiting = dict(look.pager.more) | waiting
            parts.append(part)
            stop = LOST if part.may_come else stop
            if part.trouble == REPEATS:
                break
        return parts

    async def _look(self, part: Part, page: Page) -> Look:
        try:
            return await self.look(part.exchanges[-1], page.final_url)
        except SnapshotterError:  # unread; joining it says why
            return Look()

    def _bound(self, parts: list[Part], deadline: float) -> str:
        size = sum(len(one.response_block) for part in parts for one in part.exchanges)
        return BOUND if len(parts) + 1 >= self.most or size >= MAX_BYTES or monotonic() >= deadline else ""
