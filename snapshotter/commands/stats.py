"""``stats``: the archive in figures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.report.summary import size
from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from snapshotter.store import ArchiveStats

MAX_SITES = 20


class Command(BaseCommand):
    """Shows an archive's figures."""

    summary = "the archive in figures"
    description = """
Counts what the archive holds: captures, articles, changes, verdicts, sites,
bytes and the time they span.

exit status: 0 shown, 1 no archive there, 2 usage"""
    examples = (
        "",
        "--archive /srv/news",
        "--format json | jq .by_site",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How."""
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print them (text)")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print them."""
        if args:
            self.wrong(f"what is {args[0]!r}? The archive goes after --archive")
        with self.reader() as archive:
            stats = archive.stats()
        if opts.format == "json":
            print(json.dumps(asdict(stats), ensure_ascii=False))
        else:
            print(paint(str(self.folder), "bold", sys.stdout))
            print("\n".join(_lines(stats)))
        return 0


def _lines(stats: ArchiveStats) -> Iterator[str]:
    yield f"  {stats.articles:,} articles in {stats.captures:,} captures"
    if stats.copies:
        yield f"  {stats.copies:,} of them near copies of another"
    if stats.captures:
        yield f"  from {stats.first_captured_at} to {stats.last_captured_at}"
    yield f"  {stats.warc_files:,} WARC files, {size(stats.warc_bytes)}"
    for title, counts in (("changes", stats.by_change), ("verdicts", stats.by_verdict), ("sites", stats.by_site)):
        if counts:
            yield f"\n{title}"
            yield from _table(counts)


def _table(counts: Mapping[str, int]) -> Iterator[str]:
    """The most frequent first, at most MAX_SITES of them."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if rest := ranked[MAX_SITES:]:
        ranked = [*ranked[:MAX_SITES], (f"({len(rest):,} more)", sum(count for _, count in rest))]
    width = len(f"{max(count for _, count in ranked):,}")
    for name, count in ranked:
        yield f"  {count:>{width},}  {name}"
