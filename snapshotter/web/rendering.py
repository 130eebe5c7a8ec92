"""Templates to answers: the reader's language, and an ETag that spares who has the page already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.codings import takes
from snapshotter.formats.edition import Edition, published_local
from snapshotter.formats.utf8 import well_formed
from snapshotter.web.cache import Page, Pages, Still, etag_of, headers_of, page_of
from snapshotter.web.teaser import teaser
from snapshotter.web.words import LOCALES, Words, choose, words

HERE = Path(__file__).parent
STATIC = HERE / "static"

TIMES_KEPT = 10_000
_YEAR_S = 31_536_000

Facts = Mapping[str, object]


class Content(NamedTuple):
    """What a page that is kept says."""

    facts: Facts
    """``here`` among them."""
    still: Still | None = None
    """Whether the catalog would give the same facts; None: not known without asking for all of them."""


class Renderer:
    """The site's templates. Every one is given ``site``, ``w`` (the words), ``locale``, ``local`` (a time as the
    edition prints it), ``teaser`` (a text's first words), ``wording`` (the fixed words of the text format) and
    ``here`` (the page's own address).
    """

    def __init__(self, edition: Edition, about: Facts, pages: Pages, *, is_https: bool = False) -> None:
        """``about``: what all templates are told. ``pages``: those made already."""
        self.edition = edition
        self._pages = pages
        self._is_https = is_https
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(
            about, static=static_url, local=lru_cache(TIMES_KEPT)(self._local), teaser=teaser, list=list
        )

    def locale(self, request: Request) -> str:
        """The language to answer in."""
        cookie = request.cookies.get("lang") if header(request, b"cookie") else None
        wanted = request.query_params.get("lang") if request.scope["query_string"] else None
        return choose(wanted, cookie, header(request, b"accept-language"), self.edition.locale)

    def edition_in(self, locale: str) -> Edition:
        """The site's edition in one of LOCALES."""
        return self.edition if locale == self.edition.locale else replace(self.edition, locale=locale)

    def words(self, request: Request) -> Words:
        """The words in the language to answer in."""
        return words(self.locale(request))

    def answer(self, request: Request, template: str, facts: Facts | None = None, status: int = 200) -> Response:
        """The page of a template, in the language that the request asks for; 304 to who has it already."""
        body = self.render(template, self.locale(request), {"here": own_path(request), **(facts or {})})
        page = page_of(body, status)
        return self.sent(request, page, page.answer)

    def kept(
        self, request: Request, template: str, key: tuple[Hashable, ...], content: Callable[[str], Content]
    ) -> Response:
        """As ``answer``, but made once as long as it would come out the same.

        ``key``: what, beside template and language, the page depends on. ``content``: called with the language, only
        where the page must be made.
        """
        locale = self.locale(request)

        def make() -> tuple[bytes, Still | None]:
            facts, still = content(locale)
            return self.render(template, locale, facts), still

        page = self._pages.page((template, locale, *key), make)
        is_packed = takes("gzip", header(request, b"accept-encoding"))
        return self.sent(request, page, page.packed if is_packed else page.answer)

    def render(self, template: str, locale: str, facts: Facts) -> bytes:
        """A template's page in one of LOCALES."""
        mine = {"locale": locale, "w": words(locale), "wording": self.edition_in(locale).wording, **facts}
        return well_formed(self._templates.get_template(template).render(mine)).encode()

    def sent(self, request: Request, page: Page, answer: Response) -> Response:
        """One of a page's answers; 304 where nothing has changed."""
        if page.answer.status_code == 200 and has(request, page.etag):
            return Response(status_code=304, headers=headers_of(page.etag))
        if request.scope["query_string"] and (wanted := request.query_params.get("lang")) in LOCALES:
            return self._remembering(answer, str(wanted))
        return answer

    def _remembering(self, answer: Response, locale: str) -> Response:
        """A copy of an answer that sets the cookie: the answer itself is sent to others, too."""
        mine = Response(answer.body, answer.status_code, dict(answer.headers))
        mine.set_cookie("lang", locale, max_age=_YEAR_S, secure=self._is_https, httponly=True, samesite="lax")
        return mine

    def _local(self, moment: str, precision: str = "") -> str:
        """A record's time as the edition prints it; as it stands where it isn't one."""
        try:
            return published_local(moment, precision, self.edition.zone)
        except ValueError:
            return moment


def own_path(request: Request) -> str:
    """The request's path as a link within this site, whatever was asked for."""
    return "/" + quote(request.scope["path"].lstrip("/\\"))


def header(request: Request, name: bytes) -> str:
    """A header's value, by its name in lower case; empty: it isn't there. In a third of the time of ``headers.get``."""
    for one, value in request.scope["headers"]:
        if one == name:
            return str(value, "latin-1")
    return ""


def has(request: Request, etag: str) -> bool:
    """Whether the client has what this ETag names (RFC 9110, weak comparison)."""
    held = header(request, b"if-none-match")
    if not held:
        return False
    return held.strip() == "*" or etag.removeprefix("W/") in [tag.strip().removeprefix("W/") for tag in held.split(",")]


def unless_held(request: Request, answer: Response) -> Response:
    """The answer with an ETag; to who has it, 304 with its other headers. One that isn't 200 as it is."""
    if answer.status_code != 200:
        return answer
    answer.headers["ETag"] = etag = etag_of(bytes(answer.body))
    if not has(request, etag):
        return answer
    held = Response(status_code=304)
    held.raw_headers = [one for one in answer.raw_headers if one[0] not in _OF_A_BODY]
    return held


def static_url(name: str) -> str:
    """Address of a file of ours; another one when the file is another."""
    if name not in _STATIC:
        _STATIC[name] = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={_STATIC[name]}"


_OF_A_BODY = {b"content-length", b"content-type", b"content-encoding"}
_STATIC: dict[str, str] = {}
