"""The index follows the catalog, whoever reads, writes or dies meanwhile."""

import os
import signal
import subprocess
import sys
import textwrap
from itertools import pairwise

import pytest
from library import ARTICLES, about, names, shelve, told
from project import ROOT
from takedowns import do

from snapshotter.access import Access, Rule
from snapshotter.errors import CatalogTooNew
from snapshotter.items import Article
from snapshotter.rebuild import rebuild
from snapshotter.search import Query, SearchIndex
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.withdraw import restore, take_down
from snapshotter.verify import verify


def test_it_takes_in_what_came_since(tmp_path):
    shelve(tmp_path)
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        assert index.is_behind(reader)
        assert index.catch_up(reader, limit=3) == 3
        assert len(names(index, reader, "")) == 3
        assert index.catch_up(reader) == len(ARTICLES) - 3
        assert not index.is_behind(reader)
        assert index.catch_up(reader) == 0
        with Archive.open(tmp_path) as archive:
            archive.add([told("new", Article(title="News of the day", body_text="It rained."), 9)])
        assert index.catch_up(reader) == 1
        assert names(index, reader, "rained") == ["new"]


def test_no_document_pays_for_all_that_were_entered_before_it(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add([told(f"n{number}", about(number), number) for number in range(600)])
    written = []
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        while index.catch_up(reader, limit=1):
            with index._asking() as connection:  # the only one in the pool: the one that wrote
                written.append(connection.total_changes)
                parts = connection.execute("SELECT count(DISTINCT segid) FROM words_idx").fetchone()[0]
    assert max(after - before for before, after in pairwise(written)) < 200  # rows; FTS5 by itself comes to 500
    assert parts < 16  # FTS5 joins as many of a size at one go


def test_made_anew_it_gives_the_same_answers(shelf, tmp_path):
    reader, index = shelf
    queries = [Query("old"), Query("", channel="文化"), Query("的 OR town")]
    before = [index.search(query, reader) for query in queries]
    index.close()
    for path in tmp_path.glob("search.db*"):
        path.unlink()
    with SearchIndex.open(tmp_path) as anew:
        anew.catch_up(reader)
        assert [anew.search(query, reader) for query in queries] == before


@pytest.mark.parametrize(
    "damage", [b"not a database, but long enough to look at", b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_one_is_made_anew(tmp_path, damage):
    shelve(tmp_path)
    (tmp_path / "search.db").write_bytes(damage)
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert names(index, reader, "harbour") == ["harbour"]


def test_one_of_a_newer_version_is_left_alone(shelf, tmp_path):
    _, index = shelf
    with index._file.transaction() as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    index.close()
    with pytest.raises(CatalogTooNew, match="upgrade"):
        SearchIndex.open(tmp_path)


def test_a_rebuilt_catalog_has_other_numbers_and_the_index_notices(tmp_path):
    shelve(tmp_path)
    with Archive.open(tmp_path) as archive:  # imported, say: later in the catalog, earlier in time
        archive.add([told("early", Article(title="An early story", body_text="It snowed."), -60)])
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert len(names(index, reader, "")) == len(ARTICLES) + 1
    sorted((tmp_path / "warc").glob("*.warc.gz"))[0].unlink()
    rebuild(tmp_path)
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        assert index.is_behind(reader)
        index.catch_up(reader)
        assert names(index, reader, "") == ["early"]
        assert index.search(Query("harbour"), reader).total == 0


def test_a_takedown_hides_at_once_and_is_not_counted_from_then_on(shelf, tmp_path):
    reader, index = shelf
    assert names(index, reader, "old", order="newest") == ["harbour", "cafe"]
    do(tmp_path, take_down, "https://news.example/2024/07/harbour.html", "hide")
    assert names(index, reader, "old") == ["cafe"]  # nobody has caught up yet
    index.catch_up(reader)
    assert index.search(Query("old"), reader).total == 1
    do(tmp_path, restore, "https://news.example/2024/07/harbour.html", "restore")
    index.catch_up(reader)
    assert index.search(Query("old"), reader).total == 2


def test_where_the_last_revision_is_hidden_the_one_before_stands_for_the_article(tmp_path):
    revision = Article(title="Harbour opens", body_text="The harbour has tolls now.")
    *_, last = shelve(tmp_path, told("harbour", revision, 20))
    do(tmp_path, take_down, last.id, "hide")
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert names(index, reader, "tolls", state="all") == []
        assert names(index, reader, "monday") == ["harbour"]


def test_access_rules_hide_from_results_and_counts(tmp_path):
    shelve(tmp_path)
    access = Access(rules=(Rule("block", site="news.example", until="2024-07-01T12:05:00Z"),))
    with ArchiveReader.open(tmp_path, access) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert set(names(index, reader, "")) == {"cafe", "harbour"}
        assert index.search(Query(""), reader).total == 2
        with ArchiveReader.open(tmp_path) as everything:
            index.catch_up(everything)
            assert index.search(Query(""), everything).total == len(ARTICLES)
            assert set(names(index, reader, "")) == {"cafe", "harbour"}  # whoever caught up


def test_verify_has_nothing_against_it(shelf, tmp_path):
    assert list(verify(tmp_path)) == []


CRAWLER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from library import told
    from snapshotter.items import Article
    from snapshotter.search import SearchIndex
    from snapshotter.store import Archive
    with Archive.open(Path(sys.argv[1])) as archive, SearchIndex.open(archive.folder) as index:
        print("ready", flush=True)
        for number in range(10_000):
            article = Article(title=f"Number {number}", body_text=f"word{number} 第{number}个")
            archive.add([told(f"n{number}", article, number)])
            index.catch_up(archive)
            print(number, flush=True)
""")


def test_killed_in_mid_writing_it_goes_on_where_it_was(tmp_path):
    last = -1
    for _ in range(3):
        paths = os.pathsep.join([str(ROOT / "tests" / "lib"), str(ROOT)])
        process = subprocess.Popen(
            [sys.executable, "-c", CRAWLER.replace("range(10_000)", f"range({last + 1}, 10_000)"), str(tmp_path)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths},
        )  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
            for line in process.stdout:
                last = int(line)
                assert names(index, reader, f"word{last}") == [f"n{last}"]  # served while it is written
                if last % 8 == 7:
                    break
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        assert index.search(Query(""), reader).total >= last + 1
        for number in range(last + 1):
            assert names(index, reader, f"第{number}个") == [f"n{number}"]


def test_several_at_once_enter_nothing_twice(tmp_path):
    shelve(tmp_path, *(told(f"n{n}", Article(title=f"Number {n}", body_text=f"第{n}个"), n) for n in range(40)))
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from snapshotter.search import SearchIndex
        from snapshotter.store import ArchiveReader
        with ArchiveReader.open(Path(sys.argv[1])) as reader, SearchIndex.open(Path(sys.argv[1])) as index:
            while index.catch_up(reader, limit=7):
                pass
    """)
    processes = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        assert index.search(Query("第"), reader).total == 40
        assert index.search(Query(""), reader).total == 40 + len(ARTICLES)
