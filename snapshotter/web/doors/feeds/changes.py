"""What a feed tells: articles in the order in which something became of them, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, exists, func, not_, select

from snapshotter.errors import SnapshotNotFound, Withheld
from snapshotter.formats.excerpt import excerpt
from snapshotter.items import Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.store.tables import GONE, snapshots
from snapshotter.web.body import rendered
from snapshotter.web.context import Site
from snapshotter.web.doors.feeds.feed import Entry
from snapshotter.web.queries import Queries, Selected

_c = snapshots.c
_good, _later = snapshots.alias("its_good"), snapshots.alias("its_later")
_CAME_BACK = exists().where(
    _later.c.article_id == _c.article_id,
    _later.c.captured_at > _c.captured_at,
    _later.c.verdict == "ok",
    _later.c.change.in_(("new", "revised", "unchanged")),
)


class Change(NamedTuple):
    """What became of an article last."""

    record: Snapshot
    """Its last good revision."""
    state: str
    """``new``, ``revised`` or ``gone``."""
    at: str
    """When the archive saw that."""


def changes(reader: ArchiveReader, queries: Queries, selected: Selected, limit: int) -> list[Change]:
    """The last of them, newest first."""
    found = {one.article_id: Change(one, one.change, one.captured_at) for one in queries.latest(selected, limit).found}
    for article_id, at in _gone(reader, selected, limit):
        try:
            found[article_id] = Change(reader.get(article_id), "gone", at)
        except (SnapshotNotFound, Withheld):
            found.pop(article_id, None)
    return sorted(found.values(), key=lambda one: (one.at, one.record.id), reverse=True)[:limit]


def became(reader: ArchiveReader, found: Sequence[Snapshot]) -> list[Change]:
    """What became last of the articles whose last good revisions these are, in their order."""
    articles = [one.article_id for one in found]
    query = select(_c.article_id, func.max(_c.captured_at)).where(
        GONE, _c.article_id.in_(articles), not_(_CAME_BACK), reader.shown()
    )
    gone = {str(article_id): str(at) for article_id, at in reader.catalog.rows(query.group_by(_c.article_id))}
    return [
        Change(one, "gone", at) if (at := gone.get(one.article_id)) else Change(one, one.change, one.captured_at)
        for one in found
    ]


def _gone(reader: ArchiveReader, selected: Selected, limit: int) -> list[tuple[str, str]]:
    """Articles that are gone, and since when it is known; newest first."""
    named = {"category": selected.category, "source_name": selected.source_name}
    chosen = [_good.c[name] == value for name, value in named.items() if value]
    had = exists().where(and_(_good.c.article_id == _c.article_id, _good.c.verdict == "ok", *chosen))
    query = select(_c.article_id, _c.captured_at).where(GONE, had, not_(_CAME_BACK), reader.shown())
    rows = reader.catalog.rows(query.order_by(_c.captured_at.desc(), _c.id.desc()).limit(limit))
    last = {str(article_id): str(at) for article_id, at in reversed(rows)}  # of several, the newest
    return list(last.items())


def entry(one: Change, site: Site, *, is_full: bool) -> Entry:
    """An article as a feed's entry. Its id is the article's: a feed reader sees a revision as an update."""
    it = one.record
    return Entry(
        id=f"urn:x-snapshotter:{it.article_id}",
        url=f"{site.base_url}/snapshot/{it.id}",
        title=it.title,
        updated=one.at,
        published=it.published_at,
        summary=excerpt(it.body_text),
        html=rendered(it.body_text, it.body_html) if is_full else "",
        original_url=it.final_url,
        authors=it.authors,
        category="" if it.category_source == "guessed" else it.category,
        state=one.state,
        language=it.language,
    )
