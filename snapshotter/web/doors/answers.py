"""What the doors have in common: the URL behind an address, and errors in a program's own words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from snapshotter.errors import SnapshotNotFound, SnapshotterError, UsageError, Withheld
from snapshotter.urls import clean
from snapshotter.web.cache import page_of
from snapshotter.web.rendering import has

LONGEST_URL = 4096
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Any page may read it: there are no cookies that would say who asks."""

_ONE_SLASH = re.compile(r"^(https?):/+", re.I)
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/", re.I)

Handler = Callable[[Request], Awaitable[Response]]


def url_behind(request: Request, prefix: str) -> str:
    """The URL that stands in an address behind ``prefix``, escapes and query as they were sent.

    A proxy may have made one slash of two. Raises UsageError where it is no http or https URL, or longer than
    LONGEST_URL.
    """
    return web_url(as_asked(request.scope).removeprefix(prefix))


def begun_behind(request: Request, slashes: int) -> str:
    """A URL, or with a ``*`` behind it the beginning of some, that stands in an address behind so many slashes."""
    url = _ONE_SLASH.sub(r"\1://", as_asked(request.scope).split("/", slashes)[-1], count=1)
    return f"{url[:-3]}*" if url[-3:].upper() == "%2A" else url


def as_asked(scope: Scope) -> str:
    """Path and query of a request, escapes as they were sent."""
    parts: list[bytes] = [scope.get("raw_path", b""), scope["query_string"]]
    return b"?".join(filter(None, parts)).decode("latin-1")


def web_url(url: str) -> str:
    """A URL as somebody wrote it, perhaps without its scheme. Raises UsageError."""
    if len(url) > LONGEST_URL:
        raise UsageError(f"a URL of more than {LONGEST_URL} characters")
    url = _ONE_SLASH.sub(r"\1://", url.strip(), count=1) if _ONE_SLASH.match(url.strip()) else url.strip()
    return clean(url if _HAS_SCHEME.match(url) else f"http://{url}")


def problem(status: int, title: str, detail: str = "") -> Response:
    """An error as JSON (RFC 9457)."""
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(said, status, {**OPEN_TO_ALL, "Cache-Control": "no-cache"}, "application/problem+json")


def status_of(error: Exception) -> tuple[int, str]:
    """The status and the words for an error of ours."""
    if isinstance(error, Withheld):
        return 451, str(error)
    if isinstance(error, SnapshotNotFound):
        return 404, str(error)
    if isinstance(error, UsageError | ValueError):
        return 400, str(error)
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    return 503, "the archive can't answer this now"


def plainly(handler: Handler) -> Handler:
    """A handler whose errors are told as plain text: 451, 404, 400, or 503 where the archive is damaged."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except (SnapshotterError, ValueError, HTTPException) as error:
            status, words = status_of(error)
            return Response(f"{words}\n", status, {**OPEN_TO_ALL, "Cache-Control": "no-cache"}, "text/plain")

    return answer


def as_pages(handler: Handler) -> Handler:
    """A handler whose errors are pages: what can't be used as given is 400."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except (UsageError, ValueError) as error:
            raise HTTPException(400) from error

    return answer


def sent(request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """A body that any page may read, with an ETag; 304 to who has it."""
    etag = page_of(body).etag
    said = {"ETag": etag, "Cache-Control": "no-cache", **OPEN_TO_ALL, **(headers or {})}
    if has(request, etag):
        return Response(status_code=304, headers=said)
    return Response(body, 200, said, media_type)
