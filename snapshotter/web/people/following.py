"""Having a subscription's news sent: by webhook, by e-mail; confirmed, and ended, by links."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.desk.followers import MAIL, WEBHOOK, Follower, Followers, KnownAlready, TooMany
from snapshotter.telling.events import latest
from snapshotter.telling.mail import LONGEST_ADDRESS, is_address
from snapshotter.urls import host
from snapshotter.web.people.counter import Counter, go
from snapshotter.web.people.forms import form_of, line
from snapshotter.web.people.outward import LONGEST_URL, outward
from snapshotter.web.people.visitors import Limit


class Following:
    """``/me/{token}/follow``, ``/me/{token}/unfollow``, ``/confirm/{token}`` and ``/stop/{token}``."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._book = Followers(counter.desk)
        self._rules = counter.context.house.rules
        self._limit = Limit(burst=5, every_s=120)
        self._limit_all = Limit(burst=100, every_s=5)

    async def add(self, request: Request) -> Response:
        """A form that was sent: a webhook's key, shown once; or that an e-mail will come."""
        token = request.path_params["token"]
        form = await form_of(request)
        self._counter.signer.require(request, form, f"/me/{token}")
        kind = line(form, "kind", 20)
        address = self._webhook(line(form, "address", LONGEST_URL + 1)) if kind == WEBHOOK else ""
        if kind == MAIL and self._rules.sends_mail:
            said = line(form, "address", LONGEST_ADDRESS + 1)
            address = said if is_address(said) else ""
        if not address:
            text = f"follow_bad_{kind if kind in (WEBHOOK, MAIL) else 'other'}"
            return self._told(request, {"title": "follow_bad", "text": text}, 400)
        self._limit.spend(self._counter.client(request))
        self._limit_all.spend("all")
        try:
            added = await self._counter.aside(self._add, token, kind, address, self._locale(request))
        except KnownAlready:
            return self._told(request, {"title": "follow_bad", "text": "follow_known"}, 409)
        except TooMany:
            return self._told(request, {"title": "follow_bad", "text": "follow_too_many"}, 409)
        if added is None:
            raise HTTPException(404)
        if kind == MAIL:
            return self._told(request, {"title": "follow_asked", "text": "follow_asked_text", "address": address})
        key = self._book.signing_key(added.id)
        return self._told(request, {"title": "follow_on", "text": "follow_key", "address": address, "key": key})

    async def end(self, request: Request) -> Response:
        """Sends nothing there any more."""
        token = request.path_params["token"]
        form = await form_of(request)
        self._counter.signer.require(request, form, f"/me/{token}")
        await self._counter.aside(self._book.end, token, line(form, "name", 64))
        return go(f"/me/{token}")

    async def confirmation(self, request: Request) -> Response:
        """What the link of the first e-mail leads to: a button, for programs open links too."""
        found = await self._counter.aside(self._book.to_confirm, request.path_params["token"])
        return self._button(request, found, {"title": "confirm_title", "button": "confirm_button"})

    async def confirm(self, request: Request) -> Response:
        """Its owner wants it. Who has the token needs no other proof."""
        await self._counter.aside(self._book.confirm, request.path_params["token"])
        found = await self._counter.aside(self._book.to_confirm, request.path_params["token"])
        if found is None:
            raise HTTPException(404)
        return self._told(request, {"title": "confirm_done", "text": "confirm_done_text", "address": found.address})

    async def stopping(self, request: Request) -> Response:
        """What the link of every e-mail leads to."""
        found = await self._counter.aside(self._book.to_stop, request.path_params["token"])
        return self._button(request, found, {"title": "stop_title", "button": "stop_button"})

    async def stop(self, request: Request) -> Response:
        """Sends nothing there any more; also for mail programs that do it with one click (RFC 8058)."""
        await self._counter.aside(self._book.stop, request.path_params["token"])
        return self._told(request, {"title": "stop_done", "text": "stop_done_text"})

    def _add(self, token: str, kind: str, address: str, locale: str) -> Follower | None:
        return self._book.add(token, kind, address, locale, latest(self._counter.context.reader).seq)

    def _webhook(self, asked: str) -> str:
        """The URL; empty: it can't be one. Without TLS only into the operator's own network."""
        url = outward(asked, self._rules)
        parts = urlsplit(url)
        is_ours = url and self._rules.is_open_also(host(url))
        return url if is_ours or (parts.scheme == "https" and parts.port in {None, 443}) else ""

    def _locale(self, request: Request) -> str:
        return self._counter.context.renderer.locale(request)

    def _button(self, request: Request, found: Follower | None, words: dict[str, str]) -> Response:
        if found is None:
            raise HTTPException(404)
        return self._counter.page(request, "following_button.html", {**words, "address": found.address})

    def _told(self, request: Request, facts: dict[str, str], status: int = 200) -> Response:
        given = {"address": "", "key": "", "token": request.path_params["token"], **facts}
        has_page = request.url.path.startswith("/me/")
        return self._counter.page(request, "following_told.html", {**given, "has_page": has_page}, status)
