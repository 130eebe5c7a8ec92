"""What a reader does, in a real browser, from the first page to a takedown; and that it closes every door at once."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from answers import ask
from browser import browsing, served
from demo.serve import serving
from demo.story import SECOND
from doors import CLOSED, LISTED, Asked, doors, routes
from project import ROOT

WORDS = "重庆"
REASON = "店主的住址不该公开"
OPTIONS = ("SNAPSHOTTER_SAVE_NOW=True", "SNAPSHOTTER_OPEN_WEB_ALSO=127.0.0.1/32", "AUTOTHROTTLE_START_DELAY=0.01")


class Operators(NamedTuple):
    """What the operator has."""

    folder: Path
    token: str


@pytest.fixture
def operators(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--new-operator-token", "--archive", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Operators(folder, done.stdout.strip())


@pytest.fixture
def web():
    with serving() as server:
        server.site.visit = SECOND
        yield server


@pytest.fixture
def site(operators):
    with served(operators.folder, *(part for option in OPTIONS for part in ("-s", option))) as address:
        yield address


@pytest.fixture
def people():
    """A reader's tab, and the operator's, who share nothing."""
    with browsing() as browser:
        yield [browser.new_context(locale="zh-CN").new_page() for _ in range(2)]


def test_a_reader_reads_follows_saves_compares_and_has_it_taken_down(site, web, demo, people, operators):
    tab, operator = people
    mine = reads_what_a_search_finds(tab, site, demo)
    subscription, save = follows_its_channel(tab, mine), saves(tab, web)
    sees_what_changed(tab, site, demo)

    other = next(one for one in demo.good if WORDS in one["body_text"] and one["article_id"] != mine["article_id"])
    known = routes(operators.folder)
    found = doors(Asked(mine, other, site, WORDS, subscription, save), known)
    assert known <= set(found), "doors that no takedown was tried at: name them in lib/doors.py"
    before = told(site, found, mine)
    assert {before[path][0] for path in paths(found, CLOSED)} <= {200, 302}
    assert [path for path in paths(found, LISTED) if before[path] != (200, True)] == []

    receipt = asks_for_a_takedown(tab, site, mine)
    accepts(operator, site, operators.token, mine)

    after = told(site, found, mine)
    assert {path: after[path][0] for path in paths(found, CLOSED)} == dict.fromkeys(paths(found, CLOSED), 451)
    assert [path for path, (status, tells) in after.items() if tells or status >= 500] == []
    tab.goto(receipt)
    assert "已隐藏" in tab.inner_text("main")
    assert REASON in tab.inner_text("main")
    assert tab.goto(f"{site}/snapshot/{mine['id']}").status == 451
    assert mine["title"] not in tab.content()


def reads_what_a_search_finds(tab, site, demo):
    """Its record, as the crawl left it."""
    tab.goto(site)
    tab.get_by_role("searchbox").fill(WORDS)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?**")
    titles = tab.locator(".hits h2").all_inner_texts()
    assert len(titles) == sum(WORDS in one["title"] + one["body_text"] for one in demo.good)
    assert WORDS in tab.locator(".hits mark").first.inner_text()
    tab.locator(".hits h2 a").first.click()
    name = tab.url.rpartition("/")[2]
    record = next(one for one in demo.first if one["id"] == name)
    assert tab.inner_text("h1") == record["title"]
    assert all(line in tab.inner_text("article") for line in record["body_text"].split("\n\n"))
    return record


def follows_its_channel(tab, record):
    """Reads the feed as well; the subscription's token."""
    tab.locator(".crumbs").get_by_role("link", name=record["category"], exact=True).click()
    tab.get_by_role("link", name="订阅此频道").click()
    assert tab.get_by_label(record["category"], exact=True).is_checked()
    tab.get_by_label("搜索词").fill(WORDS)
    tab.get_by_role("button", name="订阅").click()
    assert tab.get_by_role("link", name=record["title"]).is_visible()
    feed = tab.get_by_role("link", name="atom").get_attribute("href")
    read = feedparser.parse(tab.request.get(urljoin(tab.url, feed)).body())
    assert not read.bozo
    entry = next(one for one in read.entries if one.title == record["title"])
    assert entry.link.endswith(f"/snapshot/{record['id']}")
    return tab.url.rpartition("/")[2]


def saves(tab, web):
    """A page that the archive has from elsewhere; where it was told how far it was."""
    story = next(one for one in web.site.stories if one.since == SECOND)
    tab.get_by_role("link", name="收录网页").first.click()
    tab.get_by_label("网址").fill(web.url.rstrip("/") + story.path)
    tab.get_by_role("button", name="收录").click()
    place = tab.url
    tab.get_by_role("link", name="查看快照").click(timeout=120_000)
    assert tab.inner_text("h1") == story.title
    return place.rpartition("/")[2]


def sees_what_changed(tab, site, demo):
    tab.goto(f"{site}/channel/{demo.revised['category']}")
    tab.get_by_role("link", name=demo.revised["title"]).first.click()
    tab.get_by_role("link", name="对比修改").click()
    assert "三" in tab.locator("h1 ins").inner_text()
    assert "两" in tab.locator("h1 del").inner_text()


def asks_for_a_takedown(tab, site, record):
    """The receipt's address."""
    tab.goto(f"{site}/snapshot/{record['id']}")
    tab.get_by_role("link", name="申请删除此快照").click()
    assert tab.get_by_label("快照编号").input_value() == record["id"]
    tab.get_by_label("申请理由").fill("那是我家的地址。")
    tab.get_by_label("联系方式").fill("ran@example.org")
    tab.get_by_role("button", name="提交").click()
    assert "等待处理" in tab.inner_text("main")
    return tab.url


def accepts(tab, site, token, record):
    tab.goto(f"{site}/operator")
    tab.get_by_label("管理口令").fill(token)
    tab.get_by_role("button", name="登录").click()
    assert record["title"] in tab.inner_text("main")
    assert "ran@example.org" in tab.inner_text("main")
    tab.get_by_label("理由（将公开）").fill(REASON)
    tab.get_by_role("button", name="隐藏").click()
    assert "没有待处理的申请" in tab.inner_text("main")


def paths(found, kind):
    return [path for what, tries in found.values() if what == kind for path in tries]


def told(site, found, record):
    """By address: the status, and whether the answer tells of an article."""
    said = (record["title"], record["body_text"][:20])
    answers = {}
    for what, tries in found.values():
        signs = said if what == CLOSED else (*said, record["id"], record["article_id"], urlsplit(record["url"]).path)
        for path in tries:
            answer = knocked(site, path)
            text = answer.body.decode(errors="replace")
            answers[path] = (answer.status, any(sign in text for sign in signs))
    return answers


def knocked(site, path):
    """The answer; a moment later where too many were asked for at once. HEAD, where there is one, says the same."""
    while (answer := ask(site, path)).status == 429:
        time.sleep(0.2)
    assert ask(site, path, "HEAD").status in {answer.status, 405, 429}, path
    return answer
