"""The three things that travel the house, each frozen: a Page comes off the wire, an Article
is what the page says, a Snapshot is the one record of the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SCHEMA = "snapshotter/1"

CHANGES = ("new", "revised", "unchanged", "gone", "withdrawn")
VERDICTS = ("ok", "paywall", "consent", "captcha", "soft-404", "truncated", "empty", "not-article", "http-status")
COPIES = ("ok", "paywall", "truncated")
"""Verdicts of captures that hold an article, or what the publisher shows of it."""
FAILURES = ("network", "robots", "cannot-write")
"""Verdicts of records that stand for a capture that brought nothing to keep; never archived."""


RENDERED = "+render"
"""The end of a record's ``extractor`` where its body was read from the rendered DOM."""
REPEATS = "says nothing that those before don't say"
"""The trouble of a further page that is none, by what is on it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its response, byte for byte as they crossed the wire."""

    url: str
    """What was requested, without fragment."""
    started_at: datetime
    """When the response began; aware, UTC, whole seconds."""
    request_block: bytes
    """The request's head and body, as sent (inside the tunnel, where there was one)."""
    response_block: bytes
    """Status line, header lines and body, as received: framing, case, order and odd bytes kept."""
    peer_ip: str = ""
    """Address the bytes came from; empty behind a proxy, which hides the origin's."""
    protocols: tuple[str, ...] = ()
    """WARC-Protocol values, e.g. ``("http/1.1", "tls/1.3")``."""
    truncated: str = ""
    """Why the response is cut short: ``length``, ``time``, ``disconnect``; empty when it is whole."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """How a URL was found, and what the place that listed it says of it."""

    via: str = "manual"
    """``feed``, ``sitemap``, ``section``, ``link``, ``manual`` or ``import``."""
    at: datetime | None = None
    """When it was found; aware, UTC. None: when it was fetched."""
    title: str = ""
    """The title the feed or sitemap gives it."""
    published_at: str = ""
    """The time the feed or sitemap gives it, RFC 3339 in UTC."""
    published_raw: str = ""
    """The same, as the listing wrote it."""
    zone_source: str = ""
    """Where the zone of ``published_at`` came from: ``stated``, ``site`` or ``assumed``."""


@dataclass(frozen=True, slots=True)
class Right:
    """One rights signal as stated: ``robots`` meta, ``X-Robots-Tag``, ``tdm-reservation``, ``license``…"""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Pager:
    """The other pages of an article, as one of them names them."""

    more: tuple[tuple[int, str], ...] = ()
    """(number in the URL, URL) of further pages, in order, the one itself not among them."""
    whole: str = ""
    """All on one page; empty: there is no such link."""
    first: str = ""
    """The first page's URL, where the one itself is a further one."""

    @property
    def urls(self) -> tuple[str, ...]:
        """What to fetch for the whole article, in that order."""
        return (self.first,) if self.first else tuple(filter(None, (self.whole, *(url for _, url in self.more))))


@dataclass(frozen=True, slots=True)
class Look:
    """What one page of an article shows, as far as it matters for turning to the others."""

    pager: Pager = Pager()
    says: frozenset[bytes] = frozenset()
    """A digest of each of its paragraphs and images."""


