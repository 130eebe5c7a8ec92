"""Asks a server one thing, without following or keeping anything."""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


def ask(address: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to one request. ``path`` may hold any character; header names with ``_`` for ``-``."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        target = quote(path, safe="/?=&%~:;,+@!$'()*")
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
