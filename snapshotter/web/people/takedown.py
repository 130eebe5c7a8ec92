"""Asking for something to be taken down, and following what comes of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.desk import Ask, Requests
from snapshotter.desk.requests import DECLINED
from snapshotter.errors import ArchiveError, SnapshotNotFound, UsageError, Withheld
from snapshotter.store.tables import takedowns
from snapshotter.urls import clean
from snapshotter.web.people.counter import Counter, go
from snapshotter.web.people.forms import TRAP, form_of, line, text
from snapshotter.web.people.visitors import Limit

LONGEST_URL, LONGEST_NAME, LONGEST_WHY = 2000, 200, 4000
LOGGED = 200
_ID = re.compile(r"(?:sn|ar)_[0-9a-z]{1,64}", re.ASCII)
_OWN = re.compile(r"/(?:snapshot|original|proof|article)/((?:sn|ar)_[0-9a-z]{1,64})(?:[/.].*)?", re.ASCII)
_LOG = (
    select(takedowns.c.at, takedowns.c.state, takedowns.c.reason, func.min(takedowns.c.value).label("value"))
    .where(takedowns.c.scope != "text")
    .group_by(takedowns.c.at, takedowns.c.state, takedowns.c.reason)
    .order_by(takedowns.c.at.desc())
    .limit(LOGGED)
)
"""A decision once; who asked for it isn't told."""


class Takedowns:
    """``/takedown``, ``/takedown/{token}`` and ``/takedowns``."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._requests = Requests(counter.desk)
        self._limit = Limit(burst=5, every_s=600)
        self._limit_all = Limit(burst=200, every_s=20)

    async def ask(self, request: Request) -> Response:
        """The form."""
        given = request.query_params.get("of", "")[:LONGEST_URL]
        return self._form(request, Ask(given, "", "", ""), "", 200)

    async def send(self, request: Request) -> Response:
        """A form that was sent; on to the receipt."""
        form = await form_of(request)
        self._counter.signer.require(request, form, request.url.path)
        if form.get(TRAP, [""])[0]:
            raise HTTPException(400)
        ask = Ask(
            line(form, "subject", LONGEST_URL),
            line(form, "who", LONGEST_NAME),
            text(form, "why", LONGEST_WHY),
            line(form, "contact", LONGEST_NAME),
        )
        subject = subject_of(ask.subject, self._hosts(request))
        fault = self._fault(ask, subject)
        if fault:
            return self._form(request, ask, fault, 400)
        self._limit.spend(self._counter.client(request))
        self._limit_all.spend("all")
        if not await self._counter.aside(self._has, subject):
            return self._form(request, ask, "takedown_unknown", 404)
        sent = Ask(subject, ask.who, ask.why, ask.contact)
        try:
            token = await self._counter.aside(self._requests.send, sent)
        except ArchiveError as error:
            raise HTTPException(503) from error
        return go(f"/takedown/{token}")

    async def follow(self, request: Request) -> Response:
        """What became of a request. 404 for a token that was never given."""
        found = await self._counter.aside(self._requests.of, request.path_params["token"])
        if found is None:
            raise HTTPException(404)
        address = self._counter.context.site.base_url + request.url.path
        return self._counter.page(request, "takedown_receipt.html", {"found": found, "address": address})

    async def log(self, request: Request) -> Response:
        """What was taken down, and what wasn't though someone asked for it; of nobody's person."""
        rows = await self._counter.aside(self._counter.context.reader.catalog.rows, _LOG)
        decided = await self._counter.aside(self._requests.decided)
        declined = [one for one in decided if one.state == DECLINED]
        facts = {"rows": rows, "declined": declined}
        return self._counter.context.renderer.answer(request, "takedowns.html", facts)

    def _form(self, request: Request, ask: Ask, fault: str, status: int) -> Response:
        facts = {"ask": ask, "fault": fault, "keep_days": self._counter.context.house.rules.keep_days}
        return self._counter.form(request, "takedown.html", facts, status)

    def _hosts(self, request: Request) -> set[str]:
        return {request.headers.get("host", ""), urlsplit(self._counter.context.site.base_url).netloc}

    def _fault(self, ask: Ask, subject: str) -> str:
        """The word for what is wrong with a form; empty: nothing."""
        if not subject:
            return "takedown_no_subject"
        return "" if ask.why and ask.contact else "takedown_incomplete"

    def _has(self, subject: str) -> bool:
        """Whether there is such a thing for anyone to see, or to be told that it is withheld."""
        try:
            self._counter.context.reader.get(subject)
        except Withheld:
            return True
        except SnapshotNotFound:
            return False
        return True


def subject_of(asked: str, hosts: set[str]) -> str:
    """What is asked for: an id, also out of an address of one of our ``hosts``; a URL, cleaned. Empty: neither."""
    if _ID.fullmatch(asked):
        return asked
    try:
        parts = urlsplit(asked)
        name, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not name or "@" in parts.netloc:
        return ""
    if parts.netloc in hosts and (own := _OWN.fullmatch(parts.path)):
        return own[1]
    try:
        return clean(asked)
    except UsageError:
        return ""
