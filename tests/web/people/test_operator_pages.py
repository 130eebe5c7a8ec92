"""The operator's pages of sources and rules: what they show, and to whom; as chromium shows them."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from answers import ask
from axe_playwright_python.sync_playwright import Axe
from browser import browsing, served
from test_takedown_requests import new_token
from visitor import Visitor

from snapshotter.clock import utc_now
from snapshotter.curation import FIXTURES, LIVE, Checked, note
from snapshotter.ledger import Alarm, Figures
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.standing import Alarms
from snapshotter.state import State

RULES = """
site_name = "<b>示例</b>"
hosts = ["rules.example"]
delay_s = 2.5
[urls]
article = ['/\\d+\\.html']
[[layouts]]
name = "2025-01"
[layouts.selectors]
title = ["h1 > b"]
[[layouts]]
name = "2021-02"
valid_until = 2024-12-31
[layouts.selectors]
published = ["//time/@datetime"]
"""
PAGES = ("/operator", "/operator/sources", "/operator/rules", "/operator/rules/example")


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    place = shutil.copytree(demo.folder, tmp_path_factory.mktemp("operating") / "archive")
    figures = Figures(good=10, last_at="2026-11-22T01:00:00Z", last_new_at="2026-11-21T01:00:00Z")
    figures.captured["new"] = 10
    figures.fields.update({"title": 10, "category": 5})
    for minutes in (5, 5, 300):
        figures.late.note(minutes)
    with closing(State(place)) as state:
        Ledger(state).write("run-1", {("example", f"{utc_now():%Y-%m-%d}"): figures})
        Alarms(state).settle({"example"}, [Alarm("silent", "example", "", "no new article for 40 h")])
        failed = Checked.now("example", LIVE, 4, ["<i>title</i>: was on 100% of 50"])
        note(state, [Checked.now("example", FIXTURES, 2, []), failed])
    return place


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    place = tmp_path_factory.mktemp("rules")
    (place / "example.toml").write_text(RULES, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def desk(folder, rules):
    token = new_token(folder)
    with served(folder, "-s", f"SNAPSHOTTER_SITES={rules}") as address:
        visitor = Visitor(address)
        visitor.submit("/operator/sign-in", {"token": token})
        yield visitor


def test_a_source_is_shown_with_all_that_tells_how_it_is(desk):
    page = desk.ask("/operator/sources?lang=en").text
    row = page[page.index('<th scope="row">example</th>') :].partition("</tr>")[0]
    for said in ("silent", "2026-11-22 09:00", "2026-11-21 09:00", "5 min / 5 h", "title 100 %", "category 50 %"):
        assert said in row
    assert row.count("<rect") == 1
    assert "no new article for 40 h" in page


def test_the_rules_are_shown_with_their_tests_and_what_they_find(desk, rules):
    page = desk.ask("/operator/rules?lang=en").text
    assert str(rules) in page
    for said in ("title, published", "2025-01 in use", "2021-02 until 2024-12-31", "category 50 %"):
        assert said in page
    assert "dated pages: passed, 2 pages" in page
    assert "today&#39;s pages: failed, 4 pages" in page
    one = desk.ask("/operator/rules/example").text
    for said in (
        "h1 &gt; b",
        "//time/@datetime",
        "rules.example",
        "2.5",
        "/\\d+\\.html",
        "&lt;i&gt;title&lt;/i&gt;: was",
    ):
        assert said in one
    assert "<b>示例" not in page + one
    assert desk.ask("/operator/rules/nosuch").status == 404


def test_rules_that_cannot_be_read_are_told(desk, rules):
    broken = rules / "broken.toml"
    broken.write_text("site_name = 1")
    try:
        assert "broken.toml: site_name" in desk.ask("/operator/rules").text
        assert desk.ask("/operator/rules/example").status == 200
    finally:
        broken.unlink()


def test_nobody_else_sees_them(desk, site):
    for path in PAGES:
        assert ask(desk.address, path).status == 303
        assert ask(site, path).status == 404  # nobody made a token


def test_built_in_rules_are_shown_too(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    token = new_token(folder)
    with served(folder) as address:
        visitor = Visitor(address)
        visitor.submit("/operator/sign-in", {"token": token})
        page = visitor.ask("/operator/rules?lang=en").text
        assert "built in" in page
        assert "people-cn" in page
        assert "never: run snapshotter sites check" in page


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_they_are_open_to_all_who_may_see_them(desk, tmp_path, width, scheme):
    with browsing() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
        cookies = [{"name": name, "value": value, "url": desk.address} for name, value in desk.cookies.items()]
        context.add_cookies(cookies)
        page = context.new_page()
        mine = desk.submit("/subscribe", {"searches": "灯塔"}).headers["Location"]
        assert (
            desk.submit(mine, {"kind": "webhook", "address": "https://a.example/"}, action=f"{mine}/follow").status
            == 200
        )
        for number, path in enumerate((*PAGES, mine, "/statistics")):
            page.goto(desk.address + path)
            assert page.url == desk.address + path
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} is wider than {width} px"
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa", "best-practice"]}).response
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
            assert told == [], f"{path} at {width} px, {scheme}"
            page.screenshot(path=Path(tmp_path) / f"{number}-{width}.png", full_page=True)
        context.close()
