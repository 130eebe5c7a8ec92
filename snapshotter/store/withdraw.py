"""Taking down and restoring: what is meant, the decision in the log, and from then on nothing shows it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, not_, or_, select

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import ArchiveError, SnapshotNotFound, UsageError
from snapshotter.record import text_sha256
from snapshotter.store.catalog import Catalog
from snapshotter.store.erase import finish, takedown_lock
from snapshotter.store.index import complete_indexes, drop_index
from snapshotter.store.segments import IMPORTED, is_imported
from snapshotter.store.tables import snapshots, takedowns
from snapshotter.store.takedownlog import Entry, append
from snapshotter.store.takedowns import HIDDEN, TAKEN_DOWN, matching, require_log, sync
from snapshotter.store.withheld import named
from snapshotter.urls import url_key

Scopes = tuple[tuple[str, str], ...]
MAX_WORDS = 2000
"""Characters of a reason or a name."""
MAX_TWINS = 20

_NO_TEXT = text_sha256("", "")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be taken down or restored."""

    asked: str
    """A capture's id (``sn_…``), an article's (``ar_…``), a URL; or a site's name."""
    is_site: bool = False

    def __str__(self) -> str:
        """As the log has it."""
        return f"site {self.asked}" if self.is_site else self.asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, counted."""

    captures: int
    articles: int
    waiting: int = 0
    """Captures that are hidden, and erased only when the run that writes to their file has ended."""
    others: int = 0
    """Other captures of the article that stay visible: the id of one capture was named."""
    twins: tuple[str, ...] = ()
    """URLs of other articles with the same title and text, at most MAX_TWINS: they stay visible."""
    hidden: int = 0
    """Restored captures that another takedown still hides."""


def take_down(folder: Path, catalog: Catalog, subject: Subject, entry: Entry) -> Outcome:
    """Hides what is meant from every way out, at once; with an ``entry`` that says ``erase``, erases it, too.

    An article or a site is taken down with all its captures, later ones as well: they aren't stored. Of the id of one
    capture, that one, those that repeat its text, and later ones that would. Of ``entry`` the words count. The archive
    is open to be written. Raises SnapshotNotFound, UsageError, ArchiveError, OSError.
    """
    if not entry.reason.strip() or max(len(entry.reason), len(entry.by)) > MAX_WORDS:
        raise UsageError(f"say why, in at most {MAX_WORDS} characters: --reason TEXT")
    scopes = _scopes(catalog, subject)
    outcome = _counted(catalog, subject, scopes)
    _decide(folder, catalog, entry, subject, scopes)
    waiting = finish(folder, catalog) if entry.action == "erase" else 0
    return Outcome(outcome.captures, outcome.articles, waiting, outcome.others, outcome.twins)


def restore(folder: Path, catalog: Catalog, subject: Subject, entry: Entry) -> Outcome:
    """Shows again what was hidden under that name. Raises SnapshotNotFound, ArchiveError where it was erased."""
    scopes = tuple(scope for scope in _scopes(catalog, subject) if _state(catalog, scope))
    if not scopes:
        raise SnapshotNotFound(f"{subject} isn't taken down under that name; the log says what is: log/takedowns.jsonl")
    if any(_state(catalog, scope) != HIDDEN for scope in scopes):
        raise ArchiveError(f"{subject} was erased: what is gone can't be restored")
    _decide(folder, catalog, entry, subject, scopes)
    counts = select(func.count(), func.count(snapshots.c.article_id.distinct())).where(matching(scopes))
    captures, articles = catalog.rows(counts.where(not_(TAKEN_DOWN)))[0]
    return Outcome(captures, articles, hidden=catalog.rows(counts)[0][0] - captures)


def decision(action: str, reason: str = "", by: str = "") -> Entry:
    """An entry of now, without its scopes. ``action``: ``hide``, ``erase`` or ``restore``."""
    return Entry(action, rfc3339(utc_now()), "", " ".join(reason.split()), " ".join(by.split()), ())


def _decide(folder: Path, catalog: Catalog, entry: Entry, subject: Subject, scopes: Scopes) -> None:
    descriptor = takedown_lock(folder)
    if descriptor is None:
        raise ArchiveError("another takedown or an erasure is under way: try again when it is done")
    files = catalog.rows(select(snapshots.c.warc_file).where(matching(scopes)).distinct())
    try:
        require_log(folder, catalog)
        for (name,) in files:
            drop_index(folder / (IMPORTED if is_imported(name) else "warc") / name)
        append(folder, Entry(entry.action, entry.at, str(subject), entry.reason, entry.by, scopes))
        sync(folder, catalog)
        complete_indexes(folder, catalog)
    finally:
        os.close(descriptor)


def _scopes(catalog: Catalog, subject: Subject) -> Scopes:
    """What a name stands for. Raises SnapshotNotFound."""
    filed = snapshots.c.url_key == url_key(subject.asked)  # what the URL led to once, too
    meant = snapshots.c.site == subject.asked if subject.is_site else or_(named(subject.asked), filed)
    columns = (snapshots.c.id, snapshots.c.article_id, snapshots.c.text_sha256, snapshots.c.raw_sha256)
    row = next(iter(catalog.rows(select(*columns).where(meant).limit(1))), None)
    if row is None:
        raise SnapshotNotFound(f"the archive holds no snapshot of {subject}")
    if subject.is_site:
        return (("site", subject.asked),)
    if not subject.asked.startswith("sn_"):
        articles = catalog.rows(select(snapshots.c.article_id).where(meant).distinct())
        return tuple(("article", article_id) for (article_id,) in articles)
    same = [snapshots.c.id == row.id, *([snapshots.c.raw_sha256 == row.raw_sha256] * bool(row.raw_sha256))]
    has_text = row.text_sha256 not in {"", _NO_TEXT}
    same += [snapshots.c.text_sha256 == row.text_sha256] * has_text
    captures = catalog.rows(select(snapshots.c.id).where(snapshots.c.article_id == row.article_id, or_(*same)))
    text = (("text", f"{row.article_id} {row.text_sha256}"),) if has_text else ()
    return (*(("capture", snapshot_id) for (snapshot_id,) in captures), *text)


def _counted(catalog: Catalog, subject: Subject, scopes: Scopes) -> Outcome:
    meant = matching(scopes)
    articles = select(snapshots.c.article_id).where(meant)
    texts = select(snapshots.c.text_sha256).where(meant, snapshots.c.text_sha256.not_in(("", _NO_TEXT)))
    counts = select(func.count(), func.count(snapshots.c.article_id.distinct()))
    (captures, count), (all_captures, _) = (
        catalog.rows(counts.where(condition))[0] for condition in (meant, snapshots.c.article_id.in_(articles))
    )
    alike = select(snapshots.c.final_url).where(snapshots.c.text_sha256.in_(texts))
    twins = catalog.rows(alike.where(snapshots.c.article_id.not_in(articles)).distinct().limit(MAX_TWINS))
    others = all_captures - captures if subject.asked.startswith("sn_") else 0
    return Outcome(captures, count, others=others, twins=tuple(url for (url,) in twins))


def _state(catalog: Catalog, scope: tuple[str, str]) -> str:
    rows = catalog.rows(select(takedowns.c.state).where(takedowns.c.scope == scope[0], takedowns.c.value == scope[1]))
    return str(rows[0][0]) if rows else ""
