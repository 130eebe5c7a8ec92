"""Links to an article's other pages are found, and those to other articles, comments and listings aren't."""

import pytest

from snapshotter.extract.pager import find_pager
from snapshotter.items import Pager

HOST = "https://news.example"


def found(url, links, first=""):
    page = f"<html><body><article><h1>桥</h1><p>正文</p></article>{links}</body></html>"
    return find_pager(page.encode(), HOST + url, "text/html; charset=utf-8", first=first and HOST + first)


def link(url, text, attributes=""):
    return f"<a href='{url}' {attributes}>{text}</a>"


@pytest.mark.parametrize(
    ("url", "link_to", "text"),
    [
        ("/2026/11/bridge.html", "/2026/11/bridge_2.html", "2"),
        ("/2026/11/bridge.html", "bridge_2.html", "[2]"),
        ("/2026/11/bridge.html", "./bridge_2.html", "第2页"),
        ("/2026/11/bridge.html", "/2026/11/bridge-2.html", "下一页>>"),
        ("/2026/11/bridge.html", "/2026/11/bridge_p2.html", "后一页"),
        ("/2026/11/bridge/", "2/", "2"),
        ("/2026/11/bridge/", "/2026/11/bridge/page/2/", "Next page"),
        ("/2026/11/bridge", "/2026/11/bridge?page=2", "次のページ"),
        ("/2026/11/bridge", "?page=2", "次へ"),
        ("/article?id=7", "/article?id=7&amp;page=2", "2"),
        ("/article?id=7", "/article?page=2&id=7", "2"),
        ("/2026/1120/c1001-40234567.html", "/2026/1120/c1001-40234567-2.html", "【2】"),
        ("/202611/t20261120_123.html", "t20261120_123_1.html", "2"),
        ("/a/50012345_0.shtml", "/a/50012345_1.shtml", "余下全文"),
        ("/a/index.html", "index_2.html", "下页"),
        ("/2026/11/bridge.html", "/2026/11/bridge_2.html", "阅读全文"),
    ],
)
def test_a_further_page_is_found(url, link_to, text):
    more = found(url, link(link_to, text)).more
    assert [address.partition(HOST)[1] for _, address in more] == [HOST]
    first = found(url, link(link_to, text)).more[0][1].removeprefix(HOST)
    assert found(first, link(url, "1") + link(link_to, text), first=url) == Pager(), "nor does it name itself"


@pytest.mark.parametrize(
    "links",
    [
        "<link rel=next href='/2026/11/bridge_2.html'>",
        link("/2026/11/bridge_2.html", "<img alt=more>", "rel=next"),
        link("/2026/11/bridge_2.html", "→ Weiter"),
    ],
)
def test_next_alone_names_a_page_where_its_url_can_be_nothing_else(links):
    assert found("/2026/11/bridge.html", links).more == ((2, f"{HOST}/2026/11/bridge_2.html"),)


@pytest.mark.parametrize(
    "links",
    [
        link("/2026/11/ferry.html", "下一篇:轮渡停航", "rel=next"),
        link("/2026/11/bridge-2.html", "Next: another bridge", "rel=next"),  # how a blog names its second such title
        "<link rel=next href='/2026/11/bridge-2.html'>",
        link("/2026/11/bridge_2.html", "大桥通车之二"),
        f"<div id=comments>{link('/2026/11/bridge.html?page=2', '2')}</div>",
        link("/2026/11/bridge.html?page=2#comments", "2"),
        link("https://elsewhere.example/2026/11/bridge_2.html", "2"),
        link("/2026/11/?page=2", "2"),
        link("/2026/11/bridge.html?print=1", "打印"),
        link("javascript:next(2)", "下一页"),
        link("http://[/bridge_2.html", "2"),
    ],
)
def test_other_links_are_no_pages(links):
    assert found("/2026/11/bridge.html", links) == Pager()


def test_a_numbered_article_is_no_page_of_the_one_before():
    assert found("/2026/11/story-1.html", link("/2026/11/story-2.html", "Next", "rel=next")).more == ()
    assert found("/2026/11/story-1.html", link("/2026/11/story-2.html", "2")).more != ()
    assert found("/2026/1120/40234567.html", link("/2026/1120/40234568.html", "下一页")).more == ()


@pytest.mark.parametrize(
    ("url", "links", "first"),
    [
        ("/a/bridge_2.html", link("/a/bridge.html", "1"), "/a/bridge.html"),
        ("/a/bridge_3.html", link("/a/bridge.html", "首页") + link("/a/bridge_2.html", "上一页"), "/a/bridge.html"),
        ("/a/bridge?page=3", link("/a/bridge?page=1", "1") + link("/a/bridge?page=2", "2"), "/a/bridge?page=1"),
        ("/a/bridge/2/", "<link rel=canonical href='/a/bridge/'>", "/a/bridge/"),
        ("/a/bridge-2/", link("/a/bridge/", "The bridge", "rel=prev"), ""),
        ("/a/bridge_2.html", link("/a/bridge.html", "A bridge for the town"), ""),
        ("/a/bridge.html", link("/a/bridge_2.html", "1"), ""),
    ],
)
def test_a_further_page_names_the_first(url, links, first):
    assert found(url, links).first == (first and HOST + first)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/a/bridge_all.html", "在本页阅读全文"),
        ("/a/bridge.html?page=all", "View all"),
        ("/a/bridge/komplettansicht", "Auf einer Seite lesen"),
        ("/a/bridge_print.html", "打印本页"),
    ],
)
def test_all_of_it_on_one_page(address, text):
    pager = found("/a/bridge.html", link("/a/bridge_2.html", "2") + link(address, text))
    assert pager.urls == (HOST + address, f"{HOST}/a/bridge_2.html")


def test_tags_may_be_written_in_capitals():
    assert found("/a/bridge.html", "<A HREF='/a/bridge_2.html'>下一页</A>").more == ((2, f"{HOST}/a/bridge_2.html"),)


def test_junk_is_no_pager():
    for junk in (
        b"",
        b"\xff\xfe<a href",
        b"<a href='bridge_2.html'>2",
        b"<base href='http://['><a href='?page=2'>2</a>",
    ):
        assert isinstance(find_pager(junk, f"{HOST}/a/bridge.html"), Pager)
    assert find_pager(b"<a href='/?page=2'>2</a>", HOST + "/") == Pager()
