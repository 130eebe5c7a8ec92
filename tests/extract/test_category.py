"""Category and the way to it, and where they are from."""

import pytest

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.category import find_breadcrumbs, find_category
from snapshotter.extract.evidence import gather
from snapshotter.extract.tree import parse

URL = "https://www.example.com/item/story-1.html"
TITLE = "江城老桥今日重新开放两岸居民前来观看"
LISTED = (
    '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},'
    '{"item":{"name":"World"}},{"name":"Asia"},{"name":"' + TITLE + '"}]}</script>'
)


def read(html: str):
    tree = parse(f"<html>{html}<h1>{TITLE}</h1>")
    evidence = gather(tree)
    return evidence, find_breadcrumbs(evidence, lay_out(tree), TITLE)


@pytest.mark.parametrize(
    ("html", "crumbs"),
    [
        (LISTED, ("World", "Asia")),
        (
            "<div class=breadcrumb><a href=/>Home</a> &gt; <a href=/w>World</a> &gt; <a>Asia</a></div>",
            ("World", "Asia"),
        ),
        ("<p>当前位置：首页 &gt; 新闻 &gt; 社会 &gt; 正文</p>", ("新闻", "社会")),
        ("<div>江城网首页 --&gt; 财经 --&gt; 能源</div>", ("财经", "能源")),
        ("<meta property=og:site_name content=江城之声><div class=path>江城之声 &gt; 社会</div>", ("社会",)),
        ("<div>首页 | 时事 | 生活 | 财经 | 法律</div>", ()),  # a menu leads nowhere
        ("<ul id=topic-path><li>トップページ</li><li>お知らせ</li></ul>", ("お知らせ",)),
        # the way ends where a bar to share the page begins
        ("<section class=c-breadcrumb><a>Newsroom</a><p><a>Blogs</a><p><a>Share</a><p><a>Print</a></section>",
         ("Newsroom", "Blogs")),
        ("<div class=breadcrumbs><p>World</p><p>Twitter</p><p>Asia</p></div>", ("World",)),
        # a place, a box's position, a byline
        ("<div class='sub-navigation link-location'><p>Your Health</p><p>Policy</p><p>Twitter</p></div>", ()),
        ("<div class=position-fixed><p>Subscribe to our letter</p><p>Close</p></div>", ()),
        ("<div class=location><p>12 Harbour Road</p><p>Springfield</p></div>", ()),
        ("<div class=news_path><a>首页</a> &gt; <a>社会</a></div>", ("社会",)),
        ("", ()),
    ],
)  # fmt: skip
def test_breadcrumbs(html, crumbs):
    assert read(html)[1] == crumbs


@pytest.mark.parametrize(
    ("html", "url", "category", "source"),
    [
        ("<meta property=article:section content=Politics>", URL, "Politics", "page"),
        ("<meta property=article:section content='Politics, Opinion, National'>", URL, "Politics", "page"),
        (LISTED, URL, "Asia", "page"),
        (f"<title>{TITLE}_社会_江城新闻网</title>", URL, "社会", "page"),
        # Two places against one.
        (f"{LISTED}<meta name=category content=World><title>{TITLE}_World_江城网</title>", URL, "World", "page"),
        ("", "https://www.example.com/world/story-1.html", "world", "url"),
        ("", "https://finance.example.com/a/story-1.html", "finance", "url"),
        ("", "https://www.example.com/harbours/story-1.html", "harbours", "guessed"),
        ("", "https://www.example.com/sections/harbours/story-1.html", "harbours", "guessed"),
        ("", "https://www.example.com/2024/story-1.html", "", ""),
        ("", "http://[", "", ""),
    ],
)
def test_category_and_its_source(html, url, category, source):
    evidence, crumbs = read(html)
    found = find_category(evidence, crumbs, url, None)
    assert (found.name, found.source) == (category, source)


def test_what_was_weighed_can_be_told():
    evidence, crumbs = read(f"{LISTED}<meta name=category content=Trade>")
    found = find_category(evidence, crumbs, URL, None)
    assert [(one.value, one.where) for one in found.candidates] == [
        ("Trade", "meta"),
        ("Asia", "breadcrumbs"),
        ("World", "breadcrumbs, first"),
    ]
