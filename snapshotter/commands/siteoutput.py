"""What ``sites`` prints."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from snapshotter.curation import Coverage, Draft
    from snapshotter.sites import Site


def report(name: str, lines: list[str]) -> int:
    """Print how a test went: ``lines`` say what is wrong, none that it passed. 1: it failed."""
    print(paint(f"{name}: {'failed' if lines else 'passed'}", "red" if lines else "green", sys.stdout))
    sys.stdout.writelines(f"  {line}\n" for line in lines)
    return int(bool(lines))


def print_draft(drafted: Draft) -> None:
    """What was drafted, and what is doubtful about it."""
    site, seeds = drafted.site, drafted.site.seeds
    print(paint(f"{site.name}: {site.site_name}", "bold", sys.stdout))
    print(f"hosts      {', '.join(site.hosts)}; zone {site.timezone or '?'}; language {site.language or '?'}")
    print(f"seeds      {len(seeds.feeds)} feeds, {len(seeds.sitemaps)} sitemaps, {len(seeds.sections)} sections")
    print(f"articles   {len(drafted.pages)} read; {len(site.article)} patterns")
    for field, selectors in site.layouts[0].selectors.items() if site.layouts else ():
        print(f"{field:<11}{' | '.join(selectors)}")
    for doubt in drafted.doubts:
        print(f"doubt      {doubt}")


def print_coverage(site: Site, now: Coverage, before: Coverage) -> None:
    """Which fields a site's pages have now, beside what they had."""
    print(paint(f"{site.name:<14}{'now':>8}{'past':>8}", "bold", sys.stdout))
    for field, share in now.shares.items():
        past = f"{before.shares[field]:.0%}" if before.shares else "-"
        print(f"  {field:<12}{share:>8.0%}{past:>8}")
    print(f"  {'characters':<12}{now.body_characters:>8}{before.body_characters:>8}")
    print(f"  {'pages':<12}{now.pages:>8}{before.pages:>8}")


@dataclass(frozen=True, slots=True)
class Row:
    """A site in the list."""

    name: str
    site_name: str
    hosts: tuple[str, ...]
    feeds: int
    sitemaps: int
    sections: int
    layouts: tuple[str, ...]
    fixtures: int
    last_captured: str
    """RFC 3339, UTC; empty: never, or there is no archive."""


def print_rows(rows: list[Row]) -> None:
    """The list, for a person."""
    heads = f"{'name':<14}{'feeds':>6}{'maps':>6}{'sect.':>6}{'tests':>6}  {'last captured':<22}{'layouts':<18}hosts"
    print(paint(heads, "bold", sys.stdout))
    for row in rows:
        seeds = f"{row.feeds:>6}{row.sitemaps:>6}{row.sections:>6}"
        layouts = ", ".join(row.layouts) or "none"
        last = row.last_captured or "never"
        print(f"{row.name:<14}{seeds}{row.fixtures:>6}  {last:<22}{layouts:<18}{', '.join(row.hosts)}")
