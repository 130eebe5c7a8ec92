import json
import os
import resource
import signal
import textwrap

import pytest

FAST = [
    *("-s", "AUTOTHROTTLE_ENABLED=0"),
    *("-s", "RETRY_TIMES=0"),
    *("-s", "SNAPSHOTTER_WORKERS=1"),
    *("-s", "SNAPSHOTTER_SITES=rules"),
]


@pytest.fixture
def crawl(run, tmp_path):
    (tmp_path / "rules").mkdir()

    def crawl(*args, **options):
        return run("crawl", *args, *FAST, "--archive", tmp_path / "kept", **options)

    return crawl


@pytest.fixture
def news(site):
    """A front page and three articles."""
    for n in range(3):
        site.article(f"/2026/07/0{n + 1}/story-number-{n}.html", f"Story number {n} of the week")
    links = "".join(f"<a href='/2026/07/0{n + 1}/story-number-{n}.html'>Story number {n}</a> " for n in range(3))
    site.html("/", f"<html><head><title>News</title></head><body>{links}</body></html>")
    return site


def the_report(tmp_path):
    (path,) = (tmp_path / "kept/log").glob("run-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_crawl_keeps_reports_and_sums_up(crawl, news, tmp_path):
    done = crawl("news", "-a", f"start={news.url}/", "-O", "out.jsonl", "-O", "-:jsonl")
    assert (done.returncode, done.stdout) == (0, (tmp_path / "out.jsonl").read_bytes())
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(record["title"] for record in records) == [f"Story number {n} of the week" for n in range(3)]

    report = the_report(tmp_path)
    (site,) = report["sites"]
    assert (report["exit_status"], report["spider"], report["finish_reason"]) == (0, "news", "finished")
    assert report["totals"]["changes"] == {"new": 3}
    assert report["totals"]["bytes"] > 2000
    assert report["settings"]["ROBOTSTXT_OBEY"] is True

    lines = done.stderr.splitlines()
    headings = next(n for n, line in enumerate(lines) if line.split()[:2] == ["found", "fetched"])
    row = dict(zip(lines[headings].split(), lines[headings + 1].split()[1:], strict=True))
    assert (row["found"], row["new"], row["revised"]) == ("3", "3", "·")
    assert lines[headings + 1].split()[0] == site
    assert "Exit:       0, fine" in lines
    (path,) = (tmp_path / "kept/log").iterdir()
    assert lines[-2:] == [f"Report:     {path}", f"Archive:    {tmp_path / 'kept'}"]
    assert "\x1b" not in done.stderr

    again = crawl("news", "-a", f"start={news.url}/")
    assert again.returncode == 0  # everything is known: nothing is wrong
    assert "Skipped:    3 known" in again.stderr


@pytest.mark.parametrize(
    ("robots", "front", "status", "reason"),
    [
        (b"", (500, b"Oops"), 4, "http-500"),
        (b"User-agent: *\nDisallow: /", (200, b"<html><body><p>Nothing to read</p></body></html>"), 6, "robots"),
        (b"", (200, b"<html><body><p>Nothing to read</p></body></html>"), 5, None),
    ],
)
def test_a_crawl_that_keeps_nothing_says_why(crawl, site, tmp_path, robots, front, status, reason):  # noqa: PLR0917
    site.pages["/robots.txt"] = (200, "text/plain", robots)
    site.pages["/"] = (front[0], "text/html", front[1])
    site.pages["/sitemap.xml"] = (200, "application/xml", b"<urlset></urlset>")
    done = crawl("news", "-a", f"start={site.url}/")
    report = the_report(tmp_path)
    assert (done.returncode, report["exit_status"]) == (status, status)
    assert (f"{site.url}/", reason) in {(f["url"], f["reason"]) for f in report["failures"]} or reason is None


def test_a_crawl_of_servers_that_are_not_there(crawl, tmp_path):
    done = crawl("news", "-a", "start=http://127.0.0.1:9/,http://127.0.0.2:9/")
    assert done.returncode == 3
    assert {(f["site"], f["reason"]) for f in the_report(tmp_path)["failures"]} >= {
        ("127.0.0.1", "robots-connect"),
        ("127.0.0.2", "robots-connect"),
    }
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "name one spider"),
        (["news", "capture"], "name one spider"),
        (["nosuch"], "no spider 'nosuch'; there are capture, news"),
        (["news", "-a", "site"], "-a NAME=VALUE"),
        (["news", "-a", "site=nosuch"], "no rule file for nosuch"),
        (["capture"], "nothing to capture"),
        (["news", "-O", "x.unknown"], "format 'unknown'"),
        (["news", "-a", "sites=bbc"], "news takes no -a sites; it takes -a site=NAME"),
        (["capture", "-a", "start=http://127.0.0.1:9/"], "capture takes no -a start; it takes -a url=URL"),
        (["news", "-s", "SNAPSHOTTER_LOCALE=fr", "-O", "x.txt:snapshot"], "no edition in the locale 'fr'"),
        (["news", "-s", "SNAPSHOTTER_SEGMENT_BYTES=1G"], "SNAPSHOTTER_SEGMENT_BYTES='1G': give a whole number"),
        (["news", "-s", "SNAPSHOTTER_EXTRACT_TIMEOUT_S=-1"], "SNAPSHOTTER_EXTRACT_TIMEOUT_S='-1': give a number, 0"),
        (["news", "-s", "SNAPSHOTTER_DUE_LEAST_S=nan"], "SNAPSHOTTER_DUE_LEAST_S='nan': give a number, 1 or more"),
        (["capture", "-a", "url=http://127.0.0.1:9/", "-s", "SNAPSHOTTER_ARCHIVE="], "name the archive's folder"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(crawl, args, message):
    done = crawl(*args)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_file_that_cannot_be_read_is_the_operators_business(crawl, tmp_path):
    (tmp_path / "rules" / "a.toml").write_text("hosts = [")
    done = crawl("news", "-a", "due=1")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "a.toml: " in done.stderr


def test_a_crawl_without_a_worker_would_never_end(run, tmp_path):
    done = run("crawl", "capture", "-a", "url=http://127.0.0.1:9/", "-s", "SNAPSHOTTER_WORKERS=0")
    assert done.returncode == 2
    assert "SNAPSHOTTER_WORKERS='0': give a whole number, 1 or more" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_fragment_makes_no_other_url(crawl, news, tmp_path):
    url = f"{news.url}/2026/07/01/story-number-0.html"
    done = crawl("capture", "-a", f"url={url},{url}#top,{url}", "-O", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 1


def test_an_archive_that_is_not_there_to_be_written(crawl, news, tmp_path):
    (tmp_path / "kept").write_text("a file in the way")
    done = crawl("news", "-a", f"start={news.url}/")
    assert done.returncode == 7
    assert "can't be written" in done.stderr.splitlines()[-1]


def test_a_disk_that_fills_up(crawl, news, tmp_path):
    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    for n in range(20):
        news.pages[f"/2026/07/01/story-number-{n}.html"] = (200, "text/html", b"<p>x</p>" + os.urandom(60_000))
    done = crawl("news", "-a", f"start={news.url}/", preexec_fn=small_files)
    assert done.returncode == 7, done.stderr
    assert "Not written:" in done.stderr


def test_an_output_that_can_not_be_written(crawl, news, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = crawl("news", "-a", f"start={news.url}/", "-O", "file/out.jsonl")
    assert done.returncode == 7
    assert "feed" in done.stderr
    assert the_report(tmp_path)["totals"]["changes"] == {"new": 3}


HOOK = "self.hook = lambda: 1 / 0; self.crawler.signals.connect(self.hook, signal=scrapy.signals.spider_closed)"
BROKEN = """
    import scrapy

    class Broken(scrapy.Spider):
        name = "broken"

        async def start(self):
            yield scrapy.Request(self.url)
            {start}

        def parse(self, response):
            {parse}
            yield from ()
"""


@pytest.mark.parametrize(
    ("start", "parse", "where"),
    [
        ("raise KeyError('in start')", "pass", "start"),
        ("pass", "raise KeyError('in parse')", "callback, http"),
        ("pass", HOOK, "hook"),
    ],
)
def test_our_own_errors_are_not_fine(crawl, news, tmp_path, start, parse, where):  # noqa: PLR0917
    (tmp_path / "broken.py").write_text(textwrap.dedent(BROKEN).format(start=start, parse=parse))
    done = crawl("broken", "-a", f"url={news.url}/", "-s", "SPIDER_MODULES=broken", env={"PYTHONSAFEPATH": ""})
    assert done.returncode == 1
    (error,) = the_report(tmp_path)["errors"]
    assert error["where"].startswith(where)
    assert error["what"].split(":")[0] in {"KeyError", "ZeroDivisionError"}


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_crawl_in_order(command, news, tmp_path, number, status):
    (tmp_path / "rules").mkdir()
    news.hold("/2026/07/03/story-number-2.html")
    crawl = command("crawl", "news", "-a", f"start={news.url}/", *FAST, "--archive", tmp_path / "kept")
    with crawl as process:
        news.held.wait(30)
        process.send_signal(number)
        news.release.set()
        err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == status, err
    assert the_report(tmp_path)["finish_reason"] == "shutdown"
    assert not list((tmp_path / "kept/warc").glob("*.open"))
