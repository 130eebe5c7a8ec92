"""The text of a snapshot page, as a browser gives it, is the snapshot text format: line by line, to the character."""

from dataclasses import replace

import pytest
from browser import browsing

from snapshotter.formats import text
from snapshotter.formats.edition import SHANGHAI, Edition
from snapshotter.store import ArchiveReader


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


@pytest.mark.parametrize(("locale", "most"), [("zh-CN", 100), ("en", 4)])
def test_the_text_of_every_snapshot_page_is_its_text_export(browser, site, demo, locale, most):
    page = browser.new_page()
    edition = Edition(locale, SHANGHAI, "demo.example")
    told = [record["id"] for record in demo.first[: most - 1] if record["title"]]  # else says so in its place
    with ArchiveReader.open(demo.folder) as archive:
        for name in [*told, demo.revised["id"]]:
            snapshot = archive.get(name)
            exported = text.write(replace(snapshot, related=archive.related(snapshot)), edition=edition)
            page.goto(f"{site}/snapshot/{name}?lang={locale}", wait_until="domcontentloaded")
            assert page.inner_text("main") == exported, name
    page.close()
