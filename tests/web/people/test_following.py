"""A subscription's news sent: added on its page, confirmed and ended by links, told by the real command."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from answers import ask
from browser import served
from library import gone, told
from project import ROOT
from receivers import hook, post_office
from visitor import Visitor

from snapshotter.items import Article
from snapshotter.store import Archive

MAIN = "from snapshotter.commands.main import main; main()"
ALSO = ("-s", "SNAPSHOTTER_OPEN_WEB_ALSO=127.0.0.1/32")
STORY = Article(title="新的灯塔", body_text="灯塔亮了。\n\n船回港了。", category="灯塔新闻", language="zh-CN")


class Town:
    """An archive, its site, a mail server."""

    def __init__(self, folder, desk, post):
        self.folder, self.desk, self.post = folder, desk, post

    def store(self, one):
        with Archive.open(self.folder) as archive:
            archive.add([one])

    def notify(self):
        options = ["--base-url", self.desk, *ALSO, "-s", f"SNAPSHOTTER_MAIL={self.post.url}"]
        command = [sys.executable, "-c", MAIN, "notify", "--archive", str(self.folder), *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def path(self, text):
        """Of the link in an e-mail."""
        return re.search(rf"{self.desk}(/(?:confirm|stop)/[\w-]+)\n", text)[1]


@pytest.fixture(scope="module")
def town(demo, tmp_path_factory):
    folder = shutil.copytree(demo.folder, tmp_path_factory.mktemp("following") / "archive")
    with post_office() as post:
        options = ("-s", "SNAPSHOTTER_TRUSTED_PROXIES=127.0.0.1", "-s", f"SNAPSHOTTER_MAIL={post.url}", *ALSO)
        with served(folder, *options) as address:
            yield Town(folder, address, post)


@pytest.fixture
def desk(town):
    return town.desk


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2024-07-01T13:00:00Z")


_hosts = iter(range(1, 250))


@pytest.fixture
def visitor(desk):
    return Visitor(desk, X_Forwarded_For=f"203.0.113.{next(_hosts)}")


@pytest.fixture
def mine(visitor):
    """The path of a new subscription, which ends with the test: the next one's round would tell its followers."""
    path = visitor.submit("/subscribe", {"searches": "灯塔"}).headers["Location"]
    yield path
    if visitor.ask(path).status == 200:
        visitor.submit(path, {}, action=f"{path}/end")


@pytest.fixture
def receiver():
    with hook() as made:
        yield made


def follow(visitor, mine, kind, address, **headers):
    fields = {"kind": kind, "address": address}
    return visitor.submit(mine, fields, action=f"{mine}/follow", **headers)


def test_a_reader_adds_a_webhook_is_told_and_ends_it(town, visitor, mine, receiver):
    added = follow(visitor, mine, "webhook", receiver.url)
    assert (added.status, added.headers["Cache-Control"]) == (200, "no-store")
    key = re.search(r"<pre>([\w-]{32})</pre>", added.text)[1]
    page = visitor.ask(mine).text
    assert receiver.url in page
    assert "已开启" in page
    assert key not in page
    assert follow(visitor, mine, "webhook", receiver.url).status == 409
    town.store(told("lighthouse", STORY, 30))
    assert "1 told" in town.notify()
    (entry,) = receiver.heard[0].json()["entries"]
    assert (entry["state"], entry["title"]) == ("new", STORY.title)
    assert ask(town.desk, entry["url"].removeprefix(town.desk)).status == 200
    assert "最近送达" in visitor.ask(mine).text
    assert visitor.submit(mine, {}, action=f"{mine}/unfollow").status == 303
    assert receiver.url not in visitor.ask(mine).text
    town.store(gone("lighthouse", 31))
    assert town.notify() == ""
    assert len(receiver.heard) == 1


@pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")
def test_a_reader_confirms_an_address_and_ends_it_by_link(town, visitor, mine):
    added = follow(visitor, mine, "mail", "wang@example.org", Accept_Language="en")
    assert "An e-mail is on its way" in added.text
    town.notify()
    confirm = town.path(town.post.got[-1][1].get_content())
    for _ in range(2):  # looking confirms nothing
        assert "wang@example.org" in ask(town.desk, confirm).text
    assert "等待您点击" in visitor.ask(mine).text
    assert "已确认" in Visitor(town.desk).ask(confirm, "POST", b"").text
    assert "已开启" in visitor.ask(mine).text
    town.store(told("second", STORY, 40))
    town.notify()
    to, news = town.post.got[-1]
    assert (to, news["Subject"]) == ("wang@example.org", f"{os.uname().nodename}: 1 article")
    stop = town.path(news.get_content())
    assert news["List-Unsubscribe"] == f"<{town.desk}{stop}>"
    assert "wang@example.org" in ask(town.desk, stop).text
    click = Visitor(town.desk).ask(stop, "POST", b"List-Unsubscribe=One-Click", Sec_Fetch_Site="cross-site")
    assert click.status == 200
    assert ask(town.desk, stop).status == 404
    assert ask(town.desk, confirm).status == 404
    assert "wang@" not in visitor.ask(mine).text


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", ""), ("webhook", "x"), ("webhook", "http://a.example/hook"), ("webhook", "https://a.example:8443/"),
        ("webhook", "https://user:word@a.example/"), ("webhook", "https://localhost/"),
        ("webhook", "https://10.0.0.1/"),
        ("webhook", "https://[::1]/"), ("webhook", "https://169.254.169.254/"), ("webhook", "ftp://a.example/"),
        ("webhook", "https://router/"), ("webhook", "https://a.example:80/"),
        ("webhook", "https://a.example/" + "a" * 3000),
        ("mail", "x"), ("mail", "wang@example.org,li@example.org"), ("mail", "https://a.example/"),
        ("pager", "1"), ("", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_to_is_refused(visitor, mine, kind, address):
    answer = follow(visitor, mine, kind, address)
    assert answer.status == 400
    assert "未能添加" in answer.text


def test_forms_are_guarded_and_bounded(desk, visitor, mine):
    assert follow(visitor, mine, "webhook", "https://a.example/", Sec_Fetch_Site="cross-site").status == 403
    fields = {"kind": "webhook", "address": "https://a.example/", "form_token": "1.2"}
    assert visitor.submit(mine, fields, action=f"{mine}/follow").status == 403
    assert visitor.submit(mine, {"form_token": "1.2"}, action=f"{mine}/end").status == 403
    answers = [follow(visitor, mine, "webhook", f"https://a.example/{n}").status for n in range(6)]
    assert answers == [200] * 5 + [429]
    assert follow(Visitor(desk, X_Forwarded_For="203.0.113.251"), mine, "webhook", "https://a.example/9").status == 409


def test_unknown_links_are_not_found(desk):
    places = [f"/{kind}/{'0' * 32}" for kind in ("confirm", "stop")]
    assert [ask(desk, path).status for path in places] == [404, 404]
    assert Visitor(desk).ask(places[0], "POST", b"").status == 404
    assert Visitor(desk).ask(places[1], "POST", b"").status == 200  # clicked twice


def test_who_ends_the_subscription_ends_all_of_it(desk, visitor, mine):
    follow(visitor, mine, "webhook", "https://a.example/")
    assert visitor.submit(mine, {}, action=f"{mine}/end").status == 303
    assert ask(desk, mine).status == 404
    token = visitor.hidden("/subscribe")
    assert visitor.ask(f"{mine}/follow", "POST", str(token).encode()).status in {400, 403, 415}


def test_without_a_mail_server_no_address_is_asked_for(site, demo):
    reader = Visitor(site)
    page = reader.submit("/subscribe", {"searches": "灯塔"}).headers["Location"]
    text = reader.ask(page).text
    assert 'value="webhook"' in text
    assert 'value="mail"' not in text
    assert follow(reader, page, "mail", "wang@example.org").status in {400, 403}
