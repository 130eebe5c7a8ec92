"""The simulated world as an HTTP proxy on loopback; ``now`` is set from outside."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulated.pages import PLACE_PATHS, listing, page

if TYPE_CHECKING:
    from simulated.world import Article, Site, World

NUMBER = re.compile(r"-(\d{6})(?:\.html)?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer."""

    at: datetime
    host: str
    path: str
    kind: str
    """``robots``, ``listing``, ``article`` or ``other``."""
    status: int
    number: int = 0
    """The article's; 0: none."""
    edition: int = -1
    """What of it was shown, or would have been for 304; -1: nothing."""
    fate: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    edition: int = -1


NOT_FOUND = _Answer(404, "<h1>Not found</h1>")


class Web:
    """Used as a context, it is served. ``log`` keeps what was asked for."""

    def __init__(self, world: World) -> None:
        self.now = world.start
        self.log: list[Asked] = []
        self._sites = {site.host: site for site in world.sites}
        self._articles: dict[str, list[Article]] = defaultdict(list)
        self._by_number = {one.number: one for one in world.articles}
        for one in world.articles:
            self._articles[one.site.host].append(one)
        self._published = {host: [one.published for one in own] for host, own in self._articles.items()}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.proxy = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Web:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def write_rules(self, folder: Path) -> None:
        """A rule file a site."""
        folder.mkdir(exist_ok=True)
        for site in self._sites.values():
            zone, tongue = ("Asia/Shanghai", "zh-CN") if site.language == "zh" else ("Europe/London", "en-GB")
            seeds = "\n".join(f'{place}s = ["http://{site.host}{PLACE_PATHS[place]}"]' for place in site.places)
            (folder / f"{site.name}.toml").write_text(
                f'site_name = "{site.name}"\nhosts = ["{site.host}"]\ntimezone = "{zone}"\nlanguage = "{tongue}"\n'
                f"delay_s = 0\n[seeds]\n{seeds}\n[urls]\narticle = ['-\\d{{6}}(?:\\.html)?(?:$|\\?)']\n"
            )

    def answer(self, url: str, etag: str) -> _Answer:
        """What is served at a URL, and entered in the log."""
        parts = urlsplit(url)
        site, path, now = self._sites.get(parts.netloc), parts.path, self.now
        with self._lock:
            look = len(self.log)
            match = NUMBER.search(path)
            article = self._by_number.get(int(match[1])) if match else None
            kind = "article" if match else "listing" if path in PLACE_PATHS.values() else "other"
            kind = "robots" if path == "/robots.txt" else kind
            given = self._made(site, article, path, look) if site else NOT_FOUND
            if given.status == 200 and etag and etag == given.headers.get("ETag"):
                given = _Answer(304, headers=given.headers, edition=given.edition)
            number, fate = (article.number, article.fate(now)) if article else (0, "")
            self.log.append(Asked(now, parts.netloc, path, kind, given.status, number, given.edition, fate))
        return given

    def _made(self, site: Site, article: Article | None, path: str, look: int) -> _Answer:
        if site.is_down(self.now):
            return _Answer(503, "<h1>Service unavailable</h1>")
        if path == "/robots.txt":
            return _Answer(200, "User-agent: *\nDisallow: /ad/\n", "text/plain")
        if "flaky" in site.traits and random.Random(f"{path} {self.now} {look}").random() < 0.02:
            return _Answer(500, "<h1>Internal error</h1>")
        if article and article.site is site:
            return self._page(article, path, look)
        places = {PLACE_PATHS[place]: place for place in site.places} | {"/": "section"}
        return self._listing(site, places[path], look) if path in places else NOT_FOUND

    def _listing(self, site: Site, place: str, look: int) -> _Answer:
        body = listing(self._articles[site.host], place, self.now)
        tag = f'"{_hash(body)}"'
        if place == "feed" and "stale-etag" in site.traits:
            tag = '"always the same"'
        elif place == "feed" and "fresh-etag" in site.traits:
            tag = f'"{look}"'
        return _Answer(
            200, body, "text/html; charset=utf-8" if place == "section" else "application/xml", {"ETag": tag}
        )

    def _page(self, article: Article, path: str, look: int) -> _Answer:
        site, fate, now = article.site, article.fate(self.now), self.now
        edition = article.edition(now)
        is_new_path = path == article.new_path
        if edition < 0 or (is_new_path and fate not in {"moved", "canonical"}):
            return NOT_FOUND
        if fate in {"404", "410"}:
            return _Answer(int(fate), "<h1>This page is no longer there</h1>")
        if fate == "front":
            return _Answer(302, headers={"Location": f"http://{site.host}/"})
        if fate == "moved" and not is_new_path:
            return _Answer(301, headers={"Location": f"http://{site.host}{article.new_path}"})
        own = self._articles[site.host]
        others = own[: bisect_right(self._published[site.host], now)][-30:]
        body = page(article, now, look, others)
        tag = "" if "noise" in site.traits else _hash(f"{edition} {fate}") if "weak" in site.traits else _hash(body)
        return _Answer(200, body, headers={"ETag": f'W/"{tag}"'} if tag else {}, edition=edition)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            given = web.answer(self.path, self.headers.get("If-None-Match", ""))
            body = b"" if given.status == 304 else given.body.encode()
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            if given.status != 304:
                self.send_header("Content-Type", given.content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


def _hash(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]
