"""What the commands say of near copies."""

import json

import pytest
from captures import answer, capture, page
from reprints import text

from snapshotter.items import Article
from snapshotter.store import Archive


@pytest.fixture
def folder(tmp_path):
    body = text("en", 1)
    urls = [f"https://{name}.example/2024/07/1.html" for name in ("one", "two", "three")]
    bodies = [body, f"Reprinted by two.\n\n{body}", text("en", 2)]
    made = [
        capture(page(url, answer(its.encode()), minute), Article(title="Trams", body_text=its))
        for minute, (url, its) in enumerate(zip(urls, bodies, strict=True))
    ]
    with Archive.open(tmp_path / "archive") as archive:
        return tmp_path / "archive", archive.add(made)


def test_show_lists_the_copies_of_an_article(run, folder):
    archive, (first, copy, stranger) = folder
    found = run("show", first.url, "--copies", "--archive", archive)
    assert [json.loads(line)["id"] for line in found.stdout.splitlines()] == [first.id, copy.id]
    listed = run("show", copy.id, "--copies", "--format", "text", "--archive", archive).stdout.decode()
    assert [line.split()[2:4] for line in listed.splitlines()[1:]] == [[it.site, it.id] for it in (first, copy)]
    assert run("show", stranger.id, "--copies", "--archive", archive).stdout == b""


def test_stats_counts_them_and_export_leaves_them_out(run, folder, tmp_path):
    archive, (first, _, stranger) = folder
    assert "1 of them near copies of another" in run("stats", "--archive", archive).stdout.decode()
    assert json.loads(run("stats", "--format", "json", "--archive", archive).stdout)["copies"] == 1
    assert run("export", "--no-duplicates", "--out", tmp_path / "out", "--archive", archive).returncode == 0
    lines = (tmp_path / "out" / "records.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [first.id, stranger.id]
