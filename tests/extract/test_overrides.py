"""Which dated layout of a site reads a page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from snapshotter.extract import extract
from snapshotter.sites import Layout, Site

WORDS = "The council met on Monday and agreed on the new bridge over the river, after a long debate about its costs. "
OLD, NEW = "site:harrow@2015", "site:harrow@2022"


def site_of(old: dict[str, tuple[str, ...]], new: dict[str, tuple[str, ...]]) -> Site:
    layouts = (Layout("2022", None, new), Layout("2015", date(2021, 12, 31), old))
    return Site("harrow", "Harrow News", ("harrow.example",), timezone="Europe/London", layouts=layouts)


ALIKE = site_of({"title": ("h1",), "source": (".agency",)}, {"title": ("h1",), "source": (".from",), "tags": ("i",)})
UNLIKE = site_of({"title": (".head-old",), "source": (".agency",)}, {"title": (".head-new",)})


def page(*, declared: str = "", head: str = "", inside: str = "<i>bridges</i>") -> bytes:
    meta = f"<meta property='article:published_time' content='{declared}'>" if declared else ""
    text = "".join(f"<p>{WORDS * 3}</p>" for _ in range(4))
    body = f"<h1 class='{head}'>Bridge agreed</h1><b class=agency>Old Wire</b><b class=from>New Wire</b>{inside}{text}"
    return f"<!doctype html><html lang=en><head>{meta}<title>Bridge agreed</title></head><body>{body}</body>".encode()


@pytest.mark.parametrize(
    ("site", "content", "path", "captured", "extractor"),
    [
        # both fit: the day of publication decides, though the newer finds more
        (ALIKE, page(declared="2018-05-01T08:00:00+01:00"), "/a", None, OLD),
        (ALIKE, page(declared="2023-05-01T08:00:00+01:00"), "/a", None, NEW),
        (ALIKE, page(declared="2021-12-31T23:00:00+00:00"), "/a", None, OLD),  # the last day counts
        (ALIKE, page(), "/2018/05/01/bridge.html", None, OLD),  # only the address tells the day
        (ALIKE, page(), "/a", datetime(2019, 1, 1, tzinfo=UTC), OLD),  # only the capture does
        (ALIKE, page(), "/a", datetime(2026, 1, 1, tzinfo=UTC), NEW),
        (ALIKE, page(declared="2018-05-01"), "/a", datetime(2026, 1, 1, tzinfo=UTC), OLD),  # publication before capture
        (ALIKE, page(declared="2030-05-01"), "/a", datetime(2019, 1, 1, tzinfo=UTC), OLD),  # after it: a lie
        (ALIKE, page(), "/a", None, NEW),  # nothing tells: what finds most
        # only one fits: no day makes the other one fit
        (UNLIKE, page(declared="2018-05-01", head="head-new"), "/a", None, NEW),  # an old article, rendered anew
        (UNLIKE, page(declared="2023-05-01", head="head-old"), "/a", None, OLD),  # a section that moved later
    ],
)
def test_the_layout_that_fits_and_was_in_use_reads_the_page(site, content, path, captured, extractor):
    article = extract(content, url=f"https://harrow.example{path}", site=site, captured_at=captured)
    assert (article.extractor, article.title) == (extractor, "Bridge agreed")
    assert article.source_name == ("Old Wire" if extractor == OLD else article.source_name)


def test_a_page_that_no_layout_fits_is_read_generically():
    article = extract(page(head="other", inside=""), url="https://harrow.example/a", site=site_of({}, {}))
    assert (article.extractor, article.title) == ("generic@1", "Bridge agreed")
    assert "no layout of harrow.toml fits this page" in article.warnings
