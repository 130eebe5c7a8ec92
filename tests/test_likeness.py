"""Article or not, by the URL alone; and the traps that no article falls into."""

from __future__ import annotations

import pytest
from real_pages import real_urls

from snapshotter.urls import Likeness, article_likeness, section_like, trap

ARTICLES = """
http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html
https://news.ifeng.com/c/8Wda7wwUnuC
http://nb.ifeng.com/a/20200911/14526474_0.shtml
https://www.163.com/dy/article/J2PBDVUF0511A6N9.html
https://news.youth.cn/gj/202405/t20240520_15263156.htm
http://www.guancha.cn/politics/2019_09_09_517162.shtml
https://www.thepaper.cn/newsDetail_forward_27458213
https://finance.sina.cn/sa/2005-08-26/detail-ikknscsi2623250.d.html
https://www.cna.com.tw/news/asoc/201603190029.aspx
https://www.example.tw/News.aspx?NewsID=350370
https://news.39.net/shx/240423/e7opdxr.html
https://hk.news.example.com/義大利公開賽-茲韋列夫封王-060502643.html
https://v.daum.net/v/20240522083744972
https://www3.nhk.or.jp/news/easy/k10011959621000/k10011959621000.html
https://www.chunichi.co.jp/article/1011185
https://www.kommersant.ru/doc/7715044
https://www.bbc.com/news/world-europe-50473792
https://www.bbc.com/news/articles/clymn8zyrp9o
http://edition.cnn.com/2024/05/12/entertainment/snl-open-maya-rudolph/index.html
https://www.theguardian.com/us-news/2016/nov/29/standing-rock-protest-north-dakota
https://www.example.com/politics/a-minister-resigns-over-the-harbour-wall
https://health.example.edu/blog/how-to-sleep-well-in-a-noisy-town/2024/12
https://www.spiegel.de/ausland/wahl-in-frankreich-a-0f1e2d3c
https://example.de/2019/05/gedanken.html
https://example.com/?p=2895
https://example.com/a-headline-of-many-words-12345678/amp
""".strip().splitlines()

OTHERS = """
https://example.com/
https://example.com/index.html
https://example.com/en/
https://example.com/?page=2
https://example.com/news
https://example.com/news/
https://example.com/news/index_2.html
https://example.com/news/list_12.shtml
https://example.com/world/page/3/
https://example.com/2024/
https://example.com/2024/05/
https://example.com/archive/2024-05-12
https://example.com/2024/may/12
https://example.com/tag/elections
https://example.com/tags/a-topic-of-many-long-words-12345678
https://example.com/category/politics/local/a-very-long-name-of-a-category
https://example.com/author/jane-doe-reports-from-the-harbour
https://example.com/by/jane-doe
https://example.com/search?q=harbour+wall
https://example.com/login?next=/news/2024/05/12/a-story
https://example.com/about
https://example.com/about-us.html
https://example.com/privacy-policy
https://example.com/terms-of-service-and-conditions-of-sale
https://example.com/contact
https://example.com/impressum
https://example.com/newsletter
https://example.com/wp-content/uploads/2024/05/a-picture-of-the-wall.jpg
https://example.com/files/2024/annual-report-of-the-harbour-board.pdf
https://example.com/feed.xml
https://example.com/rss/2024/05/12/a-story-of-many-words
https://example.com/calendar/2024/05/12/regatta-on-the-river-at-noon
https://example.com/cart/12345678
""".strip().splitlines()


@pytest.mark.parametrize("url", ARTICLES)
def test_an_articles_url_is_told(url):
    assert article_likeness(url) is Likeness.YES
    assert trap(url) == ""


@pytest.mark.parametrize("url", OTHERS)
def test_what_is_no_article_is_told(url):
    assert article_likeness(url) is Likeness.NO


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/foldcut",
        "https://example.com/topics/harbour",
        "https://example.com/sport/tennis.html",
        "https://example.com/world/",
    ],
)
def test_a_url_that_says_nothing_leaves_it_open(url):
    assert article_likeness(url) is Likeness.MAYBE


@pytest.mark.parametrize(
    ("url", "is_section"),
    [
        ("https://example.com/", True),
        ("http://politics.example.cn/", True),
        ("https://example.com/world/", True),
        ("https://example.com/news/business", True),
        ("https://example.com/gn/index.html", True),
        ("https://example.com/about", False),
        ("https://example.com/author/jane", False),
        ("https://example.com/x/y", False),
        ("https://example.com/a/b/c", False),
        ("https://example.com/world?page=2", False),
        ("https://example.com/a-headline-of-many-words-indeed", False),
    ],
)
def test_section_like(url, is_section):
    assert section_like(url) is is_section


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/" + "a" * 1500, "too-long"),
        ("https://example.com/" + "a/b" * 20, "too-deep"),
        ("https://example.com/a/b/a/c/a/d", "repeating"),
        ("https://example.com/events/2031/05/", "calendar"),
        ("https://example.com/calendar/week/2031-05-12?view=all", "calendar"),
        ("https://example.com/rili?month=5", "calendar"),
        ("https://example.com/blog/event-trends-2026/", ""),
        ("https://example.com/events/2024/05/12/a-story-of-a-regatta", ""),
    ],
)
def test_traps_are_named(url, reason):
    assert trap(url) == reason


def test_bounds_of_traps_can_be_set():
    url = "https://example.com/a/b/b/c"
    assert trap(url) == ""
    assert trap(url, max_length=10) == "too-long"
    assert trap(url, max_depth=3) == "too-deep"
    assert trap(url, max_repeats=1) == "repeating"


def test_real_articles_are_rarely_ruled_out_and_never_trapped():
    urls = real_urls()
    told = [article_likeness(url) for url in urls]
    assert told.count(Likeness.NO) <= 0.01 * len(urls)
    assert told.count(Likeness.YES) >= 0.75 * len(urls)
    assert [url for url in urls if trap(url)] == []
