"""``restore``: what was taken down, and not erased, is shown again."""

from __future__ import annotations

import argparse
import sys

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.takedown import decide, subject
from snapshotter.report.exits import Exit


class Command(BaseCommand):
    """Undoes a takedown."""

    summary = "show again what a takedown hid"
    arguments = "ID|URL|--site NAME"
    description = """
Takes back a takedown: what was hidden under that name is shown again, in
later exports with the record it had. Name it as it was named then. What was
erased can't be restored.

exit status: 0 restored, 1 it isn't taken down, or was erased, 2 usage, 7 the
archive can't be written"""
    examples = (
        "https://example.com/news/1.html",
        '--site example --reason "agreed with the publisher"',
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What and why."""
        parser.add_argument("--site", metavar="NAME", help="the whole site: its rule's name, or its host")
        parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the log")
        parser.add_argument("--by", metavar="WHO", default="", help="by whose request, for the log")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Restore it; say what that came to."""
        from snapshotter.store.withdraw import decision, restore  # noqa: PLC0415

        named = subject(self, args, opts.site)
        outcome = decide(self, named, decision("restore", opts.reason, opts.by), restore)
        sys.stderr.write(f"{outcome.captures:,} captures of {outcome.articles:,} articles shown again\n")
        if outcome.hidden:
            sys.stderr.write(f"{outcome.hidden:,} still hidden by another takedown\n")
        return Exit.FINE
