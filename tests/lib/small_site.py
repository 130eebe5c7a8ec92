"""A news site of any number of small articles, on loopback, from a thread of its own."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PER_LISTING = 50
SENTENCE = "The council of Harrow Bay met on Tuesday and agreed, after a long debate, on item {number} of its list. "


class _Quiet(ThreadingHTTPServer):
    """One whose clients may be killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class SmallSite:
    """``/`` and ``/page/N`` list the articles ``/2026/11/story-N.html``; counts how often each was asked for."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.asked: Counter[str] = Counter()
        self.reached = threading.Event()
        """Set once ``wait_for`` articles have been asked for."""
        self.wait_for = 0
        self.moved: dict[str, str] = {}
        """Where paths redirect to."""
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> SmallSite:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def urls(self) -> set[str]:
        """The articles."""
        return {f"{self.url}/2026/11/story-{number}.html" for number in range(self.articles)}

    def answer(self, path: str) -> bytes | None:
        """The page at a path; None: there is none."""
        if path == "/" or path.startswith("/page/"):
            return self._listing(int(path.removeprefix("/page/")) if path != "/" else 0)
        number = path.removeprefix("/2026/11/story-").removesuffix(".html")
        return self._article(int(number)) if number.isdigit() and int(number) < self.articles else None

    def _listing(self, page: int) -> bytes:
        first, behind = page * PER_LISTING, (page + 1) * PER_LISTING
        numbers = range(first, min(behind, self.articles))
        links = "".join(
            f'<li><a href="/2026/11/story-{n}.html">Harrow Bay agrees on item {n}</a></li>' for n in numbers
        )
        following = f'<a rel="next" href="/page/{page + 1}">Next</a>' if behind < self.articles else ""
        return f"<!doctype html><title>Harrow Bay News</title><h1>Today</h1><ul>{links}</ul>{following}".encode()

    def _article(self, number: int) -> bytes:
        text = "".join(f"<p>{SENTENCE.format(number=number) * 3}</p>" for _ in range(4))
        title = f"Harrow Bay agrees on item {number}"
        return f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{text}</article>".encode()

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                if site.wait_for and sum(n for path, n in site.asked.items() if "story" in path) >= site.wait_for:
                    site.reached.set()
                moved = site.moved.get(self.path)
                body = site.answer(self.path) if moved is None else b""
                self.send_response(301 if moved else 200 if body is not None else 404)
                if moved:
                    self.send_header("Location", moved)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *args: Any) -> None:
                pass

        return Handler
