"""Exchange → what it says: decoded, extracted, and an article's further pages joined. In a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from snapshotter.codings import content
from snapshotter.errors import ExtractError
from snapshotter.http1 import Head, payload, read_head
from snapshotter.items import RENDERED, REPEATS, Article, Exchange, Look, Page, Pager, Rendered, Snapshot

if TYPE_CHECKING:
    from snapshotter.extract.engine import Reading
    from snapshotter.sites import Site

MAX_CONTENT_BYTES = 10 << 20
"""The longest content that is read, decoded; what is longer is a bomb or no article, and is archived unread."""


def get_ready() -> None:
    """Load what reading a page takes, before there is one."""
    import snapshotter.extract  # noqa: PLC0415
    import snapshotter.extract.pager  # noqa: F401, PLC0415


def read_all(page: Page, head: Head, body: bytes, site: Site | None) -> tuple[Article, Pager]:
    """What the article at ``page`` says, its further pages joined, and which others there are.

    ``head`` and ``body``: its response, read. Raises BadHttp for a further page that is no HTTP message.
    """
    first, decoded = _article(page.exchange, head, body, site)
    if page.rendered and head.status < 300:
        first = _with_rendered(first, page.rendered, page.exchange, site)
    if first.verdict != "ok":
        return first, Pager()
    from snapshotter.extract.pager import find_pager  # noqa: PLC0415  (as above)

    pager = find_pager(decoded, page.final_url, head.get("content-type"))
    if page.parts:
        return _joined(first, page, site), pager
    if pager.first:
        first = replace(first, warnings=(*first.warnings, f"pages: a further one of {pager.first}"))
    elif pager.more:
        first = replace(first, warnings=(*first.warnings, f"pages: 1 of {len(pager.more) + 1}"))
    return first, pager


def _with_rendered(article: Article, rendered: Rendered, exchange: Exchange, site: Site | None) -> Article:
    """The article; where the origin's page has no body, as a browser shows it."""
    if rendered.trouble:
        article = replace(article, warnings=(*article.warnings, f"render: {rendered.trouble}"))
    if article.body_text or not rendered.html:
        return article
    shown = of_dom(rendered.html, exchange.url, exchange.started_at, site).article
    if not shown.body_text:
        return article
    said = "body: the page as sent has none; read from the rendered DOM"
    return replace(
        shown,
        encoding=article.encoding,
        encoding_source=article.encoding_source,
        extractor=shown.extractor + RENDERED,
        warnings=(*article.warnings, *shown.warnings, said),
    )


def of_dom(html: bytes, url: str, captured_at: datetime, site: Site | None) -> Reading:
    """What a rendered DOM says."""
    from snapshotter.extract.engine import Visit, read  # noqa: PLC0415

    return read(html, Visit(url, "text/html; charset=utf-8", site, captured_at))


def _joined(first: Article, page: Page, site: Site | None) -> Article:
    """The first page's article with the bodies of the further ones; the warnings count them."""
    from snapshotter.extract.join import contains, joined  # noqa: PLC0415

    read, said = [first], []
    for number, part in enumerate(page.parts, 2):
        if part.trouble:
            said.append(f"page {number}: {part.trouble}")
            continue
        read.append(_read(part.exchanges[-1], site))
        said += [f"page {number}: {warning}" for warning in read[-1].warnings if warning not in first.warnings]
    there_are = 1 + sum(part.trouble != REPEATS for part in page.parts)
    counted = f"pages: {len(read)} of {there_are}" if there_are > 1 else "pages: 1; another that it links to repeats it"
    if len(read) == 2 and contains(read[1], first):
        counted = "pages: all of them on one"
    return replace(joined(read), warnings=(*first.warnings, counted, *said))


def look(exchange: Exchange, first: str, site: Site | None) -> Look:
    """What a page of the article at ``first`` shows. Raises BadHttp."""
    from snapshotter.extract.join import says  # noqa: PLC0415
    from snapshotter.extract.pager import find_pager  # noqa: PLC0415

    head = read_head(exchange.response_block)
    article, decoded = _article(exchange, head, payload(exchange.response_block, head), site)
    return Look(find_pager(decoded, exchange.url, head.get("content-type"), first=first), says(article))


def _read(exchange: Exchange, site: Site | None) -> Article:
    """What an exchange's page says. Raises BadHttp."""
    block = exchange.response_block
    head = read_head(block)
    return _article(exchange, head, payload(block, head), site)[0]


def _article(exchange: Exchange, head: Head, body: bytes, site: Site | None) -> tuple[Article, bytes]:
    """What the page says, and its decoded content; empty without a look where there can be no article."""
    if head.status >= 300 or not body:
        return Article(verdict="empty"), b""
    from snapshotter.extract import extract  # noqa: PLC0415  (who only reads Preserved needn't load it)

    decoded, whole = content(body, ",".join(head.get_all("content-encoding")), MAX_CONTENT_BYTES)
    if not whole and len(decoded) == MAX_CONTENT_BYTES:
        unread = f"content: longer than {MAX_CONTENT_BYTES} bytes; archived unread"
        return Article(verdict="empty", warnings=(unread,)), b""
    warnings = () if whole else ("content: its coding is broken; read as far as it goes",)
    try:
        stated, captured_at = head.get("content-type"), exchange.started_at
        article = extract(decoded, url=exchange.url, content_type=stated, site=site, captured_at=captured_at)
    except ExtractError as error:
        return Article(verdict="empty", warnings=(*warnings, f"extraction: {error}")), b""
    return replace(article, warnings=(*warnings, *article.warnings)) if warnings else article, decoded


def reread(
    snapshot: Snapshot, response_block: bytes, site: Site | None, further: Sequence[tuple[str, bytes]] = ()
) -> Reading:
    """What an archived article says, read again by today's rules, and what was weighed for it on its first page.

    ``further``: URL and response of each further page that was joined, in order.
    """
    first = _reading(snapshot.final_url, response_block, snapshot, site)
    later = [_reading(url, block, snapshot, site).article for url, block in further]
    if not later:
        return first
    from snapshotter.extract.join import joined  # noqa: PLC0415

    return first._replace(article=joined([first.article, *later]))


def _reading(url: str, response_block: bytes, snapshot: Snapshot, site: Site | None) -> Reading:
    from snapshotter.extract.engine import Visit, read  # noqa: PLC0415

    head = read_head(response_block)
    coding = ",".join(head.get_all("content-encoding"))
    decoded, _ = content(payload(response_block, head), coding, MAX_CONTENT_BYTES)
    captured_at = datetime.fromisoformat(snapshot.captured_at)
    return read(decoded, Visit(url, head.get("content-type") or "", site, captured_at))
