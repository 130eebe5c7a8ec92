import json

import pytest

from snapshotter.errors import CannotWrite
from snapshotter.items import Snapshot
from snapshotter.report import run
from snapshotter.report.exits import Exit, verdict_exit
from snapshotter.report.run import RunReport
from snapshotter.report.summary import MAX_ROWS, duration, size, summary
from snapshotter.report.terminal import paint


def a_snapshot(**fields):
    return Snapshot(**{"url": "https://a.example/1", "site": "a.example", "change": "new", "http_status": 200} | fields)


def a_report(*happenings, finish="finished"):
    report = RunReport("r1", spider="news")
    for name, *args in happenings:
        getattr(report, name)(*args)
    report.finished(finish)
    return report


KEPT = ("kept", a_snapshot())
KNOWN = ("skipped", "https://a.example/1", "known")
DNS = ("failed", "https://a.example/1", "dns")
ROBOTS = ("failed", "https://a.example/2", "robots")
TOO_LONG = ("failed", "https://a.example/x", "too-long")
HTTP = ("kept", a_snapshot(verdict="http-status", http_status=503))
LISTING = ("kept", a_snapshot(verdict="not-article"))


@pytest.mark.parametrize(
    ("happenings", "status"),
    [
        ([KEPT], Exit.FINE),
        ([KEPT, DNS, DNS, HTTP], Exit.FINE),  # failed URLs are normal on the web
        ([KNOWN], Exit.FINE),  # nothing new is not a failure
        ([KNOWN, DNS], Exit.FINE),
        ([("kept", a_snapshot(verdict="http-status", http_status=404, change="gone"))], Exit.FINE),
        ([("kept", a_snapshot(verdict="paywall"))], Exit.FINE),
        ([], Exit.NOT_ARTICLE),
        ([LISTING], Exit.NOT_ARTICLE),
        ([LISTING, DNS, DNS], Exit.NOT_ARTICLE),
        ([DNS], Exit.NETWORK),
        ([DNS, DNS, HTTP, ROBOTS], Exit.NETWORK),
        ([HTTP], Exit.HTTP_STATUS),
        ([("failed", "https://a.example/feed", "http-500")], Exit.HTTP_STATUS),
        ([ROBOTS], Exit.ROBOTS),
        ([TOO_LONG, ("failed", "ftp://a.example/", "scheme")], Exit.USAGE),  # nobody was asked
        ([TOO_LONG, TOO_LONG, ROBOTS], Exit.ROBOTS),
        ([TOO_LONG, KEPT], Exit.FINE),
        ([("failed", "https://a.example/", "timeout")], Exit.NETWORK),
        ([KEPT, ("error", "callback", "KeyError: 'x'")], Exit.SOME),
        ([KEPT, ("cannot_write", "disk full")], Exit.CANNOT_WRITE),
        ([KEPT, ("cannot_write", "disk full"), ("error", "pipeline", "boom")], Exit.CANNOT_WRITE),
        ([KEPT, ("interrupted", 2)], Exit.INTERRUPTED),
        ([KEPT, ("interrupted", 15), ("cannot_write", "disk full")], Exit.TERMINATED),
        ([KEPT, ("interrupted", 1)], 129),
    ],
)
def test_a_run_exits_with_what_came_of_it(happenings, status):
    assert a_report(*happenings).exit_status() == status


def test_a_run_that_memory_stopped_is_not_fine():
    assert a_report(KEPT, finish="memusage_exceeded").exit_status() == Exit.SOME


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("ok", 0),
        ("paywall", 0),
        ("truncated", 0),
        ("network", 3),
        ("http-status", 4),
        ("not-article", 5),
        ("captcha", 5),
        ("empty", 5),
        ("robots", 6),
        ("cannot-write", 7),
    ],
)
def test_a_capture_exits_with_its_verdict(verdict, status):
    assert verdict_exit(verdict) == status


