"""Subscriptions in the browser's place: picked, read as a page and as feeds, changed, ended."""

import shutil
import subprocess
import sys

import feedparser
import pytest
from answers import ask
from browser import served
from project import ROOT
from visitor import Visitor


@pytest.fixture
def folder(demo, tmp_path_factory):
    return shutil.copytree(demo.folder, tmp_path_factory.mktemp("subscribing") / "archive")


@pytest.fixture
def desk(folder):
    with served(folder, "-s", "SNAPSHOTTER_TRUSTED_PROXIES=127.0.0.1") as address:
        yield address


_hosts = iter(range(1, 250))


@pytest.fixture
def visitor(desk):
    return Visitor(desk, X_Forwarded_For=f"203.0.113.{next(_hosts)}")


def english(demo):
    """An article's first capture, which lists show: it wasn't revised."""
    return next(one for one in demo.first if one["article_id"] == demo.english["article_id"])


def begin(visitor, **wishes):
    answer = visitor.submit("/subscribe", wishes)
    assert answer.status == 303, answer.text
    return answer.headers["Location"].removeprefix("/me/")


def test_a_reader_subscribes_and_reads_page_and_feeds(desk, demo, visitor):
    mine = demo.revised
    token = begin(visitor, channel=[mine["category"]], searches=f'"{english(demo)["title"]}"\n\n')
    page = visitor.ask(f"/me/{token}")
    assert page.headers["Cache-Control"] == "no-store"
    assert "我的订阅" in page.text
    assert mine["id"] in page.text
    assert english(demo)["id"] in page.text
    for kind in ("atom", "rss", "json"):
        answer = ask(desk, f"/feed/me/{token}.{kind}")
        assert answer.status == 200
        assert f"/snapshot/{mine['id']}" in answer.text
        again = ask(desk, f"/feed/me/{token}.{kind}", If_None_Match=answer.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        if kind != "json":
            read = feedparser.parse(answer.body)
            assert not read.bozo
            assert mine["title"] in [entry.title for entry in read.entries]


def test_a_subscription_is_of_what_was_picked(desk, demo, visitor):
    mine = demo.revised
    other = next(one for one in demo.good if one["source_name"] != mine["source_name"] and one["source_name"])
    token = begin(visitor, source=[mine["source_name"], "nobody's"])
    read = feedparser.parse(ask(desk, f"/feed/me/{token}.atom").body)
    assert read.entries
    assert all(f"/snapshot/{other['id']}" not in entry.link for entry in read.entries)


@pytest.mark.parametrize("by", ["channel", "source", "searches"])
def test_a_subscription_tells_what_is_new_revised_and_gone(desk, demo, visitor, by):
    """Of an article that is gone, its last good copy, as of when it was seen to be gone."""
    kept = next(one for one in demo.first if one["article_id"] == demo.gone["article_id"])
    token = begin(
        visitor, **{by: {"channel": kept["category"], "source": kept["source_name"], "searches": "摊位费"}[by]}
    )
    entries = feedparser.parse(ask(desk, f"/feed/me/{token}.atom").body).entries
    gone = next(one for one in entries if one.link.endswith(f"/snapshot/{kept['id']}"))
    assert "gone" in [tag.term for tag in gone.tags]
    assert gone.updated == demo.gone["captured_at"]
    assert {tag.term for one in entries for tag in one.tags} >= ({"new", "gone"} if by == "channel" else {"gone"})
    revised = begin(visitor, channel=demo.revised["category"])
    told = {
        one.link.rpartition("/")[2]: one for one in feedparser.parse(ask(desk, f"/feed/me/{revised}.rss").body).entries
    }
    assert "revised" in [tag.term for tag in told[demo.revised["id"]].tags]
    assert kept["id"] in visitor.ask(f"/me/{token}").text


def test_a_subscription_is_changed_and_ended(desk, demo, visitor):
    token = begin(visitor, channel=[demo.revised["category"]])
    form = visitor.ask(f"/me/{token}/change").text
    assert f'value="{demo.revised["category"]}" checked' in form
    changed = visitor.submit(f"/me/{token}/change", {"searches": english(demo)["title"]})
    assert changed.headers["Location"] == f"/me/{token}"
    page = visitor.ask(f"/me/{token}").text
    assert english(demo)["id"] in page
    assert demo.revised["id"] not in page
    assert visitor.submit(f"/me/{token}", {}, action=f"/me/{token}/end").status == 303
    places = [f"/me/{token}", f"/me/{token}/change", *(f"/feed/me/{token}.{kind}" for kind in ("atom", "rss", "json"))]
    assert [ask(desk, path).status for path in places] == [404] * 5


def test_a_form_that_cannot_be_used_is_told_so(visitor, demo):
    assert visitor.submit("/subscribe", {}).status == 400
    assert visitor.submit("/subscribe", {"channel": ["no such"]}).status == 400
    assert visitor.submit("/subscribe", {"searches": "x", "homepage": "x"}).status == 400
    assert visitor.submit("/subscribe", {"searches": "x", "form_token": "1.2"}).status == 403
    assert visitor.submit("/subscribe", {"searches": "x"}, Sec_Fetch_Site="cross-site").status == 403
    token = begin(visitor, searches="x")
    assert visitor.submit(f"/me/{token}", {"form_token": "1.2"}, action=f"/me/{token}/end").status == 403
    assert visitor.ask(f"/me/{token}").status == 200


def test_what_is_searched_for_comes_back_escaped(desk, visitor):
    token = begin(visitor, searches='"><script>alert(1)</script>')
    for path in (f"/me/{token}", f"/me/{token}/change", f"/feed/me/{token}.atom"):
        assert "<script>alert" not in visitor.ask(path).text


@pytest.mark.parametrize("path", ["/me/x", "/me/" + "0" * 32, "/feed/me/" + "0" * 32 + ".atom", "/feed/me/x.atom"])
def test_a_token_that_is_for_nothing(desk, path):
    assert ask(desk, path).status == 404


def test_what_was_taken_down_is_gone_from_subscriptions_at_once(desk, demo, folder, visitor):
    mine = demo.revised
    token = begin(visitor, channel=[mine["category"]])
    places = [f"/me/{token}", *(f"/feed/me/{token}.{kind}" for kind in ("atom", "rss", "json"))]
    assert all(mine["id"] in visitor.ask(path).text for path in places)
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "takedown", mine["url"], "--reason", "so", "--archive", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert not any(mine["id"] in visitor.ask(path).text for path in places)
