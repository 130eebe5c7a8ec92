"""The text of a snapshot page, as a browser gives it, is its text export: line by line, to the character."""

import subprocess
import sys

import pytest
from answers import ask
from browser import browsing
from project import ROOT


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


def exported(folder, out, locale):
    """The archive's texts, by the snapshots' ids."""
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "export", "--format", "text", "--archive", folder, "--out", out]
    settings = ["-s", f"SNAPSHOTTER_LOCALE={locale}", "-s", "SNAPSHOTTER_HOST=demo.example"]
    subprocess.run([*command, *settings], cwd=ROOT, check=True, capture_output=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in (out / "snapshots").rglob("*.txt")}


@pytest.mark.parametrize("edition", [("zh-CN", 100), ("en", 4)])
def test_the_text_of_every_snapshot_page_is_its_text_export(browser, site, demo, tmp_path, edition):
    locale, most = edition
    texts = exported(demo.folder, tmp_path, locale)
    untitled = [name for name, text in texts.items() if text.split("\n")[3] == ""]
    assert untitled
    page = browser.new_page()
    for name in [*(record["id"] for record in demo.first[: most - 1]), demo.revised["id"], *untitled]:
        page.goto(f"{site}/snapshot/{name}?lang={locale}", wait_until="domcontentloaded")
        assert page.inner_text("main") == texts[name], name
        if locale == "zh-CN":  # the site's own
            assert ask(site, f"/snapshot/{name}.txt").text == texts[name], name
    page.close()
