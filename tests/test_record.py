from dataclasses import replace

import pytest
from captures import answer, page

from snapshotter.items import Article, Discovery, Snapshot
from snapshotter.record import Capture, Previous, article_id, record, text_sha256, url_keys, verdict, with_listing

GOOD = Capture(
    url="https://news.example/a",
    final_url="https://news.example/a",
    captured_at="2024-07-01T12:00:00Z",
    http_status=200,
    content_type="text/html",
    etag='"1"',
    url_keys=("news.example/a",),
    raw_sha256="aa",
    text_sha256="t1",
)
BAD = replace(GOOD, verdict="paywall", text_sha256="t9")
GONE = replace(GOOD, verdict="http-status", http_status=404, text_sha256="t9")
BEFORE = Previous("ar_x", 3, "t1")
NEVER_GOOD = Previous("ar_x")


@pytest.mark.parametrize(
    ("capture", "previous", "change", "revision"),
    [
        (GOOD, None, "new", 1),
        (GOOD, BEFORE, "unchanged", 3),
        (replace(GOOD, text_sha256="t2"), BEFORE, "revised", 4),
        (GOOD, NEVER_GOOD, "new", 1),  # the first good copy, though bad ones came before
        (BAD, None, "new", 0),
        (BAD, NEVER_GOOD, "unchanged", 0),
        (BAD, BEFORE, "unchanged", 3),  # it doesn't displace the good one
        (GONE, BEFORE, "gone", 3),
        (replace(GONE, http_status=410), BEFORE, "gone", 3),
        (replace(GONE, http_status=500), BEFORE, "unchanged", 3),
        (GONE, None, "new", 0),
        (GONE, NEVER_GOOD, "unchanged", 0),  # what we never had can't be gone
    ],
)
def test_change_and_revision(capture, previous, change, revision):
    snapshot = record(capture, Article(), previous)
    assert (snapshot.change, snapshot.revision, snapshot.verdict) == (change, revision, capture.verdict)


SAID = Snapshot(
    id="sn_old", article_id="ar_x", revision=3, verdict="ok", url_key="news.example/a", title="T",
    body_text="One.\n\n3 comments", text_sha256="t0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("capture", "article", "times", "change", "revision"),
    [
        (GOOD, Article(title="T", body_text="One.\n\n5 comments"), 0, "unchanged", 3),
        (GOOD, Article(title="T", body_text="Two.\n\n3 comments"), 0, "revised", 4),
        (GOOD, Article(title="T", body_text="Two."), 1, "revised", 4),
        (GOOD, Article(title="T", body_text="Two."), 2, "unchanged", 3),  # it goes back and forth
        (replace(GOOD, reads_as="sn_old"), Article(title="T", body_text="Two."), 0, "unchanged", 3),
        (replace(GOOD, reads_as="sn_older"), Article(title="T", body_text="Two."), 0, "revised", 4),
        (replace(GOOD, verdict="soft-404"), Article(), 0, "gone", 3),
    ],
)
def test_change_beside_the_last_good_capture(capture, article, times, change, revision):
    snapshot = record(capture, article, replace(BEFORE, text_sha256="t0", last_good=SAID, times=times))
    assert (snapshot.change, snapshot.revision) == (change, revision)


def test_an_article_keeps_its_id_and_the_same_capture_its_own():
    first = record(GOOD, Article(title="A"), None)
    assert first.article_id == article_id("news.example/a")
    assert record(GOOD, Article(title="A"), None).id == first.id
    assert record(GOOD, Article(title="A"), BEFORE).article_id == "ar_x"
    others = [replace(GOOD, captured_at="2024-07-01T12:00:01Z"), replace(GOOD, raw_sha256="ab")]
    assert len({first.id, *(record(other, Article(), None).id for other in others)}) == 3
    assert (first.id[:3], len(first.id), first.article_id[:3], len(first.article_id)) == ("sn_", 27, "ar_", 27)


def test_every_fact_and_every_field_of_the_article_is_in_the_record():
    article = Article(title="T", authors=("A",), body_text="B", category="C", canonical_url="https://news.example/c")
    snapshot = record(replace(GOOD, discovered_via="feed", site="news"), article, None)
    assert (snapshot.title, snapshot.authors, snapshot.body_text, snapshot.category) == ("T", ("A",), "B", "C")
    assert (snapshot.url, snapshot.etag, snapshot.discovered_via, snapshot.site) == (GOOD.url, '"1"', "feed", "news")
    assert (snapshot.canonical_url, snapshot.url_key) == ("https://news.example/c", "news.example/a")


