import gzip
import json
import signal
import socket

import pytest

from snapshotter.commands.capture import _age, _status, failed
from snapshotter.report.exits import verdict_exit

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]


def records(done):
    return {record["url"]: record for record in map(json.loads, done.stdout.splitlines())}


def warc_files(archive):
    return len(list((archive / "warc").glob("*.warc.gz"))) if archive.exists() else 0


@pytest.fixture
def refused():
    """A URL where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/"


@pytest.fixture
def quick(run):
    """Captures without waiting between requests, or for a second try."""

    def quick(*args, **options):
        return run("capture", *args, *QUICK, **options)

    return quick


def test_a_url_becomes_a_record_and_is_kept_and_young_ones_are_not_fetched_again(quick, site, tmp_path):
    url = site.article("/news/1,2,http.html", "The bridge")  # a URL may hold a comma
    done = quick(url)
    record = records(done)[url]
    assert (done.returncode, done.stderr) == (0, "")
    assert (record["verdict"], record["change"], record["title"]) == ("ok", "new", "The bridge")
    assert (tmp_path / "data/archive/warc" / record["warc_file"]).is_file()
    (report,) = (tmp_path / "data/archive/log").iterdir()
    assert json.loads(report.read_text())["exit_status"] == 0

    asked = len(site.asked)
    assert asked == 2, "robots.txt and the page, each once"
    assert records(quick(url, "--if-older", "1h")) == {url: record}
    assert len(site.asked) == asked
    assert records(quick(url, "--if-older", "0s"))[url]["change"] == "unchanged"


def test_each_url_of_stdin_gets_one_record_that_says_what_came_of_it(quick, site, refused, tmp_path):
    site.pages["/robots.txt"] = (200, "text/plain", b"User-agent: *\nDisallow: /private/")
    links = "".join(f"<li><a href='/news/{n}.html'>Story number {n}</a></li>" for n in range(40))
    expected = {
        site.article("/news/1.html", "Story 1"): "ok",
        site.article("/news/2.html", "Story 2"): "ok",
        site.html("/broken.html", "<h1>Oops</h1>", 500): "http-status",
        site.url + "/missing.html": "http-status",
        site.html("/listing.html", f"<title>News</title><ul>{links}</ul>"): "not-article",
        site.article("/private/1.html", "Secret"): "robots",
        refused: "network",
    }
    done = quick("-", stdin="\n".join([*expected, "", *expected, ""]).encode())
    found = records(done)
    assert {url: record["verdict"] for url, record in found.items()} == expected
    assert (done.returncode, done.stdout.count(b"\n")) == (1, len(expected))
    assert (found[refused]["id"], found[refused]["warnings"][0][:16]) == ("", "robots-connect: ")
    assert "/private/1.html" not in site.asked

    (report,) = (tmp_path / "data/archive/log").iterdir()
    failures = {failure["url"]: failure["reason"] for failure in json.loads(report.read_text())["failures"]}
    reasons = {"network": "robots-connect", "robots": "robots", "http-status": "http-"}
    assert all(failures[url].startswith(reasons[verdict]) for url, verdict in expected.items() if verdict in reasons)


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (["ok", "paywall", "truncated"], 0),
        (["ok", "network"], 1),
        (["network", "network", "http-status"], 3),
        (["http-status"], 4),
        (["not-article"], 5),
        (["soft-404"], 5),
        (["robots"], 6),
        (["ok", "cannot-write"], 7),
    ],
)
def test_the_exit_status_sums_up_the_verdicts(verdicts, status):
    assert _status(map(verdict_exit, verdicts)) == status


@pytest.mark.parametrize(
    ("reason", "verdict"), [("dns", "network"), ("robots", "robots"), ("http-503", "http-status"), ("lost", "network")]
)
def test_a_failed_capture_is_a_record_that_says_why(reason, verdict):
    record = failed("https://news.example/a?b=1#c", reason, "so it was")
    assert (record.verdict, record.warnings) == (verdict, (f"{reason}: so it was",))
    assert (record.site, record.url_key) == ("news.example", "news.example/a?b=1")


def test_a_signal_ends_a_capture_with_a_record_for_each_url(command, site):
    slow = site.article("/news/1.html", "The bridge")
    site.hold("/news/1.html")
    urls = [slow, *(f"{site.url}/news/{n}.html" for n in range(2, 30))]
    with command("capture", *urls, *QUICK) as process:
        site.held.wait(30)
        process.send_signal(signal.SIGINT)
        site.release.set()
        out = process.communicate(timeout=60)[0]
    assert process.returncode == 130
    assert sorted(json.loads(line)["url"] for line in out.splitlines()) == sorted(urls)


def test_an_unreachable_server_sets_the_exit_status(quick, refused):
    assert quick("--no-archive", refused).returncode == 3


@pytest.mark.parametrize(
    ("length", "why", "status"), [(2050, "robots-connect: ", 3), (2300, "too-long: 2,300 characters (", 2)]
)
def test_a_failed_url_of_any_length_says_why(quick, refused, length, why, status):
    done = quick(refused + "x" * (length - len(refused)))
    (record,) = records(done).values()
    assert record["warnings"][0].startswith(why)
    assert done.returncode == status


def test_an_archive_that_can_not_be_written(quick, site, tmp_path):
    (tmp_path / "file").write_text("in the way")
    url = site.article("/news/1.html", "The bridge")
    done = quick("--archive", tmp_path / "file", url)
    assert done.returncode == 7
    assert "can't be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert records(done)[url]["verdict"] == "cannot-write"


def test_a_bad_capture_is_fetched_again_however_young(quick, site):
    url = site.url + "/news/1.html"
    assert quick(url).returncode == 4
    site.article("/news/1.html", "The bridge")
    assert records(quick(url, "--if-older", "1h"))[url]["title"] == "The bridge"


def test_scrapys_own_way_does_the_same(run, site, tmp_path):
    url = site.article("/news/1.html", "The bridge")
    done = run("capture", url, "--archive", tmp_path / "kept", "--format", "text", *QUICK, program="scrapy")
    assert done.stdout.decode().startswith("• 我的订阅\n")
    assert "\nThe bridge\n" in done.stdout.decode()
    assert warc_files(tmp_path / "kept") == 1


def test_the_warc_of_a_capture_is_whole_and_nothing_else_is_left(quick, site, tmp_path):
    url = site.article("/news/1.html", "The bridge")
    done = quick("--no-archive", "--format", "warc", url)
    content = gzip.decompress(done.stdout)
    kinds = [line.split()[1] for line in content.splitlines() if line.startswith(b"WARC-Type:")]
    assert kinds == [b"warcinfo", b"request", b"response", b"conversion"]
    assert f"WARC-Target-URI: {url}".encode() in content
    assert list(tmp_path.iterdir()) == []


def test_a_capture_that_is_not_kept_has_no_place_and_loads_only_what_it_needs(quick, site, tmp_path):
    url = site.article("/news/1.html", "The bridge")
    done = quick("--no-archive", url, env={"PYTHONPROFILEIMPORTTIME": "1"})
    record = records(done)[url]
    assert (record["title"], record["revision"], record["warc_file"]) == ("The bridge", 0, "")
    assert list(tmp_path.iterdir()) == []

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"aiohttp", "feedparser", "tldextract", "twisted.web.client", "scrapy.core.downloader.contextfactory"}
    assert "scrapy.core.engine" in loaded
    assert not heavy & loaded


def test_a_saved_page_is_read_without_fetching(run, site, tmp_path):
    site.article("/news/1.html", "The bridge")
    (tmp_path / "saved.html").write_bytes(site.pages["/news/1.html"][2])
    url = "https://news.example/1.html"
    done = run("capture", "--html", "saved.html", "--url", url)
    assert (done.returncode, site.asked, done.stderr) == (0, [], "")
    assert (records(done)[url]["title"], records(done)[url]["http_status"]) == ("The bridge", 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["saved.html"]


@pytest.mark.parametrize(
    ("args", "stdin", "message"),
    [
        ([], "", "name a URL"),
        (["-"], "\n\n", "no URL on stdin"),
        (["https://example.org/", "--if-older", "soon"], "", "not an age"),
        (["--html", "x.html"], "", "go together"),
        (["--html", "x.html", "--url", "https://example.org/", "https://example.org/"], "", "no other URL"),
        (["--html", "x.html", "--url", "https://example.org/"], "", "can't read x.html"),
        (["https://example.org/", "--if-older", "1h", "--format", "warc"], "", "doesn't go with"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(run, args, stdin, message):
    done = run("capture", *args, stdin=stdin.encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h", 3600), ("7d", 604800), ("2w", 1209600)]
)
def test_ages(text, seconds):
    assert _age(text).total_seconds() == seconds
