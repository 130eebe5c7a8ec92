"""Somebody at the site without a browser: keeps cookies, fills in forms."""

from __future__ import annotations

import http.client
import json
import re
from html import unescape
from urllib.parse import urlencode, urlsplit

from answers import Answer

_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)".*?</form>', re.S)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Visitor:
    """One client; ``headers`` go along with each request."""

    def __init__(self, address: str, **headers: str) -> None:
        self.address = address
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """The answer to one request; redirects aren't followed."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            found = Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for line in found.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return found

    def hidden(self, path: str, action: str = "") -> dict[str, str]:
        """The hidden fields of a page's form; ``action``: of the form that is sent there."""
        page = self.ask(path).text
        form = next(found for found in _FORM.finditer(page) if not action or found[1] == action)
        return {name: unescape(value) for name, value in _HIDDEN.findall(form[0])}

    def submit(self, path: str, fields: dict[str, object], action: str = "", **headers: str) -> Answer:
        """Fills in the form of a page, and sends it."""
        said = {**self.hidden(path, action), **fields}
        body = urlencode(said, doseq=True).encode()
        return self.ask(action or path, "POST", body, Content_Type="application/x-www-form-urlencoded", **headers)

    def send_json(self, path: str, value: object, **headers: str) -> Answer:
        """A POST of JSON."""
        return self.ask(path, "POST", json.dumps(value).encode(), **{"Content_Type": "application/json", **headers})

    def follow(self, answer: Answer) -> Answer:
        """Where a form led to."""
        assert answer.status == 303, (answer.status, answer.body[:500])
        return self.ask(answer.headers["Location"])
