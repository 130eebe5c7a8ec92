"""A spider's part in a round (``-a due=1``): what is due, and what became of it. Hooks; ``snapshotter.due`` decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from snapshotter.clock import utc_now
from snapshotter.due import Round
from snapshotter.errors import UsageError
from snapshotter.extensions.runreport import SITE
from snapshotter.items import Page, Snapshot
from snapshotter.middlewares import retry_after_s
from snapshotter.schedule.glance import outlooks
from snapshotter.schedule.hints import asked_s
from snapshotter.schedule.intervals import Answer, Bounds
from snapshotter.spiders.base import ArchiveSpider, asked_for
from snapshotter.urls import trap

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from snapshotter.discover import Candidate

CANDIDATE = "candidate"
"""Key in the meta of a request for a listing: the Candidate it asks for."""


class RoundSpider(ArchiveSpider):
    """One that can take what is due; without ``-a due=1`` there is no round, and it takes everything."""

    round: Round | None = None

    def __init__(self, due: str = "", at_once: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if due not in {"", "0", "1"} or not (at_once or "1").isdecimal() or at_once == "0":
            raise UsageError(f"due={due} at_once={at_once}: give due=1, and for at_once a number of sources, 1 or more")
        self.is_due = due == "1"
        self._at_once = int(at_once or 1_000_000)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Listens to what becomes of articles."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stored, signal=signals.item_scraped)
        crawler.signals.connect(spider.dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.not_stored, signal=signals.item_error)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    def begin_round(self, seeds: Mapping[str, Sequence[Candidate]]) -> Iterator[tuple[str, Candidate]]:
        """(source, candidate): what is due, of sources that no other run is at."""
        settings = self.settings
        self.round = Round(self.archive, bounds_of(settings), settings.getint("SNAPSHOTTER_DUE_ARTICLES"))
        granted = 0
        urls = {source: [seed.url for seed in own] for source, own in seeds.items()}
        for outlook in outlooks(self.archive.folder, urls, utc_now()):
            source = outlook.source
            if granted == self._at_once or not outlook.due:
                continue
            if source not in self.archive.lease({source}):
                self.report.skipped(source, "another run is at it", site=source)
                continue
            granted += 1
            for candidate in self.round.begin(source, seeds[source]):
                yield source, candidate

    def is_unchanged(self, response: Response, candidate: Candidate) -> bool:
        """Whether a listing is what it was the last time; then that is all there is to note."""
        source, answer = response.meta[SITE], answer_of(response)
        if not self.round or response.status not in {200, 304}:
            return False
        if response.status == 200 and not self.round.is_same(source, candidate.url, answer.sha256):
            return False
        self.round.listed(source, candidate, answer, ())
        self.report.skipped(candidate.url, "unchanged", site=source)
        return True

    def of_interest(
        self, source: str, parent: Candidate, candidates: Iterable[Candidate], response: Response | None = None
    ) -> Iterable[Candidate]:
        """Those of a listing's candidates that are to be followed now; ``response`` None: it wasn't read."""
        if not self.round:
            return candidates
        found = self.round.listed(source, parent, answer_of(response) if response else Answer(200), candidates)
        for candidate in found.known:
            self.keep_hint(candidate)
            self.report.found(source, candidate.discovery.via)
            self.report.skipped(candidate.url, "known", site=source)
        return found.follow

    def keep_hint(self, candidate: Candidate) -> None:
        """What a listing says of an article may come after another listing had it requested."""
        raise NotImplementedError

    def failed(self, failure: Any) -> None:
        """A request brought nothing."""
        super().failed(failure)
        request = failure.request
        url = next(iter(request.meta.get("redirect_urls", ())), request.url)
        if not self.round or self.round.is_held(request.meta[SITE]):
            return  # all of the source waits
        if CANDIDATE in request.meta:
            self.round.failed(request.meta[SITE], url)
        else:
            self.round.missed(request.meta[SITE], url)

    def refused(self, response: Response) -> None:
        """An answer that brings nothing."""
        if self.round and CANDIDATE in response.meta:
            self.round.failed(response.meta[SITE], asked_for(response), retry_after_s(response))
        elif self.round:
            self.round.missed(response.meta[SITE], asked_for(response), response.status, retry_after_s(response))

    def broke(self, response: Response | None) -> None:
        """A callback failed: what it was about is to be left alone for a while, as after any failure."""
        if response is not None:
            self.refused(response)

    def left_out(self, source: str, candidate: Candidate) -> None:
        """Something due isn't to be fetched, as its URL looks like a trap's: it would be due for ever."""
        if self.round and candidate.kind == "article":
            self.round.missed(source, candidate.url)
        elif self.round and trap(candidate.url):
            self.round.failed(source, candidate.url)

    def unwanted(self, url: str) -> None:
        """An article isn't to be fetched."""
        if self.round:
            self.round.done(url)

    def stored(self, item: object) -> None:
        """A capture is stored, or its article was taken down."""
        if self.round and isinstance(item, Snapshot):
            self.round.done(item.url, item.article_id)

    def dropped(self, exception: Exception) -> None:
        """A capture is stored and goes no further."""
        self.stored(getattr(exception, "snapshot", None))

    def not_stored(self, item: object) -> None:
        """A page couldn't be stored."""
        if self.round and isinstance(item, Page):
            self.round.missed(item.site, item.requested_url)


def bounds_of(settings: BaseSettings) -> Bounds:
    """How often places are looked at, by the settings."""
    names = ("LEAST", "MOST", "START", "SEED_MOST", "ASKED_MOST")
    return Bounds(*(settings.getint(f"SNAPSHOTTER_DUE_{name}_S") for name in names))


def answer_of(response: Response) -> Answer:
    """A place's answer, without what it lists."""
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, (value, *_) in response.headers.items()
    }
    return Answer(
        response.status,
        headers.get("etag", ""),
        headers.get("last-modified", ""),
        hashlib.sha256(response.body).hexdigest() if response.status == 200 else "",
        asked_s=asked_s(headers, response.body),
    )
