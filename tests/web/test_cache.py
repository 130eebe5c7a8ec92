"""Pages are kept as long as they would come out the same, and never take more memory than they may."""

import gzip

import pytest

from snapshotter.codings import takes
from snapshotter.web.cache import Pages


class Catalog:
    version = 1
    asked = 0

    def still(self):
        self.asked += 1
        return self.version < 10


def test_a_page_is_made_once_as_long_as_nothing_changes():
    catalog, made = Catalog(), []
    pages = Pages(lambda: catalog.version)

    def make():
        made.append(catalog.version)
        return f"page {catalog.version}".encode(), catalog.still

    assert [pages.page("a", make).answer.body for _ in range(3)] == [b"page 1"] * 3
    assert catalog.asked == 0
    catalog.version = 2  # something else changed: asked once, not made anew
    assert [pages.page("a", make).answer.body for _ in range(3)] == [b"page 1"] * 3
    assert catalog.asked == 1
    catalog.version = 10  # what it shows has changed
    assert pages.page("a", make).answer.body == b"page 10"
    assert made == [1, 10]


def test_what_may_show_anything_is_made_anew_with_every_change():
    catalog = Catalog()
    pages = Pages(lambda: catalog.version)
    assert pages.page("a", lambda: (b"1", None)).answer.body == b"1"
    assert pages.page("a", lambda: (b"2", None)).answer.body == b"1"
    catalog.version += 1
    assert pages.page("a", lambda: (b"2", None)).answer.body == b"2"


def test_the_oldest_go_where_they_would_be_too_many():
    pages = Pages(lambda: 1, most_bytes=250)
    for name in "abc":
        pages.page(name, lambda: (b"x" * 100, None))
    assert pages.page("c", lambda: (b"new", None)).answer.body == b"x" * 100
    assert pages.page("a", lambda: (b"new", None)).answer.body == b"new"
    assert pages.page("big", lambda: (b"y" * 1000, None)).answer.body == b"y" * 1000  # sent, not kept
    assert pages.page("big", lambda: (b"z", None)).answer.body == b"z"


def test_an_error_is_not_kept():
    pages = Pages(lambda: 1)
    with pytest.raises(ZeroDivisionError):
        pages.page("a", lambda: 1 / 0)
    assert pages.page("a", lambda: (b"1", None)).answer.body == b"1"


def test_a_page_is_packed_once():
    page = Pages(lambda: 1).page("a", lambda: (b"page " * 100, None))
    assert page.packed is page.packed
    assert gzip.decompress(page.packed.body) == page.answer.body
    assert page.packed.headers["etag"] == page.answer.headers["etag"]
    assert "Accept-Encoding" in page.answer.headers["vary"]


@pytest.mark.parametrize(
    ("accepts", "is_taken"),
    [
        ("gzip", True), ("br, GZIP ;q=0.5", True), ("deflate,gzip;q=0.001", True), ("", False), ("br", False),
        ("gzip;q=0", False), ("gzip; q=0.000", False), ("identity", False), ("x-gzipped", False), ("*", False),
    ],
)  # fmt: skip
def test_gzip_is_for_who_takes_it(accepts, is_taken):
    assert takes("gzip", accepts) is is_taken
