"""What there is of what a subscription wishes: an article once, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapshotter.desk.subscriptions import Wishes
from snapshotter.errors import SnapshotterError
from snapshotter.formats.excerpt import excerpt
from snapshotter.items import Snapshot
from snapshotter.search import Hit, Query
from snapshotter.web.context import Context, Site
from snapshotter.web.doors.feeds.feed import Entry, FeedInfo, feed
from snapshotter.web.queries import Selected
from snapshotter.web.searching import scanned

NEWEST = 40
BEGINNING = "1970-01-01T00:00:00Z"


def wished(context: Context, wishes: Wishes) -> list[Snapshot]:
    """The newest NEWEST. What can't be searched for right now is left out."""
    articles: dict[str, Snapshot] = {}
    for one in _all(context, wishes):
        known = articles.get(one.article_id)
        if known is None or (known.captured_at, known.id) < (one.captured_at, one.id):
            articles[one.article_id] = one
    return sorted(articles.values(), key=lambda one: (one.captured_at, one.id), reverse=True)[:NEWEST]


def feed_of(snapshots: Sequence[Snapshot], site: Site, token: str, kind: str) -> bytes:
    """The same as a feed of one of feed.TYPES."""
    here = f"{site.base_url}/feed/me/{token}.{kind}"
    info = FeedInfo(
        id=here,
        title=site.name,
        self_url=here,
        page_url=f"{site.base_url}/me/{token}",
        updated=max((one.captured_at for one in snapshots), default=BEGINNING),
        language=site.locale,
    )
    return feed([_entry(one, site) for one in snapshots], info, kind)


def _all(context: Context, wishes: Wishes) -> Iterator[Snapshot]:
    named = [Selected(category=name) for name in wishes.channels]
    named += [Selected(source_name=name) for name in wishes.sources]
    for selected in named:
        yield from context.queries.latest(selected, NEWEST).found
    for words in wishes.searches:
        try:
            yield from (hit.snapshot for hit in _search(context, words))
        except SnapshotterError:
            continue


def _search(context: Context, words: str) -> Sequence[Hit]:
    if context.search is None:
        return scanned(context.queries, words, NEWEST).hits
    query = Query(words, order="newest", limit=NEWEST)
    return context.search.search(query, context.reader).hits


def _entry(one: Snapshot, site: Site) -> Entry:
    """Its id is the article's: a feed reader sees a revision as an update."""
    return Entry(
        id=f"urn:x-snapshotter:{one.article_id}",
        url=f"{site.base_url}/snapshot/{one.id}",
        title=one.title,
        updated=one.captured_at,
        published=one.published_at,
        summary=excerpt(one.body_text),
        original_url=one.final_url,
        authors=one.authors,
        category="" if one.category_source == "guessed" else one.category,
        state=one.change,
        language=one.language,
    )
