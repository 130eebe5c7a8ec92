"""Templates to answers: the reader's language, and an ETag that spares who has the page already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.formats.edition import WORDINGS, Edition, published_local
from snapshotter.web.words import LOCALES, choose, words

HERE = Path(__file__).parent
STATIC = HERE / "static"

_YEAR_S = 31_536_000


class Renderer:
    """The site's templates. Every one is given ``site``, ``w`` (the words), ``locale``, ``local`` (a time as the
    edition prints it), ``wording`` (the fixed words of the text format), ``path`` and ``query`` (of the request).
    """

    def __init__(self, edition: Edition, about: Mapping[str, object], *, is_https: bool = False) -> None:
        """``about``: what all templates are told."""
        self.edition = edition
        self._is_https = is_https
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(about, static=static_url, local=self._local)

    def locale(self, request: Request) -> str:
        """The language to answer in."""
        headers = request.headers
        accepted = headers.get("accept-language", "")
        return choose(request.query_params.get("lang"), request.cookies.get("lang"), accepted, self.edition.locale)

    def answer(
        self, request: Request, template: str, facts: Mapping[str, object] | None = None, status: int = 200
    ) -> Response:
        """The page of a template, in the language that the request asks for; 304 to who has it already."""
        locale = self.locale(request)
        page = self.render(template, locale, {"path": request.url.path, "query": request.url.query, **(facts or {})})
        return self.sent(request, page, status)

    def render(self, template: str, locale: str, facts: Mapping[str, object]) -> bytes:
        """A template's page. ``facts``: what it is told beside the words; ``path`` and ``query`` among it."""
        mine: dict[str, object] = {"locale": locale, "w": words(locale), "wording": WORDINGS[locale]}
        page = self._templates.get_template(template).render(mine | dict(facts))
        return page.encode("utf-8", "replace")

    def words(self, request: Request) -> SimpleNamespace:
        """The words in the language to answer in."""
        return words(self.locale(request))

    def sent(self, request: Request, page: bytes, status: int = 200) -> Response:
        """A page as an answer: private to the language, always asked for again, 304 where nothing has changed."""
        etag = f'W/"{hashlib.blake2b(page, digest_size=12).hexdigest()}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
        if status == 200 and has(request, etag):
            return Response(status_code=304, headers=headers)
        answer = Response(page, status, headers, "text/html")
        if (wanted := request.query_params.get("lang")) in LOCALES:
            answer.set_cookie("lang", wanted, max_age=_YEAR_S, secure=self._is_https, httponly=True, samesite="lax")
        return answer

    def _local(self, moment: str, precision: str = "") -> str:
        """A record's time as the edition prints it; as it stands where it isn't one."""
        try:
            return published_local(moment, precision, self.edition.zone)
        except ValueError:
            return moment


def has(request: Request, etag: str) -> bool:
    """Whether the client has what this ETag names (RFC 9110, weak comparison)."""
    held = request.headers.get("if-none-match")
    if not held:
        return False
    return held.strip() == "*" or etag.removeprefix("W/") in [tag.strip().removeprefix("W/") for tag in held.split(",")]


def static_url(name: str) -> str:
    """Address of a file of ours; another one when the file is another."""
    if name not in _STATIC:
        _STATIC[name] = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={_STATIC[name]}"


_STATIC: dict[str, str] = {}
