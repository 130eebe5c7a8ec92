"""The doors for programs: captures by URL and time, indexes, feeds, JSON, citations, what machines ask of a site."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from snapshotter.web.context import Context
from snapshotter.web.doors.answers import OPEN_TO_ALL, as_pages, plainly
from snapshotter.web.doors.api.app import api
from snapshotter.web.doors.cdx.server import CdxServer
from snapshotter.web.doors.editions import Editions
from snapshotter.web.doors.facts import Facts
from snapshotter.web.doors.feeds.handlers import Feeds
from snapshotter.web.doors.listing import Listing
from snapshotter.web.doors.wayback import Wayback
from snapshotter.web.pages.article import Articles


class _Stamp(StringConvertor):
    """The beginning of a time."""

    regex = "[0-9]{1,14}"


class _Modifier(StringConvertor):
    regex = "[a-z]{2,4}_"


class _Span(StringConvertor):
    """The beginning of several times."""

    regex = "[0-9]{0,13}[*]"


class _Form(StringConvertor):
    regex = "link|json"


class _Feed(StringConvertor):
    regex = "atom|rss|json"


class _Edition(StringConvertor):
    regex = "txt|jsonl|jsonld|bib|ris|cite"


register_url_convertor("feed", _Feed())
register_url_convertor("edition", _Edition())
register_url_convertor("modifier", _Modifier())
register_url_convertor("span", _Span())
register_url_convertor("stamp", _Stamp())
register_url_convertor("timemap", _Form())


def routes(context: Context) -> list[BaseRoute]:
    """The doors' addresses."""
    cdx = CdxServer(context)
    return [
        *(Route(path, plainly(cdx.wayback)) for path in ("/cdx", "/cdx/search/cdx")),
        *(Route(path, plainly(cdx.pywb)) for path in ("/web/index", "/web/cdx")),
        *_by_time(context),
        *_feeds(context),
        *_facts(context),
        *(Route(path, _to_description) for path in ("/api", "/api/")),
        Mount("/api", api(context)),
        Route("/snapshot/{id:sn}.{form:edition}", plainly(Editions(context).edition)),
    ]


async def _to_description(_: Request) -> Response:
    return RedirectResponse("/api/openapi.json", headers=OPEN_TO_ALL)


def _by_time(context: Context) -> list[BaseRoute]:
    listing, wayback = Listing(context), Wayback(context, Articles(context).snapshot)
    return [
        Route("/web/{stamp:stamp}/{url:path}", as_pages(wayback.memento)),
        Route("/web/{stamp:stamp}id_/{url:path}", plainly(wayback.original)),
        Route("/web/{stamp:stamp}{modifier:modifier}/{url:path}", plainly(wayback.embedded)),
        Route("/web/{span:span}/{url:path}", as_pages(listing.wayback)),
        Route("/web/timemap/{form:timemap}/{url:path}", plainly(wayback.timemap)),
        Route("/web/{url:path}", as_pages(wayback.timegate)),
        Route("/captures", as_pages(listing.page)),
        Route("/timegate/{url:path}", plainly(wayback.timegate)),
        Route("/timemap/{form:timemap}/{url:path}", plainly(wayback.timemap)),
        Route("/wayback/available", plainly(wayback.available)),
    ]


def _feeds(context: Context) -> list[BaseRoute]:
    feeds = Feeds(context)
    return [
        Route("/feed/all.{kind:feed}", plainly(feeds.all)),
        Route("/feed/channel/{name:path}.{kind:feed}", plainly(feeds.channel)),
        Route("/feed/source/{name:path}.{kind:feed}", plainly(feeds.source)),
        Route("/feed/search.{kind:feed}", plainly(feeds.search)),
    ]


def _facts(context: Context) -> list[BaseRoute]:
    facts = Facts(context)
    return [
        Route("/robots.txt", facts.robots),
        Route("/sitemap.xml", plainly(facts.sitemaps)),
        Route("/sitemap-{part:int}.xml", plainly(facts.sitemap)),
        Route("/.well-known/security.txt", plainly(facts.security)),
        Route("/.well-known/snapshotter.json", plainly(facts.about)),
        Route("/opensearch.xml", facts.opensearch),
        Route("/oembed", plainly(facts.oembed)),
    ]
