"""What was erased leaves nothing in the search index: no answer, no count, not a byte."""

import sqlite3
from dataclasses import replace

import pytest
from library import ARTICLES, names, shelve, told
from takedowns import do

from snapshotter import fulltext
from snapshotter.fulltext.file import open_file
from snapshotter.items import Article
from snapshotter.search import Query, SearchIndex
from snapshotter.store import ArchiveReader
from snapshotter.store.withdraw import take_down

SECRET = "xqzjvwk"
URL = "https://news.example/2024/07/secret.html"


@pytest.fixture
def indexed(tmp_path):
    """An archive with a secret among a hundred others, and its index."""
    secret = Article(title=f"Of {SECRET}", body_text=f"{SECRET} met 欧阳甲乙 by night.", authors=("Zzyzx Qwfpg",))
    others = (told(f"n{n}", Article(title=f"Number {n}", body_text=f"第{n}个 by night"), n) for n in range(100))
    shelve(tmp_path, *others, told("secret", secret, 7))
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader, limit=50)
        index.catch_up(reader)
        assert names(index, reader, SECRET) == ["secret"]
    assert holding(tmp_path)
    return tmp_path


def holding(folder):
    """Files of the index that have something of the secret: terms are stored without what they share with others."""
    parts = [SECRET[1:].encode(), "欧阳".encode(), "阳甲".encode(), b"zyzx", b"wfpg"]
    return [path.name for path in folder.glob("search.db*") if any(part in path.read_bytes() for part in parts)]


def test_nothing_is_left_of_it(indexed):
    do(indexed, take_down, URL, "erase")
    assert holding(indexed) == []
    with ArchiveReader.open(indexed) as reader, SearchIndex.open(indexed) as index:
        assert index.catch_up(reader) == 0  # and all else is still there
        for text in (SECRET, "欧阳", "author:Zzyzx", "title:of"):
            assert index.search(Query(text, state="all"), reader).total == 0
        assert index.search(Query("night"), reader).total == 100
        assert index.search(Query(""), reader).total == 100 + len(ARTICLES)


def test_nothing_is_left_where_the_index_is_behind(indexed):
    for path in indexed.glob("search.db*"):
        path.unlink()
    with ArchiveReader.open(indexed) as reader, SearchIndex.open(indexed) as index:
        index.catch_up(reader, limit=20)
    do(indexed, take_down, URL, "erase")
    with ArchiveReader.open(indexed) as reader, SearchIndex.open(indexed) as index:
        index.catch_up(reader)
        assert index.search(Query("night", state="all"), reader).total == 100
    assert holding(indexed) == []


def test_while_somebody_reads_the_index_erasing_waits_and_then_ends(indexed, monkeypatch):
    monkeypatch.setattr("snapshotter.database.BUSY_TIMEOUT_S", 0.1)
    reading = sqlite3.connect(indexed / "search.db", isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM documents").fetchone()
    assert do(indexed, take_down, URL, "erase").waiting == 1
    with ArchiveReader.open(indexed) as reader, SearchIndex.open(indexed) as index:
        assert index.search(Query(SECRET), reader).total == 0  # taken out, if not yet overwritten
    reading.close()
    do(indexed, take_down, URL, "erase")
    assert holding(indexed) == []


def test_a_document_that_came_back_takes_the_whole_index_with_it(indexed):
    """Killed between the catalog and the index; or entered by one who had read the record before."""
    with ArchiveReader.open(indexed) as reader:
        snapshot = reader.get(URL)
    do(indexed, take_down, URL, "erase")
    file = open_file(indexed)
    with file.transaction() as connection:
        fulltext.file.add(connection, 5_000, snapshot)
    assert not fulltext.scrub(indexed, [("ar_other", "sn_other")]) or holding(indexed)
    assert fulltext.scrub(indexed, [(snapshot.article_id, snapshot.id)])
    file.close()
    assert holding(indexed) == []
    with ArchiveReader.open(indexed) as reader, SearchIndex.open(indexed) as index:
        index.catch_up(reader)
        assert index.search(Query(""), reader).total == 100 + len(ARTICLES)


def test_a_record_that_is_not_what_was_entered_takes_the_whole_index_with_it(indexed):
    with ArchiveReader.open(indexed) as reader:
        snapshot = reader.get(URL)
    fulltext.forget(indexed, [replace(snapshot, body_text="other words")])
    assert fulltext.scrub(indexed, [])
    assert holding(indexed) == []


def test_an_archive_without_an_index_has_nothing_to_erase(tmp_path):
    fulltext.forget(tmp_path, [])
    assert fulltext.scrub(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
