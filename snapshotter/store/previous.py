"""What the archive holds of the article that a capture is of."""

from __future__ import annotations

import logging
import sqlite3
from datetime import date, timedelta
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, or_, select

from snapshotter.database import Statement
from snapshotter.errors import ArchiveError, BadWarc
from snapshotter.formats import jsonl
from snapshotter.items import Article, Snapshot
from snapshotter.patterns import pattern
from snapshotter.preserve import Preserved
from snapshotter.record import NOT_MODIFIED, Capture, Previous, record, whose
from snapshotter.store.catalog import articles_of, record_of, unpacked
from snapshotter.store.copies import near_copies
from snapshotter.store.parts import further_pages
from snapshotter.store.reader import ArchiveReader
from snapshotter.store.tables import snapshots

logger = logging.getLogger(__name__)

_PRECISE = ("minute", "second")
_NUMBER = pattern(r"(?<!\d)(?!(?:19|20)\d\d(?:0[1-9]|1[0-2]))\d{5,}")
"""An article's own; not a date."""
_A_NAME = 12
"""A shorter name of a page (``index.html``) may be that of any."""
ENOUGH = 200
"""Two articles of a site that say the same in so many characters are one."""

_columns = snapshots.c
_of_article = _columns.article_id == bindparam("article_id")
_newest_first = (_columns.captured_at.desc(), _columns.id.desc())
_HIGHEST = select(func.max(_columns.revision)).where(_of_article).scalar_subquery()
_LAST_GOOD = Statement(
    select(_columns.revision, _columns.text_sha256, _columns.url_key, _columns.id, _HIGHEST)
    .where(_of_article, _columns.verdict == "ok").order_by(*_newest_first).limit(1)
)  # fmt: skip
_SINCE = Statement(select(func.min(_columns.captured_at)).where(_of_article))
_TIMES = Statement(
    select(func.count()).where(
        _of_article,
        or_(_columns.change == "new", _columns.change == "revised"),
        _columns.text_sha256 == bindparam("text"),
    )
)
_SAYS = Statement(
    select(_columns.article_id, _columns.record)
    .where(_columns.text_sha256 == bindparam("text"), _columns.site == bindparam("site"), _columns.verdict == "ok")
    .order_by(_columns.captured_at, _columns.id).limit(1)
)  # fmt: skip


def previous_of(connection: sqlite3.Connection, capture: Capture, article: Article) -> Previous | None:
    """What the archive holds of a capture's article; None: it is a new one.

    Where no URL of it is known, an article of the same site with the same publish time, title and text is it; or one
    with the same publish time to the minute and nearly the same text, under the same title or page name. Where only
    the day is told, the page's name must have the same number: reports of a series share all else.
    """
    found = articles_of(connection, capture.url_keys)
    other = "" if found else _under_another_url(connection, capture, article) or _edited(connection, capture, article)
    if other:
        return _previous(connection, other, capture)
    known = [_previous(connection, one, capture) for one in found]
    if len(known) > 1:
        known = [_since(connection, one) for one in known]
    return whose(capture, article, known)


def revised_by(archive: ArchiveReader, preserved: Preserved) -> tuple[Snapshot, list[bytes]] | None:
    """The last good capture of an article that this one would revise, and its pages' answers as they crossed the wire.

    None: it wouldn't, by what is stored at this moment, or an answer isn't to be had. Raises one of DATABASE_ERRORS.
    """
    capture, article = preserved.capture, preserved.article
    if capture.verdict != "ok":
        return None
    with archive.catalog.reading() as connection:
        previous = previous_of(connection, capture, article)
    before = previous.last_good if previous else None
    if before is None or record(capture, article, previous).change != "revised":
        return None
    try:
        return before, [archive.response_block(before), *(block for _, block in further_pages(archive, before))]
    except (ArchiveError, BadWarc, OSError) as error:  # it was taken down, or lies in a file that isn't there
        logger.debug("%s is compared by its text alone: %s", before.id, error)
        return None


def _previous(connection: sqlite3.Connection, article_id: str, capture: Capture) -> Previous:
    row = _LAST_GOOD.one(connection, article_id=article_id)
    if not row:
        return Previous(article_id)
    revision, text_sha256, key, snapshot_id, highest = row
    if capture.http_status == NOT_MODIFIED:
        return Previous(article_id, revision, text_sha256, record_of(connection, snapshot_id), highest)
    if capture.verdict != "ok" or (capture.text_sha256 == text_sha256 and key == capture.url_keys[0]):
        return Previous(article_id, revision, text_sha256, None, highest)
    (times,) = _TIMES.one(connection, article_id=article_id, text=capture.text_sha256) or (0,)
    return Previous(article_id, revision, text_sha256, record_of(connection, snapshot_id), highest, times)


def _since(connection: sqlite3.Connection, one: Previous) -> Previous:
    (since,) = _SINCE.one(connection, article_id=one.article_id) or ("",)
    return Previous(one.article_id, one.revision, one.text_sha256, one.last_good, one.highest, one.times, since)


def _under_another_url(connection: sqlite3.Connection, capture: Capture, article: Article) -> str:
    if capture.verdict != "ok" or len(article.body_text) < ENOUGH or not article.published_at:
        return ""
    row = _SAYS.one(connection, text=capture.text_sha256, site=capture.site)
    if row is None or jsonl.loads(unpacked(row[1])).published_at != article.published_at:
        return ""
    return str(row[0])


def _edited(connection: sqlite3.Connection, capture: Capture, article: Article) -> str:
    """The article that was moved, edited, and is seen under its new URL first; empty: there is none."""
    if not article.published_at:
        return ""
    is_precise = article.published_precision in _PRECISE
    when = (capture.site, article.published_at, is_precise)
    for one in near_copies(connection, capture.sketch):
        before = record_of(connection, one)
        if before is None or (before.site, before.published_at, before.published_precision in _PRECISE) != when:
            continue
        if _same_number(before.final_url, capture.final_url, article.published_at):
            return before.article_id
        if is_precise and (before.title == article.title or _same_name(before.final_url, capture.final_url)):
            return before.article_id
    return ""


def _same_number(url: str, other: str, published_at: str) -> bool:
    """Whether the names of two URLs' pages have a number in common that is an article's, and not the day of both."""
    common = set(_NUMBER.findall(_name(url))).intersection(_NUMBER.findall(_name(other)))
    return any(not _is_day(number, published_at) for number in common)


def _is_day(number: str, published_at: str) -> bool:
    """Whether it is that day, in whatever order it is written, and wherever on Earth."""
    day = date.fromisoformat(published_at[:10])
    parts = [f"{day + timedelta(days=away):%y-%m-%d}".split("-") for away in (-1, 0, 1)]
    return len(number) in {6, 8} and sorted((number[:2], number[2:4], number[-2:])) in map(sorted, parts)


def _same_name(url: str, other: str) -> bool:
    """Whether the names of two URLs' pages are the same, and long."""
    return _name(url) == _name(other) and len(_name(url).partition(".")[0]) >= _A_NAME


def _name(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]
