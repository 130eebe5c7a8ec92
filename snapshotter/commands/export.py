"""``export``: what the archive holds, as files that other programs read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from snapshotter.clock import rfc3339, utc_now
from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import edition_of
from snapshotter.errors import UsageError
from snapshotter.items import VERDICTS, Snapshot
from snapshotter.report.terminal import ProgressLine

if TYPE_CHECKING:
    from snapshotter.store import ArchiveReader, Selection

FORMS = ("jsonl", "jsonl.gz", "jsonl.zst", "text", "html")


class Command(BaseCommand):
    """Exports the archive, or part of it."""

    summary = "write the archive's records to a folder of files"
    arguments = "--out DIR"
    description = """
Writes the records that the archive holds, all of them or a selection, to a
folder: the records, manifest.json, snapshot.schema.json (JSON Schema) and
datapackage.json (Frictionless). Every file appears whole or not at all.
Dates without an offset are in SNAPSHOTTER_TIMEZONE; --until takes in
a day that it names.

exit status: 0 exported, 1 no archive there, 2 usage, 7 DIR can't be written"""
    examples = (
        "--out export/",
        "--format jsonl.zst --out export/ --since 2026-07-01 --until 2026-07-31",
        "--format text --out texts/ --site people-cn --verdict ok",
        "--out export/ --category 社会 && duckdb -c \"from 'export/records.jsonl'\"",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Form, place and selection."""
        parser.add_argument("--out", metavar="DIR", required=True, help="the folder to write")
        parser.add_argument("--format", choices=FORMS, default="jsonl", help="the form of the records (jsonl)")
        parser.add_argument("--since", metavar="TIME", help="captured then or later: 2026-07-01, 2026-07-01T08:00Z")
        parser.add_argument("--until", metavar="TIME", help="captured before then; a day alone is taken in")
        parser.add_argument("--site", metavar="NAME", help="of this site: its rule's name, or its host")
        parser.add_argument("--category", metavar="NAME", help="of this category")
        parser.add_argument("--verdict", choices=VERDICTS, help="with this verdict")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Export; say what was written."""
        if args:
            self.wrong(f"what is {args[0]!r}? The folder goes after --out")
        from snapshotter.formats.package import export  # noqa: PLC0415
        from snapshotter.store import ArchiveReader  # noqa: PLC0415

        edition = edition_of(self.settings)
        selection = _selection(opts, edition.zone)
        out = Path(opts.out)
        with ArchiveReader.open(self.folder) as archive:
            records = _watched(archive, selection, with_related=opts.format in {"text", "html"})
            manifest = export(records, out, form=opts.format, edition=edition, run=f"export-{utc_now():%Y%m%dT%H%M%SZ}")
        span = f", captured {manifest.captured_from} to {manifest.captured_to}" if manifest.records else ""
        sys.stderr.write(f"{manifest.records:,} records{span} → {out}\n")
        return 0


def moment(text: str, zone: ZoneInfo, *, end: bool = False) -> str:
    """A time that a person wrote, as RFC 3339 in UTC; without an offset it is in ``zone``.

    With ``end``, a day alone is the moment it is over. Raises UsageError.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"not a time: {text!r}; write it as 2026-07-01 or 2026-07-01T08:00:00Z") from error
    if end and len(text) <= len("2026-07-01"):
        time += timedelta(days=1)
    return rfc3339((time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC))


def _selection(opts: argparse.Namespace, zone: ZoneInfo) -> Selection:
    from snapshotter.store import Selection  # noqa: PLC0415

    return Selection(
        since=moment(opts.since, zone) if opts.since else "",
        until=moment(opts.until, zone, end=True) if opts.until else "",
        site=opts.site or "",
        category=opts.category or "",
        verdict=opts.verdict or "",
    )


def _watched(archive: ArchiveReader, selection: Selection, *, with_related: bool) -> Iterator[Snapshot]:
    line = ProgressLine()
    for count, snapshot in enumerate(archive.snapshots(selection), 1):
        line.show(f"{count:,} records")
        yield replace(snapshot, related=archive.related(snapshot)) if with_related else snapshot
    line.clear()
