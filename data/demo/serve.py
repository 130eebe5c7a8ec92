"""Serves the demo's site on loopback: HTTP/1.1 with keep-alive, validators, gzip.

    .venv/bin/python data/demo/serve.py [--port 8765] [--visit 1|2]

Visit 2 is the site after the edit: one article more, one edited, one withdrawn.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demo.story import FIRST, SECOND
from demo.website import Answer, Website

PORT = 8765
_HOST = re.compile(r"[\w.-]{1,100}(:\d{1,5})?")


class Server(ThreadingHTTPServer):
    """The site on a loopback port. ``site.visit`` turns the editor's page; ``log`` keeps what was asked for."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, site: Website) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site
        self.log: list[tuple[str, str, int]] = []
        """Method, path and status of each request answered, in order."""

    @property
    def url(self) -> str:
        """The front page."""
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        if not _HOST.fullmatch(host):
            self.send_error(400, "Bad Host")
            return
        answer = self.server.site.answer(self.path, f"http://{host}")
        status = 304 if answer.status == 200 and self._has(answer) else answer.status
        self.server.log.append((self.command, self.path, status))
        self._send(answer, status)

    do_HEAD = do_GET

    def version_string(self) -> str:
        """The Server header."""
        return "ChengchuanCMS/3.2"

    def _has(self, answer: Answer) -> bool:
        """Whether the client's copy is still good (RFC 9110, section 13.2.2)."""
        if not answer.cacheable:
            return False
        if tags := self.headers.get("If-None-Match"):
            return answer.etag in [tag.strip() for tag in tags.split(",")]
        since = self.headers.get("If-Modified-Since")
        try:
            return bool(since and answer.changed_at and answer.changed_at <= parsedate_to_datetime(since))
        except (TypeError, ValueError):
            return False

    def _send(self, answer: Answer, status: int) -> None:
        self.send_response(status)
        if answer.location:
            self.send_header("Location", answer.location)
        elif answer.cacheable:
            self.send_header("ETag", answer.etag)
            if answer.changed_at:
                self.send_header("Last-Modified", format_datetime(answer.changed_at.astimezone(UTC), usegmt=True))
        body = b"" if status == 304 else self._coded(answer)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _coded(self, answer: Answer) -> bytes:
        """The body as it is sent, its header lines being written on the way."""
        body = answer.body
        self.send_header("Content-Type", answer.content_type)
        if body and not answer.content_type.startswith("image/"):
            self.send_header("Vary", "Accept-Encoding")
            if re.search(r"\bgzip\b", self.headers.get("Accept-Encoding", "")):
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        return body

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet."""


@contextmanager
def serving(port: int = 0, visit: int = FIRST) -> Iterator[Server]:
    """The site, served while the block runs; port 0: any free one."""
    with Server(port, Website(visit)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the demo's news site on loopback.")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--visit", type=int, choices=(FIRST, SECOND), default=FIRST, help="2: after the edit")
    chosen = parser.parse_args()
    with Server(chosen.port, Website(chosen.visit)) as server:
        print(f"{server.url} and {server.url}en/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
