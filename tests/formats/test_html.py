import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from snapshot_strategies import snapshots

from snapshotter.errors import BadRecord
from snapshotter.formats import html
from snapshotter.formats.edition import Edition
from snapshotter.formats.html_words import WORDS
from snapshotter.items import Image, Related, Snapshot

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
ARTICLE = Snapshot(
    id="sn_1",
    title="标题",
    language="zh-CN",
    captured_at="2024-07-01T16:45:02Z",
    published_at="2024-07-01T13:41:00Z",
    final_url="https://news.example/1.html",
    archive="snapshots.example",
    authors=("甲", "乙"),
    body_text="第一段\n\n第二段 <b>",
    images=(Image("https://news.example/a.jpg", "图", "图说"),),
    related=(Related("另一篇", "摘要", "2024-06-01T00:00:00Z"),),
)


class Elements(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def with_tag(self, tag):
        return [attrs for found, attrs in self.found if found == tag]


@settings(max_examples=100, deadline=None)
@given(snapshots)
def test_what_is_written_is_read_back(snapshot):
    page = html.write(snapshot)
    assert html.read(page) == html.read(page.encode()) == snapshot
    assert len(Elements(page).with_tag("script")) == 1


def test_the_page_shows_the_article():
    page = html.write(ARTICLE)
    for shown in (
        "<title>标题</title>",
        "<p>第一段</p>\n<p>第二段 &lt;b&gt;</p>",
        '<time datetime="2024-07-01T16:45:02Z">2024-07-02 00:45:02</time>',
        "作者:甲、乙",
        '<a href="https://news.example/a.jpg" rel="noopener noreferrer nofollow">图说</a>',
        "另一篇",
    ):
        assert shown in page


@pytest.mark.parametrize("locale", sorted(WORDS))
def test_the_page_speaks_the_edition_s_language(locale):
    page = html.write(ARTICLE, edition=Edition(locale))
    assert f'<html lang="{locale}">' in page
    assert '<article lang="zh-CN"' in page
    assert WORDS[locale]["provenance"] in page


def test_locales_say_the_same_things():
    assert len({frozenset(words) for words in WORDS.values()}) == 1


def test_nothing_a_publisher_writes_becomes_markup():
    names = (
        "title",
        "subtitle",
        "language",
        "archive",
        "source_name",
        "final_url",
        "url",
        "id",
        "warc_file",
        "category",
    )
    evil = replace(
        ARTICLE,
        **dict.fromkeys(names, EVIL),
        authors=(EVIL,),
        images=(Image(EVIL, EVIL, EVIL),),
        related=(Related(EVIL, EVIL, ""),),
        body_text=EVIL,
    )
    elements = Elements(html.write(evil))
    assert elements.with_tag("script") == [{"type": "application/json", "id": "snapshot"}]
    assert not elements.with_tag("img")
    assert not elements.with_tag("a")
    assert not [name for _, attrs in elements.found for name in attrs if name.startswith("on")]


def test_body_html_is_sanitised_again():
    dirty = (
        '<p style="color:red" onclick="x()">甲<script>alert(1)</script><img src="https://spy.example/x.gif">'
        '<a href="javascript:alert(1)">乙</a><a href="https://ok.example/">丙</a></p><iframe src="//x"></iframe>'
        "<style>body{}</style><base href=//x><h2>丁"
    )
    page = html.write(replace(ARTICLE, body_html=dirty))
    body = page[page.index('<div class="body">') : page.index("</article>")]
    assert body == (
        '<div class="body">\n<p>甲<a rel="noopener noreferrer nofollow">乙</a>'
        '<a href="https://ok.example/" rel="noopener noreferrer nofollow">丙</a></p><h2>丁</h2>\n</div>\n'
    )


def test_the_page_asks_nothing_of_the_network():
    page = html.write(replace(ARTICLE, body_html='<figure><img src="https://a.example/x.jpg"></figure>'))
    elements = Elements(page)
    assert not {"img", "link", "iframe", "video", "audio", "source", "object", "embed"} & {
        tag for tag, _ in elements.found
    }
    (policy,) = (meta["content"] for meta in elements.with_tag("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"url\(|@import", page[: page.index("</style>")])


def test_a_guessed_category_is_not_shown_as_the_publisher_s():
    assert (
        "科技" not in html.write(replace(ARTICLE, category="科技", category_source="guessed")).partition("<script")[0]
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("", "has no <script"),
        ("<p>Something else", "has no <script"),
        ('<script type="application/json" id="snapshot">{}', "has no <script"),
        ('<script type="application/json" id="snapshot">{}</script>', "keys missing"),
        (b"\xff\xfe", "has no <script"),
    ],
)
def test_a_page_without_a_record_is_refused(page, message):
    with pytest.raises(BadRecord, match=message):
        html.read(page)


def test_a_time_that_is_none_is_refused():
    with pytest.raises(BadRecord, match="not a time"):
        html.write(replace(ARTICLE, published_at='"><script>'))
