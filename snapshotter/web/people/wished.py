"""What there is of what a subscription wishes: an article once, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapshotter.desk.subscriptions import Wishes
from snapshotter.errors import SnapshotterError
from snapshotter.search import Hit, Query
from snapshotter.web.context import Context, Site
from snapshotter.web.doors.feeds.changes import Change, became, changes, entry
from snapshotter.web.doors.feeds.feed import FeedInfo, feed
from snapshotter.web.queries import Selected
from snapshotter.web.searching import scanned

NEWEST = 40
BEGINNING = "1970-01-01T00:00:00Z"


def wished(context: Context, wishes: Wishes) -> list[Change]:
    """The newest NEWEST: new, revised, gone. What can't be searched for right now is left out."""
    articles: dict[str, Change] = {}
    for one in _all(context, wishes):
        known = articles.get(one.record.article_id)
        if known is None or _order(known) < _order(one):
            articles[one.record.article_id] = one
    return sorted(articles.values(), key=_order, reverse=True)[:NEWEST]


def _order(one: Change) -> tuple[str, str]:
    return one.at, one.record.id


def feed_of(found: Sequence[Change], site: Site, token: str, kind: str) -> bytes:
    """The same as a feed of one of feed.TYPES."""
    here = f"{site.base_url}/feed/me/{token}.{kind}"
    info = FeedInfo(
        id=here,
        title=site.name,
        self_url=here,
        page_url=f"{site.base_url}/me/{token}",
        updated=max((one.at for one in found), default=BEGINNING),
        language=site.locale,
    )
    return feed([entry(one, site, is_full=False) for one in found], info, kind)


def _all(context: Context, wishes: Wishes) -> Iterator[Change]:
    named = [Selected(category=name) for name in wishes.channels]
    named += [Selected(source_name=name) for name in wishes.sources]
    for selected in named:
        yield from changes(context.reader, context.queries, selected, NEWEST)
    for words in wishes.searches:
        try:
            yield from became(context.reader, [hit.snapshot for hit in _search(context, words)])
        except SnapshotterError:
            continue


def _search(context: Context, words: str) -> Sequence[Hit]:
    if context.search is None:
        return scanned(context.queries, words, NEWEST).hits
    query = Query(words, order="newest", limit=NEWEST)
    return context.search.search(query, context.reader).hits
