"""The site's HTML pages for readers."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import BaseRoute, Route

from snapshotter.web.context import Context
from snapshotter.web.pages.about import About
from snapshotter.web.pages.article import Articles
from snapshotter.web.pages.changes import Changes
from snapshotter.web.pages.evidence import Evidence
from snapshotter.web.pages.lists import Lists
from snapshotter.web.pages.reprints import Reprints
from snapshotter.web.pages.results import Results


class _SnapshotId(StringConvertor):
    """Anything else is no such page before it touches anything."""

    regex = "sn_[0-9a-z]{1,64}"


class _ArticleId(StringConvertor):
    regex = "ar_[0-9a-z]{1,64}"


register_url_convertor("sn", _SnapshotId())
register_url_convertor("ar", _ArticleId())


def routes(context: Context) -> list[BaseRoute]:
    """The pages' addresses."""
    lists, articles, changes = Lists(context), Articles(context), Changes(context)
    evidence, about = Evidence(context), About(context)
    return [
        Route("/snapshot/{id:sn}", articles.snapshot),  # first: most requests are for one
        Route("/", lists.front),
        Route("/channels", lists.channels),
        Route("/sources", lists.sources),
        Route("/channel/{category:path}", lists.channel),
        Route("/source/{name:path}", lists.source),
        Route("/search", Results(context).page),
        Route("/article/{id:ar}", changes.versions),
        Route("/article/{id:ar}/diff", changes.diff),
        Route("/article/{id:ar}/reprints", Reprints(context).page),
        Route("/original/{id:sn}", evidence.original),
        Route("/proof/{id:sn}", evidence.proof),
        Route("/proof/{id:sn}.json", evidence.proof_file),
        Route("/about", about.about),
        Route("/statistics", about.statistics),
    ]
