"""Every page as chromium shows it, on a phone and a desk, light and dark.

The screenshots are left in the folder that SNAPSHOTTER_SCREENSHOTS names.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import browsing

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


@pytest.mark.parametrize("look", [(width, scheme) for width in WIDTHS for scheme in SCHEMES])
def test_every_page_is_light_steady_and_open_to_all(browser, site, pages, screenshots, look):
    width, scheme = look
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
    for name, path in pages.items():
        page = context.new_page()
        answers, complaints = [], []
        page.on("response", lambda answer, found=answers: found.append(answer))
        page.on("console", lambda message, said=complaints: said.append(message.text))
        page.goto(site + path)
        assert all(answer.url.startswith((site, "data:")) for answer in answers), name
        weight = sum(len(answer.body()) for answer in answers)
        assert weight <= MOST_BYTES, f"{name} has {weight} bytes"
        assert page.evaluate(OVER) <= 0, f"{name} is wider than {width} px"
        assert page.evaluate(SHIFT) == 0, name
        assert [line for line in complaints if "404" not in line] == [], name
        if look in EXAMINED:
            found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
            assert told == [], f"{name} at {width} px, {scheme}"
        page.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
        page.close()
    context.close()


def test_the_keyboard_reaches_the_text_first(browser, site, pages):
    page = browser.new_page()
    page.goto(site + pages["snapshot"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()
