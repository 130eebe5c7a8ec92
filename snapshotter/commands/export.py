"""``export``: what the archive holds, as files that other programs read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from snapshotter import __version__
from snapshotter.clock import rfc3339, utc_now
from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import edition_of
from snapshotter.commands.relating import Relating
from snapshotter.errors import UsageError
from snapshotter.items import VERDICTS, Snapshot
from snapshotter.report.terminal import ProgressLine

if TYPE_CHECKING:
    from snapshotter.store import ArchiveReader, Selection

FORMS = ("jsonl", "jsonl.gz", "jsonl.zst", "text", "html", "wacz")
WACZ_NAME = "snapshots.wacz"


class Command(BaseCommand):
    """Exports the archive, or part of it."""

    summary = "write the archive's records to a folder of files"
    arguments = "[ID|URL…] --out DIR"
    description = """
Writes the records that the archive holds, all of them or a selection, to a
folder: the records, manifest.json, snapshot.schema.json (JSON Schema) and
datapackage.json (Frictionless). Every file appears whole or not at all.
Dates without an offset are in SNAPSHOTTER_TIMEZONE; --until takes in
a day that it names. With an ID or URL, only those snapshots.

--format wacz writes snapshots.wacz there (or the file that --out names with
that ending): the WARC records themselves, an index and the list of pages,
signed with the archive's key; ReplayWeb.page and pywb show it.

exit status: 0 exported, 1 no archive or no such snapshot there, or records
that can't be read, 2 usage, or DIR is the archive's own, 7 DIR can't be
written"""
    examples = (
        "--out export/",
        "--format jsonl.zst --out export/ --since 2026-07-01 --until 2026-07-31",
        "--format text --out texts/ --site people-cn --verdict ok",
        "https://example.com/news/1.html --format wacz --out article.wacz",
        "--out unique/ --format jsonl.zst --no-duplicates",
        "--out export/ --category 社会 && duckdb -c \"from 'export/records.jsonl'\"",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Form, place and selection."""
        parser.add_argument("--out", metavar="DIR", required=True, help="the folder to write (or FILE.wacz)")
        parser.add_argument("--format", choices=FORMS, default="jsonl", help="the form of the records (jsonl)")
        parser.add_argument("--since", metavar="TIME", help="captured then or later: 2026-07-01, 2026-07-01T08:00Z")
        parser.add_argument("--until", metavar="TIME", help="captured before then; a day alone is taken in")
        parser.add_argument("--site", metavar="NAME", help="of this site: its rule's name, or its host")
        parser.add_argument("--category", metavar="NAME", help="of this category")
        parser.add_argument("--verdict", choices=VERDICTS, help="with this verdict")
        parser.add_argument("--no-duplicates", action="store_true", help="without near copies of other articles")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Export; say what was written."""
        if strays := [name for name in args if not name.startswith(("sn_", "ar_", "http://", "https://"))]:
            self.wrong(f"what is {strays[0]!r}? The folder goes after --out")
        from snapshotter.formats.package import export  # noqa: PLC0415
        from snapshotter.store.closing import written_into  # noqa: PLC0415

        edition = edition_of(self.settings)
        selection = _selection(opts, edition.zone)
        if args and selection != type(selection)():
            self.wrong("an ID or URL, or a selection, not both")
        out = Path(opts.out)
        _refuse_own(self.folder, out)
        with written_into(self.folder, out), self.reader() as archive, Relating(self.folder, archive) as relating:
            if opts.format == "wacz":
                return self._package(archive, _chosen(archive, args, selection, with_gone=False), out)
            has_related = opts.format in {"text", "html"}
            chosen = _chosen(archive, args, selection, with_gone=not has_related)
            records = _watched(chosen, relating if has_related else None)
            manifest = export(records, out, form=opts.format, edition=edition, run=f"export-{utc_now():%Y%m%dT%H%M%SZ}")
        _tell(manifest.records, manifest.captured_from, manifest.captured_to, out)
        return 0

    def _package(self, archive: ArchiveReader, snapshots: Iterable[Snapshot], out: Path) -> int:
        """Write a WACZ package; say what was left out of it."""
        from snapshotter.formats import wacz  # noqa: PLC0415
        from snapshotter.store.packing import captures_of, package_signer  # noqa: PLC0415

        target = out if out.suffix == ".wacz" else out / WACZ_NAME
        host, left_out = str(self.settings.get("SNAPSHOTTER_HOST") or ""), list[str]()

        def leave_out(snapshot: Snapshot, why: str) -> None:
            left_out.append(snapshot.id)
            self.say(f"{snapshot.id} is left out: {why}")

        captures = captures_of(archive, _watched(snapshots), leave_out)
        title, about = f"Snapshots of {host}" if host else "Snapshots", {"software": f"Snapshotter/{__version__}"}
        about |= {"format": "WARC file version 1.1", "isPartOf": host}
        written = wacz.write(captures, target, title=title, about=about, signer=package_signer(self.folder, host))
        _tell(written.captures, written.captured_from, written.captured_to, target)
        return 1 if left_out else 0


def _refuse_own(folder: Path, out: Path) -> None:
    """Raises UsageError where ``out`` lies in what the archive keeps for itself: no takedown would find it there."""
    from snapshotter.store.traces import OWN  # noqa: PLC0415

    for name in (*OWN, "log"):
        if out.resolve().is_relative_to((folder / name).resolve()):
            raise UsageError(f"{out} is the archive's own {name}: name another folder after --out")


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


def _tell(records: int, first: str, last: str, out: Path) -> None:
    span = f", captured {first} to {last}" if records else ""
    sys.stderr.write(f"{records:,} records{span} → {out}\n")


def _selection(opts: argparse.Namespace, zone: ZoneInfo) -> Selection:
    from snapshotter.store import Selection  # noqa: PLC0415

    since = moment(opts.since, zone) if opts.since else ""
    until = moment(opts.until, zone, end=True) if opts.until else ""
    if since and until and since >= until:
        raise UsageError(f"--since {opts.since} isn't before --until {opts.until}: nothing was captured between them")
    return Selection(
        since=since,
        until=until,
        site=opts.site or "",
        category=opts.category or "",
        verdict=opts.verdict or "",
        only_originals=opts.no_duplicates,
    )


def _chosen(archive: ArchiveReader, names: list[str], selection: Selection, *, with_gone: bool) -> Iterable[Snapshot]:
    """Those named; else the selection, with the tombstones of what was taken down if asked for."""
    if names:
        return [archive.get(name) for name in names]
    return chain(archive.snapshots(selection), archive.withdrawn(selection) if with_gone else ())


def _watched(snapshots: Iterable[Snapshot], relating: Relating | None = None) -> Iterator[Snapshot]:
    line = ProgressLine()
    for count, snapshot in enumerate(snapshots, 1):
        line.show(f"{count:,} records")
        yield replace(snapshot, related=relating(snapshot)) if relating else snapshot
    line.clear()
