"""The front page: the latest."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from snapshotter.web.context import Context


class Front:
    """``/``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(self, request: Request) -> Response:
        """The latest captures."""
        return self._context.renderer.answer(request, "front.html", {"title": ""})
