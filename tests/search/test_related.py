"""Articles about the same are those that share rare words."""

from dataclasses import replace

import pytest
from library import about, named, told, url
from takedowns import do

from snapshotter.items import Article
from snapshotter.search import SearchIndex, text_of
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.withdraw import take_down


@pytest.fixture
def archive(tmp_path):
    """64 articles, eight to a subject; one of them is copied by another, and one has a second revision."""
    copy = replace(about(1), category="Business")
    batch = [told(f"n{number}", about(number), number) for number in range(64)]
    with Archive.open(tmp_path) as writer:
        writer.add([*batch, told("copy", copy, 70), told("n9", replace(about(9), title="Report nine"), 71)])
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        yield reader, index


@pytest.mark.parametrize("number", range(1, 8))
def test_articles_of_the_same_subject_are_related(archive, number):
    reader, index = archive
    found = named(index.related(reader.get(url(f"n{number}")), reader, limit=7))
    numbers = {int(name[1:]) for name in found if name != "copy"}
    assert len(numbers) >= 6
    assert {one % 8 for one in numbers} == {number % 8}
    assert number not in numbers


def test_copies_come_once_and_never_beside_what_they_copy(archive):
    reader, index = archive
    assert "copy" not in named(index.related(reader.get(url("n1")), reader))
    found = named(index.related(reader.get(url("n17")), reader))
    assert len({"n1", "copy"} & set(found)) == 1
    assert found.count("n9") == 1


def test_excerpts_show_what_they_share(archive):
    reader, index = archive
    for hit in index.related(reader.get(url("n4")), reader):
        assert "沙坪坝" in text_of(hit.excerpt)
        assert any(piece.is_match for piece in hit.excerpt)


def test_what_was_taken_down_is_related_to_nothing_at_once(archive, tmp_path):
    reader, index = archive
    snapshot = reader.get(url("n2"))
    assert "n10" in named(index.related(snapshot, reader, limit=8))
    do(tmp_path, take_down, url("n10"), "hide")
    assert "n10" not in named(index.related(snapshot, reader, limit=8))  # kept from before


def test_what_is_new_is_related_when_the_archive_has_grown(archive, tmp_path):
    reader, index = archive
    snapshot = reader.get(url("n3"))
    index.related(snapshot, reader)
    with Archive.open(tmp_path) as writer:
        writer.add([told(f"n{number}", about(number), number) for number in range(64, 72)])
    index.catch_up(reader)
    assert "n67" in named(index.related(snapshot, reader))


def test_where_the_index_knows_none_it_is_those_of_the_category(tmp_path):
    with Archive.open(tmp_path) as writer:
        writer.add([told(f"n{n}", Article(title=f"T{n}", body_text=f"第{n}", category="文化"), n) for n in range(3)])
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert [one.title for one in index.with_related(reader.get(url("n0")), reader)] == ["T2", "T1"]


def test_the_text_format_gets_title_excerpt_and_time(archive):
    reader, index = archive
    snapshot = reader.get(url("n4"))
    related = index.with_related(snapshot, reader)
    assert [one.title for one in related] == [hit.snapshot.title for hit in index.related(snapshot, reader)]
    assert all("沙坪坝" in one.excerpt for one in related)


@pytest.mark.parametrize(
    "body", ["", "的", "a b c", "1 2 3", "重" * 100_000, " ".join(f"w{n}" for n in range(100_000))]
)
def test_any_text_can_be_asked_about(archive, body):
    reader, index = archive
    index.related(replace(reader.get(url("n4")), id="sn_other", title="", body_text=body), reader)
