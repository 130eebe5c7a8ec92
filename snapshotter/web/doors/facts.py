"""What machines ask of any site: robots, sitemap, who runs it, how to search it, how to embed it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from html import escape
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter import __version__
from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import BadProof
from snapshotter.items import SCHEMA
from snapshotter.proof.keys import public_keys
from snapshotter.store.tables import GOOD, snapshots
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import sent

CLOSED = (
    "/original/", "/web/", "/wayback/", "/captures", "/timegate/", "/timemap/", "/cdx", "/api/", "/search", "/save",
    "/takedown", "/me/", "/feed/me/", "/subscribe", "/operator", "/oembed", "/proof/", "/confirm/", "/stop/",
)  # fmt: skip
"""Where crawlers have no business: copies of others' pages, and what is made for each who asks."""
IN_SITEMAP = 20_000
READERS = 1
_c = snapshots.c


class Facts:
    """The handlers."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._site = context.site
        self._limiter = CapacityLimiter(READERS)

    async def robots(self, request: Request) -> Response:
        """``/robots.txt`` (RFC 9309)."""
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
        lines += ["", f"Sitemap: {self._site.base_url}/sitemap.xml", ""]
        return sent(request, "\n".join(lines).encode(), "text/plain")

    async def sitemaps(self, request: Request) -> Response:
        """``/sitemap.xml``: the list of its parts."""
        count = await to_thread.run_sync(self._count, limiter=self._limiter)
        parts = range(1, max(-(-count // IN_SITEMAP), 1) + 1)
        rows = (f"<sitemap><loc>{escape(self._site.base_url)}/sitemap-{part}.xml</loc></sitemap>" for part in parts)
        return sent(request, _xml("sitemapindex", rows), "application/xml")

    async def sitemap(self, request: Request) -> Response:
        """``/sitemap-1.xml`` and on: the revisions of articles, oldest first, so that full parts stay as they are."""
        part = request.path_params["part"]
        rows = await to_thread.run_sync(self._part, part, limiter=self._limiter) if 0 < part < 10_000 else []
        if not rows and part != 1:
            raise HTTPException(404, "no such part")
        base = escape(self._site.base_url)
        body = (f"<url><loc>{base}/snapshot/{name}</loc><lastmod>{moment}</lastmod></url>" for name, moment in rows)
        return sent(request, _xml("urlset", body), "application/xml")

    async def security(self, request: Request) -> Response:
        """``/.well-known/security.txt`` (RFC 9116); 404 where the site names no contact."""
        site = self._site
        if not site.contact_url:
            raise HTTPException(404, "the site names no contact")
        expires = (utc_now().replace(day=1, hour=0, minute=0, second=0) + timedelta(days=366)).replace(day=1)
        lines = [
            f"Contact: {site.contact_url}",
            f"Expires: {rfc3339(expires)}",
            f"Preferred-Languages: {site.locale}, en",
            f"Canonical: {site.base_url}/.well-known/security.txt",
        ]
        return sent(request, "".join(f"{line}\n" for line in lines).encode(), "text/plain")

    async def about(self, request: Request) -> Response:
        """``/.well-known/snapshotter.json``: whose archive it is, its keys, and its doors as URI templates."""
        site, base = self._site, self._site.base_url
        try:
            keys = [str(key) for key in await to_thread.run_sync(public_keys, self._reader.folder)]
        except (BadProof, OSError):
            keys = []  # `verify` says what is wrong with them
        doors = {name: base + path for name, path in DOORS.items()}
        said = {
            "name": site.name,
            "software": f"Snapshotter {__version__}",
            "contact": site.contact_url,
            "locale": site.locale,
            "timezone": site.timezone,
            "record_schema": SCHEMA,
            "proof_keys": keys,
            "doors": doors,
        }
        return sent(request, json.dumps(said, ensure_ascii=False, indent=1).encode(), "application/json")

    async def opensearch(self, request: Request) -> Response:
        """``/opensearch.xml``: how a browser searches here (OpenSearch 1.1)."""
        site, base = self._site, escape(self._site.base_url)
        kinds = [
            ("text/html", "/search?q={searchTerms}&amp;page={startPage?}"),
            ("application/atom+xml", "/feed/search.atom?q={searchTerms}"),
            ("application/json", "/api/search?q={searchTerms}"),
        ]
        rows = [
            f"<ShortName>{escape(site.name[:16]) or 'Snapshots'}</ShortName>",
            f"<Description>{escape(site.name)}</Description>",
            "<InputEncoding>UTF-8</InputEncoding>",
            *(f'<Url type="{kind}" template="{base}{path}"/>' for kind, path in kinds),
        ]
        head = '<?xml version="1.0" encoding="utf-8"?>\n<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        body = "\n".join([head, *rows, "</OpenSearchDescription>", ""])
        return sent(request, body.encode(), "application/opensearchdescription+xml")

    async def oembed(self, request: Request) -> Response:
        """``/oembed?url=``: a snapshot's page as a link with its title (oEmbed 1.0). Raises as the reader does."""
        site, given = self._site, request.query_params
        if given.get("format", "json") != "json":
            raise HTTPException(501, "format: json alone")
        url = given.get("url", "")
        name = url.removeprefix(f"{site.base_url}/snapshot/").partition("?")[0]
        if name == url or not name.startswith("sn_") or not name.isascii() or not name[3:].isalnum():
            raise HTTPException(404, f"url: the address of a snapshot, {site.base_url}/snapshot/sn_…")
        record = self._reader.get(name)
        said = {
            "version": "1.0",
            "type": "link",
            "title": record.title,
            "author_name": ", ".join(record.authors) or record.source_name,
            "provider_name": site.name,
            "provider_url": f"{site.base_url}/",
            "cache_age": 3600,
        }
        return sent(request, json.dumps(said, ensure_ascii=False).encode(errors="replace"), "application/json")

    def _count(self) -> int:
        return int(self._reader.catalog.rows(select(func.count(_c.id)).where(GOOD, self._reader.shown()))[0][0])

    def _part(self, part: int) -> list[tuple[str, str]]:
        query = select(_c.id, _c.captured_at).where(GOOD, self._reader.shown()).order_by(_c.captured_at, _c.id)
        rows = self._reader.catalog.rows(query.offset((part - 1) * IN_SITEMAP).limit(IN_SITEMAP))
        return [(quote(name), moment) for name, moment in rows]


DOORS = {
    "wayback": "/web/{timestamp}/{url}",
    "raw": "/web/{timestamp}id_/{url}",
    "captures": "/web/*/{url}",
    "available": "/wayback/available?url={url}&timestamp={timestamp}",
    "timegate": "/timegate/{url}",
    "timemap_link": "/timemap/link/{url}",
    "timemap_json": "/timemap/json/{url}",
    "cdx": "/cdx?url={url}",
    "cdx_pywb": "/web/index?url={url}",
    "api": "/api/openapi.json",
    "feed": "/feed/all.atom",
    "feed_channel": "/feed/channel/{name}.atom",
    "feed_source": "/feed/source/{name}.atom",
    "feed_search": "/feed/search.atom?q={query}",
    "proof": "/proof/{id}.json",
    "sitemap": "/sitemap.xml",
}


def _xml(name: str, rows: Iterable[str]) -> bytes:
    lines = "\n".join(rows)
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}\n<{name} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}\n</{name}>\n'.encode()
