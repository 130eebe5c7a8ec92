"""Receivers on loopback: a webhook's server, and a mail server."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import quote

from aiosmtpd.controller import Controller


class Heard(NamedTuple):
    """A POST that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Hook:
    """Takes what is posted to it, and answers ``status``; ``location`` for redirects, ``wait_s`` before it answers."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.status, self.location, self.wait_s = 200, "", 0.0
        self.body = b"thanks"
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.heard.append(Heard(self.path, dict(self.headers), body))
                time.sleep(hook.wait_s)
                self.send_response(hook.status)
                if hook.location:
                    self.send_header("Location", hook.location)
                self.send_header("Content-Length", str(len(hook.body)))
                self.end_headers()
                with suppress(OSError):  # who asked may have gone
                    self.wfile.write(hook.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@contextmanager
def hook() -> Iterator[Hook]:
    made = Hook()
    Thread(target=made.server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()


class Post:
    """A mail server: what it was given, by envelope; refuses everything while ``is_down``."""

    def __init__(self, port: int) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.is_down = False
        sender = quote("news@archive.example")
        self.url = f"mailto://127.0.0.1:{port}?from={sender}&name=News"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if self.is_down:
            return "451 later"
        content = envelope.content.replace(b"\r\n", b"\n")
        self.got.append((",".join(envelope.rcpt_tos), message_from_bytes(content, policy=policy.default)))
        return "250 OK"


@contextmanager
def post_office() -> Iterator[Post]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    post = Post(port)
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
