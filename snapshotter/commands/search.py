"""``search``: articles of the archive, by what stands in them."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import edition_of
from snapshotter.errors import CannotWrite
from snapshotter.formats import jsonl
from snapshotter.formats.edition import to_local
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import ProgressLine, paint

if TYPE_CHECKING:
    from snapshotter.formats.edition import Edition
    from snapshotter.search import Hit, Piece, Query, Results, SearchIndex
    from snapshotter.store import ArchiveReader

MAX_SHOWN = 100


class Command(BaseCommand):
    """Searches the archive."""

    summary = "find articles by the words in them"
    arguments = "QUERY"
    description = """
Finds the articles whose title or text has all the words. "Words in quotes"
stand together, -word excludes, OR gives a choice, ( ) group, word* is how a
word begins; title:word and author:name look there only. Chinese, Japanese and
Korean need no spaces: 重庆 finds all and only what has it, in traditional
characters, too. Of each article its latest good revision is searched, unless
--state says otherwise. The best come first; of more than 12,000 the newest.

The index (search.db in the archive folder) is brought up to date first; made
of the catalog, it may be removed at any time.

exit status: 0 found, 1 nothing found, or no archive there, 2 usage"""
    examples = (
        "重庆",
        "'\"old town\" (harbour OR 港口) -ferry' --newest",
        "中学 --channel 教育 --since 2026-07-01 --until 2026-07-31",
        "author:王小米 --state revised",
        "harbour --json | jq -r .snapshot.url",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Filters and form."""
        parser.add_argument("--channel", metavar="NAME", default="", help="of this category")
        parser.add_argument("--source", metavar="NAME", default="", help="of this source, as the article states it")
        parser.add_argument("--site", metavar="NAME", default="", help="of this site: its rule's name, or its host")
        parser.add_argument("--language", metavar="CODE", default="", help="in this language: zh, en, …")
        parser.add_argument("--since", metavar="TIME", default="", help="published then or later: 2026-07-01")
        parser.add_argument("--until", metavar="TIME", default="", help="published before then; a day is taken in")
        parser.add_argument(
            "--state", choices=("latest", "all", "gone", "revised"), default="latest",
            help="all revisions; only articles that are gone, or were revised (latest)",
        )  # fmt: skip
        parser.add_argument("--newest", action="store_true", help="the newest first, not the best")
        parser.add_argument("--limit", type=int, default=10, metavar="N", help=f"at most N, up to {MAX_SHOWN} (10)")
        parser.add_argument("--offset", type=int, default=0, metavar="N", help="leave out the first N")
        parser.add_argument("--json", action="store_true", help="a line of JSON for each article found")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print what is found."""
        from snapshotter.search import SearchIndex  # noqa: PLC0415

        if not 1 <= opts.limit <= MAX_SHOWN or opts.offset < 0:
            self.wrong(f"--limit: 1 to {MAX_SHOWN}; --offset: 0 or more")
        edition = edition_of(self.settings)
        query = _query(args, opts, edition)
        with self.reader() as archive, SearchIndex.open(self.folder, edition.zone) as index:
            self._catch_up(index, archive)
            results = index.search(query, archive)
        if opts.json:
            sys.stdout.writelines(_line(hit) + "\n" for hit in results.hits)
        else:
            _print(results, opts.offset, edition)
        return Exit.FINE if results.hits else Exit.SOME

    def _catch_up(self, index: SearchIndex, archive: ArchiveReader) -> None:
        """Bring the index up to date; where that can't be written, what it has is searched."""
        line, read = ProgressLine(), 0
        try:
            while batch := index.catch_up(archive, seconds=0.5):
                read += batch
                line.show(f"{read:,} captures indexed")
        except CannotWrite as error:
            self.say(f"{error}; the latest captures may be missing")
        finally:
            line.clear()


def _query(args: list[str], opts: argparse.Namespace, edition: Edition) -> Query:
    """Raises UsageError for a time that can't be read."""
    from snapshotter.commands.export import moment  # noqa: PLC0415
    from snapshotter.search import Query  # noqa: PLC0415

    return Query(
        " ".join(args),
        channel=opts.channel,
        source=opts.source,
        site=opts.site,
        language=opts.language,
        since=moment(opts.since, edition.zone) if opts.since else "",
        until=moment(opts.until, edition.zone, end=True) if opts.until else "",
        state="" if opts.state == "latest" else opts.state,
        order="newest" if opts.newest else "relevance",
        limit=opts.limit,
        offset=opts.offset,
    )


def _line(hit: Hit) -> str:
    record: dict[str, Any] = json.loads(jsonl.dumps(hit.snapshot))
    pieces = {
        name: [{"text": piece.text, "is_match": piece.is_match} for piece in found]
        for name, found in (("title", hit.title), ("excerpt", hit.excerpt))
    }
    return json.dumps({"snapshot": record, **pieces}, ensure_ascii=False)


def _print(results: Results, offset: int, edition: Edition) -> None:
    if not results.hits:
        sys.stderr.write("nothing found\n")
        return
    for hit in results.hits:
        of = hit.snapshot
        facts = (to_local(of.published_at or of.captured_at, edition.zone), of.source_name or of.site, of.category)
        print(_marked(hit.title, "yellow") or "-")
        print(f"  {_marked(hit.excerpt, 'bold')}")
        print(paint(f"  {'  '.join(_plain(fact) for fact in facts if fact)}", "dim", sys.stdout))
        print(paint(f"  {of.id}  {of.final_url}", "dim", sys.stdout))
    more = "more than " if results.is_capped else ""
    order = "newest first" if results.order == "newest" else "best first"
    shown = f"{offset + 1:,}-{offset + len(results.hits):,}"
    sys.stderr.write(f"{shown} of {more}{results.total:,} found, {order}\n")


def _marked(pieces: tuple[Piece, ...], style: str) -> str:
    return "".join(paint(_plain(one.text), style, sys.stdout) if one.is_match else _plain(one.text) for one in pieces)


def _plain(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)
