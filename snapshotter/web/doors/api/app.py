"""The API as an app of its own, to be mounted at ``/api``; its errors as RFC 9457 has them."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter import __version__
from snapshotter.errors import SnapshotterError
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import problem, sent, status_of
from snapshotter.web.doors.api.captures import CAPTURES
from snapshotter.web.doors.api.routes import add_routes

DESCRIPTION = """
What the archive holds, as it is now. A record is that of the JSON Lines exports, key by key. What was taken down is
451, what isn't there 404. Every answer has an ETag; any page may read it.
"""

log = logging.getLogger(__name__)


def api(context: Context) -> FastAPI:
    """The API over an open archive."""
    app = FastAPI(
        title=f"{context.site.name}: snapshots of news",
        version=__version__,
        description=DESCRIPTION,
        servers=[{"url": "/api"}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.add_exception_handler(SnapshotterError, _told)
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
    add_routes(app, context)
    _describe(app, context)
    for route in app.routes:
        if isinstance(route, APIRoute) and route.methods is not None:
            route.methods.add("HEAD")  # once it is described: it needs no words of its own
    return app


def _describe(app: FastAPI, context: Context) -> None:
    """``/openapi.json``, made once."""
    described = app.openapi()
    if context.house.desk is not None and context.house.rules.saves_pages:
        described["paths"] |= CAPTURES
    body = json.dumps(described, ensure_ascii=False).encode()

    @app.get("/openapi.json", include_in_schema=False)
    async def description(request: Request) -> Response:
        return sent(request, body, "application/json")


async def _told(_: Request, error: Exception) -> Response:
    status, words = status_of(error)
    answer = problem(status, HTTPStatus(status).phrase, words)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()[:5]]
    return problem(400, "Bad Request", "; ".join(said))


async def _unexpected(request: Request, error: Exception) -> Response:
    """Said with the request's id, which stands in the log before the trace."""
    identity = request.scope.get("request_id", "")
    log.error("request %s: %s %s: %r", identity, request.method, request.url.path, error)
    return problem(500, "Internal Server Error", f"request {identity}")
