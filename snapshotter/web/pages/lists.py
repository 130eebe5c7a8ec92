"""Lists of articles, newest first: the front page, a channel, a source; and which of these there are."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.clock import utc_now
from snapshotter.web.context import Context
from snapshotter.web.directory import Names
from snapshotter.web.queries import Selected
from snapshotter.web.rendering import Content, own_path

FRONT, CHANNELS, IN_CHANNEL, SOURCES = 15, 8, 4, 20
PAGE = 24
LONGEST_NAME = 300


class Lists:
    """``/``, ``/channels``, ``/sources``, ``/channel/…`` and ``/source/…``."""

    def __init__(self, context: Context) -> None:
        self._renderer = context.renderer
        self._queries = context.queries
        self._directory = context.directory

    async def front(self, request: Request) -> Response:
        """The latest, and the latest of each channel."""
        names = await self._directory.names()
        return self._renderer.kept(request, "front.html", (names.serial,), lambda locale: self._front(locale, names))

    async def channel(self, request: Request) -> Response:
        """Articles of a category. 404 where there is none."""
        name = request.path_params["category"]
        return self._list(request, Selected(category=name), name, "channel")

    async def source(self, request: Request) -> Response:
        """Articles that name this publisher. 404 where there is none."""
        name = request.path_params["name"]
        return self._list(request, Selected(source_name=name), name, "source")

    async def channels(self, request: Request) -> Response:
        """All channels, those with most articles first."""
        return self._named(request, "channel", (await self._directory.names()).channels)

    async def sources(self, request: Request) -> Response:
        """All sources, likewise."""
        return self._named(request, "source", (await self._directory.names()).sources)

    def _named(self, request: Request, kind: str, names: dict[str, int]) -> Response:
        return self._renderer.answer(request, "names.html", {"kind": kind, "names": names})

    def _front(self, locale: str, names: Names) -> Content:
        latest = self._queries.latest(Selected(), FRONT)
        largest = list(names.channels)[:CHANNELS]
        tops = [(name, self._queries.latest(Selected(category=name), IN_CHANNEL).found) for name in largest]
        facts = {
            "here": "/",
            "latest": latest.found,
            "channels": names.channels,
            "tops": [(name, found) for name, found in tops if found],
            "sources": list(names.sources.items())[:SOURCES],
            "has_more_sources": len(names.sources) > SOURCES,
            "day": self._day(locale),
        }
        return Content(facts)

    def _day(self, locale: str) -> str:
        """Today, as a newspaper prints it."""
        today = utc_now().astimezone(self._renderer.edition.zone)
        if locale == "en":
            return f"{today:%A}, {today.day} {today:%B %Y}"
        return f"{today.year}年{today.month}月{today.day}日 星期{'一二三四五六日'[today.weekday()]}"

    def _list(self, request: Request, selected: Selected, name: str, kind: str) -> Response:
        if not name or len(name) > LONGEST_NAME:
            raise HTTPException(404)
        before = request.query_params.get("before", "")[:100]

        def content(_: str) -> Content:
            part = self._queries.latest(selected, PAGE, before)
            if not part.found and not before:
                raise HTTPException(404)
            about = {"here": own_path(request), "kind": kind, "name": name, "is_first": not before}
            return Content({**about, "found": part.found, "older": part.older})

        return self._renderer.kept(request, "list.html", (kind, name, before), content)
