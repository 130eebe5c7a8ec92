"""A small news site with a feed, whose editor the test is: it publishes, falls silent, changes its layout, blocks."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RULES = """
site_name = "Harrow Bay News"
hosts = ["127.0.0.1"]
timezone = "UTC"
language = "en"
delay_s = 0

[seeds]
feeds = ["{url}/feed.xml"]
sections = ["{url}/"]

[urls]
article = ['/story/']

[[layouts]]
name = "2026-11"

[layouts.selectors]
title = [".headline"]
published = [".when"]
authors = [".by"]
category = [".desk"]
body = [".text"]
"""
WORDS = "The council of Harrow Bay met and agreed, after a long debate, on item {number} of its list for this week. "


class MovingSite:
    """``/`` and ``/feed.xml`` list the latest 20 stories; each says its title, time, author and desk by classes."""

    def __init__(self) -> None:
        self.stories: list[datetime] = []
        self.blocked = False
        self.is_bare = False
        """Whether its feed and its front page list no story."""
        self.broken = False
        """Whether the classes have other names, and what they mark has none of the words that tell it."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = site.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> MovingSite:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def rules(self) -> str:
        """Its rule file."""
        return RULES.format(url=self.url)

    def publish(self, count: int, until: datetime) -> None:
        """Stories, a minute from one to the next."""
        self.stories += [until - timedelta(minutes=count - n) for n in range(count)]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type, body."""
        if self.blocked and path != "/robots.txt":
            return 403, "text/html", b"<h1>Access denied</h1>"
        if path == "/feed.xml":
            return 200, "application/rss+xml", self._feed().encode()
        if path == "/":
            return 200, "text/html; charset=utf-8", self._front().encode()
        number = path.removeprefix("/story/").removesuffix(".html")
        if number.isdigit() and int(number) < len(self.stories):
            return 200, "text/html; charset=utf-8", self._story(int(number)).encode()
        return 404, "text/html", b"<h1>Not found</h1>"

    def _latest(self) -> range:
        return range(0 if self.is_bare else max(0, len(self.stories) - 20), 0 if self.is_bare else len(self.stories))

    def _feed(self) -> str:
        items = "".join(f"<item><link>{self.url}/story/{n}.html</link></item>" for n in self._latest())
        return f'<rss version="2.0"><channel><title>Harrow Bay</title>{items}</channel></rss>'

    def _front(self) -> str:
        links = "".join(f'<li><a href="/story/{n}.html">Harrow Bay agrees on item {n}</a></li>' for n in self._latest())
        return f"<!doctype html><title>Harrow Bay News</title><h1>Today</h1><ul>{links}</ul>"

    def _story(self, number: int) -> str:
        text = "".join(f"<p>{WORDS.format(number=number) * 3}</p>" for _ in range(4))
        when = self.stories[number]
        if self.broken:
            return f"<!doctype html><title></title><div class=x1><div class=x3>{text}</div></div>"
        return (
            f"<!doctype html><title>Harrow Bay agrees on item {number}</title>"
            f"<h1 class=headline>Harrow Bay agrees on item {number}</h1><div class=desk>Council</div>"
            f"<div class=by>Ann Marlow</div><div class=when>{when:%Y-%m-%d %H:%M}</div><div class=text>{text}</div>"
        )
