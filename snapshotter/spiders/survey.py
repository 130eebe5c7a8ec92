"""A look at a site, for ``snapshotter sites``: front page, robots.txt, what it lists, a handful of articles. Keeps
nothing: what came is in ``SurveySpider.survey``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from snapshotter.clock import utc_now
from snapshotter.curation import Saved, Survey
from snapshotter.discover import Candidate, Frontier, Reply, classify, from_robots, links, seeds, start
from snapshotter.discover.html import base_of, links_of, parse
from snapshotter.discover.text import origin
from snapshotter.errors import UsageError
from snapshotter.extensions.politeness import Politeness
from snapshotter.extensions.runreport import SITE
from snapshotter.sites import Site, Sites, require_known
from snapshotter.spiders.base import ArchiveSpider
from snapshotter.urls import Likeness, article_likeness, host, same_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

CANDIDATE = "candidate"
"""Key in a request's meta: the Candidate it asks for."""
LOOKED_AT = {"feed": 3, "sitemap": 4, "listing": 5}
"""How many of each are looked at: enough to draft rules from, few enough for a minute."""
ARTICLES = 8
MAX_LISTED = 2_000


class SurveySpider(ArchiveSpider):
    """Looks at a site: ``-a front=URL``, or ``-a site=NAME`` for one that has rules, or ``-a page=URL`` for a page."""

    name = ""  # so that ``crawl`` doesn't know it: it keeps nothing
    arguments = "-a front=URL or -a site=NAME or -a page=URL"

    def __init__(
        self, front: str = "", site: str = "", page: str = "", sites: Sites | None = None, **kwargs: Any
    ) -> None:
        self.name = "survey"
        super().__init__(**kwargs)
        self.sites = Sites() if sites is None else sites
        if sum(map(bool, (front, site, page))) != 1:
            raise UsageError(f"survey takes {self.arguments}")
        require_known(self.sites, [site] * bool(site))
        self._site: Site | None = self.sites[site] if site else None
        self._page = page
        self._seeds = [start(front)] if front else seeds(self._site) if self._site else []
        self._front: Saved | None = None
        self._found: dict[str, list[str]] = {kind: [] for kind in LOOKED_AT}
        self._menu: dict[str, None] = {}
        self._others: dict[str, None] = {}
        self._listed: dict[str, Candidate] = {}
        self._articles: list[Saved] = []
        self._asked: Counter[str] = Counter()
        self._frontier = Frontier()
        self._handful_asked = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Called by Scrapy."""
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    @property
    def survey(self) -> Survey | None:
        """What came; None: nothing that a survey could begin with."""
        front = self._front or next(iter(self._articles), None)
        if front is None:
            return None
        return Survey(
            front=front,
            feeds=tuple(self._found["feed"]),
            sitemaps=tuple(self._found["sitemap"]),
            sections=tuple(url for url in self._found["listing"] if url != front.url),
            menu=tuple(self._menu),
            listed=tuple(self._listed),
            others=tuple(self._others),
            articles=tuple(self._articles),
            delay_s=self._asked_delay(front.url),
            failures=tuple(f"{failure.reason}: {failure.url}" for failure in self.report.failures),
        )

    def _asked_delay(self, url: str) -> float:
        politeness = self.crawler.get_extension(Politeness)
        return politeness.floor_s(host(url)) if politeness else 0.0

    async def start(self) -> AsyncIterator[Request]:
        """The front page, the site's seeds, or the one page."""
        if self._page:
            yield self._article_request(start(self._page).url)
        for candidate in self._seeds:
            for request in self._follow([candidate]):
                yield request

    def _follow(self, candidates: Iterable[Candidate]) -> Iterator[Request]:
        for candidate in candidates:
            if candidate.kind == "article":
                if len(self._listed) < MAX_LISTED:
                    self._listed.setdefault(candidate.url, candidate)
            elif self._is_wanted(candidate):
                self._asked[candidate.kind] += 1
                yield self._listing_request(candidate)

    def _is_wanted(self, candidate: Candidate) -> bool:
        is_enough = self._asked[candidate.kind] >= LOOKED_AT[candidate.kind] or candidate.turn
        return not is_enough and not self._frontier.refuse(candidate, "survey")

    def _listing_request(self, candidate: Candidate) -> Request:
        self._be_polite(candidate.url)
        meta = {SITE: host(candidate.url), CANDIDATE: candidate}
        return Request(candidate.url, callback=self.listed, errback=self.failed, meta=meta)

    def _article_request(self, url: str) -> Request:
        self._be_polite(url)
        return Request(url, callback=self.article, errback=self.failed, meta={SITE: host(url)})

    def _be_polite(self, url: str) -> None:
        if self._site and (politeness := self.crawler.get_extension(Politeness)):
            politeness.at_least(host(url), self._site.delay_s)

    # What comes back

    def listed(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        """A place that may list articles."""
        candidate: Candidate = response.meta[CANDIDATE]
        if response.status != 200:
            self.report.failed(candidate.url, f"http-{response.status}", site=response.meta[SITE])
            return
        page, is_first = _saved(response), self._front is None and not self._site
        kind = classify(page.content, page.content_type, page.url)
        reply = Reply(page.url, page.content, page.content_type)
        found = links(kind, reply, candidate, self._site, utc_now())
        if is_first:
            self._front = page
            yield from self._beside(reply, kind == "article" and not found)
            self._menu.update(dict.fromkeys(one.url for one in found if one.kind == "listing" and not one.turn))
        lists = candidate.kind if candidate.kind == "sitemap" else "article"
        if any(one.kind in {lists, "article"} for one in found) and not (lists == "sitemap" and candidate.depth):
            self._found[candidate.kind].append(page.url)  # of an index's sitemaps the index is what lasts
        yield from self._follow(found)

    def _beside(self, reply: Reply, is_article: bool) -> Iterator[Request]:  # noqa: FBT001
        """What goes with a front page: its host's sitemaps; and the front page of an article that was named for it."""
        politeness = self.crawler.get_extension(Politeness)
        named = politeness.sitemaps(host(reply.url)) if politeness else ()
        yield from self._follow(from_robots(named, reply.url, utc_now()))
        if is_article:
            self._front = None
            self._listed[reply.url] = Candidate(reply.url, "article")
            yield from self._follow([start(origin(reply.url) + "/")])
        tree = parse(reply)
        for link in [] if tree is None else links_of(tree, base_of(tree, reply.url)):
            if same_site(link.url, reply.url) and article_likeness(link.url) is Likeness.NO:
                self._others[link.url] = None

    def article(self, response: Response, **kwargs: Any) -> None:
        """One of the handful."""
        if response.status == 200:
            self._articles.append(_saved(response))
        else:
            self.report.failed(response.url, f"http-{response.status}", site=response.meta[SITE])

    def idle(self) -> None:
        """All listings came: ask for the handful. Raises DontCloseSpider while that runs."""
        if self._handful_asked or not self._listed:
            return
        self._handful_asked = True
        for url in _handful(self._listed.values()):
            self.crawler.engine.crawl(self._article_request(url))
        raise DontCloseSpider


def _saved(response: Response) -> Saved:
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Saved(response.url, response.body, content_type, utc_now())


def _handful(listed: Iterable[Candidate]) -> list[str]:
    """Some of the articles: in turns from each section of the site, those found first before others."""
    by_section: dict[str, list[str]] = {}
    for candidate in listed:
        section = candidate.url.partition("://")[2].split("/")[:2]
        by_section.setdefault("/".join(section), []).append(candidate.url)
    turns = max(map(len, by_section.values()), default=0)
    chosen = [urls[turn] for turn in range(turns) for urls in by_section.values() if turn < len(urls)]
    return chosen[:ARTICLES]
