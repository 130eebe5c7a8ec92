"""``show``: one snapshot of the archive."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import FORMATS, Output, edition_of
from snapshotter.commands.relating import Relating
from snapshotter.errors import SnapshotNotFound, Withheld
from snapshotter.formats import jsonl
from snapshotter.formats.edition import Edition, to_local
from snapshotter.items import Snapshot
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from snapshotter.store import ArchiveReader


class Command(BaseCommand):
    """Shows a snapshot."""

    summary = "print one snapshot, by id or URL"
    arguments = "ID|URL"
    description = """
Prints a snapshot: an id (sn_…) names one capture; a URL, or an article's id
(ar_…), the last good capture of that article. Text on a terminal, else JSON;
--format chooses.

What was taken down leaves a tombstone to print.

exit status: 0 shown, 1 the archive holds no such snapshot, 2 usage, 8 it was
taken down, or an access rule hides it"""
    examples = (
        "https://example.com/news/1.html",
        "sn_0123456789abcdef --format html > page.html",
        "https://example.com/news/1.html --history",
        "https://example.com/news/1.html --revision 1",
        "https://example.com/news/1.html --copies",
        "https://example.com/news/1.html --format json | jq -r .body_text",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which and how."""
        parser.add_argument("--format", choices=FORMATS, help="how to print it (text on a terminal, else json)")
        parser.add_argument("--revision", type=int, metavar="N", help="the article's Nth revision (the last)")
        parser.add_argument("--history", action="store_true", help="list every capture of the article")
        parser.add_argument("--copies", action="store_true", help="list the articles that are near copies of it")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it."""
        if len(args) != 1:
            self.wrong("name one ID or URL")
        edition = edition_of(self.settings)
        form = opts.format or ("text" if sys.stdout.isatty() else "json")
        with self.reader() as archive:
            try:
                if opts.history or opts.copies:
                    found = archive.reprints(archive.get(args[0])) if opts.copies else _history(archive, args[0])
                    _print_list(found, form, edition, of_sites=opts.copies)
                    return 0
                snapshot = _found(archive, args[0], opts.revision)
            except Withheld as error:
                print(error.tombstone if form == "json" and error.tombstone else error)
                return Exit.WITHHELD
            output = Output(form, edition)
            with Relating(self.folder, archive) as related:
                output.write(replace(snapshot, related=related(snapshot)))
            output.end()
        return 0


def _found(archive: ArchiveReader, name: str, revision: int | None) -> Snapshot:
    if revision is None:
        return archive.get(name)
    for snapshot in _history(archive, name):
        if snapshot.revision == revision:
            return snapshot
    raise SnapshotNotFound(f"{name} has no revision {revision}; --history lists those it has")


def _history(archive: ArchiveReader, name: str) -> list[Snapshot]:
    """Every capture of the article, oldest first."""
    return archive.history(archive.get(name).article_id)


def _print_list(found: list[Snapshot], form: str, edition: Edition, *, of_sites: bool) -> None:
    """The captures of one article, or copies ``of_sites``."""
    if form == "json":
        sys.stdout.writelines(jsonl.dumps(snapshot) + "\n" for snapshot in found)
        return
    named = f"{'site':<24}" if of_sites else f"{'rev.':>4}  {'change':<10}{'verdict':<12}"
    print(paint(f"{'captured':<20}{named}{'id':<28}title", "bold", sys.stdout))
    for it in found:
        what = f"{it.site:<24}" if of_sites else f"{it.revision:>4}  {it.change:<10}{it.verdict:<12}"
        print(f"{to_local(it.captured_at, edition.zone):<20}{what}{it.id:<28}{it.title}")
