"""``verify``: is the archive what it says it is?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.report.exits import Exit
from snapshotter.report.summary import size
from snapshotter.report.terminal import ProgressLine, paint

if TYPE_CHECKING:
    from snapshotter.verify import Problem


class Command(BaseCommand):
    """Checks an archive."""

    summary = "check every WARC record, and the catalog against them"
    description = """
Reads every WARC file of the archive, recomputes the block and payload digest
of each record, and compares the catalog with the records, both ways. What is
wrong is listed on stdout, one thing a line: file, offset, what is wrong, and
what to do about it, with tabs between them.

exit status: 0 nothing is wrong, 1 something is, or no archive there, 2 usage"""
    examples = (
        "",
        "--archive /srv/news",
        "--archive /srv/news > problems.tsv || mail -s 'archive damaged' root < problems.tsv",
    )

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """List what is wrong."""
        if args:
            self.wrong(f"what is {args[0]!r}? The archive goes after --archive")
        from snapshotter.verify import verify  # noqa: PLC0415

        line = ProgressLine()
        line.show(_task(self.folder))
        count = print_problems(verify(self.folder), line)
        said = f"{count:,} thing{'' if count == 1 else 's'} wrong" if count else "nothing wrong"
        style = "red" if count else "green"
        sys.stderr.write(paint(f"{said} in {self.folder}", style, sys.stderr) + "\n")
        return Exit.SOME if count else Exit.FINE


def print_problems(problems: Iterable[Problem], line: ProgressLine) -> int:
    """List them on stdout; how many."""
    count = 0
    for problem in problems:
        line.clear()
        print(problem.file, problem.offset, problem.what, problem.remedy, sep="\t")
        count += 1
    line.clear()
    return count


def _task(folder: Path) -> str:
    sizes = [path.stat().st_size for path in (folder / "warc").glob("*.warc.gz*")]
    return f"checking {len(sizes):,} WARC files, {size(sum(sizes))} …"
