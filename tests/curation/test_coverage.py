"""Field coverage, now and in the archive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from captures import capture, page

from snapshotter.curation import compared, coverage, last_captured, past
from snapshotter.items import Article
from snapshotter.store import Archive, ArchiveReader

GOOD = Article(
    title="T",
    published_at="2026-07-01T00:00:00Z",
    authors=("A",),
    source_name="S",
    category="C",
    body_text="x" * 900,
)


@pytest.mark.parametrize(
    ("now", "before", "lost"),
    [
        ([GOOD] * 4, [GOOD] * 20, []),
        ([replace(GOOD, authors=())] * 4, [GOOD] * 20, ["authors"]),
        ([replace(GOOD, authors=()), GOOD], [GOOD] * 20, ["authors"]),
        ([replace(GOOD, authors=()), *[GOOD] * 3], [GOOD] * 20, []),  # a quarter is chance
        ([replace(GOOD, source_name="")] * 4, [replace(GOOD, source_name="")] * 20, []),  # never had one
        ([replace(GOOD, body_text="x" * 300)] * 4, [GOOD] * 20, ["body_text"]),
        ([replace(GOOD, body_text="", title="")] * 4, [GOOD] * 20, ["title", "body_text", "body_text"]),
        ([replace(GOOD, title="")] * 4, [GOOD] * 4, []),  # too little past
        ([], [GOOD] * 20, []),
    ],
)
def test_a_field_that_most_pages_lost_is_told(now, before, lost):
    assert [line.partition(":")[0] for line in compared(coverage(now), coverage(before))] == lost


def test_the_past_is_a_sites_last_good_captures(tmp_path):
    articles = [replace(GOOD, authors=())] * 3 + [GOOD] * 4 + [replace(GOOD, verdict="empty")]
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(f"https://a.example/{n}", minute=n), one) for n, one in enumerate(articles)])
        archive.add([capture(page("https://b.example/1", minute=9), GOOD)])
    with ArchiveReader.open(tmp_path) as archive:
        found = past(archive, "a.example", last=5)
        assert (found.pages, found.shares["authors"], found.body_characters) == (5, 0.8, 900)
        assert past(archive, "c.example").pages == 0
        assert last_captured(archive) == {"a.example": "2024-07-01T12:07:00Z", "b.example": "2024-07-01T12:09:00Z"}
