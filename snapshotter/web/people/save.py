"""Save page now: the form, the API, and how far it is."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from snapshotter.desk.queue import Queue, QueueFull, Save
from snapshotter.web.people.counter import PRIVATE, Counter, go
from snapshotter.web.people.forms import TRAP, body_of, form_of, line, require_own
from snapshotter.web.people.outward import LONGEST_URL, outward
from snapshotter.web.people.visitors import Limit

REFRESH_S = 3


class Saves:
    """``/save``, ``/save/{id}``, ``/api/capture`` and ``/api/capture/{id}``."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._queue = Queue(counter.desk)
        self._rules = counter.context.house.rules
        self._limit = Limit(burst=5, every_s=60)

    async def form(self, request: Request) -> Response:
        """The form."""
        return self._form(request, request.query_params.get("url", "")[:LONGEST_URL], "", 200)

    async def send(self, request: Request) -> Response:
        """A form that was sent; on to the page that tells how far it is."""
        form = await form_of(request)
        self._counter.signer.require(request, form, request.url.path)
        if form.get(TRAP, [""])[0]:
            raise HTTPException(400)
        asked = line(form, "url", LONGEST_URL + 1)
        url = outward(asked, self._rules)
        if not url:
            return self._form(request, asked, "save_bad_url", 400)
        return go(f"/save/{await self._ask(request, url)}")

    async def progress(self, request: Request) -> Response:
        """How far it is, asking again by itself; then the snapshot."""
        save = await self._found(request)
        ahead = await self._counter.aside(self._queue.ahead, save) if save.is_open else 0
        answer = self._counter.page(request, "save_progress.html", {"save": save, "ahead": ahead})
        if save.is_open:
            answer.headers["Refresh"] = str(REFRESH_S)
        return answer

    async def api_send(self, request: Request) -> Response:
        """``{"url": …}`` → 202 with an id and where to ask what came of it."""
        try:
            return await self._api_send(request)
        except HTTPException as error:
            return problem(error.status_code, dict(error.headers or {}))

    async def api_status(self, request: Request) -> Response:
        """What came of it."""
        try:
            save = await self._found(request)
        except HTTPException as error:
            return problem(error.status_code)
        base = self._counter.context.site.base_url
        told = {"id": save.id, "url": save.url, "state": save.state, "asked_at": save.asked_at}
        if save.snapshot_id:
            told |= {"snapshot_id": save.snapshot_id, "snapshot_url": f"{base}/snapshot/{save.snapshot_id}"}
        if save.reason:
            told["reason"] = save.reason
        return JSONResponse(told, headers=PRIVATE)

    async def _api_send(self, request: Request) -> Response:
        require_own(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415)  # what another site's form can't send
        try:
            asked = json.loads(await body_of(request))
        except (ValueError, RecursionError) as error:
            raise HTTPException(400) from error
        given = asked.get("url") if isinstance(asked, dict) else None
        url = outward(given, self._rules) if isinstance(given, str) else ""
        if not url:
            raise HTTPException(400)
        place = f"{self._counter.context.site.base_url}/api/capture/{await self._ask(request, url)}"
        told = {"id": place.rpartition("/")[2], "status_url": place}
        return JSONResponse(told, 202, headers={**PRIVATE, "Location": place})

    async def _ask(self, request: Request, url: str) -> str:
        client = self._counter.client(request)
        self._limit.spend(client)
        try:
            return await self._counter.aside(self._queue.ask, url, client)
        except QueueFull as error:
            raise HTTPException(429, headers={"Retry-After": "60"}) from error

    async def _found(self, request: Request) -> Save:
        found = await self._counter.aside(self._queue.of, request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        return found

    def _form(self, request: Request, url: str, fault: str, status: int) -> Response:
        return self._counter.form(request, "save.html", {"url": url, "fault": fault}, status)


def problem(status: int, headers: dict[str, str] | None = None) -> Response:
    """An error for a program (RFC 9457)."""
    said = {"type": "about:blank", "title": TITLES.get(status, "The request can't be done"), "status": status}
    return JSONResponse(said, status, {**PRIVATE, **(headers or {})}, "application/problem+json")


TITLES = {
    400: 'Send {"url": …} with the http or https URL of a page on the open internet',
    403: "Another site's page can't ask for this",
    404: "There is no such capture",
    408: "The request didn't come in time",
    413: "The request is too long",
    415: "Send application/json",
    429: "Too many pages wait, or you asked too often: try again later",
    503: "Nothing can be kept right now",
}
