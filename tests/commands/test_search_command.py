"""``snapshotter search``, and what else uses the index: show, export, crawl."""

import json
import re
import sqlite3

import pytest
from library import ARTICLES, about, shelve, told

from snapshotter.items import Article
from snapshotter.store import Archive


@pytest.fixture
def shelf(tmp_path):
    shelve(tmp_path / "archive")
    return ["--archive", tmp_path / "archive"]


def test_it_prints_what_is_found(run, shelf):
    done = run("search", "old", "town", *shelf)
    assert done.returncode == 0
    titles = [line for line in done.stdout.decode().split("\n") if line and line[0] != " "]
    assert sorted(titles) == ["Café owners welcome the COVID-19 grants", "Harbour opens"]
    assert "https://news.example/2024/07/harbour.html" in done.stdout.decode()
    assert done.stderr == "1-2 of 2 found, best first\n"
    assert (shelf[1] / "search.db").exists()


@pytest.mark.parametrize(("args", "found"), [
    (["重慶"], ["school"]),
    (["old -harbour"], ["cafe"]),
    (["old", "--newest"], ["harbour", "cafe"]),
    (["old", "--newest", "--limit", "1"], ["harbour"]),
    (["old", "--newest", "--offset", "1"], ["cafe"]),
    (["--channel", "文化", "--language", "ja"], ["tokyo"]),
    (["--source", "山城日报", "--site", "news.example", "小学"], ["school"]),
    (["--since", "2024-05-01", "--until", "2024-05-01"], ["bridge"]),
    (["--since", "2024-07-01", "café"], ["cafe"]),  # half past eleven in UTC, the next morning in Shanghai
    (["--state", "all", "--limit", "100"], list(reversed(ARTICLES))),
])  # fmt: skip
def test_it_prints_json_for_programs(run, shelf, args, found):
    done = run("search", *args, "--json", *shelf)
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [line["snapshot"]["url"].rpartition("/")[2] for line in lines] == [f"{name}.html" for name in found]
    assert all("".join(piece["text"] for piece in line["title"]) == line["snapshot"]["title"] for line in lines)


@pytest.mark.parametrize(("args", "status", "said"), [
    (["xyzzy"], 1, "nothing found"),
    (["(((", "NOT", "\""], 0, "of 7 found"),  # any string is a query
    (["x", "--since", "soon"], 2, "not a time: 'soon'"),
    (["x", "--limit", "0"], 2, "--limit: 1 to 100"),
    (["x", "--state", "old"], 2, "invalid choice"),
    (["x", "-ferry"], 2, "no such option: -ferry"),
])  # fmt: skip
def test_it_says_how_it_went(run, shelf, args, status, said):
    done = run("search", *args, *shelf)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_archive_there_is_nothing_to_search(run, tmp_path):
    done = run("search", "x", "--archive", tmp_path)
    assert (done.returncode, "no archive" in done.stderr) == (1, True)
    assert not (tmp_path / "search.db").exists()


def test_what_a_title_says_is_not_what_a_terminal_obeys(run, tmp_path):
    shelve(tmp_path, told("evil", Article(title="evil\x1b]0;owned\x07", body_text="evil\x1b[2J\r\x9b1m"), 9))
    done = run("search", "evil", "--archive", tmp_path)
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", done.stdout)


def test_show_and_export_print_related_articles_of_the_index(run, tmp_path):
    with Archive.open(tmp_path / "archive") as archive:
        added = archive.add([told(f"n{number}", about(number), number) for number in range(64)])
    shown = run("show", added[4].id, "--format", "text", "--archive", tmp_path / "archive").stdout.decode()
    assert shown.count("沙坪坝") > 5
    run("export", "--format", "text", "--out", tmp_path / "texts", "--archive", tmp_path / "archive")
    (text,) = (tmp_path / "texts").rglob(f"{added[4].id}.txt")
    assert text.read_text("utf-8") == shown


@pytest.mark.parametrize(("setting", "is_there"), [("1", True), ("0", False)])
def test_a_crawl_of_some_length_leaves_its_captures_in_the_index(run, site, tmp_path, setting, is_there):
    links = "".join(f"<a href='/2026/07/01/story-number-{n}.html'>Story number {n}</a> " for n in range(3))
    site.html("/", f"<html><head><title>News</title></head><body>{links}</body></html>")
    for n in range(3):
        site.article(f"/2026/07/01/story-number-{n}.html", f"Story number {n}")
    run(
        "crawl", "news", "-a", f"start={site.url}/", "-s", f"SNAPSHOTTER_SEARCH={setting}", "-s", "DOWNLOAD_DELAY=0.7",
        "-s", "RANDOMIZE_DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "--archive", tmp_path / "archive",
    )  # fmt: skip
    assert (tmp_path / "archive" / "search.db").exists() == is_there
    if is_there:
        with sqlite3.connect(tmp_path / "archive" / "search.db") as connection:
            assert connection.execute("SELECT count(*) FROM documents").fetchone() == (3,)
        connection.close()
    assert run("verify", "--archive", tmp_path / "archive").returncode == 0
    assert run("search", "story", "--archive", tmp_path / "archive").returncode == 0
