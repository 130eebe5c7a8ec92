"""``capture``: these URLs, now; one record a URL on stdout, whatever came of it."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.clock import rfc3339, utc_now
from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import FORMATS, Output, edition_of
from snapshotter.commands.running import (
    add_log_options,
    add_render_options,
    apply_log_options,
    apply_render_options,
    run_spider,
    scrapy_settings,
)
from snapshotter.errors import ArchiveNotFound, CannotWrite, UsageError, Withheld
from snapshotter.items import Snapshot
from snapshotter.report.exits import UNASKED, Exit, reason_verdict, verdict_exit
from snapshotter.report.run import MAX_URL
from snapshotter.urls import clean, host, url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

IDLE = ("snapshotter.extensions.ledger.LedgerKeeper", "snapshotter.extensions.indexing.Indexing")
"""Our extensions that keep nothing of URLs that somebody gave, and leave the search index to whoever searches next."""

LEAN = {
    "SPIDER_LOADER_CLASS": "scrapy.spiderloader.DummySpiderLoader",
    "EXTENSIONS_BASE": {"scrapy.extensions.throttle.AutoThrottle": 0},
    "SNAPSHOTTER_SEARCH": False,
}
"""Scrapy loads its components to learn that they are off; for one URL that costs more than fetching it."""

LOST = ("lost", "it brought no record; the log says more")
"""Reason and detail for a URL that nothing is known of."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Command(BaseCommand):
    """Captures single URLs."""

    summary = "capture URLs now; records on stdout"
    arguments = "URL… | -"
    description = """
Fetches the URLs (one a line from stdin for -), keeps them in the archive and
prints one record each on stdout, as JSON Lines; logs go to stderr. A capture
that failed prints a record as well, as does a line of stdin that is no URL;
its verdict and warnings say why.

exit status: 0 all captured, 1 some of them; none: 2 usage, 3 network,
4 HTTP status, 5 not an article, 6 robots.txt forbids it, 7 cannot write,
8 taken down, or hidden by an access rule: a notice on stderr, no text or page"""
    examples = (
        "https://example.com/news/1.html",
        "--format text https://example.com/news/1.html",
        "--if-older 1h https://example.com/news/1.html    # the kept one, if it is younger",
        "--no-archive - < urls.txt | jq -r .title",
        "--no-archive --format warc https://example.com/news/1.html > page.warc.gz",
        "--render --screenshot https://example.com/app    # what its scripts make of it is kept as well",
        "--html saved.html --url https://example.com/news/1.html    # no fetch: what the file says",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to make of the URLs."""
        parser.add_argument("--format", choices=(*FORMATS, "warc"), default="json", help="what to print (json)")
        parser.add_argument("--no-archive", action="store_true", help="keep nothing")
        parser.add_argument(
            "--if-older", metavar="AGE", help="fetch only what was captured longer ago than 90s, 1h, 7d"
        )
        parser.add_argument("--html", metavar="FILE", help="read this file in place of fetching; needs --url")
        parser.add_argument("--url", metavar="URL", help="where the --html FILE came from")
        add_render_options(parser)
        add_log_options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse what doesn't go together."""
        super().process_options(args, opts)
        apply_log_options(self.settings, opts, "WARNING")
        apply_render_options(self.settings, opts)
        self.settings.setdict(LEAN, priority="cmdline")
        if isinstance(extensions := self.settings.get("EXTENSIONS"), Mapping):  # a text is the operator's own list
            busy = {name: order for name, order in extensions.items() if name not in IDLE}
            self.settings.set("EXTENSIONS", busy, priority="cmdline")
        if bool(opts.html) != bool(opts.url):
            self.wrong("--html FILE and --url URL go together")
        if opts.html and (args or opts.if_older or opts.format == "warc"):
            self.wrong("--html FILE takes no other URL, no --if-older and no --format warc")
        if opts.if_older and opts.format == "warc":
            self.wrong("--format warc is what this run fetches; it doesn't go with --if-older")
        if not opts.html and not args:
            self.wrong("name a URL, or - to read them from stdin")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Capture everything; the exit status sums it up."""
        if opts.html:
            from snapshotter.commands.offline import snapshot_of_file  # noqa: PLC0415

            output = Output(opts.format, edition_of(self.settings))
            snapshot, others = snapshot_of_file(Path(opts.html), clean(opts.url), self.settings)
            for url in others:
                self.say(f"would follow: {url}")
            output.write(snapshot)
            output.end()
            return verdict_exit(snapshot.verdict)
        lines = _lines() if "-" in args else []
        named = [clean(arg) for arg in args if arg != "-"]
        bad = {line: why for line in lines if (why := _unusable(line))}
        urls = list(dict.fromkeys([*named, *(clean(line) for line in lines if line not in bad)]))
        if not urls and not bad:
            raise UsageError("no URL on stdin")
        return self._capture(urls, bad, opts)

    def _capture(self, urls: list[str], bad: dict[str, str], opts: argparse.Namespace) -> int:
        with ExitStack() as stack:
            if opts.no_archive:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="snapshotter-"))
                self.settings.set("SNAPSHOTTER_ARCHIVE", folder, priority="cmdline")
            session = _Session(self, opts)
            for line, why in bad.items():
                session.print(failed(line[:MAX_URL], "scheme", why))
                session.statuses[line[:MAX_URL]] = Exit.USAGE
            if opts.if_older and not opts.no_archive:
                session.from_archive(urls, _age(opts.if_older))
            session.fetch([url for url in urls if url not in session.statuses])
            session.end()
        return 128 + session.signal if session.signal else _status(session.statuses.values())


class _Session:
    """One run of the command: what was printed so far."""

    def __init__(self, command: Command, opts: argparse.Namespace) -> None:
        self.command = command
        self.kept = not opts.no_archive
        self.wants_warc = opts.format == "warc"
        self.output = Output(opts.format, edition_of(command.settings))
        self.warc_files: dict[str, None] = {}
        self.statuses: dict[str, Exit] = {}
        """By URL as asked for."""
        self.signal = 0
        """The one that ended the run early; 0: none."""
        self._deaf: OSError | None = None

    def withhold(self, left: Snapshot) -> None:
        """Say why one URL shows nothing; print its tombstone where records are printed."""
        self.command.say(f"{left.url}: {' '.join(left.warnings)}")
        if self.output.form == "json":
            self.print(left)
        self.statuses[left.url] = Exit.WITHHELD

    def print(self, snapshot: Snapshot) -> None:
        """Print the record of one URL. Where nobody reads it any more, ``end`` raises that."""
        self.statuses[snapshot.url] = verdict_exit(snapshot.verdict)
        if snapshot.warc_file:
            self.warc_files[snapshot.warc_file] = None
        if not self.kept:
            snapshot = replace(snapshot, revision=0, warc_file="", warc_offset=0, warc_length=0, warc_record_id="")
        if self.wants_warc or self._deaf:
            return
        try:
            self.output.write(snapshot)
            self.output.flush()
        except OSError as error:
            self._deaf = error

    def from_archive(self, urls: list[str], age: timedelta) -> None:
        """Print what was captured well, and no longer than ``age`` ago."""
        oldest = utc_now() - age
        try:
            archive = self.command.reader()
        except ArchiveNotFound:
            return
        with archive:
            for url in urls:
                known = archive.known(url)
                if known and known.verdict == "ok" and datetime.fromisoformat(known.captured_at) >= oldest:
                    with suppress(Withheld):  # the capture that follows gives its tombstone
                        self.print(replace(archive.get(known.id), url=url))

    def fetch(self, urls: list[str]) -> None:
        """Run the spider; then account for the URLs that brought nothing."""
        if not urls:
            return
        settings = scrapy_settings(self.command.settings)
        from snapshotter.spiders.capture import CaptureSpider  # noqa: PLC0415  (brings Scrapy along)

        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as listing:
            listing.write("\n".join(urls) + "\n")
            listing.flush()
            try:
                report = run_spider(settings, CaptureSpider, {"urls": listing.name}, self._listen)
            except CannotWrite as error:
                self._account(urls, {}, ("cannot-write", str(error)))
                raise
        reasons = {failure.url: (failure.reason, failure.detail) for failure in report.failures}
        self.signal = report.signal
        stopped = ("interrupted", "the command was stopped before it came") if report.signal else LOST
        self._account(urls, reasons, ("cannot-write", report.unwritable) if report.unwritable else stopped)

    def _account(self, urls: list[str], reasons: dict[str, tuple[str, str]], else_: tuple[str, str]) -> None:
        """Print a record for each URL that has none yet."""
        for url in urls:
            if url not in self.statuses:
                reason, detail = reasons.get(url[:MAX_URL], else_)
                self.print(failed(url, reason, detail))
                if reason in UNASKED:
                    self.statuses[url] = Exit.USAGE

    def _listen(self, crawler: Crawler) -> None:
        from scrapy import signals  # noqa: PLC0415

        from snapshotter.pipelines import Unseen  # noqa: PLC0415
        from snapshotter.store.takedowns import tombstone  # noqa: PLC0415

        def item_scraped(item: object) -> None:
            if isinstance(item, Snapshot):
                (self.withhold if item.change == "withdrawn" else self.print)(item)

        def item_dropped(exception: Exception) -> None:
            if isinstance(exception, Unseen):
                left = tombstone(exception.snapshot)
                self.withhold(replace(left, change=exception.snapshot.change, warnings=(str(exception),)))

        crawler.signals.connect(item_scraped, signal=signals.item_scraped, weak=False)
        crawler.signals.connect(item_dropped, signal=signals.item_dropped, weak=False)

    def end(self) -> None:
        """Nothing more comes. Raises OSError where stdout couldn't take it."""
        if self._deaf:
            raise self._deaf
        for name in self.warc_files if self.wants_warc else ():
            with (self.command.folder / "warc" / name).open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        self.output.end()


def failed(url: str, reason: str, detail: str) -> Snapshot:
    """The record of a capture that brought nothing: ``verdict`` and ``warnings`` say why."""
    return Snapshot(
        verdict=reason_verdict(reason),
        url=url,
        final_url=url,
        url_key=url_key(url),
        captured_at=rfc3339(utc_now()),
        discovered_via="manual",
        site=host(url),
        warnings=(f"{reason}: {detail}" if detail else reason,),
    )


def _lines() -> list[str]:
    """The lines of stdin that aren't empty."""
    lines = (line.decode("utf-8", "replace").strip() for line in sys.stdin.buffer)
    return [line for line in lines if line]


def _unusable(url: str) -> str:
    """Why a line isn't a URL that can be captured; empty: it is one."""
    try:
        clean(url)
    except UsageError as error:
        return str(error)
    return ""


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhdw])", text)
    if not match:
        raise UsageError(f"not an age: {text!r}; write one like 90s, 30m, 1h, 7d or 2w")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _status(found: Iterable[Exit]) -> Exit:
    statuses = Counter(found)
    if set(statuses) == {Exit.FINE}:
        return Exit.FINE
    if Exit.CANNOT_WRITE in statuses:
        return Exit.CANNOT_WRITE
    return Exit.SOME if statuses[Exit.FINE] else statuses.most_common(1)[0][0]