def test_a_304_repeats_the_last_good_capture():
    last_good = Snapshot(
        id="sn_old", article_id="ar_x", revision=3, change="revised", title="T", url_key="news.example/a",
        etag='"1"', content_type="text/html", raw_sha256="aa", text_sha256="t1", http_status=200,
    )  # fmt: skip
    capture = replace(GOOD, http_status=304, verdict="http-status", etag="", content_type="", text_sha256="t9")
    snapshot = record(capture, Article(), replace(BEFORE, last_good=last_good))
    assert (snapshot.change, snapshot.revision, snapshot.verdict, snapshot.http_status) == ("unchanged", 3, "ok", 304)
    assert (snapshot.title, snapshot.text_sha256, snapshot.raw_sha256) == ("T", "t1", "aa")
    assert (snapshot.etag, snapshot.content_type, snapshot.captured_at) == ('"1"', "text/html", GOOD.captured_at)
    assert snapshot.id not in {"", "sn_old"}


def test_a_304_to_nothing_we_have_is_no_copy():
    snapshot = record(replace(GOOD, http_status=304, verdict="http-status"), Article(), None)
    assert (snapshot.verdict, snapshot.revision) == ("http-status", 0)


@pytest.mark.parametrize(
    ("url", "status", "truncated", "length", "said", "expected"),
    [
        ("https://news.example/a", 200, "", 9, "ok", "ok"),
        ("https://news.example/a", 200, "", 9, "paywall", "paywall"),
        ("https://news.example/a", 404, "", 9, "soft-404", "http-status"),
        ("https://news.example/a", 302, "", 9, "ok", "http-status"),
        ("https://news.example/a", 503, "time", 0, "ok", "http-status"),
        ("https://news.example/a", 200, "disconnect", 9, "ok", "truncated"),
        ("https://news.example/a", 200, "", 0, "ok", "empty"),
        ("https://news.example/", 200, "", 9, "ok", "soft-404"),  # a page deep down, answered by the front page
        ("https://news.example/", 200, "", 9, "not-article", "soft-404"),
        ("https://news.example/404.html", 200, "", 9, "empty", "soft-404"),
        ("https://news.example/", 200, "", 9, "consent", "consent"),  # what came says more than where it came from
    ],
)
def test_verdict(url, status, truncated, length, said, expected):  # noqa: PLR0917
    asked = page("https://news.example/a", answer(), final_url=url, truncated=truncated)
    assert verdict(asked, status, length, Article(verdict=said)) == expected


def test_a_front_page_that_was_asked_for_is_not_a_soft_404():
    asked = page("http://news.example", answer(), final_url="https://news.example/")
    assert verdict(asked, 200, 9, Article()) == "ok"


A, B = "https://news.example/2024/07/01/a-long-headline.html", "https://news.example/2024/07/01/b-long-headline.html"


@pytest.mark.parametrize(
    ("url", "final", "canonical", "kind", "expected"),
    [
        (A, A, "", "ok", [A]),
        (A, B, "", "ok", [B, A]),
        (A, A, B, "ok", [B, A]),
        (f"{A}?utm_source=x", A, A, "ok", [A]),
        (A, A, "https://news.example/", "ok", [A]),  # the front page as canonical of every page: a site's fault
        (A, A, "https://news.example/category/world", "ok", [A]),  # a section: likewise
        (A, A, "https://other.example/2024/07/01/a-long-headline.html", "ok", [A]),  # another site
        (A, B, "", "paywall", [A]),  # a bad capture is filed under what was asked for
        (A, "https://login.example/", "", "http-status", [A]),
    ],
)
def test_url_keys(url, final, canonical, kind, expected):
    assert list(url_keys(url, final, canonical, kind)) == [one.removeprefix("https://") for one in expected]


def test_what_only_the_listing_says_is_taken_over_with_a_warning():
    listing = Discovery("feed", None, "T", "2024-07-01T04:00:00Z", "Mon, 1 Jul 2024 12:00", "site")
    article = with_listing(Article(), listing)
    assert (article.title, article.published_at, article.zone_source) == ("T", "2024-07-01T04:00:00Z", "site")
    assert len(article.warnings) == 2
    stated = Article(title="Own", published_at="2024-07-01T05:00:00Z")
    assert with_listing(stated, listing) == stated


def test_text_digest_is_of_title_newline_body():
    assert text_sha256("a", "b") == "7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78"


def test_a_revision_gets_a_number_that_no_imported_capture_has():
    changed = record(replace(GOOD, text_sha256="t2"), Article(), Previous("ar_x", 1, "t1", highest=2))
    assert (changed.change, changed.revision) == ("revised", 3)
