"""What people type and pipe in, and what they find in a broken archive: one line that says what to do next."""

from __future__ import annotations

import json

import pytest

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]


def test_lines_that_are_no_urls_are_told_of_and_the_others_captured(run, site):
    url = site.article("/news/1.html", "The bridge")
    bad = "not a url\nhttp://[::1/\n" + "x" * 5000 + "\n"
    done = run("capture", "-", *QUICK, stdin=bad.encode() + b"\xff\xfe broken\n" + url.encode() + b"\n")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["verdict"] for record in records] == ["network"] * 4 + ["ok"]
    assert all(record["warnings"][0].startswith("scheme: not a") for record in records[:4])
    assert max(len(record["url"]) for record in records) == 2000
    assert done.returncode == 1


def test_nothing_but_bad_lines_fetches_nothing(run):
    done = run("capture", "-", *QUICK, stdin=b"nothing\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 1)


def test_a_bad_url_on_the_command_line_is_a_usage_error(run):
    done = run("capture", "nothing", *QUICK)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.fixture
def kept(run, site, tmp_path):
    run("capture", site.article("/news/1.html", "The bridge"), *QUICK)
    return tmp_path / "data" / "archive"


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-07-02", "2026-07-01"), ("2026-07-01T08:00Z", "2026-07-01T08:00Z"), ("2999-01-01", "2998-01-01")],
)
def test_a_span_that_ends_before_it_begins_is_a_usage_error(run, kept, since, until):
    done = run("export", "--out", "out", "--since", since, "--until", until)
    assert (done.returncode, f"--since {since} isn't before --until {until}" in done.stderr) == (2, True)


def test_a_day_may_begin_and_end_a_span(run, kept):
    assert run("export", "--out", "out", "--since", "2026-07-01", "--until", "2026-07-01").returncode == 0


@pytest.mark.parametrize("line", [["verify"], ["stats"], ["export", "--out", "out"]])
def test_a_catalog_that_is_no_database_is_told_of_in_one_line(run, kept, line):
    with (kept / "catalog.db").open("r+b") as file:
        file.write(b"X" * 100)
    for name in ("catalog.db-wal", "catalog.db-shm"):
        (kept / name).unlink(missing_ok=True)
    done = run(*line)
    assert done.returncode == 1
    assert "file is not a database. If it is damaged, rebuild it" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "sqlalche" not in done.stderr


@pytest.mark.parametrize("line", [["export", "--out", "out"], ["proof", "sn_1"], ["verify"]])
def test_where_there_is_no_archive_the_status_is_1_as_the_help_says(run, line):
    done = run(*line, "--archive", "nowhere")
    assert (done.returncode, "name another with --archive" in done.stderr) == (1, True)
    assert "no archive" in run(line[0], "--help").stdout.decode()
