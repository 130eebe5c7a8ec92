"""What the rooms for people share: the desk, forms that are ours, pages that nobody keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from snapshotter.desk import Desk
from snapshotter.errors import CannotWrite
from snapshotter.web.context import Context
from snapshotter.web.people.forms import FIELD, TRAP, Signer
from snapshotter.web.people.visitors import client_of
from snapshotter.web.rendering import Facts, own_path

T = TypeVar("T")
AT_ONCE = 4
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class Counter:
    """Where people's wishes are taken."""

    context: Context
    desk: Desk
    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))

    @property
    def signer(self) -> Signer:
        """Of forms."""
        return Signer(self.desk.secret, self.context.site.is_https)

    def client(self, request: Request) -> str:
        """Where a request comes from."""
        return client_of(request, self.context.house.rules.trusted_proxies)

    async def aside(self, deed: Callable[..., T], *args: object) -> T:
        """Does what may wait for the disk, in a thread. Raises what it raises; HTTPException(503) for a full disk."""
        try:
            return await to_thread.run_sync(partial(deed, *args), limiter=self.limiter)
        except CannotWrite as error:
            raise HTTPException(503) from error

    def page(self, request: Request, template: str, facts: Facts, status: int = 200) -> Response:
        """A page that is its reader's alone."""
        renderer = self.context.renderer
        body = renderer.render(template, renderer.locale(request), {"here": own_path(request), **facts})
        return Response(body, status, PRIVATE, "text/html")

    def form(self, request: Request, template: str, facts: Facts, status: int = 200) -> Response:
        """A page with a form, whose purpose is its own path (``facts["purpose"]``, where it is sent elsewhere)."""
        purpose = str(facts.get("purpose", request.url.path))
        token, cookie = self.signer.token(request, purpose)
        answer = self.page(
            request, template, {**facts, "form_token": token, "token_field": FIELD, "trap": TRAP}, status
        )
        self.signer.keep(answer, cookie)
        return answer


def go(path: str) -> Response:
    """On to a page of ours, after a form."""
    return RedirectResponse(path, 303, PRIVATE)
