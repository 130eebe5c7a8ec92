"""``rebuild``: the catalog anew, from the WARC files."""

from __future__ import annotations

import argparse
import sys

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.verify import print_problems
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import ProgressLine


class Command(BaseCommand):
    """Rebuilds the catalog."""

    summary = "make the catalog anew from the WARC files"
    description = """
Reads every WARC file of the archive and writes the catalog anew; the new one
takes the old one's place when it is whole. The WARC files aren't touched,
save that what a crash left of the last one is mended. What is damaged in them
is listed on stdout, as verify does. Where a WARC file is missing, the old
catalog is kept in ARCHIVE/quarantine: only there are its records.

exit status: 0 rebuilt, 1 rebuilt from files that are damaged or missing, or
not at all (no archive there, a lost log of takedowns), 2 usage, 7 the
catalog can't be written"""
    examples = (
        "",
        "--archive /srv/news && snapshotter verify --archive /srv/news",
    )

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Rebuild it."""
        if args:
            self.wrong(f"what is {args[0]!r}? The archive goes after --archive")
        from snapshotter.rebuild import rebuild  # noqa: PLC0415

        line = ProgressLine()
        line.show(f"reading the WARC files of {self.folder} …")
        count = print_problems(rebuild(self.folder), line)
        with self.reader() as archive:
            stats = archive.stats()
        sys.stderr.write(
            f"{stats.captures:,} captures of {stats.articles:,} articles in the catalog of {self.folder}\n"
        )
        return Exit.SOME if count else Exit.FINE
