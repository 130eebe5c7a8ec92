"""What the site is, and its figures."""

from __future__ import annotations

import time

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter import __version__
from snapshotter.proof.keys import public_keys
from snapshotter.web.charts import columns, curves, share
from snapshotter.web.context import Context
from snapshotter.web.coverage import Coverage, coverage
from snapshotter.web.figures import Figures, figures

FRESH_S = 30
LEAST_REST = 20
"""Of twenty moments, counting takes one at most."""


class About:
    """``/about`` and ``/statistics``."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._limiter = CapacityLimiter(1)
        self._figures: Figures | None = None
        self._coverage: Coverage | None = None
        self._due = 0.0

    async def about(self, request: Request) -> Response:
        """What the site keeps, promises and proves."""
        keys = [str(key) for key in public_keys(self._context.folder)]
        return self._context.renderer.answer(request, "about.html", {"keys": keys, "version": __version__})

    async def statistics(self, request: Request) -> Response:
        """Figures, FRESH_S old at most where counting is quick."""
        if self._figures is None or time.monotonic() > self._due:
            began = time.monotonic()
            self._due = began + FRESH_S  # whoever asks meanwhile gets the old ones
            reader, queries = self._context.reader, self._context.queries
            self._figures = await to_thread.run_sync(figures, reader, queries, limiter=self._limiter)
            self._coverage = await to_thread.run_sync(coverage, self._context.folder, limiter=self._limiter)
            self._due += LEAST_REST * (time.monotonic() - began)
        charts = {"columns": columns, "curves": curves, "share": share}
        facts = {"figures": self._figures, "coverage": self._coverage, **charts}
        return self._context.renderer.answer(request, "statistics.html", facts)
