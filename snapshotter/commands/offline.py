"""What a file says of a page, without fetching or keeping anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from snapshotter.clock import utc_now
from snapshotter.commands.base import Settings
from snapshotter.errors import UsageError
from snapshotter.items import Exchange, Page, Snapshot
from snapshotter.preserve import preserve
from snapshotter.reading import MAX_CONTENT_BYTES
from snapshotter.record import record
from snapshotter.sites import Site, default_folder, load_sites, match_site


def snapshot_of_file(path: Path, url: str, settings: Settings) -> tuple[Snapshot, tuple[str, ...]]:
    """The record of the file's content as the page at ``url``, and the article's other pages that it names.

    Revision and HTTP status are 0: nothing was fetched.

    Raises UsageError if the file can't be read or is larger than MAX_CONTENT_BYTES.
    """
    content, site = content_of(path), site_of(url, settings)
    exchange = Exchange(url, utc_now(), request_block=b"", response_block=b"HTTP/1.1 200 OK\r\n\r\n" + content)
    preserved = preserve(Page(exchange, url, site=site.name if site else ""), site)
    snapshot = record(preserved.capture, preserved.article, None)
    return replace(snapshot, revision=0, http_status=0), preserved.pager.urls


def site_of(url: str, settings: Settings) -> Site | None:
    """The rules of the URL's site, by ``SNAPSHOTTER_SITES``; None: it has none."""
    folder = settings.get("SNAPSHOTTER_SITES")
    return match_site(load_sites(Path(folder) if folder else default_folder()), url)


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises UsageError if it can't be read or is larger than MAX_CONTENT_BYTES."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_CONTENT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}") from error
    if len(content) > MAX_CONTENT_BYTES:
        raise UsageError(f"{path} is larger than {MAX_CONTENT_BYTES:,} bytes; no page is")
    return content
