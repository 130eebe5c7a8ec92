"""Every door of the site that an article can be seen through, and how each is knocked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.routing import BaseRoute, Mount

from snapshotter.store import ArchiveReader
from snapshotter.web.app import ROOMS
from snapshotter.web.context import Context, Site
from snapshotter.web.house import Rules

CLOSED, LISTED, SILENT = "451", "told of it, and doesn't any more", "never tells of it"
INDEXES = ("/cdx", "/cdx/search/cdx", "/web/index", "/web/cdx")
FEEDS = ("atom", "rss", "json")


def routes(folder: Path) -> set[str]:
    """The paths of all routes that answer a GET, of a site where readers may save pages."""
    with ArchiveReader.open(folder) as reader:
        site = Site("demo.example", "mailto:desk@demo.example", "zh-CN", "Asia/Shanghai", "http://127.0.0.1")
        context = Context.of(reader, site, Rules(saves_pages=True))
        try:
            return {path for room in ROOMS for route in room(context) for path in _paths(route)}
        finally:
            if context.house.desk:
                context.house.desk.close()


def _paths(route: BaseRoute | Any, before: str = "") -> Iterator[str]:
    if isinstance(route, Mount):
        for inner in route.routes or ():
            yield from _paths(inner, before + route.path)
    elif "GET" in (getattr(route, "methods", None) or {"GET"}):
        yield before + route.path


class Asked(NamedTuple):
    """What the addresses are made of."""

    it: dict[str, Any]
    """The record of what is taken down."""
    other: dict[str, Any]
    """That of an article to which it is related."""
    site: str
    words: str
    """A search that finds it."""
    subscription: str
    """The token of one to its channel."""
    save: str
    """Where a page waited that was saved."""


def doors(asked: Asked, known: set[str]) -> dict[str, tuple[str, list[str]]]:
    """By route: what becomes of it at a takedown, and the addresses to try. Of those in ``known``, and some more."""
    kinds = ((CLOSED, _closed(asked)), (LISTED, _listed(asked)), (SILENT, _silent(asked)))
    found = {path: (what, tries) for what, doors in kinds for path, tries in doors.items()}
    return {path: door for path, door in found.items() if path in known or path.startswith("…")}


def _closed(asked: Asked) -> dict[str, list[str]]:
    it, url = asked.it["id"], asked.it["url"]
    article, stamp = asked.it["article_id"], "".join(filter(str.isdigit, asked.it["captured_at"]))
    forms = ("txt", "jsonl", "jsonld", "bib", "ris", "cite")
    return {
        "/snapshot/{id:sn}": [f"/snapshot/{it}", f"/snapshot/{it}?lang=en"],
        "/snapshot/{id:sn}.{form:edition}": [f"/snapshot/{it}.{form}" for form in forms],
        "/article/{id:ar}": [f"/article/{article}"],
        "/article/{id:ar}/diff": [f"/article/{article}/diff?from={it}&to={it}"],
        "/article/{id:ar}/reprints": [f"/article/{article}/reprints"],
        "/original/{id:sn}": [f"/original/{it}"],
        "/proof/{id:sn}": [f"/proof/{it}"],
        "/proof/{id:sn}.json": [f"/proof/{it}.json"],
        "/oembed": [f"/oembed?{urlencode({'url': f'{asked.site}/snapshot/{it}'})}"],
        "/web/{stamp:stamp}/{url:path}": [f"/web/{stamp}/{url}", f"/web/2024/{url}"],
        "/web/{stamp:stamp}id_/{url:path}": [f"/web/{stamp}id_/{url}", f"/web/2024id_/{url}"],
        "/web/{url:path}": [f"/web/{url}"],
        "/web/{span:span}/{url:path}": [f"/web/*/{url}"],
        "/timegate/{url:path}": [f"/timegate/{url}"],
        "/timemap/{form:timemap}/{url:path}": [f"/timemap/link/{url}", f"/timemap/json/{url}"],
        "/web/timemap/{form:timemap}/{url:path}": [f"/web/timemap/link/{url}", f"/web/timemap/json/{url}"],
        "/captures": [f"/captures?url={url}"],
        "/wayback/available": [f"/wayback/available?url={url}"],
        **{index: [f"{index}?url={url}", f"{index}?url={url}&output=json"] for index in INDEXES},
        "/api/snapshots/{snapshot_id}": [f"/api/snapshots/{it}"],
        "/api/articles/{article_id}": [f"/api/articles/{article}"],
        "/api/related/{snapshot_id}": [f"/api/related/{it}"],
    }  # fmt: skip


def _listed(asked: Asked) -> dict[str, list[str]]:
    it, other, words = asked.it, asked.other["id"], urlencode({"q": asked.words})
    whole = f"{it['url'].rpartition('/')[0]}/*"
    return {
        "/channel/{category:path}": [f"/channel/{it['category']}"],
        "/source/{name:path}": [f"/source/{it['source_name']}"],
        "/search": [f"/search?{words}", f"/search?{words}&order=newest"],
        "/me/{token:token}": [f"/me/{asked.subscription}"],
        "/feed/me/{token:token}.{kind:feed_kind}": [f"/feed/me/{asked.subscription}.{kind}" for kind in FEEDS],
        "/feed/all.{kind:feed}": [f"/feed/all.{kind}" for kind in FEEDS],
        "/feed/channel/{name:path}.{kind:feed}": [f"/feed/channel/{it['category']}.{kind}?full=1" for kind in FEEDS],
        "/feed/source/{name:path}.{kind:feed}": [f"/feed/source/{it['source_name']}.{kind}" for kind in FEEDS],
        "/feed/search.{kind:feed}": [f"/feed/search.{kind}?{words}" for kind in FEEDS],
        "/sitemap-{part:int}.xml": ["/sitemap-1.xml"],
        "/api/search": [f"/api/search?{words}"],
        "/api/snapshots": ["/api/snapshots?limit=100&verdict=ok"],
        "…its site in an index": [f"/cdx?url={whole}", f"/web/index?url={whole}"],
        "…a related article": [f"/snapshot/{other}", f"/snapshot/{other}.txt", f"/api/related/{other}"],
    }


def _silent(asked: Asked) -> dict[str, list[str]]:
    plain = (
        "/about", "/statistics", "/subscribe", "/save", "/takedown", "/takedowns", "/operator", "/operator/sources",
        "/operator/rules", "/operator/sign-in", "/robots.txt", "/sitemap.xml", "/opensearch.xml", "/api", "/api/",
        "/.well-known/security.txt", "/.well-known/snapshotter.json", "/api/openapi.json", "/api/stats",
        "/api/channels", "/api/sources", "/channels", "/sources",
    )  # fmt: skip
    return {
        **{path: [path] for path in plain},
        "/": ["/", "/?lang=en"],
        "/save/{id:token}": [f"/save/{asked.save}"],
        "/api/capture/{id:token}": [f"/api/capture/{asked.save}"],
        "/me/{token:token}/change": [f"/me/{asked.subscription}/change"],
        "/web/{stamp:stamp}{modifier:modifier}/{url:path}": [f"/web/2024im_/{asked.it['url']}"],
        "/operator/rules/{name}": ["/operator/rules/demo"],
        "/confirm/{token:token}": [f"/confirm/{asked.subscription}"],
        "/stop/{token:token}": [f"/stop/{asked.subscription}"],
        "/takedown/{token:token}": [],  # repeats what was asked for, to who asked
    }
