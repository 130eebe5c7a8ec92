"""``explain``: why the record says what it says."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.offline import content_of, site_of
from snapshotter.items import RENDERED
from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Callable

    from snapshotter.extract.engine import Reading
    from snapshotter.items import Snapshot
    from snapshotter.sites import Site
    from snapshotter.store import ArchiveReader

SHOWN = 5
"""How many candidates of a field are printed."""


class Command(BaseCommand):
    """Explains an extraction."""

    summary = "show field by field which evidence of a page won, and against what"
    arguments = "ID|URL"
    description = """
Reads a page again, a snapshot's archived bytes (of all its pages; its
rendered DOM where it was read from that) or with --html a file, and prints
what each field was weighed from: the value, where it stands on the page, its
weight. The first of a field won; weights compare within one field.

exit status: 0 explained, 1 the archive holds no such snapshot, 2 usage"""
    examples = (
        "https://example.com/news/1.html",
        "sn_0123456789abcdef --json | jq .title",
        "--html page.html --url https://example.com/news/1.html",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which and how."""
        parser.add_argument("--html", type=Path, metavar="FILE", help="a saved page in place of a snapshot; with --url")
        parser.add_argument("--url", default="", help="the address of the page in FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it."""
        if opts.html is not None and opts.url and not args:
            reading = self._of_file(opts.html, opts.url)
        elif len(args) == 1 and opts.html is None:
            reading = self._of_snapshot(args[0])
        else:
            self.wrong("name one ID or URL, or --html FILE with its --url")
        print_reading(reading, as_json=opts.json)
        return 0

    def _of_file(self, path: Path, url: str) -> Reading:
        from snapshotter.extract.engine import Visit, read  # noqa: PLC0415

        return read(content_of(path), Visit(url, site=site_of(url, self.settings)))

    def _of_snapshot(self, name: str) -> Reading:
        with self.reader() as archive:
            snapshot = archive.get(name)
            read_again = reading_again(archive, snapshot, site_of(snapshot.final_url, self.settings))
        return read_again()


def reading_again(archive: ArchiveReader, snapshot: Snapshot, site: Site | None) -> Callable[[], Reading]:
    """What reads an archived article by today's rules, from what its record was read from. Raises ArchiveError."""
    from snapshotter.reading import of_dom, reread  # noqa: PLC0415
    from snapshotter.store.parts import further_pages, rendered_dom  # noqa: PLC0415

    if snapshot.extractor.endswith(RENDERED) and (dom := rendered_dom(archive, snapshot)):
        return partial(of_dom, dom, snapshot.final_url, datetime.fromisoformat(snapshot.captured_at), site)
    return partial(reread, snapshot, archive.response_block(snapshot), site, further_pages(archive, snapshot))


def print_reading(reading: Reading, *, as_json: bool) -> None:
    """What was weighed, field by field: for a person, or as one JSON object."""
    if as_json:
        weighed = {field: [one._asdict() for one in found] for field, found in reading.weighed.items()}
        print(json.dumps(weighed, ensure_ascii=False))
    else:
        _print(reading)


def _print(reading: Reading) -> None:
    article = reading.article
    for field, candidates in reading.weighed.items():
        value = getattr(article, field)
        value = "、".join(value) if isinstance(value, tuple) else value
        print(f"{paint(field, 'bold', sys.stdout)}: {value or '(none)'}")
        for one in candidates[:SHOWN]:
            print(f"  {one.weight:6.1f}  {one.where:<22} {one.value[:90]}")
        if len(candidates) > SHOWN:
            print(f"          and {len(candidates) - SHOWN} lighter")
    print(f"{paint('extractor', 'bold', sys.stdout)}: {article.extractor}; {len(article.body_text)} characters of text")
    for warning in article.warnings:
        print(f"{paint('warning', 'bold', sys.stdout)}: {warning}")