@dataclass(frozen=True, slots=True)
class Part:
    """A further page of an article that has several, as it came back."""

    url: str
    """As the page before links to it."""
    exchanges: tuple[Exchange, ...] = ()
    """The answer, behind the redirects that led to it; empty: nothing came."""
    trouble: str = ""
    """Why it can't be joined, e.g. ``http-404``, ``robots``; empty: it can."""
    may_come: bool = False
    """Whether the trouble may be over at another time: the article isn't whole until then."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a browser made of a page."""

    html: bytes = b""
    """Its DOM once the scripts had run, as HTML in UTF-8; empty: there is none."""
    png: bytes = b""
    """A picture of it; empty: none was asked for, or it failed."""
    trouble: str = ""
    """What went wrong, or was left out; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back for one URL: the last exchange, those that redirected to it, and the article's further pages."""

    exchange: Exchange
    requested_url: str
    """As asked for, before redirects."""
    redirects: tuple[Exchange, ...] = ()
    """The exchanges that led here, oldest first."""
    discovery: Discovery = Discovery()
    site: str = ""
    """Name of the site rule; empty: none."""
    rights: tuple[Right, ...] = ()
    """What the host states about the use of its pages, beside this one."""
    parts: tuple[Part, ...] = ()
    """The article's further pages, in order."""
    rendered: Rendered | None = None
    """What a browser made of it; None: none was asked."""

    @property
    def final_url(self) -> str:
        """The URL that answered, after redirects."""
        return self.exchange.url


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article."""

    url: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says, as read off its content. Empty means: the page doesn't say."""

    title: str = ""
    subtitle: str = ""
    description: str = ""
    category: str = ""
    category_source: str = ""
    """``page``, ``url``, ``site``, ``guessed`` or empty."""
    breadcrumbs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_at: str = ""
    """RFC 3339, UTC, whole seconds."""
    modified_at: str = ""
    published_raw: str = ""
    """The page's own text of its publish time."""
    published_precision: str = ""
    """``day``, ``minute``, ``second``."""
    zone_source: str = ""
    """``stated``, ``site``, ``assumed``."""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    source_name: str = ""
    source_url: str = ""
    republished_from: str = ""
    body_text: str = ""
    """Paragraphs joined by a blank line, verbatim."""
    body_html: str = ""
    """The same, as sanitised HTML."""
    images: tuple[Image, ...] = ()
    is_free: str = ""
    """``true``, ``false`` as the page declares it; else empty."""
    rights: tuple[Right, ...] = ()
    language: str = ""
    """BCP 47."""
    site_name: str = ""
    canonical_url: str = ""
    """Absolute; as the page declares it."""
    encoding: str = ""
    """IANA name of the encoding that the content was read in."""
    encoding_source: str = ""
    """``bom``, ``header``, ``meta``, ``sniffed``."""
    verdict: str = "ok"
    extractor: str = ""
    """Method and version."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A related article as the snapshot text format prints it."""

    title: str
    excerpt: str
    published_at: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The one record of the system, field by field as ``formats.md`` has it. Nothing is None."""

    schema: str = SCHEMA
    id: str = ""
    """``sn_…`` from URL key, capture time and payload digest: the same capture, the same id."""
    article_id: str = ""
    """``ar_…``: the article over time."""
    revision: int = 0
    """1 for the first capture of an article, one more for each changed one; 0 where none was kept."""
    change: str = ""
    """One of CHANGES; empty in the record of a failed capture."""
    verdict: str = "ok"
    """One of VERDICTS, or of FAILURES where nothing came back."""
    url: str = ""
    """As asked for."""
    final_url: str = ""
    """After redirects."""
    canonical_url: str = ""
    """As declared by the page."""
    url_key: str = ""
    """The key that makes two URLs the same article."""
    captured_at: str = ""
    """When the capture began; RFC 3339, UTC."""
    http_status: int = 0
    content_type: str = ""
    encoding: str = ""
    encoding_source: str = ""
    etag: str = ""
    last_modified: str = ""
    discovered_via: str = ""
    discovered_at: str = ""
    site: str = ""
    """The site rule's name, or the host."""
    site_name: str = ""
    language: str = ""
    title: str = ""
    subtitle: str = ""
    description: str = ""
    category: str = ""
    category_source: str = ""
    breadcrumbs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_at: str = ""
    modified_at: str = ""
    published_raw: str = ""
    published_precision: str = ""
    zone_source: str = ""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    source_name: str = ""
    source_url: str = ""
    republished_from: str = ""
    body_text: str = ""
    body_html: str = ""
    images: tuple[Image, ...] = ()
    is_free: str = ""
    rights: tuple[Right, ...] = ()
    raw_sha256: str = ""
    """Hex SHA-256 of the payload: the entity body after transfer decoding, content coding kept."""
    text_sha256: str = ""
    """Hex SHA-256 of title, newline, body_text, in UTF-8."""
    simhash: str = ""
    """16 hex digits over character 3-grams of the text; empty for a text too short to tell."""
    duplicate_of: str = ""
    """``sn_…`` of the earliest capture, of another article, that the text is a near copy of. Only a name:
    what it names may have been withdrawn."""
    warc_file: str = ""
    warc_offset: int = 0
    """Bytes from the file's start to the response's (or revisit's) gzip member."""
    warc_length: int = 0
    """That member's compressed length in bytes."""
    warc_record_id: str = ""
    """``<urn:uuid:…>`` of the response (or revisit) record."""
    extractor: str = ""
    warnings: tuple[str, ...] = ()
    archive: str = ""
    """Name of the archive that took it (``SNAPSHOTTER_HOST``), as the text format's disclaimer prints it."""
    related: tuple[Related, ...] = ()
    """Related articles, where the record was read from a text or asked for with them."""
