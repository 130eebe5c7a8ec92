"""Rounds whose schedule can't be written: what was fetched is kept all the same, and the exit status says so."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from news_web import NewsSite, NewsWeb, crawl_due

from snapshotter.state import State
from snapshotter.store import ArchiveReader
from snapshotter.verify import verify

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("what", ["INSERT ON robots", "DELETE ON waiting"])  # while it crawls; at its very end
def test_what_was_fetched_is_sealed_and_signed(tmp_path, what):
    archive = tmp_path / "archive"
    archive.mkdir()
    State(archive).close()
    with closing(sqlite3.connect(archive / "state.db")) as state:
        state.execute(f"CREATE TRIGGER full BEFORE {what} BEGIN SELECT RAISE(ABORT, 'no room for it'); END")
    web = NewsWeb({"day.example": NewsSite(dict.fromkeys(range(5), ""))})
    web.write_rules(tmp_path / "sites", {})
    with web:
        process = crawl_due(web, tmp_path, START)
        out, log = process.communicate(timeout=100)
    assert process.returncode == 7, out + log
    (report,) = [json.loads(path.read_bytes()) for path in (archive / "log").glob("run-*.json")]
    assert "no room for it" in report["cannot_write"]
    assert (report["failures"], report["errors"]) == ([], [])
    assert [path.suffix for path in (archive / "warc").iterdir()] == [".gz"]
    assert len(list((archive / "proof" / "heads").iterdir())) == 1
    with ArchiveReader.open(archive) as reader:
        assert reader.stats().captures == 5
    with closing(sqlite3.connect(archive / "catalog.db")) as catalog:
        assert catalog.execute("SELECT * FROM leases").fetchall() == []
    assert list(verify(archive)) == []
