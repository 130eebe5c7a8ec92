"""``sites``: the rules of news sites drafted, tested, listed, explained."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.checking import note_fixtures, note_live
from snapshotter.commands.running import add_log_options, apply_log_options, number
from snapshotter.commands.siteoutput import Row, print_coverage, print_draft, print_rows, report
from snapshotter.errors import ArchiveNotFound, ExtractError, FetchError, SnapshotNotFound, UsageError
from snapshotter.sites import Sites, default_folder, load_sites, match_site, read_site
from snapshotter.urls import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from snapshotter.curation import Draft
    from snapshotter.extract.engine import Reading
    from snapshotter.sites import Site

LONGEST_S = 900.0
"""After it ``check --live`` looks at no further site; each may take 45 s to come, and then be read."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class Command(BaseCommand):
    """Looks after the rules of news sites."""

    summary = "draft, test, list and explain the rules of news sites"
    arguments = "add URL | check [NAME] | list | explain URL"
    description = """
add      looks at a site (front page, robots.txt, feeds, sitemaps, a handful
         of articles), drafts its rule file, saves one article as a dated
         fixture and tests the rules on it; says what it doubts
check    tests the rules on the fixtures, of all sites or of one; --live
         reads a few of today's articles as well, and compares which fields
         they have with the site's last good captures in the archive; how it
         went is kept there, for the operator's page /operator/rules
list     the sites there are rules for, and when each was last captured
explain  shows field by field which evidence of a page won; the page comes
         from the archive, or else from the web

Rules lie in SNAPSHOTTER_SITES (data/sites); fixtures in tests/sites of the
project, or else in the folder "fixtures" beside the rules.

exit status: 0 fine, 1 a test failed, a field was lost or no article was
found, 2 usage, 3 network, 6 robots.txt forbids it, 7 cannot write"""
    examples = (
        "add https://example.org/",
        "add https://example.org/ --name example --force    # draft it anew",
        "check",
        "check people-cn --live --archive /srv/news",
        "list",
        "explain https://example.org/news/1.html",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What goes with the actions."""
        parser.add_argument("--name", default="", help="what to call the site added (after its host)")
        parser.add_argument("--force", action="store_true", help="replace the rules that there are")
        parser.add_argument("--live", action="store_true", help="check today's pages as well")
        parser.add_argument("--json", action="store_true", help="list and explain: print JSON")
        add_log_options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn logging options into settings."""
        super().process_options(args, opts)
        apply_log_options(self.settings, opts, "ERROR")
        if opts.name and not _NAME.fullmatch(opts.name):
            self.wrong("--name: lower-case letters, digits and hyphens")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do one of the four."""
        match args:
            case ["add", url]:
                status = self._add(clean(url), opts.name, force=opts.force)
            case ["check"] | ["check", _]:
                status = self._check(args[1] if args[1:] else "", live=opts.live)
            case ["list"]:
                status = self._list(as_json=opts.json)
            case ["explain", url]:
                status = self._explain(clean(url), as_json=opts.json)
            case _:
                self.wrong("name one of: add URL, check [NAME], list, explain URL")
        return status

    @property
    def _folder(self) -> Path:
        given = self.settings.get("SNAPSHOTTER_SITES")
        return Path(given) if given else default_folder()

    # add

    def _add(self, url: str, name: str, *, force: bool) -> int:
        from snapshotter.commands.surveying import in_worker, survey  # noqa: PLC0415
        from snapshotter.curation import draft  # noqa: PLC0415

        began = time.monotonic()
        self._folder.mkdir(parents=True, exist_ok=True)
        sites = load_sites(self._folder)
        own = match_site(sites, url)
        if own is not None:
            name = _replacing(own, name, force=force)
        self._folder_is_free(name, own, force=force)
        found = survey(self.settings, {"front": url})
        drafted = in_worker(self._timeout_s * max(len(found.articles), 1), draft, found, name)
        self._folder_is_free(drafted.site.name, own, force=force)
        _hosts_are_free(drafted.site, sites)
        print_draft(drafted)
        status = self._save(drafted)
        print(f"took {time.monotonic() - began:.0f} s")
        return status

    @property
    def _timeout_s(self) -> float:
        """What a page may take to be read. Raises UsageError."""
        return number(self.settings, "SNAPSHOTTER_EXTRACT_TIMEOUT_S")

    def _folder_is_free(self, name: str, own: Site | None, *, force: bool) -> None:
        if name and (own is None or own.name != name) and not force and (self._folder / f"{name}.toml").exists():
            raise UsageError(f"{self._folder / name}.toml is there; choose another --name, or replace it with --force")

    def _save(self, drafted: Draft) -> int:
        from snapshotter.commands.surveying import in_worker  # noqa: PLC0415
        from snapshotter.curation import check, expected, fixtures_folder, rule_file, save  # noqa: PLC0415

        site = drafted.site
        path, part = self._folder / f"{site.name}.toml", self._folder / f"{site.name}.toml.part"
        comment = f"{site.site_name}, drafted from {len(drafted.pages)} pages by snapshotter sites add."
        comment = "\n".join([comment, *(f"Doubt: {doubt}" for doubt in drafted.doubts)])
        part.write_text(rule_file(site, comment), encoding="utf-8")
        try:
            read_site(part)  # one file that can't be read stops all crawls
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        print(f"wrote {path}")
        if not drafted.pages:
            print("no fixture: no article page could be read")
            return 1
        page = drafted.pages[0]
        stated = in_worker(self._timeout_s, expected, page, read_site(path))
        fixture = save(fixtures_folder(self._folder), page, site.name, stated)
        print(f"wrote {fixture.folder}")
        return report(fixture.name, check(fixture, load_sites(self._folder)))

    # check

    def _check(self, name: str, *, live: bool) -> int:
        from snapshotter.curation import check, fixtures, fixtures_folder  # noqa: PLC0415

        sites = load_sites(self._folder)
        if name and name not in sites:
            raise UsageError(f"no rule file {name}.toml in {self._folder}; there are: {', '.join(sites) or 'none'}")
        found = list(fixtures(fixtures_folder(self._folder), name))
        wrong = {fixture.name: check(fixture, sites) for fixture in found}
        failed = sum([report(fixture, lines) for fixture, lines in wrong.items()])
        note_fixtures(self.folder, found, wrong)
        for site in sorted(({name} if name else set(sites)) - {fixture.site for fixture in found}):
            print(f"{site}: no fixture")
        print(f"{len(found)} fixtures, {failed} failed")
        ends = time.monotonic() + LONGEST_S
        lost = sum([self._live(sites[one], ends) for one in ([name] if name else sites)]) if live else 0
        return int(bool(failed or lost))

    def _live(self, site: Site, ends: float) -> int:
        """``ends``: the moment, by the monotonic clock, from which on no site is looked at."""
        if time.monotonic() > ends:
            late = f"not looked at, after {LONGEST_S / 60:.0f} minutes; name it: sites check {site.name} --live"
            return report(f"{site.name}, live", [late])
        try:
            pages, lines = self._check_live(site)
        except (FetchError, ExtractError) as error:
            pages, lines = 0, [str(error)]
        note_live(self.folder, site.name, pages, lines)
        return report(f"{site.name}, live", lines)

    def _check_live(self, site: Site) -> tuple[int, list[str]]:
        """How many pages were looked at, and what is wrong with them."""
        from snapshotter.commands.surveying import in_worker, survey  # noqa: PLC0415
        from snapshotter.curation import Coverage, articles_of, compared, coverage, past  # noqa: PLC0415
        from snapshotter.extract.overrides import GENERIC  # noqa: PLC0415

        try:
            with self.reader() as archive:
                before = past(archive, site.name)
        except ArchiveNotFound:
            before = Coverage(0, {}, 0)
        found = survey(self.settings, {"site": site.name}).articles
        read = in_worker(self._timeout_s * max(len(found), 1), articles_of, found, site)
        good = [article for article in read if article.verdict == "ok"]
        now = coverage(good)
        print_coverage(site, now, before)
        lines = compared(now, before)
        if not good:
            lines.append(f"none of {len(read)} pages is an article")
        if site.layouts and 2 * sum(article.extractor == GENERIC for article in good) > len(good):
            lines.append("no layout of its rules fits most of them; draft them anew with sites add --force")
        return len(read), lines

    # list, explain

    def _list(self, *, as_json: bool) -> int:
        from snapshotter.curation import fixtures, fixtures_folder, last_captured  # noqa: PLC0415

        sites = load_sites(self._folder)
        tests = [fixture.site for fixture in fixtures(fixtures_folder(self._folder))]
        try:
            with self.reader() as archive:
                last = last_captured(archive)
        except ArchiveNotFound:
            last = {}
        rows = [_row(site, tests.count(site.name), last.get(site.name, "")) for site in sites.values()]
        if as_json:
            sys.stdout.writelines(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        else:
            print_rows(rows)
        return 0

    def _explain(self, url: str, *, as_json: bool) -> int:
        from snapshotter.commands.explain import print_reading  # noqa: PLC0415
        from snapshotter.commands.surveying import in_worker  # noqa: PLC0415

        read = self._archived(url) or self._fetched(url)
        print_reading(in_worker(self._timeout_s, read), as_json=as_json)
        return 0

    def _archived(self, url: str) -> Callable[[], Reading] | None:
        from snapshotter.commands.explain import reading_again  # noqa: PLC0415

        try:
            with self.reader() as archive:
                snapshot = archive.get(url)
                return reading_again(archive, snapshot, match_site(load_sites(self._folder), snapshot.final_url))
        except (ArchiveNotFound, SnapshotNotFound):
            return None

    def _fetched(self, url: str) -> Callable[[], Reading]:
        from snapshotter.commands.surveying import survey  # noqa: PLC0415

        page = survey(self.settings, {"page": url}).front
        return partial(page.read, match_site(load_sites(self._folder), page.url))


def _replacing(own: Site, name: str, *, force: bool) -> str:
    """The name of the rules that are drafted anew."""
    if not force:
        raise UsageError(f"{own.name}.toml has rules for {own.hosts[0]}; --force drafts them anew")
    if name not in {"", own.name}:
        raise UsageError(f"{own.hosts[0]} is {own.name}'s; leave --name out, or take {own.name}.toml away first")
    return own.name


def _hosts_are_free(site: Site, sites: Sites) -> None:
    for other in sites.values():
        if other.name != site.name and (shared := set(other.hosts) & set(site.hosts)):
            raise UsageError(f"{min(shared)} is {other.name}'s; take it out of {other.name}.toml first")


def _row(site: Site, tests: int, last: str) -> Row:
    counts = (len(site.seeds.feeds), len(site.seeds.sitemaps), len(site.seeds.sections))
    layouts = tuple(layout.name for layout in site.layouts)
    return Row(site.name, site.site_name, site.hosts, *counts, layouts, tests, last)
