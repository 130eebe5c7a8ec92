"""Feeds, read by a feed reader."""

import json
import re

import feedparser
import pytest
from answers import ask
from browser import served
from captures import answer, capture, page
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from snapshotter.items import Article
from snapshotter.store import Archive
from snapshotter.web.doors.feeds.feed import TYPES, Entry, FeedInfo, feed

A = "https://news.example/2024/07/a.html"
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
INFO = FeedInfo("urn:x:1", "Feed", "https://a.example/f", "https://a.example/", "2024-07-01T00:00:00Z", "en")


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("all", ["The quarry affair", "Odd", "D", "重庆的灯塔", "B & <b>b</b>"]),
        ("channel/Politics", ["The quarry affair", "Odd", "D", "重庆的灯塔", "B & <b>b</b>"]),
        ("source/The Example", ["The quarry affair", "重庆的灯塔"]),
    ],
)
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_feed_has_each_article_once_newest_first(doors, path, titles, kind):
    answer = ask(doors, f"/feed/{path}.{kind}")
    read = feedparser.parse(answer.body)
    assert not read.bozo
    assert [re.sub("&amp;|&lt;|&gt;", lambda it: {"&amp;": "&", "&lt;": "<", "&gt;": ">"}[it[0]], one.title)
            for one in read.entries] == titles  # fmt: skip
    assert answer.headers["Content-Type"].startswith(TYPES[kind])


def test_all_forms_tell_the_same(doors, filled):
    atom = feedparser.parse(ask(doors, "/feed/all.atom").body).entries
    rss = feedparser.parse(ask(doors, "/feed/all.rss").body).entries
    items = json.loads(ask(doors, "/feed/all.json").body)["items"]
    ids = [one.id for one in atom]
    assert ids == [one.id for one in rss] == [one["id"] for one in items]
    assert ids[0] == f"urn:x-snapshotter:{filled.records[0].article_id}"
    assert atom[0].link == rss[0].link == items[0]["url"] == f"{doors}/snapshot/{filled.records[2].id}"
    assert atom[0].updated == items[0]["date_modified"] == "2024-07-01T12:20:00Z"
    assert "revised" in items[0]["tags"]


def test_the_full_text_is_there_for_who_asks(doors):
    full = json.loads(ask(doors, "/feed/all.json?full=1").body)
    assert full["items"][0]["content_html"] == "<p>First.</p>\n<p>Third.</p>"
    assert full["feed_url"] == f"{doors}/feed/all.json?full=1"
    assert "content_html" not in json.loads(ask(doors, "/feed/all.json").body)["items"][0]


def test_a_reader_that_has_it_is_spared_it(doors):
    etag = ask(doors, "/feed/all.atom").headers["ETag"]
    assert ask(doors, "/feed/all.atom", If_None_Match=etag).status == 304


def test_a_search_is_a_feed(doors):
    found = json.loads(ask(doors, "/feed/search.json?q=重庆").body)
    assert [one["title"] for one in found["items"]] == ["重庆的灯塔"]
    assert ask(doors, "/feed/search.atom?q=").status == 400


@pytest.mark.parametrize(
    "path", ["channel/none.atom", "source/none.rss", "channel/" + "x" * 300 + ".json", "all.xml", "channel/%00.atom"]
)
def test_a_feed_of_nothing_is_none(doors, path):
    assert ask(doors, f"/feed/{path}").status == 404


def test_gone_is_an_update_and_so_is_coming_back(tmp_path):
    said = Article(title="A", body_text="One.\n\nTwo.", category="Politics")
    gone = answer(b"", "410 Gone")
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(A, minute=0), said)])
        archive.add([capture(page(A, gone, 1), Article(verdict="not-article"))])
    with served(tmp_path) as address:
        one = json.loads(ask(address, "/feed/channel/Politics.json").body)["items"][0]
        assert ("gone" in one["tags"], one["date_modified"]) == (True, "2024-07-01T12:01:00Z")
        with Archive.open(tmp_path) as archive:
            archive.add([capture(page(A, minute=2), said)])
        again = json.loads(ask(address, "/feed/channel/Politics.json").body)["items"][0]
        assert again["id"] == one["id"]
        assert "gone" not in again["tags"]


@given(
    st.lists(st.builds(Entry, text, text, text, st.just("2024-07-01T00:00:00Z"), st.just(""), text, text), max_size=3)
)
def test_whatever_an_entry_holds_is_read_again(entries):
    def cleaned(value):
        return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", value)

    items = json.loads(feed(entries, INFO, "json"))["items"]
    assert [(one.get("id", ""), one.get("title", "")) for one in items] == [(one.id, one.title) for one in entries]
    name = "{http://www.w3.org/2005/Atom}"
    atom = etree.fromstring(feed(entries, INFO, "atom"))
    assert [(one.findtext(f"{name}id"), one.findtext(f"{name}content") or "") for one in atom.iter(f"{name}entry")] == [
        (cleaned(one.id), cleaned(one.html)) for one in entries
    ]
    rss = etree.fromstring(feed(entries, INFO, "rss"))
    assert [one.findtext("guid") for one in rss.iter("item")] == [cleaned(one.id) for one in entries]