def test_every_failed_url_is_listed_with_its_reason():
    report = a_report(
        ("failed", "https://a.example/1", "timeout", "took longer than 30 seconds"),
        ("failed", "https://b.example/2", "http-502"),
        ("kept", a_snapshot(url="https://a.example/3", verdict="http-status", http_status=410, change="gone")),
        ("kept", a_snapshot(url="https://a.example/4", verdict="robots", change="", warnings=("Forbidden",))),
    )
    found = {(f["url"], f["site"], f["reason"], f["detail"]) for f in report.as_dict()["failures"]}
    assert found == {
        ("https://a.example/1", "a.example", "timeout", "took longer than 30 seconds"),
        ("https://b.example/2", "b.example", "http-502", ""),
        ("https://a.example/3", "a.example", "http-410", ""),
        ("https://a.example/4", "a.example", "robots", "Forbidden"),
    }
    assert report.totals().changes == {"gone": 1}


def test_a_bad_copy_is_no_new_article():
    total = a_report(LISTING, KEPT, ("kept", a_snapshot(verdict="captcha", change="unchanged"))).totals()
    assert (total.changes, total.bad) == ({"new": 1}, 2)


def test_memory_stays_bounded_however_much_fails(monkeypatch):
    monkeypatch.setattr(run, "MAX_FAILURES", 10)
    monkeypatch.setattr(run, "MAX_ERRORS", 2)
    monkeypatch.setattr(run, "MAX_SITES", 3)
    report = a_report(
        *(("failed", f"https://{n}.example/{'x' * 9999}", "dns", "y" * 9999) for n in range(25)),
        *(("error", "callback", "boom") for _ in range(5)),
    )
    written = report.as_dict()
    assert (len(written["failures"]), written["failures_unlisted"]) == (10, 15)
    assert (len(written["errors"]), written["errors_unlisted"]) == (2, 3)
    assert len(written["sites"]) == 4
    assert written["totals"]["failed"] == {"dns": 25}
    assert max(len(f["url"]) + len(f["detail"]) for f in written["failures"]) < 2500


def test_the_report_is_written_whole(tmp_path):
    report = a_report(KEPT, ("found", "a.example", "feed", 3), ("fetched", "a.example", 1234))
    path = report.write(tmp_path / "log")
    assert [p.name for p in path.parent.iterdir()] == ["run-r1.json"]
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["exit_status"] == 0
    assert written["sites"]["a.example"] == {
        "found": {"feed": 3},
        "fetched": 1,
        "bytes": 1234,
        "changes": {"new": 1},
        "verdicts": {"ok": 1},
        "skipped": {},
        "failed": {},
    }


def test_a_report_that_can_not_be_written_says_so(tmp_path):
    (tmp_path / "log").write_text("a file in the way")
    with pytest.raises(CannotWrite, match=r"run-r1\.json"):
        a_report().write(tmp_path / "log")


def test_the_summary_reads_as_a_table():
    report = a_report(
        ("found", "a.example", "feed", 1200),
        ("fetched", "a.example", 2_500_000),
        KEPT,
        KEPT,
        ("kept", a_snapshot(change="revised")),
        LISTING,
        ("skipped", "https://b.example/x", "trap"),
        ("failed", "https://b.example/y", "http-503"),
        ("error", "callback, https://b.example/z", "KeyError: 'q'"),
    )
    report._seconds = 4.0
    assert summary(report) == (
        "2 sites in 4.0 s: 1 response, 2.5 MB, 0.2 pages/s\n"
        "\n"
        "             found  fetched  new  revised  unchanged  gone  bad  failed\n"
        "  a.example  1,200        1    2        1          ·     ·    1       ·\n"
        "  b.example      ·        ·    ·        ·          ·     ·    ·       1\n"
        "  all        1,200        1    2        1          ·     ·    1       1\n"
        "\n"
        "Bad copies: 1 not-article\n"
        "Skipped:    1 trap\n"
        "Failed:     1 http-503\n"
        "Error:      callback, https://b.example/z: KeyError: 'q'\n"
        "Exit:       1, an error on the way; what could be kept is kept\n"
    )


def test_the_summary_of_many_sites_stays_short():
    text = summary(a_report(*(("fetched", f"{n}.example", 1) for n in range(300))))
    assert f"{300 - MAX_ROWS} more" in text
    assert len(text.splitlines()) < MAX_ROWS + 10


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7e15, "7000.0 TB")]
)
def test_sizes_are_for_people(count, text):
    assert size(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (187, "3 min 07 s"), (7500, "2 h 05 min")])
def test_durations_are_for_people(seconds, text):
    assert duration(seconds) == text


def test_colours_only_on_a_terminal(capsys, monkeypatch):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert paint("x", "red", Terminal()) == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint("x", "red", Terminal()) == "x"
