"""``takedown``: out of every way out of the archive, and out of the archive itself if asked."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.errors import ArchiveNotFound
from snapshotter.report.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from snapshotter.store.catalog import Catalog
    from snapshotter.store.takedownlog import Entry
    from snapshotter.store.withdraw import Outcome, Subject

    Deed = Callable[[Path, Catalog, Subject, Entry], Outcome]


class Command(BaseCommand):
    """Takes something down."""

    summary = "hide an article, a capture or a site; erase it with --erase"
    arguments = "ID|URL|--site NAME --reason TEXT"
    description = """
Hides what is named from every way out of the archive, at once: show, export,
stats, related articles, indexes, proofs. What stays is a tombstone: which
capture, when it was taken down, why, by whose request. A URL or an article's
id (ar_…) means the article with all its captures, later ones too: they aren't
stored. A capture's id (sn_…) means that capture and those that repeat it.
Exports carry a record with change "withdrawn", so that readers drop theirs.

--erase also removes the bytes: from the WARC files (a record of the same id
and length takes their place), the catalog, the proof log's salts, earlier
exports and run reports in the archive folder. What a living crawl is writing
is erased when that ends. restore brings back what was hidden, not what was
erased.

exit status: 0 taken down, 1 the archive holds no such thing, or another
takedown is under way, 2 usage, 7 the archive can't be written"""
    examples = (
        'https://example.com/news/1.html --reason "court order 12/3" --by "Example Ltd"',
        'sn_0123456789abcdef01234567 --reason "names a minor" --erase',
        '--site example --reason "the publisher asked for it"',
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What, why, how."""
        parser.add_argument("--site", metavar="NAME", help="the whole site: its rule's name, or its host")
        parser.add_argument("--reason", metavar="TEXT", required=True, help="why, as the tombstone says it")
        parser.add_argument("--by", metavar="WHO", default="", help="by whose request, as the tombstone says it")
        parser.add_argument("--erase", action="store_true", help="remove the bytes too; can't be undone")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Take it down; say what that came to."""
        from snapshotter.store.withdraw import decision, take_down  # noqa: PLC0415

        entry = decision("erase" if opts.erase else "hide", opts.reason, opts.by)
        outcome = decide(self, subject(self, args, opts.site), entry, take_down)
        sys.stderr.writelines(f"{line}\n" for line in _said(outcome, erased=opts.erase))
        return Exit.FINE


def subject(command: BaseCommand, args: list[str], site: str | None) -> Subject:
    """What the call names: one id or URL, or a site."""
    if len(args) + bool(site) != 1:
        command.wrong("name one ID or URL, or a --site")
    from snapshotter.store.withdraw import Subject  # noqa: PLC0415

    return Subject(site, is_site=True) if site else Subject(args[0])


def decide(command: BaseCommand, named: Subject, entry: Entry, deed: Deed) -> Outcome:
    """Does it, with the archive open to be written. Raises ArchiveNotFound and what ``deed`` raises; CannotWrite."""
    from snapshotter.store import Archive  # noqa: PLC0415
    from snapshotter.store.reader import writing  # noqa: PLC0415

    if not (command.folder / "warc").is_dir():
        raise ArchiveNotFound(f"no archive in {command.folder}: name another with --archive")
    name = command.settings.get("SNAPSHOTTER_HOST")
    with Archive.open(command.folder, archive_name=name) as archive, writing(command.folder):
        return deed(command.folder, archive.catalog, named, entry)


def _said(outcome: Outcome, *, erased: bool) -> Iterator[str]:
    done = "erased" if erased and not outcome.waiting else "hidden"
    yield f"{outcome.captures:,} captures of {outcome.articles:,} articles {done}"
    if outcome.waiting:
        yield f"{outcome.waiting:,} of them are hidden, and wait to be erased by the next run that begins or ends:"
        yield "a run writes to their file, an export is being written, or the file is damaged (verify tells)"
    if outcome.others:
        yield f"{outcome.others:,} other captures of the article are still shown: name its URL to take them down too"
    if outcome.twins:
        yield "other articles have the same text, and are still shown:"
        yield from (f"  {url}" for url in outcome.twins)
