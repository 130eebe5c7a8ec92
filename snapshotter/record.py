"""Page, Article and the last good capture → Snapshot: ids, verdict, change. Plain functions.

What is decided here:

- **Whose capture it is.** A good capture is filed under the URL it was answered from, or the
  canonical one where that is credible; a bad one (an error page, a consent wall, …) under the URL
  asked for: what came back instead of an article must not become an article that others join.
- **What a bad capture does.** It is kept and displaces nothing: ``revision`` stays that of the last
  good capture (0: there is none yet) and ``change`` says ``unchanged`` (``new`` for the first
  capture of all). An article that we have is ``gone`` where its URL answers 404 or 410, with a page that
  says the same (``soft-404``), or leads to a front page, a section or another article.
- **What a good capture does.** ``new`` and revision 1 where there was no good one before;
  ``unchanged`` where no word of title and text differs from those of the last good one, also after
  ``gone``, whatever changed around them (``change``), or where the text goes back and forth between
  two that were revisions before; else ``revised`` and one revision more.
- **What moved** is told by ``url`` and ``final_url``: it stays one article, and both URLs lead to it.
- **What can't be believed.** A text of which little is left (``change.doubt``) makes a capture a bad
  one, or brings a warning.
- **304** is ``unchanged`` and repeats the last good capture's article and digests.
- A publish time or title that only the feed or sitemap states is taken over, with a warning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from snapshotter.change import continues, doubt, says_the_same
from snapshotter.items import Article, Discovery, Page, Snapshot
from snapshotter.urls import Likeness, article_likeness, elsewhere, front_page, same_site, url_key

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_MODIFIED = 304
GONE = (404, 410)
FLAPS = 2
"""A text that was a revision so often before isn't one again: the page goes back and forth."""

_ARTICLE_FIELDS = tuple(field.name for field in fields(Article) if field.name != "verdict")
_article_values = attrgetter(*_ARTICLE_FIELDS)
_KEPT_IF_UNSAID = ("content_type", "etag", "last_modified")


@dataclass(frozen=True, slots=True)
class Capture:
    """The facts of one capture, as its exchange shows them; nothing of what the page says."""

    url: str
    """As asked for."""
    final_url: str
    captured_at: str
    """RFC 3339, UTC."""
    http_status: int
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    discovered_via: str = ""
    discovered_at: str = ""
    """RFC 3339, UTC."""
    site: str = ""
    verdict: str = "ok"
    url_keys: tuple[str, ...] = ()
    """As ``url_keys`` makes them."""
    raw_sha256: str = ""
    text_sha256: str = ""
    simhash: str = ""
    sketch: bytes = b""
    """As ``copies.sketch`` makes it of the body; empty for a bad capture."""
    reads_as: str = ""
    """Id of an earlier capture whose page shows the same words, though they were read otherwise; empty: none known."""


@dataclass(frozen=True, slots=True)
class Previous:
    """What the archive holds of an article."""

    article_id: str
    revision: int = 0
    """Of the last good capture; 0: there is none."""
    text_sha256: str = ""
    last_good: Snapshot | None = None
    """The last good capture itself; for a 304, and where the text or the place is another."""
    highest: int = 0
    """The highest revision given so far; above ``revision`` where an older capture was imported later."""
    times: int = 0
    """How often the capture's very text was a revision before."""
    since: str = ""
    """When its first capture was made; empty where nobody asks."""

    def is_at(self, key: str) -> bool:
        """Whether the last good capture is filed under this URL key."""
        return self.last_good is not None and self.last_good.url_key == key


def record(capture: Capture, article: Article, previous: Previous | None) -> Snapshot:
    """The one record of a capture; see the module's docstring for what it decides."""
    if capture.http_status == NOT_MODIFIED and previous and previous.last_good:
        return _not_modified(capture, previous.last_good)
    capture, article = _judged(capture, article, previous)
    key = capture.url_keys[0]
    good_before = previous.revision if previous else 0
    change = _change(capture, article, previous)
    is_revision = capture.verdict == "ok" and change in {"new", "revised"}
    return Snapshot(
        id=snapshot_id(key, capture.captured_at, capture.raw_sha256),
        article_id=previous.article_id if previous else article_id(key),
        revision=max(good_before, previous.highest if previous else 0) + 1 if is_revision else good_before,
        change=change,
        verdict=capture.verdict,
        url_key=key,
        raw_sha256=capture.raw_sha256,
        text_sha256=capture.text_sha256,
        simhash=capture.simhash,
        **dict(zip(_ARTICLE_FIELDS, _article_values(article), strict=True)),
        **_facts(capture),
    )


def verdict(page: Page, http_status: int, payload_bytes: int, article: Article) -> str:
    """``ok``, or the first of VERDICTS that says why this is no good copy of an article.

    ``truncated`` also for an article one of whose further pages didn't come, but may at another time; where the
    site says that there is none (404, robots.txt), the text is all that can be had. ``soft-404`` also for a page deep
    in a site that redirects to a front page, a section or a page of errors.
    """
    if http_status >= 300:
        return "http-status"
    if page.exchange.truncated or any(part.may_come for part in page.parts):
        return "truncated"
    if not payload_bytes:
        return "empty"
    if article.verdict in {"ok", "not-article", "empty"} and elsewhere(page.requested_url, page.final_url):
        return "soft-404"
    return article.verdict


def url_keys(url: str, final_url: str, canonical_url: str, verdict: str) -> tuple[str, ...]:
    """The URL keys of a capture, the one it is filed under first, each once.

    All of them lead to its article from then on. A bad capture has only the key of the URL asked for.
    """
    if verdict != "ok":
        return (url_key(url),)
    named = [canonical_url] if _is_credible(canonical_url, final_url) else []
    return tuple(dict.fromkeys(url_key(one) for one in (*named, final_url, url)))


