"""``import``: WARC files and WACZ packages that others made."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.running import number
from snapshotter.errors import FormatError, UsageError
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import ProgressLine

if TYPE_CHECKING:
    from snapshotter.importing import Counts, Importer, Source
    from snapshotter.store import Archive


class Command(BaseCommand):
    """Imports files of other programs."""

    summary = "take WARC and WACZ files of other programs into the archive"
    arguments = "FILE…"
    description = """
Copies WARC files, and those in WACZ packages, into the archive as they are,
indexes them, and reads the articles in them, which are shown from then on
like the archive's own; their records say that they were imported. An import
that was interrupted goes on when it is called again; what is there already
isn't added twice. A package is checked against its manifest and signature.

exit status: 0 imported, 1 something in a file, or a whole file, couldn't be
read; the rest is imported, 2 usage, 7 the archive can't be written"""
    examples = (
        "crawl.warc.gz",
        "collection.wacz --archive /srv/news",
        "--recompress plain.warc   # one that isn't compressed record by record",
        "--no-extract *.warc.gz    # index them, leave the articles unread",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How."""
        parser.add_argument(
            "--recompress", action="store_true", help="repack a file whose records aren't compressed one by one"
        )
        parser.add_argument("--no-extract", action="store_true", help="don't read the articles")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Import the files, one after the other; say of each what came of it."""
        if not args:
            self.wrong("name a WARC or WACZ file")
        for name in args:
            if not Path(name).is_file():
                raise UsageError(f"no file {name}")
        from snapshotter.importing import Importer  # noqa: PLC0415
        from snapshotter.sites import default_folder, load_sites  # noqa: PLC0415
        from snapshotter.store import Archive  # noqa: PLC0415

        folder = self.settings.get("SNAPSHOTTER_SITES")
        sites = load_sites(Path(folder) if folder else default_folder())
        workers = int(number(self.settings, "SNAPSHOTTER_WORKERS"))
        timeout_s = number(self.settings, "SNAPSHOTTER_EXTRACT_TIMEOUT_S")
        with Archive.open(
            self.folder,
            archive_name=self.settings.get("SNAPSHOTTER_HOST") or "",
            segment_bytes=int(number(self.settings, "SNAPSHOTTER_SEGMENT_BYTES")),
            about={"operator": str(self.settings.get("SNAPSHOTTER_CONTACT"))},
        ) as archive:
            importer = Importer(
                archive, sites, workers=workers, timeout_s=timeout_s, unread="--no-extract" * opts.no_extract
            )
            return asyncio.run(self._import(importer, archive, args, repack=opts.recompress))

    async def _import(self, importer: Importer, archive: Archive, names: list[str], *, repack: bool) -> int:
        status: int = Exit.FINE
        try:
            for name in names:
                for source in self._sources(Path(name)):
                    is_whole = source is not None and await self._take(importer, archive, source, repack=repack)
                    status = status if is_whole else Exit.SOME
        finally:
            await importer.close()
        return status

    def _sources(self, path: Path) -> Iterator[Source | None]:
        """The WARC files in a file; None for one that isn't what it says."""
        from snapshotter.importing import sources  # noqa: PLC0415

        try:
            yield from sources(path)
        except FormatError as error:
            self.say(f"{path}: {error}" if str(path) not in str(error) else f"{error}")
            yield None

    async def _take(self, importer: Importer, archive: Archive, source: Source, *, repack: bool) -> bool:
        """Whether all of it could be read."""
        line = ProgressLine()
        try:
            with source.opened(archive.folder, repack=repack) as stream:
                counts = await importer.take(
                    stream, source.name, lambda so_far: line.show(f"{source.name}: {so_far.seen.records:,} records")
                )
        except FormatError as error:
            self.say(f"{error}")
            return False
        finally:
            line.clear()
        sys.stderr.write(f"{source.name}: {_told(counts)}\n")
        for problem in counts.seen.damaged:
            sys.stderr.write(f"  at {problem.offset}: {problem.what}\n")
        return not counts.seen.damaged


def _told(counts: Counts) -> str:
    seen = counts.seen
    parts = [f"{seen.records:,} records", f"{counts.added:,} captures added"]
    parts += [f"{counts.known:,} known already"] * bool(counts.known)
    parts += [f"{len(counts.withheld):,} of what was taken down left out"] * bool(counts.withheld)
    parts += [f"{seen.unresolved:,} revisits of pages that aren't here: import those first, then this again"] * bool(
        seen.unresolved
    )
    parts += [f"{seen.unreadable:,} answers unreadable"] * bool(seen.unreadable)
    parts += [f"{len(seen.damaged):,} damaged places"] * bool(seen.damaged)
    return ", ".join(parts)
