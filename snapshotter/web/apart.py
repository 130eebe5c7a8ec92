"""The bytes of others under an address of their own, so that nothing of them is ever of the site's origin.

The sandbox keeps what is archived from doing anything already; a second origin holds where a browser doesn't.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from snapshotter.web.doors.answers import OPEN_TO_ALL, as_asked

_ORIGINALS = re.compile(r"/original/|/web/\d{1,14}id_/")
_DEFAULT_PORTS = {"http": b":80", "https": b":443"}
_EVERYWHERE = re.compile(r"/static/|/robots\.txt$")


class Apart:
    """Wraps an app: archived originals are answered at one host, all else at any other.

    What is asked for at the wrong one is sent on, by 307, as it was written.
    """

    def __init__(self, app: ASGIApp, originals_url: str, base_url: str) -> None:
        """Both without a slash at their end."""
        self._app = app
        self._originals_url, self._base_url = originals_url, base_url
        self._port = _DEFAULT_PORTS[urlsplit(originals_url).scheme]
        self._host = self._plain(urlsplit(originals_url).netloc.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_theirs = self._plain(dict(scope["headers"]).get(b"host", b"")) == self._host
        is_original = bool(_ORIGINALS.match(scope["path"]))
        if is_theirs == is_original or _EVERYWHERE.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        to = (self._originals_url if is_original else self._base_url) + as_asked(scope)
        headers = {**OPEN_TO_ALL, "Cache-Control": "no-cache", "Location": to}
        await Response(status_code=307, headers=headers)(scope, receive, send)

    def _plain(self, host: bytes) -> bytes:
        return host.lower().removesuffix(self._port)
