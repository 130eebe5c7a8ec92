"""The site's HTML pages for readers."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from snapshotter.web.context import Context
from snapshotter.web.pages.front import Front


def routes(context: Context) -> list[BaseRoute]:
    """The pages' addresses."""
    front = Front(context)
    return [
        Route("/", front.page),
    ]
