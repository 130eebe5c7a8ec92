"""What is planned, for ``due`` and ``crawl --due``: asked of the databases without loading what writes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from snapshotter.clock import utc_now
from snapshotter.commands.base import BaseCommand
from snapshotter.durations import written
from snapshotter.errors import ArchiveError
from snapshotter.schedule.glance import Outlook, outlooks
from snapshotter.sites import default_folder, load_sites, match_site, require_known
from snapshotter.urls import clean, host, split_urls


def outlooks_of(command: BaseCommand, site: str = "", start: str = "") -> list[Outlook]:
    """What is due of the sites that are named (all that have rules) and of the start URLs' sources.

    Raises UsageError, SiteRuleError, ArchiveError.
    """
    folder = command.settings.get("SNAPSHOTTER_SITES")
    sites = load_sites(Path(folder) if folder else default_folder())
    names = [name.strip() for name in site.split(",") if name.strip()]
    require_known(sites, names)
    starts = [clean(url) for url in split_urls(start)]
    seeds: dict[str, list[str]] = {}
    for name in names or ([] if starts else sites):
        own = sites[name].seeds
        seeds[name] = [*own.feeds, *own.sitemaps, *own.sections]
    for url in starts:
        matched = match_site(sites, url)
        seeds.setdefault(matched.name if matched else host(url), []).append(url)
    try:
        return outlooks(command.folder, seeds, utc_now())
    except sqlite3.Error as error:
        remedy = "Restore state.db from a copy or move it away; if it is catalog.db, rebuild it"
        raise ArchiveError(f"the schedule of {command.folder} can't be read: {error}. {remedy}") from error


def table(planned: Sequence[Outlook]) -> Iterator[str]:
    """A table: what is due, and when the next."""
    if not planned:
        yield "No sources: add rule files to data/sites."
        return
    width = max(len("source"), *(len(one.source) for one in planned))
    yield f"{'source':<{width}}  places  new  visits  next"
    for one in planned:
        yield f"{one.source:<{width}}  {one.places:>6}  {one.waiting:>3}  {one.visits:>6}  {_when(one)}"


def next_of(planned: Sequence[Outlook]) -> str:
    """``; next: NAME in 4 min``; empty where nothing is planned."""
    waiting = [one for one in planned if one.next_at and not one.is_at_work]
    return f"; next: {waiting[0].source} {_when(waiting[0])}" if waiting else ""


def _when(one: Outlook) -> str:
    if one.is_at_work:
        return "a run is at it"
    if one.held_until:
        return f"in {_until(one.held_until)} (its server asked for that)"
    if one.due:
        return "now"
    return f"in {_until(one.next_at)}" if one.next_at else "never"


def _until(moment: str) -> str:
    return written(max((datetime.fromisoformat(moment) - utc_now()).total_seconds(), 0))
