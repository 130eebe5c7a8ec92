"""``due``: what is to be crawled now, and when the rest is."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.planned import outlooks_of, table


class Command(BaseCommand):
    """Shows the schedule."""

    summary = "what is to be crawled now, and what next"
    arguments = "[SITE …]"
    description = """
Shows, for each site, how many of its places (feeds, sitemaps, sections) are
due, how many articles wait that were listed and aren't captured yet, how
many captured ones are to be visited again, and when the next of all that is.
"snapshotter crawl --due" does what is due. Nothing is fetched or changed.

exit status: 0 shown, 1 the schedule can't be read, 2 usage"""
    examples = (
        "",
        "bbc people-cn",
        "--format json | jq -r '.[] | select(.due > 0).source'",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How."""
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it (text)")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it."""
        planned = outlooks_of(self, ",".join(args))
        if opts.format == "json":
            print(json.dumps([{**asdict(one), "due": one.due} for one in planned]))
        else:
            print("\n".join(table(planned)))
        return 0
