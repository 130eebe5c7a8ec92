"""The operator's sessions: kept in memory, so that a restart ends them all."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

from snapshotter.desk import Desk, digest, new_token

COOKIE = "operator"
VALID_S = 8 * 3600
MOST = 50


class Sessions:
    """Who is signed in as the operator. A new token for the operator ends the sessions of the old one."""

    def __init__(self, desk: Desk, token_sha256: str, *, is_https: bool) -> None:
        """``token_sha256``: of the operator's token; empty: that which the desk keeps."""
        self._desk = desk
        self._given = token_sha256
        self._is_https = is_https
        self._open: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def expected(self) -> str:
        """The SHA-256 of the operator's token; empty: there is none, and nobody can sign in."""
        return self._given or self._desk.operator_token_sha256

    def is_token(self, token: str) -> bool:
        """Whether this is the operator's token."""
        expected = self.expected()
        return bool(expected) and hmac.compare_digest(digest(token), expected)

    def begin(self, answer: Response) -> None:
        """Signs in whoever gets this answer."""
        name = new_token()
        self._open[digest(name)] = (time.monotonic(), self.expected())
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        answer.set_cookie(
            COOKIE, name, max_age=VALID_S, path="/operator", secure=self._is_https, httponly=True, samesite="strict"
        )

    def holds(self, request: Request) -> bool:
        """Whether the operator asks."""
        begun = self._open.get(digest(request.cookies.get(COOKIE, "")))
        return begun is not None and time.monotonic() - begun[0] <= VALID_S and begun[1] == self.expected()

    def end(self, request: Request, answer: Response) -> None:
        """Signs out."""
        self._open.pop(digest(request.cookies.get(COOKIE, "")), None)
        answer.delete_cookie(COOKIE, path="/operator", secure=self._is_https, httponly=True, samesite="strict")
