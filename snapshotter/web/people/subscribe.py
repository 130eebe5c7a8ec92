"""Subscribing: pick, get a private address, read it as a page or a feed, change it, end it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.desk.followers import Followers
from snapshotter.desk.subscriptions import Subscriptions, Wishes
from snapshotter.errors import ArchiveError
from snapshotter.web.cache import page_of
from snapshotter.web.doors.feeds.feed import TYPES
from snapshotter.web.people.counter import PRIVATE, Counter, go
from snapshotter.web.people.forms import TRAP, form_of, one_line, text
from snapshotter.web.people.visitors import Limit
from snapshotter.web.people.wished import feed_of, wished
from snapshotter.web.rendering import has

OFFERED = 60
"""Channels and sources, of each the largest."""
LONGEST_SEARCH = 200
LONGEST_SEARCHES = 4000


class Subscribing:
    """``/subscribe``, ``/me/{token}`` and ``/feed/me/{token}.…``."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._book = Subscriptions(counter.desk)
        self._followers = Followers(counter.desk)
        self._limit = Limit(burst=10, every_s=120)
        self._reads = Limit(burst=120, every_s=1)

    async def form(self, request: Request) -> Response:
        """What can be picked."""
        given = request.query_params
        wishes = Wishes(*(tuple(given.getlist(name))[:5] for name in ("channel", "source", "q")))
        return await self._form(request, wishes, "", 200)

    async def begin(self, request: Request) -> Response:
        """A form that was sent; on to the subscription's page."""
        wishes = await self._sent(request, Wishes())
        if not wishes:
            return await self._form(request, wishes, "subscribe_nothing", 400)
        self._limit.spend(self._counter.client(request))
        try:
            token = await self._counter.aside(self._book.begin, wishes)
        except ArchiveError as error:
            raise HTTPException(503) from error
        return go(f"/me/{token}")

    async def mine(self, request: Request) -> Response:
        """The newest of a subscription. 404 for a token that is for nothing."""
        wishes = await self._wishes(request)
        self._reads.spend(self._counter.client(request))
        found = await self._counter.aside(wished, self._counter.context, wishes)
        token, house = request.path_params["token"], self._counter.context.house
        address = f"{self._counter.context.site.base_url}/me/{token}"
        facts = {"found": found, "wishes": wishes, "token": token, "address": address}
        facts |= {"followers": await self._counter.aside(self._followers.of, token), "kinds": list(TYPES)}
        return self._counter.form(request, "me.html", {**facts, "sends_mail": house.rules.sends_mail})

    async def change_form(self, request: Request) -> Response:
        """What is picked, to be changed."""
        return await self._form(request, await self._wishes(request), "", 200)

    async def change(self, request: Request) -> Response:
        """A changed form; on to the subscription's page."""
        known = await self._wishes(request)
        wishes = await self._sent(request, known)
        if not wishes:
            return await self._form(request, wishes, "subscribe_nothing", 400)
        token = request.path_params["token"]
        await self._counter.aside(self._book.change, token, wishes)
        return go(f"/me/{token}")

    async def end(self, request: Request) -> Response:
        """Ends a subscription: its address and its feeds are there no more."""
        await self._wishes(request)
        token = request.path_params["token"]
        self._counter.signer.require(request, await form_of(request), f"/me/{token}")
        await self._counter.aside(self._book.end, token)
        return go("/subscribe")

    async def feed(self, request: Request) -> Response:
        """The same as a feed; 304 to who has it already."""
        wishes = await self._wishes(request)
        context, kind = self._counter.context, request.path_params["kind"]
        self._reads.spend(self._counter.client(request))
        found = await self._counter.aside(wished, context, wishes)
        body = feed_of(found, context.site, request.path_params["token"], kind)
        etag = page_of(body).etag
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": PRIVATE["X-Robots-Tag"]}
        if has(request, etag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=TYPES[kind])

    async def _wishes(self, request: Request) -> Wishes:
        wishes = await self._counter.aside(self._book.of, request.path_params["token"])
        if wishes is None:
            raise HTTPException(404)
        return wishes

    async def _sent(self, request: Request, known: Wishes) -> Wishes:
        """What a form says; of names, those that were offered."""
        form = await form_of(request)
        self._counter.signer.require(request, form, request.url.path)
        if form.get(TRAP, [""])[0]:
            raise HTTPException(400)
        names = await self._counter.context.directory.names()
        searches = text(form, "searches", LONGEST_SEARCHES).split("\n")
        return Wishes(
            _among(form, "channel", {*names.channels, *known.channels}),
            _among(form, "source", {*names.sources, *known.sources}),
            tuple(filter(None, (one_line(one, LONGEST_SEARCH) for one in searches))),
        ).bounded()

    async def _form(self, request: Request, wishes: Wishes, fault: str, status: int) -> Response:
        names = await self._counter.context.directory.names()
        channels, sources = list(names.channels)[:OFFERED], list(names.sources)[:OFFERED]
        facts = {
            "wishes": wishes,
            "channels": [
                *channels,
                *(name for name in wishes.channels if name in names.channels and name not in channels),
            ],
            "sources": [*sources, *(name for name in wishes.sources if name in names.sources and name not in sources)],
            "fault": fault,
        }
        return self._counter.form(request, "subscribe.html", facts, status)


def _among(form: Mapping[str, list[str]], name: str, offered: set[str]) -> tuple[str, ...]:
    return tuple(one for one in form.get(name, ()) if one in offered)
