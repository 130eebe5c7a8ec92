"""A web of small news sites, as an HTTP proxy on loopback: each host has a feed, and articles that come and change."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from project import ROOT

SENTENCE = "The council of {host} met on Tuesday and agreed, after a long debate, on item {number} of its list. "


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@dataclass
class Asked:
    """One request."""

    host: str
    path: str
    agent: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class NewsSite:
    """What one host serves. All may be changed while it is served."""

    articles: dict[int, str] = field(default_factory=dict)
    """By number: an edit, which stands in the text."""
    feed_etag: str = ""
    """A fixed ETag, that doesn't change with the content; empty: one of the content."""
    feed_headers: dict[str, str] = field(default_factory=dict)
    feed_extra: str = ""
    broken: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    """By path: a status and headers to answer with."""

    def body(self, host: str, path: str) -> bytes | None:
        """The page at a path; None: there is none."""
        if path == "/feed.xml":
            items = "".join(
                f"<item><title>Item {n} of {host}</title><link>http://{host}/2026/11/story-{n}.html</link></item>"
                for n in sorted(self.articles, reverse=True)
            )
            return f"<rss version='2.0'><channel><title>{host}</title>{self.feed_extra}{items}</channel></rss>".encode()
        number = path.removeprefix("/2026/11/story-").removesuffix(".html")
        if not number.isdigit() or int(number) not in self.articles:
            return None
        text = "".join(f"<p>{SENTENCE.format(host=host, number=number) * 3}</p>" for _ in range(4))
        title = f"Item {number} of {host}"
        edit = f"<p>{self.articles[int(number)]}</p>"
        return f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{text}{edit}</article>".encode()


class NewsWeb:
    """``sites`` by host; ``log`` keeps what was asked for. Used as a context, it is served."""

    def __init__(self, sites: dict[str, NewsSite]) -> None:
        self.sites = sites
        self.log: list[Asked] = []
        self.stop_at = 0
        """After so many articles have been asked for, ``reached`` is set."""
        self.reached = threading.Event()
        self.delay_s = 0.0
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self.proxy = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> NewsWeb:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, path: str = "", host: str = "", since: int = 0) -> list[Asked]:
        """The requests for a path and host, robots.txt apart."""
        return [
            one
            for one in self.log[since:]
            if one.path != "/robots.txt" and path in ("", one.path) and host in ("", one.host)
        ]

    def answered(self) -> Counter[str]:
        """How often each article was served."""
        return Counter(f"http://{one.host}{one.path}" for one in self.log if "story" in one.path and one.status == 200)

    def write_rules(self, folder: Path, extra: Mapping[str, str] = MappingProxyType({})) -> Path:
        """A rule file a site, named by its host's first label; ``extra`` lines for some of these names."""
        folder.mkdir(exist_ok=True)
        for host in self.sites:
            name = host.partition(".")[0]
            (folder / f"{name}.toml").write_text(
                f'site_name = "{host}"\nhosts = ["{host}"]\ndelay_s = 0\n{extra.get(name, "")}\n'
                f'[seeds]\nfeeds = ["http://{host}/feed.xml"]\n'
            )
        return folder

    def _handler(web) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                host, site = parts.netloc, web.sites.get(parts.netloc, NewsSite())
                body = site.body(host, parts.path)
                tag = site.feed_etag if parts.path == "/feed.xml" else ""
                tag = tag or f'"{hashlib.sha1(body or b"", usedforsecurity=False).hexdigest()[:12]}"'
                status, headers = site.broken.get(parts.path, (200 if body is not None else 404, {}))
                if status == 200 and self.headers.get("If-None-Match") == tag:
                    status = 304
                web.log.append(Asked(host, parts.path, self.headers.get("User-Agent", ""), status, dict(self.headers)))
                if web.stop_at and sum("story" in one.path for one in web.log) >= web.stop_at:
                    web.reached.set()
                if "story" in parts.path:
                    web.reached.wait(web.delay_s)
                self.send_response(status)
                extra = site.feed_headers if parts.path == "/feed.xml" else {}
                for name, value in {"ETag": tag, **extra, **headers}.items():
                    self.send_header(name, value)
                body = body if status == 200 and body else b""
                self.send_header("Content-Type", "application/rss+xml" if tag and "feed" in parts.path else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


def crawl_due(web: NewsWeb, folder: Path, now: datetime, *options: str) -> subprocess.Popen[str]:
    """``snapshotter crawl --due`` at that moment, as a process; rules are in ``folder/sites``."""
    settings = {
        "SNAPSHOTTER_SITES": folder / "sites",
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_TIMES": 0,
        "SNAPSHOTTER_WORKERS": 1,
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-c", "from snapshotter.commands.main import main; main()"]
    return subprocess.Popen(
        [*command, "crawl", "--due", "--archive", str(folder / "archive"), "-L", "WARNING", *given, *options],
        cwd=ROOT, env={**os.environ, "http_proxy": web.proxy, "SNAPSHOTTER_NOW": now.isoformat()},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
