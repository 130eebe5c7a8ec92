"""The site as a function: a path → the answer, at one of the two visits. No sockets here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha1

from demo import courier, listings, portal
from demo.markup import TEMPLATES, of
from demo.picture import png
from demo.story import FIRST, SECOND, SECTIONS, Story, stories

PER_PAGE = {"zh": 3, "en": 2}
HTML, XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
PRIVATE = "/neibu/2024/1021/c9001-90001.html"
"""A page that robots.txt closes."""


@dataclass(frozen=True)
class Answer:
    """What the site says to a GET."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    location: str = ""
    """A path, where the answer is a redirect."""
    changed_at: datetime | None = None
    """When the page last changed; None: it says nothing about that."""
    cacheable: bool = True
    """Whether it comes with validators."""

    @cached_property
    def etag(self) -> str:
        """A weak one, for the body may be sent compressed."""
        return f'W/"{sha1(self.body, usedforsecurity=False).hexdigest()[:20]}"'


class Website:
    """The site at a visit, ``FIRST`` or ``SECOND``. ``visit`` may be set while it is served."""

    def __init__(self, visit: int = FIRST) -> None:
        self._editions = {each: stories(each) for each in (FIRST, SECOND)}
        self._steady = [story for story in self._editions[FIRST] if not story.withdrawn]
        self.visit = visit

    @property
    def stories(self) -> list[Story]:
        """All articles at this visit, newest first, the withdrawn one among them: the truth that a crawl is held to."""
        return self._editions[self.visit]

    @property
    def listed(self) -> list[Story]:
        """Those that sections and front pages list."""
        return [story for story in self.stories if not (story.withdrawn and self.visit == SECOND)]

    def answer(self, path: str, base: str) -> Answer:
        """The answer to a GET of a path with its query; ``base`` is scheme, host and port as the client wrote them."""
        for pattern, make in self._routes:
            if match := pattern.fullmatch(path):
                return make(self, match, base)
        plain = path.partition("?")[0]
        for story in self.stories:
            if plain.startswith(story.path):
                return self._article(story, plain.removeprefix(story.path), base)
            if plain == story.listed_path:
                return Answer(b"", status=301, location=story.path)
        return self._missing(plain)

    def _article(self, story: Story, rest: str, base: str) -> Answer:
        if story.withdrawn and self.visit == SECOND:
            page = portal.notice("稿件已撤下", "您访问的稿件因内容有误已由本网撤下。")
            return Answer(page.encode(), status=410, cacheable=False)
        if rest == "/amp" and story.amp:
            return Answer(courier.amp(story, base).encode(), changed_at=story.published)
        if rest:
            return self._missing(story.path + rest)
        if story.paper == "en":
            page = courier.article(story, self._steady, base=base)
        else:
            page = portal.article(story, self._steady, base=base, visit=self.visit)
        content = page.encode(story.encoding, "xmlcharrefreplace")
        changed = story.modified or story.published
        return Answer(content, story.header, changed_at=changed, cacheable=not story.counter)

    def _missing(self, path: str) -> Answer:
        if path.startswith("/en/"):
            page = courier.notice("Not found", "There is no page at this address.")
        else:
            page = portal.notice("页面不存在", "您访问的页面不存在或已被删除。")
        return Answer(page.encode(), status=404, cacheable=False)

    def _section(self, match: re.Match[str], base: str) -> Answer:
        key, number = match["key"], int(match["number"] or 1)
        members = [story for story in self.listed if story.section == key]
        per_page = PER_PAGE[SECTIONS[key].language]
        pages = -(-len(members) // per_page)
        if not 1 <= number <= pages:
            return self._missing(match[0])
        part = members[(number - 1) * per_page : number * per_page]
        if SECTIONS[key].language == "en":
            return Answer(courier.section(key, part, number=number, pages=pages).encode())
        return Answer(portal.section(key, part, number=number, pages=pages, hot=self._steady).encode())

    def _month(self, match: re.Match[str], base: str) -> Answer:
        return Answer(portal.month(int(match[1]), int(match[2]), self._steady).encode())

    def _private(self, match: re.Match[str], base: str) -> Answer:
        return Answer(portal.notice("编辑部值班表", "本页仅供编辑部内部使用。").encode())

    def _about(self, match: re.Match[str], base: str) -> Answer:
        if match[0].startswith("/en"):
            page = courier.notice("About us", "The Chengchuan Courier is written by people who do not exist.")
        else:
            page = portal.notice("关于我们", "澄川在线是一个虚构的新闻网站，城市、人物和事件均为虚构。")
        return Answer(page.encode())

    def _style(self, match: re.Match[str], base: str) -> Answer:
        return Answer((TEMPLATES / match[1]).read_bytes(), "text/css; charset=utf-8")

    def _picture(self, match: re.Match[str], base: str) -> Answer:
        return Answer(png(match[1]), "image/png")

    def _front(self, match: re.Match[str], base: str) -> Answer:
        page = courier.front(of("en", self.listed)) if match[0] != "/" else portal.front(of("zh", self.listed))
        return Answer(page.encode())

    def _listing(self, match: re.Match[str], base: str) -> Answer:
        make, paper, content_type = _LISTINGS[match[0]]
        found = self.stories if paper == "all" else self.listed if paper == "both" else of(paper, self.listed)
        return Answer(make(found, base).encode(), content_type)

    _routes = tuple(
        (re.compile(pattern), make)
        for pattern, make in (
            (r"/|/en/", _front),
            (r"/(?P<key>politics|economy|society|culture|tech|songping)/(?:index_(?P<number>\d+)\.html)?", _section),
            (r"/en/(?P<key>world|business|science|town|arts)/(?:\?page=(?P<number>\d+))?", _section),
            (r"/rili/(\d{4})-(\d\d)\.html", _month),
            (r"/(?:rss\.xml|en/feed\.atom|en/feed\.json|robots\.txt|sitemap[\w-]*\.xml)", _listing),
            (r"/css/(zh\.css|en\.css)", _style),
            (r"/img/([\w-]{1,40})\.png", _picture),
            (r"/about/|/en/about", _about),
            (re.escape(PRIVATE), _private),
        )
    )


_LISTINGS: dict[str, tuple[Callable[[Sequence[Story], str], str], str, str]] = {
    "/rss.xml": (listings.rss, "zh", "text/xml"),
    "/en/feed.atom": (listings.atom, "en", "application/atom+xml"),
    "/en/feed.json": (listings.json_feed, "en", "application/feed+json"),
    "/robots.txt": (lambda _, base: listings.robots(base), "all", "text/plain"),
    "/sitemap.xml": (lambda _, base: listings.sitemap_index(base), "all", XML),
    "/sitemap-news.xml": (listings.news_sitemap, "both", XML),
    "/sitemap-2024-10.xml": (listings.sitemap, "all", XML),
}