def whose(capture: Capture, article: Article, known: Sequence[Previous]) -> Previous | None:
    """Whose capture it is, of the articles that its URL keys lead to, in the order of those; None: a new one's.

    The first key's article, or those whose text goes on here, and of several the one that began first. An article
    that lived where was asked, and was sent on from there to a text that isn't its own, keeps the capture: it is gone.
    """
    asked, key = url_key(capture.url), capture.url_keys[0]
    if capture.verdict != "ok" or (len(known) == 1 and known[0].is_at(key)):
        return known[0] if known else None
    sent_on = url_key(capture.final_url) != asked
    going_on = []
    for one in known:
        goes_on = one.last_good is None or continues(one.last_good, article)
        if sent_on and one.is_at(asked) and not goes_on:
            return one
        if goes_on or one.is_at(key) or not sent_on:
            going_on.append(one)
    return min(going_on, key=lambda one: one.since, default=None)


def of_pages(snapshot: Snapshot, urls: Iterable[str]) -> tuple[str, ...]:
    """The URL keys of a capture whose article has further pages at these URLs; as ``url_keys`` for none."""
    own = url_keys(snapshot.url, snapshot.final_url, snapshot.canonical_url, snapshot.verdict)
    return with_pages(own, urls) if snapshot.verdict == "ok" else own


def with_pages(own: tuple[str, ...], urls: Iterable[str]) -> tuple[str, ...]:
    """An article's URL keys, those of its further pages behind them, each once."""
    return tuple(dict.fromkeys((*own, *map(url_key, urls))))


def snapshot_id(key: str, captured_at: str, raw_sha256: str) -> str:
    """``sn_`` and 24 hex digits (96 bits) of the SHA-256 of the three."""
    return _id("sn_", key, captured_at, raw_sha256)


def article_id(key: str) -> str:
    """``ar_`` and 24 hex digits of the SHA-256 of the first URL key the article was seen under."""
    return _id("ar_", key)


def text_sha256(title: str, body_text: str) -> str:
    """Hex SHA-256 of title, newline, body text, in UTF-8."""
    return hashlib.sha256(f"{title}\n{body_text}".encode("utf-8", "replace")).hexdigest()


def with_listing(article: Article, listing: Discovery) -> Article:
    """The article with what only the feed or sitemap states of it: publish time, title; with a warning."""
    if listing.published_at and not article.published_at and not article.published_raw:
        article = replace(
            article,
            published_at=listing.published_at,
            published_raw=listing.published_raw,
            zone_source=listing.zone_source,
            warnings=(*article.warnings, f"published_at: only the {listing.via} states it"),
        )
    if listing.title and not article.title:
        article = replace(
            article, title=listing.title, warnings=(*article.warnings, f"title: only the {listing.via} states it")
        )
    return article


def _id(prefix: str, *parts: str) -> str:
    return prefix + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def _is_credible(canonical_url: str, final_url: str) -> bool:
    """Some sites declare their front page or a section as canonical for every article."""
    if not canonical_url or canonical_url == final_url or front_page(canonical_url):
        return False
    if not same_site(canonical_url, final_url):
        return False
    return article_likeness(canonical_url) > Likeness.NO or article_likeness(final_url) == Likeness.NO


def _judged(capture: Capture, article: Article, previous: Previous | None) -> tuple[Capture, Article]:
    """With the verdict and the warning that only a comparison with the last good capture gives."""
    before = previous.last_good if previous else None
    if not before or capture.verdict != "ok" or capture.captured_at < before.captured_at:
        return capture, article
    asked = url_key(capture.url)
    if before.url_key == asked != url_key(capture.final_url) and not continues(before, article):
        kind, warning = "soft-404", "moved: leads to another text"
    else:
        kind, warning = doubt(before, article)
    if kind != "ok":
        capture = replace(capture, verdict=kind, url_keys=(asked,))
    return capture, replace(article, warnings=(*article.warnings, warning)) if warning else article


def _change(capture: Capture, article: Article, previous: Previous | None) -> str:
    if not previous:
        return "new"
    if capture.verdict != "ok":
        is_gone = capture.http_status in GONE or capture.verdict == "soft-404"
        return "gone" if is_gone and previous.revision else "unchanged"
    if not previous.revision:
        return "new"
    return "unchanged" if _says_the_same(capture, article, previous) else "revised"


def _says_the_same(capture: Capture, article: Article, previous: Previous) -> bool:
    if capture.text_sha256 == previous.text_sha256 or previous.times >= FLAPS:
        return True
    before = previous.last_good
    return before is not None and (capture.reads_as == before.id or says_the_same(before, article))


def _facts(capture: Capture) -> dict[str, Any]:
    return {
        "url": capture.url,
        "final_url": capture.final_url,
        "captured_at": capture.captured_at,
        "http_status": capture.http_status,
        "content_type": capture.content_type,
        "etag": capture.etag,
        "last_modified": capture.last_modified,
        "discovered_via": capture.discovered_via,
        "discovered_at": capture.discovered_at,
        "site": capture.site,
    }


def _not_modified(capture: Capture, last_good: Snapshot) -> Snapshot:
    facts = {name: value for name, value in _facts(capture).items() if value or name not in _KEPT_IF_UNSAID}
    return replace(
        last_good,
        id=snapshot_id(last_good.url_key, capture.captured_at, last_good.raw_sha256),
        change="unchanged",
        related=(),
        **facts,
    )
