"""``scrapy crawl news``: sites → all that is new."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from scrapy import Request

from snapshotter.clock import utc_now
from snapshotter.discover import Budget, Candidate, Frontier, Listing, from_robots, read_listing, seeds, start
from snapshotter.discover.sitemaps import MAX_BYTES
from snapshotter.errors import BadHttp, UsageError, WorkerLost
from snapshotter.extensions.politeness import Politeness
from snapshotter.extensions.runreport import SITE
from snapshotter.handler import EXCHANGES, TRUNCATED
from snapshotter.items import Discovery, Page
from snapshotter.sites import Sites, match_site, require_known
from snapshotter.spiders.base import DISCOVERY, asked_for, page_of
from snapshotter.spiders.rounds import CANDIDATE, RoundSpider
from snapshotter.urls import host, split_urls, url_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

    from scrapy.http import Response

    from snapshotter.store import Known

AT_A_TIME = 200
"""How many candidates are looked at before others have their turn; that takes some 3 ms."""
SITEMAP_MAXSIZE = MAX_BYTES + (1 << 16)
"""A sitemap may be longer than a page; its head comes on top."""
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")
PRIORITY = {"sitemap": 30, "feed": 30, "listing": 20, "article": 10}
"""Feeds before articles: what they say of an article goes along with it."""


class NewsSpider(RoundSpider):
    """Follows feeds, sitemaps and sections to articles: ``-a site=NAME[,NAME]``, ``-a start=URL[,URL]``.

    ``-a due=1``: only what is due, of ``-a at_once=N`` sources at most.
    """

    name = "news"
    arguments = "-a site=NAME[,NAME], -a start=URL[,URL], -a due=1 and -a at_once=N"

    def __init__(self, site: str = "", start: str = "", sites: Sites | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sites = Sites() if sites is None else sites
        self._starts = split_urls(start)
        names = [name.strip() for name in site.split(",") if name.strip()]
        require_known(self.sites, names)
        self._names = names or ([] if self._starts else sorted(self.sites))
        if not self._names and not self._starts:
            raise UsageError("no sites: add rule files to data/sites, or give -a start=URL[,URL]")
        self._frontier = Frontier()
        self._hints: dict[str, Discovery] = {}
        self._guesses: set[str] = set()
        """Sitemaps that nobody named; that they aren't there is no failure."""

    async def start(self) -> AsyncIterator[Request]:
        """Requests for the seeds of every source that no other run is at, or for what is due of them."""
        sources = list(self._sources())
        if self.is_due:
            for source, candidate in self.begin_round(_by_source(sources)):
                requests = list(self._follow([candidate], source))
                for request in requests:
                    yield request
                if not requests:
                    self.left_out(source, candidate)
            return
        granted = self.archive.lease({source for source, _ in sources})
        for source, candidate in sources:
            if source in granted:
                for request in self._follow([candidate], source):
                    yield request
            else:
                self.report.skipped(candidate.url, "another run is at it", site=source)

    def _sources(self) -> Iterator[tuple[str, Candidate]]:
        """(source, seed): a source is a site rule's name, or the host of a start URL."""
        for name in self._names:
            for candidate in seeds(self.sites[name]):
                yield name, candidate
        for url in self._starts:
            try:
                candidate = start(url)
            except UsageError as error:
                self.report.failed(url, "scheme", str(error))
                continue
            site = match_site(self.sites, candidate.url)
            yield site.name if site else host(candidate.url), candidate

    def _follow(self, candidates: Iterable[Candidate], source: str) -> Iterator[Request]:
        budget = self._budget(source)
        for candidate in candidates:
            why_not = self._frontier.refuse(candidate, source, budget)
            if candidate.kind == "article":
                self.keep_hint(candidate)
                if why_not != "seen":
                    self.report.found(source, candidate.discovery.via)
            if why_not:
                if why_not != "seen":
                    self.report.skipped(candidate.url, why_not, site=source)
            elif candidate.kind != "article":
                yield self._listing_request(candidate, source)
            elif request := self._article_request(candidate, source):
                yield request

    def keep_hint(self, candidate: Candidate) -> None:
        """What a listing says of an article may come after another listing had it requested."""
        says_something = candidate.discovery.title or candidate.discovery.published_at
        if says_something and self._frontier.knows(candidate):  # else their number would have no bound
            self._hints.setdefault(url_key(candidate.url), candidate.discovery)

    def _budget(self, source: str) -> Budget:
        articles = self.settings.getint(f"SNAPSHOTTER_{'DUE' if self.is_due else 'MAX'}_ARTICLES")
        site = self.sites.get(source)
        turns = site.max_pages - 1 if site else Budget().turns
        return Budget(articles=articles, listings=self.settings.getint("SNAPSHOTTER_MAX_LISTINGS"), turns=turns)

    def _listing_request(self, candidate: Candidate, source: str) -> Request:
        self._be_polite(candidate.url, source)
        return Request(
            candidate.url,
            callback=self.listed,
            errback=self.unlisted,
            priority=PRIORITY[candidate.kind],
            headers=_sound(self.round.validators(source, candidate.url)) if self.round else None,
            meta={SITE: source, CANDIDATE: candidate, DISCOVERY: candidate.discovery}
            | ({"download_maxsize": SITEMAP_MAXSIZE} if candidate.kind == "sitemap" else {}),
        )

    def _article_request(self, candidate: Candidate, source: str) -> Request | None:
        """None: it was captured a short while ago, or taken down."""
        if self.archive.is_taken_down(candidate.url, source):
            self.report.skipped(candidate.url, "taken down", site=source)
            self.unwanted(candidate.url)
            return None
        self._be_polite(candidate.url, source)
        request = self.page_request(candidate.url, self.article, candidate.discovery, source)
        request.priority = PRIORITY["article"]
        if known := self.archive.known(candidate.url):
            age_s = (utc_now() - datetime.fromisoformat(known.checked_at)).total_seconds()
            if not self.is_due and age_s < self.settings.getfloat("SNAPSHOTTER_REVISIT_AFTER_S"):
                self.report.skipped(candidate.url, "known", site=source)
                return None
            if known.url == candidate.url:  # validators hold for the very URL that sent them
                request.headers.update(_validators(known))
        return request

    def _be_polite(self, url: str, source: str) -> None:
        if (site := self.sites.get(source)) and (politeness := self.crawler.get_extension(Politeness)):
            politeness.at_least(host(url), site.delay_s)

    # What comes back

    async def listed(self, response: Response, **kwargs: Any) -> AsyncIterator[Request | Page]:
        """A seed, section, feed or sitemap: what it lists, and the page itself if it is an article."""
        source, candidate = response.meta[SITE], response.meta[CANDIDATE]
        for request in self._beside(candidate, source):
            yield request
        listing = await self._read(response, candidate, source)
        if listing is None:
            return
        if listing.kind == "article":
            for page in self._unexpected_article(response, candidate, source):
                yield page
        else:
            self._was_read(candidate, source, names_articles=listing.names_articles)
        found = list(self.of_interest(source, candidate, chain.from_iterable(listing.batches(AT_A_TIME)), response))
        for place in range(0, len(found), AT_A_TIME):
            for request in self._follow(found[place : place + AT_A_TIME], source):
                yield request
            await asyncio.sleep(0)

    def unlisted(self, failure: Any) -> Iterator[Request]:
        """A listing that brought nothing: its site may still have sitemaps."""
        self.failed(failure)
        yield from self._beside(failure.request.meta[CANDIDATE], failure.request.meta[SITE])

    def article(self, response: Response, **kwargs: Any) -> Iterator[Page]:
        """A page that was listed as an article. Errors are failures, save that a known article is gone."""
        known_gone = response.status in {404, 410} and self.archive.known(asked_for(response))
        if response.status < 300 or response.status == 304 or known_gone:
            yield page_of(response, self._hints.pop(url_key(asked_for(response)), None))
        else:
            self._refused(response)

    def claims(self, url: str, source: str) -> bool:
        """As the frontier knows."""
        return not self._frontier.refuse(Candidate(url, "article"), source, self._budget(source))

    def _beside(self, candidate: Candidate, source: str) -> Iterator[Request]:
        """What stands beside a start URL: its host's sitemaps, as robots.txt names them."""
        if candidate.depth or candidate.turn or source in self.sites or candidate.kind != "listing":
            return
        politeness = self.crawler.get_extension(Politeness)
        named = politeness.sitemaps(host(candidate.url)) if politeness else ()
        sitemaps = from_robots(named, candidate.url, utc_now())
        if not named:
            self._guesses.update(sitemap.url for sitemap in sitemaps)
        yield from self._follow(self.of_interest(source, replace(candidate, url=""), sitemaps), source)

    def _unexpected_article(self, response: Response, candidate: Candidate, source: str) -> Iterator[Page]:
        article = Candidate(candidate.url, "article", candidate.discovery, candidate.depth)
        if not self._frontier.refuse(article, source):
            self.report.found(source, candidate.discovery.via)
            if self._article_request(article, source):
                yield page_of(response)

    async def _read(self, response: Response, candidate: Candidate, source: str) -> Listing | None:
        """What a worker makes of a listing; None: nothing new. What is wrong with it goes into the report."""
        if self.is_unchanged(response, candidate):
            return None
        if response.status != 200:
            self._refused(response)
            return None
        exchange, site = response.meta[EXCHANGES][-1], self.sites.get(source)
        try:
            listing = await self.workers.run(read_listing, exchange, candidate, site, utc_now())
        except (BadHttp, WorkerLost) as error:
            self.report.failed(asked_for(response), "unreadable", str(error), site=source)
            return None
        if why := self._unsound(response, listing.kind):
            self.report.failed(asked_for(response), "unreadable", why, site=source)
        return listing

    @staticmethod
    def _unsound(response: Response, kind: str) -> str:
        """What is wrong with a listing; empty: nothing."""
        if cut := [flag.removeprefix(TRUNCATED) for flag in response.flags if flag.startswith(TRUNCATED)]:
            return f"cut short ({cut[0]}); what came of it is followed"
        return "neither listing, feed, sitemap nor article" if kind == "other" else ""

    def _was_read(self, candidate: Candidate, source: str, *, names_articles: bool) -> None:
        """A list, or what is left of one; sitemaps of news may name no article for a while."""
        if candidate.kind != "sitemap" and not candidate.depth and not candidate.turn:
            self.report.read(source, candidate.kind, names_articles=names_articles)

    def _refused(self, response: Response) -> None:
        self.refused(response)
        if response.status in {404, 410} and (candidate := response.meta.get(CANDIDATE)):
            self._was_read(candidate, response.meta[SITE], names_articles=False)
        if not (response.status in {404, 410} and asked_for(response) in self._guesses):
            self.report.failed(asked_for(response), f"http-{response.status}", site=response.meta[SITE])


def _validators(known: Known) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, section 13.1); empty where the site gave no validators.

    Nor is one sent that isn't printable ASCII of some length: a carriage return in it would be a header of its own.
    """
    return _sound({"If-None-Match": known.etag, "If-Modified-Since": known.last_modified})


def _sound(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if _VALIDATOR.fullmatch(value)}


def _by_source(sources: Iterable[tuple[str, Candidate]]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for source, candidate in sources:
        found.setdefault(source, []).append(candidate)
    return found
