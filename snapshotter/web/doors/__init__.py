"""The doors for programs: captures by URL and time, indexes, feeds, JSON, citations, what machines ask of a site."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import BaseRoute, Route

from snapshotter.web.context import Context
from snapshotter.web.doors.answers import as_pages, plainly
from snapshotter.web.doors.cdx.server import CdxServer
from snapshotter.web.doors.wayback import Wayback
from snapshotter.web.pages.article import Articles


class _Stamp(StringConvertor):
    """Part of a time, at least its year."""

    regex = "[0-9]{4,14}"


class _Form(StringConvertor):
    regex = "link|json"


register_url_convertor("stamp", _Stamp())
register_url_convertor("timemap", _Form())


def routes(context: Context) -> list[BaseRoute]:
    """The doors' addresses."""
    cdx = CdxServer(context)
    return [
        Route("/cdx", plainly(cdx.wayback)),
        Route("/web/index", plainly(cdx.pywb)),
        *_by_time(context),
    ]


def _by_time(context: Context) -> list[BaseRoute]:
    wayback = Wayback(context, Articles(context).snapshot)
    return [
        Route("/web/{stamp:stamp}/{url:path}", as_pages(wayback.memento)),
        Route("/web/{stamp:stamp}id_/{url:path}", plainly(wayback.original)),
        Route("/web/{url:path}", as_pages(wayback.latest)),
        Route("/timegate/{url:path}", plainly(wayback.timegate)),
        Route("/timemap/{form:timemap}/{url:path}", plainly(wayback.timemap)),
    ]
