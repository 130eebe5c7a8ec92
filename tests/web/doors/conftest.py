"""A small archive of known captures, and the site over it."""

from contextlib import closing

import pytest
from browser import served
from captures import answer, capture, page

from snapshotter.access import OPEN
from snapshotter.items import Article
from snapshotter.search import Follower
from snapshotter.store import Archive

A = "https://news.example/2024/07/a.html"
B = "https://www.news.example/b?x=1&y=2"
C = "https://paper.news.example/2024/c.html"
D = "https://other.example/d.html"
ODD = "https://news.example/odd.html"
ODD_HEADERS = (
    "Set-Cookie: a=1", "Set-Cookie: b=2", "X-Odd: a\x0bb", "Location: https://evil.example/", "Bad Name: x", "X-é: y",
    "Content-Security-Policy: default-src *",
)  # fmt: skip


def article(title, *paragraphs, **more):
    return Article(title=title, body_text="\n\n".join(paragraphs), category="Politics", language="en", **more)


def fill(archive):
    told = {"source_name": "The Example", "published_at": "2024-07-01T11:00:00Z", "authors": ("A. Writer",)}
    batches = [
        capture(page(A, answer(b"<p>first</p>"), 0), article("The quarry affair", "First.", **told)),
        capture(page(A, answer(b"<p>second</p>"), 10), article("The quarry affair", "First.", "Second.", **told)),
        capture(page(A, answer(b"<p>third</p>"), 20), article("The quarry affair", "First.", "Third.", **told)),
        capture(page(B, answer(b"<p>b</p>"), 1), article("B & <b>b</b>", "B \x0b text ]]> of it.")),
        capture(page(C, answer(b"<p>c</p>"), 2), article("重庆的灯塔", "重庆有灯塔。", "灯塔在江边。", **told)),
        capture(page(D, answer(b"<p>d</p>"), 3), article("D", "D text.")),
        capture(page(ODD, answer(b"<script>alert(1)</script>", "200 OK", *ODD_HEADERS), 4), article("Odd", "Odd.")),
    ]
    return [snapshot for one in batches for snapshot in archive.add([one])]


class Filled:
    """The archive's folder and its records, in the order of conftest's list."""

    def __init__(self, folder):
        self.folder = folder
        with Archive.open(folder) as archive:
            self.records = fill(archive)
        with closing(Follower.open(folder, OPEN)) as follower:
            follower.follow(60)


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    return Filled(tmp_path_factory.mktemp("doors") / "archive")


@pytest.fixture(scope="session")
def doors(filled):
    with served(filled.folder, "-s", "SNAPSHOTTER_HOST=archive.example") as address:
        yield address
