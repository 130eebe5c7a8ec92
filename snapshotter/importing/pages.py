"""The pages in a WARC file that others wrote: HTML answers, and revisits of such, with the redirects that led there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from snapshotter.clock import utc_now
from snapshotter.errors import BadHttp, SnapshotterError, UsageError
from snapshotter.formats import cdxj, warc
from snapshotter.http1 import Head, read_head
from snapshotter.items import Discovery, Exchange, Page
from snapshotter.preserve import Place
from snapshotter.store.scan import Problem, scan
from snapshotter.store.segments import sealed_name
from snapshotter.urls import clean

NOT_MODIFIED = 304
MAX_REDIRECTS_KEPT = 10_000

_HTML = ("text/html", "application/xhtml+xml")
_BARE_304 = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@dataclass(slots=True)
class Seen:
    """What was met in a file, beside its pages."""

    records: int = 0
    damaged: list[Problem] = field(default_factory=list)
    """Stretches that hold no sound record."""
    unreadable: int = 0
    """Answers that aren't HTTP, or of what is no web address, or without a time."""
    unresolved: int = 0
    """Revisits of a page whose first copy isn't in the archive."""


Originals = Callable[[warc.Record], bytes | None]
"""The block of the response that a revisit repeats; None: it isn't there."""


class Pages:
    """The pages of one imported file."""

    def __init__(self, path: Path, originals: Originals) -> None:
        self.seen = Seen()
        self._path = path
        self._originals = originals
        self._imported_at = utc_now()
        self._redirects: dict[str, str] = {}

    def __iter__(self) -> Iterator[tuple[Page, Place]]:
        """Each page with its place, in the order of the file. Raises OSError."""
        for record in scan(self._path):
            if isinstance(record, Problem):
                self.seen.damaged.append(record)
                continue
            self.seen.records += 1
            if record.type not in {"response", "revisit"} or not cdxj.target(record).startswith(("http:", "https:")):
                continue
            try:
                page = self._page(record)
            except (SnapshotterError, ValueError):
                self.seen.unreadable += 1
                continue
            if page:
                yield page, Place(sealed_name(self._path), replace(record, block=b""))

    def _page(self, record: warc.Record) -> Page | None:
        """None: no page. Raises BadHttp, UsageError, ValueError."""
        url = clean(cdxj.target(record))
        if record.type == "response" and not record.is_whole:
            raise UsageError("longer than is read")
        block = record.block if record.type == "response" else self._repeated(record)
        if block is None:
            return None
        head = read_head(block)
        if 300 <= head.status < 400 and head.status != NOT_MODIFIED:
            self._redirect(url, head)
            return None
        if not _is_html(head, block) and head.status != NOT_MODIFIED:
            return None
        exchange = Exchange(
            url=url,
            started_at=_moment(record.get("WARC-Date")),
            request_block=b"",
            response_block=block,
            peer_ip=record.get("WARC-IP-Address"),
            protocols=tuple(record.get_all("WARC-Protocol")),
            truncated=record.get("WARC-Truncated") if record.type == "response" else "",
        )
        return Page(exchange, self._redirects.get(url, url), discovery=Discovery("import", self._imported_at))

    def _repeated(self, revisit: warc.Record) -> bytes | None:
        """What a revisit stands for: its own head where the page wasn't modified, else the response it repeats."""
        if "not-modified" in revisit.get("WARC-Profile"):
            return revisit.block or _BARE_304
        if revisit.block and not _may_be_page(revisit.block):
            return None
        block = self._originals(revisit)
        if block is None:
            self.seen.unresolved += 1
        return block

    def _redirect(self, url: str, head: Head) -> None:
        if len(self._redirects) >= MAX_REDIRECTS_KEPT:
            self._redirects.clear()
        target = clean(urljoin(url, head.get("location")))
        if target != url:
            self._redirects[target] = self._redirects.get(url, url)


def _is_html(head: Head, block: bytes) -> bool:
    stated = head.get("content-type").partition(";")[0].strip().lower()
    return stated in _HTML or (not stated and b"<html" in block[head.size : head.size + 1024].lower())


def _may_be_page(block: bytes) -> bool:
    """Whether a revisit's own head doesn't rule out that it repeats a page."""
    try:
        head = read_head(block)
    except BadHttp:
        return True
    stated = head.get("content-type").partition(";")[0].strip().lower()
    return not stated or stated in _HTML


def _moment(date: str) -> datetime:
    """A WARC-Date in UTC, whole seconds. Raises ValueError."""
    moment = datetime.fromisoformat(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
