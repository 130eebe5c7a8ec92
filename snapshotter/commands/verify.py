"""``verify``: is the archive what it says it is?"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.report.exits import Exit
from snapshotter.report.summary import duration, size
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

--repair mends what the rest of the archive allows (torn ends, damaged
stretches, catalog, index), says on stderr what it did, and lists what can't
be mended. A damaged file is kept as it was in ARCHIVE/quarantine.

--proof and --since check what was kept of an archive elsewhere, and nothing
else: a proof of one snapshot, a signed head of the log.

exit status: 0 nothing is wrong (any more), 1 something is, or no archive
there, 2 usage, 7 the archive or the --resume file can't be written"""
    examples = (
        "",
        "--resume /var/tmp/news.checked --archive /srv/news   # interrupted? the same again goes on",
        "--repair --archive /srv/news",
        "--proof proof.json --key archive.pub   # as `snapshotter proof` printed them",
        "--since last-year.head                 # nothing logged then was removed or altered",
        "--archive /srv/news",
        "--archive /srv/news > problems.tsv || mail -s 'archive damaged' root < problems.tsv",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How to go about it."""
        parser.add_argument("--workers", type=int, metavar="N", help="processes that read (as many as processors)")
        parser.add_argument("--resume", metavar="FILE", help="note in FILE what was checked; go on from there")
        parser.add_argument("--proof", metavar="FILE", help="check this proof of one snapshot; needs no archive")
        parser.add_argument("--since", metavar="HEAD", help="check that the log begins with that of this signed head")
        parser.add_argument("--key", metavar="PUB", help="only what this key signed counts: a file, or the key itself")
        parser.add_argument("--authority", metavar="PEM", help="certificates of timestamp authorities to believe")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended; list what can't")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """List what is wrong."""
        if args:
            self.wrong(f"what is {args[0]!r}? The archive goes after --archive")
        if opts.workers is not None and opts.workers < 1:
            self.wrong("--workers: 1 or more")
        if opts.proof or opts.since:
            return self._kept(opts)
        line = ProgressLine()
        if opts.repair:
            self._repair(line)
        count = print_problems(self._problems(opts, line), line)
        said = f"{count:,} thing{'' if count == 1 else 's'} wrong" if count else "nothing wrong"
        style = "red" if count else "green"
        sys.stderr.write(paint(f"{said} in {self.folder}", style, sys.stderr) + "\n")
        self._tell_unchecked()
        return Exit.SOME if count else Exit.FINE

    def _problems(self, opts: argparse.Namespace, line: ProgressLine) -> Iterator[Problem]:
        from snapshotter.commands.proofs import key_of  # noqa: PLC0415
        from snapshotter.verify import Checked, verify  # noqa: PLC0415

        key = key_of(opts.key)
        watch = _Watch(self.folder, line)
        resume = Checked(Path(opts.resume)) if opts.resume else None
        workers = opts.workers or len(os.sched_getaffinity(0))
        return verify(self.folder, workers=workers, progress=watch.show, resume=resume, keys=[key] if key else ())

    def _tell_unchecked(self) -> None:
        from snapshotter.store.tampering import unchecked  # noqa: PLC0415

        if rest := unchecked(self.folder):
            self.say(rest)

    def _kept(self, opts: argparse.Namespace) -> int:
        """Check what somebody kept of an archive."""
        from snapshotter.commands.proofs import check_head, check_proof, key_of  # noqa: PLC0415

        key = key_of(opts.key)
        if opts.proof:
            check_proof(opts.proof, key, opts.authority)
        if opts.since:
            check_head(self.folder, opts.since, key)
        return Exit.FINE

    def _repair(self, line: ProgressLine) -> None:
        from snapshotter.mend import mend  # noqa: PLC0415

        line.show(f"looking for damage in {self.folder} …")
        for done in mend(self.folder):
            line.clear()
            self.say(f"{done.file}, {done.offset}: {done.what}: {done.remedy}")


class _Watch:
    """``checking 12 WARC files, 1.2 GB: 40 %, 210 MB/s, 3 s left``."""

    def __init__(self, folder: Path, line: ProgressLine) -> None:
        sizes = [path.stat().st_size for path in (folder / "warc").glob("*.warc.gz*")]
        self._task = f"checking {len(sizes):,} WARC files, {size(sum(sizes))}"
        self._line = line
        self._began = time.monotonic()
        line.show(f"{self._task} …")

    def show(self, done: int, total: int) -> None:
        """Tell how far it is."""
        took = max(time.monotonic() - self._began, 0.001)
        left = duration((total - done) * took / done) if done else "?"
        share = 100 * done // max(total, 1)
        self._line.show(f"{self._task}: {share} %, {size(int(done / took))}/s, {left} left")


def print_problems(problems: Iterable[Problem], line: ProgressLine) -> int:
    """List them on stdout; how many."""
    count = 0
    for problem in problems:
        line.clear()
        print(problem.file, problem.offset, problem.what, problem.remedy, sep="\t")
        count += 1
    line.clear()
    return count
