"""The news spider's own memory and headers."""

import pytest

from snapshotter.discover import Budget, Candidate
from snapshotter.items import Discovery
from snapshotter.report.run import RunReport
from snapshotter.spiders.news import NewsSpider, _validators
from snapshotter.store import Known


@pytest.mark.parametrize(
    ("etag", "sent"),
    [('"abc"', {"If-None-Match": '"abc"'}), ("", {}), ('"a\rX-Injected: 1"', {}), ("x" * 1001, {}), ('"é"', {})],
)
def test_only_validators_that_are_sound_are_sent_back(etag, sent):
    assert _validators(Known("sn_1", "ar_1", "ok", "", "", "https://example.com/", etag, "")) == sent


def test_hints_are_kept_for_articles_that_are_asked_for_alone(monkeypatch):
    spider = NewsSpider(start="https://example.com/")
    told = Discovery("feed", title="A title")
    articles = [Candidate(f"https://example.com/news/{n}", "article", told) for n in range(5)]
    report = RunReport("a run")
    monkeypatch.setattr(NewsSpider, "report", report)
    monkeypatch.setattr(spider, "_budget", lambda _: Budget(articles=2))
    monkeypatch.setattr(spider, "_article_request", lambda *_: None)
    assert list(spider._follow(articles, "example.com")) == []
    assert list(spider._hints) == ["example.com/news/0", "example.com/news/1"]
    assert (report.totals().found, report.totals().skipped) == ({"feed": 5}, {"budget": 3})
