"""Every page as chromium shows it, on a phone and a desk, light and dark.

The screenshots are left in the folder that SNAPSHOTTER_SCREENSHOTS names.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import browsing, served
from project import ROOT

MOST_BYTES = 60_000
WIDTHS, SCHEMES = (390, 1440), ("light", "dark")
EXAMINED = ((390, "light"), (1440, "dark"))
"""Where axe looks: each layout and each set of colours once."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
CUT = "[...document.querySelectorAll('.fits')].filter(one => one.scrollWidth > one.clientWidth).length"
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


@pytest.fixture
def screenshots(tmp_path):
    folder = Path(os.environ.get("SNAPSHOTTER_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def desk(demo, tmp_path_factory):
    """A site whose readers may save pages, and its operator's token."""
    folder = shutil.copytree(demo.folder, tmp_path_factory.mktemp("desk") / "archive")
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--new-operator-token", "--archive", str(folder)]
    token = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    options = ("SNAPSHOTTER_SAVE_NOW=True", "SNAPSHOTTER_OPEN_WEB_ALSO=127.0.0.1/32")
    with served(folder, *(part for option in options for part in ("-s", option))) as address:
        yield address, token


@pytest.fixture(scope="module")
def peoples(browser, desk, demo):
    """Pages that are their reader's alone, as somebody left them who asked for all there is; the state to see them."""
    site, token = desk
    context = browser.new_context(locale="zh-CN")
    tab = context.new_page()
    saving = sent(tab, f"{site}/save", url="http://127.0.0.1:9/nobody-listens.html")
    receipt = sent(tab, f"{site}/takedown?of={demo.revised['id']}", why="一\n二", contact="w@example.org", who="王五")
    sent(tab, f"{site}/takedown?of={demo.english['id']}", why="Why?", contact="w@example.org")
    mine = sent(tab, f"{site}/subscribe?channel={demo.revised['category']}", searches="灯塔")
    operator = sent(tab, f"{site}/operator", token=token)
    tab.get_by_label("理由（将公开）").first.fill("公开报道")
    tab.get_by_role("button", name="不予删除").first.click()
    rooms = tab.eval_on_selector_all("a[href^='/operator']", "links => links.map(link => link.pathname)")
    tab.goto(saving)
    tab.get_by_role("link", name="收录另一个网页").wait_for(timeout=90_000)
    found = {"saved": saving, "receipt": receipt, "mine": mine, "change": f"{mine}/change", "operator": operator}
    found |= {path.strip("/").replace("/", "-"): f"{site}{path}" for path in [*rooms, "/save", "/operator/sign-in"]}
    yield {name: url.removeprefix(site) for name, url in found.items()}, context.storage_state()
    context.close()


def sent(tab, address, **fields):
    """Fills in a form, and sends it; where it led."""
    tab.goto(address)
    for name, value in fields.items():
        tab.fill(f"[name={name}]", value)
    tab.locator("main form:has([name=form_token]) button").first.click()
    return tab.url


LOOKS = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_light_steady_and_open_to_all(browser, site, pages, screenshots, look):
    with looking(browser, look) as context:
        for name, path in pages.items():
            examine(context, name, site + path, look, screenshots)


@pytest.mark.parametrize("look", LOOKS)
def test_so_is_every_page_for_one_person(browser, desk, peoples, screenshots, look):
    found, state = peoples
    with looking(browser, look, storage_state=state) as context:
        for name, path in found.items():
            examine(context, name, desk[0] + path, look, screenshots)


@contextmanager
def looking(browser, look, **more):
    width, scheme = look
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN", **more)
    yield context
    context.close()


def examine(context, name, address, look, screenshots):
    """Nothing from elsewhere, not too heavy, not too wide, steady, without complaints, for everybody."""
    page = context.new_page()
    answers, complaints = [], []
    page.on("response", lambda answer, found=answers: found.append(answer))
    page.on("console", lambda one: complaints.append(one.text) if one.type in {"warning", "error"} else None)
    page.goto(address)
    assert {urlsplit(answer.url).netloc for answer in answers} <= {urlsplit(address).netloc, ""}, name
    weight = sum(len(answer.body()) for answer in answers if answer.status != 303)
    assert weight <= MOST_BYTES, f"{name} has {weight} bytes"
    assert page.evaluate(OVER) <= 0, f"{name} is wider than {look[0]} px"
    assert page.evaluate(CUT) == 0, f"{name} has a table that is cut at {look[0]} px"
    assert page.evaluate(SHIFT) == 0, name
    assert [line for line in complaints if "404" not in line] == [], name
    if look in EXAMINED:
        found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
        told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
        assert told == [], f"{name} at {look}"
    page.screenshot(path=screenshots / f"{name}-{look[0]}-{look[1]}.png", full_page=True)
    page.close()


def test_the_keyboard_reaches_the_text_first(browser, site, pages):
    page = browser.new_page()
    page.goto(site + pages["snapshot"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.close()
