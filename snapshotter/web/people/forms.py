"""Forms: read within bounds, and only from pages of ours."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MOST_BYTES = 64_000
MOST_FIELDS = 200
LONGEST_S = 10.0
TRAP = "homepage"
"""A field that people don't see: who fills it is a program."""
COOKIE, FIELD = "form", "form_token"
VALID_S = 6 * 3600
_COOKIE_CHARS = 32


async def body_of(request: Request) -> bytes:
    """A request's body. Raises HTTPException: 413 for a long one, 408 for one that doesn't come."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(LONGEST_S):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise HTTPException(413)
                parts.append(part)
    except TimeoutError as error:
        raise HTTPException(408) from error
    return b"".join(parts)


async def form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent as HTML forms are. Raises HTTPException: 400, 408, 413, 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        return parse_qs((await body_of(request)).decode("ascii"), max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise HTTPException(400) from error


def line(form: Mapping[str, list[str]], name: str, longest: int) -> str:
    """A field's text in one line, without what can't be seen; cut at ``longest`` characters."""
    return one_line(form.get(name, [""])[0], longest)


def one_line(raw: str, longest: int) -> str:
    """A text in one line, likewise."""
    return " ".join(_seen(raw[: 4 * longest]).split())[:longest]


def text(form: Mapping[str, list[str]], name: str, longest: int) -> str:
    """The same, with its line ends."""
    found = _seen(form.get(name, [""])[0][: 4 * longest].replace("\r\n", "\n").replace("\r", "\n"))
    return found.strip()[:longest].rstrip()


def _seen(raw: str) -> str:
    """Without control characters, and what turns the direction of writing around."""
    return "".join(one for one in raw if one in "\n\t " or unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co"})


@dataclass(frozen=True, slots=True)
class Signer:
    """Gives forms a token that only a page of ours can have, and looks whether one has it.

    The token is bound to a cookie (SameSite, HttpOnly) and to the form's purpose, and holds for VALID_S.
    """

    secret: bytes
    is_https: bool

    def token(self, request: Request, purpose: str) -> tuple[str, str]:
        """The form's token and the cookie that it goes with."""
        cookie = request.cookies.get(COOKIE, "")
        if len(cookie) != _COOKIE_CHARS or not cookie.isascii():
            cookie = secrets.token_urlsafe(24)
        now = f"{int(time.time()):x}"
        return f"{now}.{self._mark(cookie, purpose, now)}", cookie

    def keep(self, answer: Response, cookie: str) -> None:
        """Has the browser keep the cookie."""
        answer.set_cookie(COOKIE, cookie, max_age=VALID_S, secure=self.is_https, httponly=True, samesite="strict")

    def require(self, request: Request, form: Mapping[str, list[str]], purpose: str) -> None:
        """Raises HTTPException(403) unless the form was sent from our own page, by who was given it."""
        require_own(request)
        made, _, mark = form.get(FIELD, [""])[0].partition(".")
        cookie = request.cookies.get(COOKIE, "")
        right = self._mark(cookie, purpose, made)
        if not cookie or not hmac.compare_digest(mark.encode("utf-8", "replace"), right.encode()):
            raise HTTPException(403)
        if not 0 <= time.time() - int(made, 16) <= VALID_S:
            raise HTTPException(403)

    def _mark(self, cookie: str, purpose: str, made: str) -> str:
        said = "\0".join(("form", purpose, cookie, made)).encode("utf-8", "replace")
        return hmac.new(self.secret, said, sha256).hexdigest()


def require_own(request: Request) -> None:
    """Raises HTTPException(403) where the browser says that another site's page sent it.

    Our pages send no referrer, and then a browser's ``Origin`` is ``null``: ``Sec-Fetch-Site`` is what tells.
    """
    came_from = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "null")
    is_other = origin != "null" and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    if came_from not in {"same-origin", "none"} or is_other:
        raise HTTPException(403)
