"""export, show, stats, verify and rebuild, over one archive that a capture filled."""

import json
import shutil
import sqlite3

import pytest

from snapshotter.commands.export import moment
from snapshotter.formats.edition import SHANGHAI


@pytest.fixture(scope="module")
def filled(tmp_path_factory, session_run, session_site):
    """An archive of three articles, one of them revised, and an error page; and the URLs."""
    folder = tmp_path_factory.mktemp("filled")
    site = session_site
    urls = [site.article(f"/news/{n}.html", f"Story {n}") for n in range(3)]
    quick = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]
    first = session_run("capture", *urls, site.url + "/missing.html", "--archive", folder / "kept", *quick)
    assert first.returncode == 1, first.stderr
    site.article("/news/0.html", "Story 0, corrected")
    second = session_run("capture", urls[0], "--archive", folder / "kept", *quick, env={"SNAPSHOTTER_NOW": NEXT_YEAR})
    assert second.returncode == 0, second.stderr
    return folder / "kept", urls


NEXT_YEAR = "2099-01-01T00:00:00Z"


@pytest.fixture
def kept(filled, tmp_path):
    """A copy of the archive to break."""
    shutil.copytree(filled[0], tmp_path / "kept")
    return tmp_path / "kept"


def test_show_prints_the_last_capture_of_a_url(run, filled):
    folder, urls = filled
    done = run("show", urls[0], "--archive", folder)
    record = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (record["title"], record["revision"], record["change"]) == ("Story 0, corrected", 2, "revised")
    assert {related["title"] for related in record["related"]} == {"Story 1", "Story 2"}


def test_show_prints_any_revision_in_any_form(run, filled):
    folder, urls = filled
    text = run("show", urls[0], "--revision", 1, "--format", "text", "--archive", folder).stdout.decode()
    assert text.startswith("• 我的订阅\n")
    assert "\nStory 0\n" in text
    by_id = json.loads(run("show", urls[0], "--revision", 1, "--archive", folder).stdout)["id"]
    page = run("show", by_id, "--format", "html", "--archive", folder).stdout.decode()
    assert page.lower().startswith('<!doctype html>\n<html lang="zh-cn">')
    english = run("show", by_id, "--format", "html", "--archive", folder, "-s", "SNAPSHOTTER_LOCALE=en")
    assert '<html lang="en">' in english.stdout.decode()


def test_show_lists_the_history(run, filled):
    folder, urls = filled
    lines = run("show", urls[0], "--history", "--archive", folder).stdout.splitlines()
    assert [json.loads(line)["change"] for line in lines] == ["new", "revised"]
    table = run("show", urls[0], "--history", "--format", "text", "--archive", folder).stdout.decode()
    assert [line.split()[2:5] for line in table.splitlines()[1:]] == [["1", "new", "ok"], ["2", "revised", "ok"]]
    assert "2099-01-01 08:00:00" in table


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["https://nowhere.example/"], "holds no snapshot"),
        (["sn_nothing"], "holds no snapshot"),
        (["https://nowhere.example/", "--history"], "holds no snapshot"),
    ],
)
def test_show_says_what_is_not_there(run, filled, args, message):
    done = run("show", *args, "--archive", filled[0])
    assert (done.returncode, done.stdout) == (1, b"")
    assert message in done.stderr


def test_stats_counts(run, filled):
    folder, _ = filled
    stats = json.loads(run("stats", "--format", "json", "--archive", folder).stdout)
    assert (stats["captures"], stats["articles"], stats["warc_files"]) == (5, 4, 2)
    assert stats["by_verdict"] == {"http-status": 1, "ok": 4}
    text = run("stats", "--archive", folder).stdout.decode()
    assert "4 articles in 5 captures" in text
    assert "  4  ok\n" in text


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "jsonl.zst", "text", "html"])
def test_export_writes_what_was_asked_for(run, filled, tmp_path, form):
    done = run("export", "--out", "out", "--format", form, "--verdict", "ok", "--archive", filled[0])
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("4 records, captured ")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["form"], manifest["records"]) == (form, 4)
    assert sum(file["records"] for file in manifest["files"]) == 4
    assert not list((tmp_path / "out").rglob("*.part"))


@pytest.mark.parametrize(
    ("selection", "records"),
    [
        (["--since", "2099-01-01"], 1),
        (["--until", "2098-12-31"], 4),
        (["--since", "2099-01-01", "--until", "2099-01-01"], 1),
        (["--since", "2099-01-02"], 0),
        (["--site", "127.0.0.1", "--verdict", "http-status"], 1),
        (["--category", "社会"], 0),
    ],
)
def test_export_selects(run, filled, tmp_path, selection, records):
    done = run("export", "--out", "out", *selection, "--archive", filled[0])
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/records.jsonl").read_bytes().count(b"\n") == records


def test_export_to_where_nothing_can_be_written(run, filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = run("export", "--out", "file/out", "--archive", filled[0])
    assert done.returncode == 7
    assert done.stderr.startswith("snapshotter export: ")


@pytest.mark.parametrize(
    ("text", "end", "utc"),
    [
        ("2026-07-01", False, "2026-06-30T16:00:00Z"),
        ("2026-07-01", True, "2026-07-01T16:00:00Z"),
        ("2026-07-01T08:00", True, "2026-07-01T00:00:00Z"),
        ("2026-07-01T08:00:00Z", False, "2026-07-01T08:00:00Z"),
        ("2026-07-01T08:00:00-05:00", False, "2026-07-01T13:00:00Z"),
    ],
)
def test_times_are_of_the_archives_zone(text, end, utc):
    assert moment(text, SHANGHAI, end=end) == utc


def test_verify_finds_nothing_wrong(run, filled):
    done = run("verify", "--archive", filled[0])
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == f"nothing wrong in {filled[0]}\n"


def test_verify_lists_what_is_wrong(run, kept):
    path = min((kept / "warc").iterdir())
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    done = run("verify", "--archive", kept)
    assert done.returncode == 1
    lines = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert {(len(line), line[0].removeprefix("warc/")) for line in lines} == {(4, path.name)}
    assert f"{len(lines)} thing" in done.stderr


def test_rebuild_brings_a_lost_catalog_back(run, kept):
    before = run("export", "--out", "before", "--archive", kept).stderr
    for path in kept.glob("catalog.db*"):
        path.unlink()
    done = run("rebuild", "--archive", kept)
    assert (done.returncode, done.stdout) == (0, b"")
    assert "5 captures of 4 articles" in done.stderr
    assert run("verify", "--archive", kept).returncode == 0
    assert run("export", "--out", "before", "--archive", kept).stderr == before


def test_a_catalog_of_the_future_is_left_alone(run, kept):
    with sqlite3.connect(kept / "catalog.db") as catalog:
        catalog.execute("UPDATE meta SET value = '9999' WHERE name = 'schema'")
    catalog.close()
    done = run("stats", "--archive", kept)
    assert done.returncode == 1
    assert "upgrade, or rebuild it" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("args", [["show", "x"], ["stats"], ["verify"], ["rebuild"], ["export", "--out", "out"]])
def test_an_archive_that_is_not_there(run, tmp_path, args):
    done = run(*args, "--archive", "nowhere")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "nowhere" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["stats", "verify", "rebuild", "export"])
def test_stray_arguments_are_refused(run, name):
    required = ["--out", "out"] if name == "export" else []
    done = run(name, "somewhere", *required)
    assert done.returncode == 2
    assert "'somewhere'" in done.stderr
