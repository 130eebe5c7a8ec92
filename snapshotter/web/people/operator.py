"""The operator's pages: what was asked for, and the decision on it; how the sources are."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request as Asked
from starlette.responses import Response

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk import DECISIONS, Request, Requests
from snapshotter.desk.requests import DECLINED, ERASED, WAITING
from snapshotter.errors import ArchiveError, SnapshotNotFound, Withheld
from snapshotter.report.health import health
from snapshotter.state import NAME as STATE_NAME
from snapshotter.state import State
from snapshotter.store import Archive
from snapshotter.store.reader import writing
from snapshotter.store.withdraw import Subject, decision, take_down
from snapshotter.web.charts import spark
from snapshotter.web.people.counter import Counter, go
from snapshotter.web.people.forms import form_of, line
from snapshotter.web.people.sessions import Sessions
from snapshotter.web.people.visitors import Limit

LONGEST_REASON = 1000
QUEUE, SIGN_IN, SIGN_OUT, DECIDE = "/operator", "/operator/sign-in", "/operator/sign-out", "/operator/decide"


class Operator:
    """``/operator`` and what is below it. Without a token for the operator there is none of it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._requests = Requests(counter.desk)
        site, rules = counter.context.site, counter.context.house.rules
        self._sessions = Sessions(counter.desk, rules.operator_token_sha256, is_https=site.is_https)
        self._limit = Limit(burst=5, every_s=30)
        self._limit_all = Limit(burst=50, every_s=5)

    async def door(self, request: Asked) -> Response:
        """The form to sign in with."""
        if not self._sessions.expected():
            raise HTTPException(404)
        return self._counter.form(request, "operator_door.html", {"fault": ""})

    async def sign_in(self, request: Asked) -> Response:
        """Signs in who knows the token."""
        form = await form_of(request)
        self._counter.signer.require(request, form, SIGN_IN)
        self._limit.spend(self._counter.client(request))
        self._limit_all.spend("all")
        if not self._sessions.is_token(line(form, "token", 200)):
            return self._counter.form(request, "operator_door.html", {"fault": "operator_wrong"}, 403)
        answer = go(QUEUE)
        self._sessions.begin(answer)
        return answer

    async def sign_out(self, request: Asked) -> Response:
        """Ends the session."""
        self._counter.signer.require(request, await form_of(request), QUEUE)
        answer = go(SIGN_IN)
        self._sessions.end(request, answer)
        return answer

    async def queue(self, request: Asked) -> Response:
        """Requests that wait, and the last that don't."""
        if away := self.turned_away(request):
            return away
        waiting = await self._counter.aside(self._requests.waiting)
        titles = await self._counter.aside(self._titles, waiting)
        facts = {
            "waiting": waiting,
            "titles": titles,
            "decided": await self._counter.aside(self._requests.decided),
            "purpose": QUEUE,
            "longest": LONGEST_REASON,
        }
        return self._counter.form(request, "operator_queue.html", facts)

    async def decide(self, request: Asked) -> Response:
        """Hides, erases or declines, with a reason that anyone may read."""
        if away := self.turned_away(request):
            return away
        form = await form_of(request)
        self._counter.signer.require(request, form, QUEUE)
        number, deed, reason = line(form, "number", 12), line(form, "deed", 20), line(form, "reason", LONGEST_REASON)
        if not number.isascii() or not number.isdecimal() or deed not in DECISIONS or not reason:
            raise HTTPException(400)
        found = await self._counter.aside(self._requests.numbered, int(number))
        if found is None:
            raise HTTPException(404)
        if found.state != WAITING:
            raise HTTPException(409)
        await self._counter.aside(self._done, found, deed, reason)
        return go(QUEUE)

    async def sources(self, request: Asked) -> Response:
        """How the sources are, and which alarms stand."""
        if away := self.turned_away(request):
            return away
        found, standing = await self._counter.aside(self._health)
        facts = {"found": found, "standing": standing, "now": rfc3339(utc_now()), "spark": spark}
        return self._counter.page(request, "operator_sources.html", facts)

    def turned_away(self, request: Asked) -> Response | None:
        """Where who isn't the operator is sent; None: it is. Raises HTTPException(404) where there is none."""
        if self._sessions.holds(request):
            return None
        if not self._sessions.expected():
            raise HTTPException(404)
        return go(SIGN_IN)

    def _done(self, request: Request, deed: str, reason: str) -> None:
        """Takes it down, then notes that: killed in between, the request waits on, and may be decided again."""
        if deed != DECLINED:
            context = self._counter.context
            entry = decision("erase" if deed == ERASED else "hide", reason)
            try:
                with Archive.open(context.folder, archive_name=context.site.name) as archive, writing(context.folder):
                    take_down(context.folder, archive.catalog, Subject(request.subject), entry)
            except SnapshotNotFound as error:
                raise HTTPException(404) from error
            except ArchiveError as error:  # another takedown is under way, the disk is full
                raise HTTPException(503) from error
        self._requests.decide(request.number, deed, reason)

    def _titles(self, requests: list[Request]) -> dict[int, str]:
        """What each request is about, as far as it is to be seen."""
        found = {}
        for one in requests:
            try:
                found[one.number] = self._counter.context.reader.get(one.subject).title
            except (SnapshotNotFound, Withheld):
                found[one.number] = ""
        return found

    def _health(self) -> tuple[list[Any], list[Any]]:
        folder = self._counter.context.folder
        if not (folder / STATE_NAME).is_file():
            return [], []
        state = State(folder)
        try:
            return health(state)
        finally:
            state.close()
