"""``/web/…``, ``/timegate/…``, ``/timemap/…``: captures by URL and time, as web archives' clients ask for them."""

from __future__ import annotations

import json

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import SnapshotNotFound
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import OPEN_TO_ALL, Handler, sent, url_behind, web_url
from snapshotter.web.doors.mementos import Memento, exactly, mementos, nearest
from snapshotter.web.doors.moments import bounds, digits, from_http_date, http_date
from snapshotter.web.doors.original import raw
from snapshotter.web.doors.timemap import Addresses, as_json, as_links, link_header
from snapshotter.web.rendering import unless_held

READERS = 2
OF_PAGES = {"if_", "fr_", "mp_", "fw_"}
"""What stands behind the time of a page shown in a frame; anything else (im_, js_, cs_ …) is of a part of a page."""


class Wayback:
    """The handlers. Each raises SnapshotNotFound, Withheld, UsageError."""

    def __init__(self, context: Context, page: Handler) -> None:
        """``page``: the handler of a snapshot's page, asked for the id in its path."""
        self._reader = context.reader
        self._base = context.site.base_url
        self._page = page
        self._limiter = CapacityLimiter(READERS)

    async def memento(self, request: Request) -> Response:
        """The snapshot page of the capture of that second; for another time, on to the nearest."""
        stamp = request.path_params["stamp"]
        url = url_behind(request, f"/web/{stamp}/")
        moment = bounds(stamp)[0]
        name, found = await to_thread.run_sync(self._at, url, moment, limiter=self._limiter)
        where = Addresses(self._base, url)
        if name is None or len(stamp) != 14:
            return self._to(where, found, nearest(found, moment))
        scope = {**request.scope, "path_params": {"id": name}, "query_string": b""}
        answer = await self._page(Request(scope, request.receive))
        headers = {**answer.headers, **self._about(where, found, Memento(moment, name))}
        headers.pop("content-length", None)
        return Response(answer.body, answer.status_code, headers)

    async def original(self, request: Request) -> Response:
        """``/web/{ts}id_/{url}``: the bytes as they were archived."""
        stamp = request.path_params["stamp"]
        url = url_behind(request, f"/web/{stamp}id_/")
        moment = bounds(stamp)[0]
        name, found = await to_thread.run_sync(self._at, url, moment, limiter=self._limiter)
        where = Addresses(self._base, url)
        if name is None or len(stamp) != 14:
            there = digits(found[nearest(found, moment)].captured_at)
            headers = {**OPEN_TO_ALL, "Cache-Control": "no-cache", "Location": f"/web/{there}id_/{url}"}
            return Response(status_code=302, headers=headers)
        accepts = request.headers.get("accept-encoding", "")
        whole = await to_thread.run_sync(raw, self._reader, name, accepts, limiter=self._limiter)
        answer = await to_thread.run_sync(unless_held, request, whole, limiter=self._limiter)  # 16 MB take a while
        self._reader.get(name)  # it may have been taken down meanwhile
        answer.headers.update(self._about(where, found, Memento(moment, name)))
        return answer

    async def embedded(self, request: Request) -> Response:
        """``/web/{ts}im_/{url}`` and the like, as replayed pages name their parts: on to the page, or to the bytes."""
        stamp, modifier = request.path_params["stamp"], request.path_params["modifier"]
        url = url_behind(request, f"/web/{stamp}{modifier}/")
        to = f"/web/{stamp}/{url}" if modifier in OF_PAGES else f"/web/{stamp}id_/{url}"
        return Response(status_code=302, headers={**OPEN_TO_ALL, "Cache-Control": "no-cache", "Location": to})

    async def available(self, request: Request) -> Response:
        """``/wayback/available?url=&timestamp=``: the nearest capture as JSON, in the Internet Archive's form."""
        asked, stamp = request.query_params.get("url", ""), request.query_params.get("timestamp", "")
        url = web_url(asked)
        moment = bounds(stamp)[0] if stamp else rfc3339(utc_now())
        closest = await to_thread.run_sync(self._closest, url, moment, limiter=self._limiter)
        said = {"url": asked, "archived_snapshots": closest, **({"timestamp": stamp} if stamp else {})}
        return sent(request, json.dumps(said, ensure_ascii=False).encode(errors="replace"), "application/json")

    async def timegate(self, request: Request) -> Response:
        """``/timegate/{url}``, ``/web/{url}``: on to the capture nearest to ``Accept-Datetime``, else to the last."""
        url = url_behind(request, "/timegate/" if request.url.path.startswith("/timegate/") else "/web/")
        wanted = request.headers.get("accept-datetime")
        moment = from_http_date(wanted) if wanted else rfc3339(utc_now())
        found = await self._mementos(url)
        return self._to(Addresses(self._base, url), found, nearest(found, moment), Vary="accept-datetime")

    async def timemap(self, request: Request) -> Response:
        """All captures of a URL."""
        form = request.path_params["form"]
        door = "/web" if request.url.path.startswith("/web/") else ""
        where = Addresses(self._base, url_behind(request, f"{door}/timemap/{form}/"))
        found = await self._mementos(where.url)
        if form == "json":
            return sent(request, as_json(where, found), "application/json")
        return sent(request, as_links(where, found).encode(), "application/link-format")

    async def _mementos(self, url: str) -> list[Memento]:
        return await to_thread.run_sync(mementos, self._reader, url, limiter=self._limiter)

    def _at(self, url: str, moment: str) -> tuple[str | None, list[Memento]]:
        return exactly(self._reader, url, moment), mementos(self._reader, url)

    def _closest(self, url: str, moment: str) -> dict[str, object]:
        try:
            found = mementos(self._reader, url)
        except SnapshotNotFound:
            return {}
        one = found[nearest(found, moment)]
        status, there = self._reader.get(one.id).http_status, Addresses(self._base, url).memento(one)
        told = {"available": True, "url": there, "timestamp": digits(one.captured_at), "status": str(status)}
        return {"closest": told}

    def _to(self, where: Addresses, found: list[Memento], place: int, **more: str) -> Response:
        headers = {
            "Location": where.memento(found[place]),
            "Link": link_header(where, found, place),
            "Cache-Control": "no-cache",
            **OPEN_TO_ALL,
            **more,
        }
        return Response(status_code=302, headers=headers)

    def _about(self, where: Addresses, found: list[Memento], it: Memento) -> dict[str, str]:
        place = next((index for index, one in enumerate(found) if one.captured_at == it.captured_at), None)
        return {
            "Memento-Datetime": http_date(it.captured_at),
            "Link": link_header(where, found, place),
            "X-Robots-Tag": "noindex",
            "Access-Control-Expose-Headers": "Memento-Datetime, Link",
            **OPEN_TO_ALL,
        }
