"""``/snapshot/{id}.txt`` and its like: a snapshot in the forms that files have, and as it is cited."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.errors import ArchiveError
from snapshotter.formats import jsonl, text
from snapshotter.items import Related, Snapshot
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import sent
from snapshotter.web.doors.citation import bibtex, plain, ris
from snapshotter.web.jsonld import script

TYPES = {
    "txt": "text/plain",
    "jsonl": "application/jsonl",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "cite": "text/plain",
    "jsonld": "application/ld+json",
}
READERS = 2
_MADE: dict[str, Callable[[Snapshot, str, str], str]] = {"bib": bibtex, "ris": ris, "cite": plain, "jsonld": script}

log = logging.getLogger(__name__)


class Editions:
    """The handler. Raises SnapshotNotFound, Withheld."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._site = context.site
        self._search = context.search
        self._limiter = CapacityLimiter(READERS)

    async def edition(self, request: Request) -> Response:
        """One snapshot in the form that the address ends in."""
        name, form = request.path_params["id"], request.path_params["form"]
        record = self._reader.get(name)
        if form == "txt":
            body = await to_thread.run_sync(self._text, record, limiter=self._limiter)
            self._reader.get(name)  # it may have been taken down meanwhile
        elif form == "jsonl":
            body = jsonl.dumps(record) + "\n"
        else:
            body = _MADE[form](record, f"{self._site.base_url}/snapshot/{name}", record.archive or self._site.name)
        headers = {"Content-Disposition": f'inline; filename="{name}.{form}"', "X-Robots-Tag": "noindex"}
        return sent(request, body.encode(errors="replace"), TYPES[form], headers)

    def _text(self, record: Snapshot) -> str:
        """As ``export`` writes it."""
        return text.write(replace(record, related=self._related(record)), edition=self._site.edition)

    def _related(self, record: Snapshot) -> tuple[Related, ...]:
        """Those that its page shows."""
        try:
            return self._search.with_related(record, self._reader) if self._search else self._reader.related(record)
        except ArchiveError as error:
            log.warning("no related articles of %s from the index: %s", record.id, error)
            return self._reader.related(record)
