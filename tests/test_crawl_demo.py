"""The main job, as a person runs it: a subprocess against the demo's site, judged by what it left on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from operator import itemgetter
from types import SimpleNamespace

import pytest
from demo import run
from demo.check import faults, path_of
from demo.serve import serving
from demo.story import FIRST, SECOND, stories
from demo.website import PRIVATE


def snapshotter(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=run.ROOT, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """The archive of two crawls with the edit between them, their records, and what the server was asked."""
    archive = tmp_path_factory.mktemp("crawled") / "archive"
    with serving() as server:
        first = run.crawl(server, archive)
        asked = list(server.log)
        server.site.visit = SECOND
        second = run.crawl(server, archive)
    return SimpleNamespace(archive=archive, first=first, second=second, asked=asked, again=server.log[len(asked) :])


def test_every_article_is_kept_once_and_word_for_word(crawled):
    assert faults(crawled.first, FIRST) == []


def test_the_second_crawl_tells_what_is_new_edited_withdrawn_and_the_same(crawled):
    assert faults(crawled.second, SECOND) == []


def test_no_article_is_asked_for_twice_under_its_several_addresses(crawled):
    asked = Counter(path.partition("?")[0].removesuffix("/amp") for _, path, status in crawled.asked if status == 200)
    paths = {story.path for story in stories(FIRST)}
    assert {path: count for path, count in asked.items() if path in paths} == dict.fromkeys(paths, 1)


def test_what_robots_txt_closes_and_what_never_ends_is_left_alone(crawled):
    paths = [path for _, path, _ in (*crawled.asked, *crawled.again)]
    assert PRIVATE not in paths
    assert not [path for path in paths if path.startswith("/rili/")]


def test_an_unchanged_page_is_asked_for_with_its_validators(crawled):
    steady = [story for story in stories(SECOND) if story.change(SECOND) == "unchanged" and not story.counter]
    # validators hold only for the very URL that sent them: not where an AMP page or a redirect stands between
    plain = {
        story.path for story in steady if story.verdict == "ok" and not story.amp and story.listed_path == story.path
    }
    answers = {path: status for _, path, status in crawled.again}
    assert {path: answers[path] for path in plain} == dict.fromkeys(plain, 304)
    revisited = {path_of(record) for record in crawled.second if record["http_status"] == 304}
    assert plain <= revisited <= {story.path for story in steady}


def test_a_republished_article_is_an_article_of_its_own_that_reads_like_the_other(crawled):
    records = {path_of(record): record for record in crawled.first}
    copy, original = (
        next(records[story.path] for story in stories() if story.slug == slug) for slug in ("40032", "40061")
    )
    assert copy["article_id"] != original["article_id"]
    assert (int(copy["simhash"], 16) ^ int(original["simhash"], 16)).bit_count() <= 3


def test_photographs_come_with_their_captions(crawled):
    records = {path_of(record): record for record in crawled.first}
    for story in stories():
        if story.figures and not story.amp:
            images = records[story.path]["images"]
            kept = [(image["url"].rpartition("/")[2], image["alt"], image["caption"]) for image in images]
            assert kept == [(f"{photo.name}.png", photo.alt, photo.caption) for photo in story.figures]


def test_the_archive_verifies(crawled):
    done = snapshotter("verify", "--archive", str(crawled.archive))
    assert done.returncode == 0, done.stdout + done.stderr


def test_catalog_and_exported_lines_agree(crawled, tmp_path):
    done = snapshotter("export", "--format", "jsonl", "--out", str(tmp_path / "out"), "--archive", str(crawled.archive))
    assert done.returncode == 0, done.stderr
    exported = next((tmp_path / "out").glob("*.jsonl")).read_text("utf-8").splitlines()
    records = sorted((json.loads(line) for line in exported), key=itemgetter("id"))
    assert records == sorted(crawled.first + crawled.second, key=itemgetter("id"))


def test_both_revisions_of_the_corrected_article_can_be_shown(crawled):
    url = next(record["url"] for record in crawled.second if record["change"] == "revised")
    for revision, words in (("1", "新增夜班线路2条"), ("2", "新增夜班线路3条")):
        shown = snapshotter("show", url, "--revision", revision, "--format", "text", "--archive", str(crawled.archive))
        assert words in shown.stdout


def test_without_a_rule_file_every_article_is_found_as_well(tmp_path):
    (tmp_path / "sites").mkdir()
    with serving() as server:
        records = run.crawl(server, tmp_path / "archive", SNAPSHOTTER_SITES=str(tmp_path / "sites"))
        calendar = [path for _, path, _ in server.log if path.startswith("/rili/")]
    found = Counter(path_of(record) for record in records if record["verdict"] in {"ok", "paywall"})
    wanted = {story.path for story in stories() if story.kind != "listing"}
    assert {path: found[path] for path in wanted} == dict.fromkeys(wanted, 1)
    assert len(calendar) < 20


def test_the_demo_fails_loudly_where_the_crawl_does(tmp_path, monkeypatch, capfd):
    monkeypatch.setitem(run.SETTINGS, "SNAPSHOTTER_SITES", str(tmp_path / "none"))
    assert run.main(["--archive", str(tmp_path / "archive")]) == 1
    assert "The demo failed. The crawl ended with exit status" in capfd.readouterr().err


def test_the_demo_never_empties_a_folder_that_isnt_its_own(tmp_path, capfd):
    (tmp_path / "precious").touch()
    assert run.main(["--archive", str(tmp_path)]) == 1
    assert (tmp_path / "precious").exists()
    assert "isn't empty" in capfd.readouterr().err
