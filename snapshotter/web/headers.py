"""Security headers and a request id on every answer. Pure ASGI: some microseconds a request."""

from __future__ import annotations

import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; connect-src 'self'"
)
ORIGINAL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""Of an archived original: no script of it runs and no request leaves it (measured in chromium)."""

DEFAULTS = {
    "content-security-policy": PAGE_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What an answer gets that doesn't state it itself."""

_DEFAULTS = [(name.encode(), value.encode()) for name, value in DEFAULTS.items()]
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Headers:
    """Wraps an app: every answer gets the headers it doesn't state itself, and ``X-Request-Id``.

    The id is in ``scope["request_id"]`` for the log and for the page that says an error happened.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._defaults = [*_DEFAULTS, _HSTS] if is_https else _DEFAULTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = identity = os.urandom(8).hex()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message["headers"])
                stated = {name for name, _ in headers}
                headers += [pair for pair in self._defaults if pair[0] not in stated]
                headers.append((b"x-request-id", identity.encode()))
            await send(message)

        await self._app(scope, receive, with_headers)
