"""The site as one ASGI app: the rooms' routes, our own files, and errors as pages."""

from __future__ import annotations

import logging

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp

from snapshotter.errors import SnapshotNotFound, Withheld
from snapshotter.formats import jsonl
from snapshotter.web import doors, pages, people
from snapshotter.web.apart import Apart
from snapshotter.web.assets import static_file
from snapshotter.web.context import Context
from snapshotter.web.headers import Headers
from snapshotter.web.rendering import own_path

log = logging.getLogger(__name__)

ROOMS = (
    pages.routes,
    people.routes,
    doors.routes,  # behind: it has all of /api but what people do there
)  # fmt: skip
"""What the site is made of: each takes the context and gives routes."""


def create_app(context: Context) -> ASGIApp:
    """The whole site over an open archive."""
    routes: list[BaseRoute] = [route for room in ROOMS for route in room(context)]
    routes += [Route("/static/{name}", static_file), Route("/{path:path}/", _without_slash)]
    errors = Errors(context)
    app = Starlette(
        routes=routes,
        exception_handlers={
            Withheld: errors.withheld,
            SnapshotNotFound: errors.not_found,
            HTTPException: errors.http,
            Exception: errors.unexpected,
        },
    )
    app.router.redirect_slashes = (
        False  # its way names the host and the scheme, which a proxy before us may have hidden
    )
    site = context.site
    whole = Apart(app, site.originals_url, site.base_url) if site.originals_url else app
    return Headers(whole, is_https=site.is_https)


async def _without_slash(request: Request) -> Response:
    """What has no page with a slash at its end may have one without: within this site, wherever it is asked for."""
    query = request.scope["query_string"].decode("latin-1")
    to = own_path(request).rstrip("/")
    return Response(status_code=307, headers={"Location": f"{to or '/'}{'?' if query else ''}{query}"})


class Errors:
    """Errors as pages, for handlers that let them pass. Doors for programs catch theirs themselves."""

    def __init__(self, context: Context) -> None:
        self._page = context.renderer.answer

    async def withheld(self, request: Request, error: Exception) -> Response:
        """451: taken down, or hidden by a rule; with what is left of the record."""
        assert isinstance(error, Withheld)
        left = jsonl.loads(error.tombstone) if error.tombstone else None
        return self._page(request, "withheld.html", {"left": left, "reason": str(error)}, 451)

    async def not_found(self, request: Request, _: Exception) -> Response:
        """404."""
        return self._page(request, "error.html", {"status": 404, "request_id": ""}, 404)

    async def http(self, request: Request, error: Exception) -> Response:
        """What a handler or the router raised with a status."""
        assert isinstance(error, HTTPException)
        answer = self._page(request, "error.html", {"status": error.status_code, "request_id": ""}, error.status_code)
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
        return answer

    async def unexpected(self, request: Request, error: Exception) -> Response:
        """500, with the request's id, which stands in the log before the trace that the server writes."""
        identity = request.scope.get("request_id", "")
        log.error("request %s: %s %s: %r", identity, request.method, request.url.path, error)
        return self._page(request, "error.html", {"status": 500, "request_id": identity}, 500)


def _methods(request: Request) -> set[str]:
    """What a path can be asked by: it may have several routes."""
    routes: list[BaseRoute] = request.app.routes
    found = (one for one in routes if isinstance(one, Route))
    return {method for one in found if one.matches(request.scope)[0] != Match.NONE for method in one.methods or ()}
