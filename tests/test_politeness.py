"""How we treat a site: robots.txt, Crawl-delay, Retry-After, who we say we are."""

import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = (
    b"<!doctype html><title>Harrow Bay</title><h1>Harrow Bay</h1>" + b"<p>The council met on Tuesday evening.</p>" * 9
)


class Host:
    """A host on loopback that answers by a table; notes when it was asked for what, by whom."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host.asked.append((self.path, time.monotonic(), self.headers["User-Agent"]))
                times = sum(path == self.path for path, _, _ in host.asked)
                status, headers, body = host.answer(self.path, times)
                if not status:  # no answer
                    self.close_connection = True
                    self.wfile.write(body)
                    if not body:
                        self.connection.recv(1)  # until the client hangs up
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path, times):
        found = self.answers.get(path)
        if callable(found):
            found = found(times)
        return found or (404, {}, b"")

    def gaps(self):
        times = [moment for path, moment, _ in self.asked if path != "/robots.txt"]
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def page(_times=0):
    return 200, {"Content-Type": "text/html"}, PAGE


def report(folder):
    (path,) = (folder / "archive" / "log").glob("run-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_crawl_delay_is_kept(scrapy):
    robots = b"User-agent: *\nCrawl-delay: 0.4\n"
    answers = {"/robots.txt": (200, {}, robots)} | {f"/{name}": page for name in "abcd"}
    with Host(answers) as host:
        scrapy(
            "crawl",
            "capture",
            "-a",
            "url=" + ",".join(f"{host.url}/{name}" for name in "abcd"),
            DOWNLOAD_DELAY_JITTER=0,
        )
        assert len(host.gaps()) == 3
        assert min(host.gaps()) >= 0.38


def test_crawl_delay_is_kept_without_autothrottle_too(scrapy):
    answers = {"/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 0.4\n")} | {f"/{name}": page for name in "abc"}
    with Host(answers) as host:
        urls = ",".join(f"{host.url}/{name}" for name in "abc")
        scrapy("crawl", "capture", "-a", f"url={urls}", AUTOTHROTTLE_ENABLED=False, DOWNLOAD_DELAY_JITTER=0)
        assert min(host.gaps()[1:]) >= 0.38


def test_retry_after_is_waited_for_by_the_whole_host(scrapy):
    def busy_once(times):
        return (429, {"Retry-After": "1"}, b"") if times == 1 else page()

    with Host({"/busy": busy_once, "/other": page}) as host:
        scrapy(
            "crawl", "capture", "-a", f"url={host.url}/busy,{host.url}/other",
            CONCURRENT_REQUESTS_PER_DOMAIN=1, AUTOTHROTTLE_START_DELAY=0.05,
        )  # fmt: skip
        asked = [path for path, _, _ in host.asked]
        assert asked.count("/busy") == 2
        first = next(moment for path, moment, _ in host.asked if path == "/busy")
        later = [moment - first for path, moment, _ in host.asked if path != "/robots.txt" and moment > first]
        assert min(later) >= 0.95


@pytest.mark.parametrize(("spider", "argument"), [("capture", "url"), ("news", "start")])
def test_what_robots_txt_forbids_is_not_fetched_and_is_reported(scrapy, tmp_path, spider, argument):
    with Host({"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private/\n"), "/private/a": page}) as host:
        scrapy("crawl", spider, "-a", f"{argument}={host.url}/private/a", status=6)
        assert "/private/a" not in [path for path, _, _ in host.asked]
    failures = [(failure["url"], failure["reason"]) for failure in report(tmp_path)["failures"]]
    assert failures == [(f"{host.url}/private/a", "robots")]


@pytest.mark.parametrize(("spider", "argument", "status"), [("capture", "url", 500), ("news", "start", 503)])
def test_a_robots_txt_that_its_server_cannot_give_out_forbids_everything(scrapy, tmp_path, spider, argument, status):
    with Host({"/robots.txt": (status, {}, b"User-agent: *\nAllow: /\n"), "/a": page}) as host:
        scrapy("crawl", spider, "-a", f"{argument}={host.url}/a", "-s", "RETRY_TIMES=0", status=4)
        assert {path for path, _, _ in host.asked} == {"/robots.txt"}
    failures = report(tmp_path)["failures"]
    assert {failure["reason"] for failure in failures} == {f"robots-http-{status}"}
    assert all("robots.txt" in failure["detail"] for failure in failures)


@pytest.mark.parametrize(
    ("spider", "answer", "reason"),
    [
        ("capture", b"", "robots-timeout"), ("news", b"", "robots-timeout"),
        ("capture", b"220 mail.example ESMTP\r\n\r\n", "robots-bad-http"),
    ],
)  # fmt: skip
def test_a_robots_txt_that_does_not_come_forbids_everything(scrapy, tmp_path, spider, answer, reason):
    with Host({"/robots.txt": (0, {}, answer), "/a": page}) as host:
        argument = f"{'url' if spider == 'capture' else 'start'}={host.url}/a"
        scrapy("crawl", spider, "-a", argument, status=3, RETRY_TIMES=0, DOWNLOAD_TIMEOUT=2)
        assert {path for path, _, _ in host.asked} == {"/robots.txt"}
    failures = report(tmp_path)["failures"]
    assert {failure["reason"] for failure in failures} == {reason}
    assert all("robots.txt" in failure["detail"] for failure in failures)


@pytest.mark.parametrize("status", [0, 503])
def test_a_robots_txt_that_comes_at_the_third_asking_opens_its_host(scrapy, tmp_path, status):
    with Host({"/robots.txt": lambda times: (status if times < 3 else 200, {}, b""), "/a": page}) as host:
        scrapy("crawl", "capture", "-a", f"url={host.url}/a", DOWNLOAD_TIMEOUT=1)
        assert [path for path, _, _ in host.asked] == ["/robots.txt"] * 3 + ["/a"]


def test_a_robots_txt_that_does_not_come_is_asked_for_again_later_in_the_run(scrapy, tmp_path):
    with (
        Host({"/robots.txt": lambda times: (503 if times == 1 else 200, {}, b""), "/b": page}) as host,
        Host({"/later": (302, {"Location": host.url + "/b"}, b"")}) as other,
    ):
        urls = f"{host.url}/a,{other.url}/later"
        scrapy("crawl", "capture", "-a", f"url={urls}", RETRY_TIMES=0, DOWNLOAD_DELAY=0.3, SNAPSHOTTER_ROBOTS_AGAIN_S=0)
        assert [path for path, _, _ in host.asked] == ["/robots.txt", "/robots.txt", "/b"]
    assert [failure["reason"] for failure in report(tmp_path)["failures"]] == ["robots-http-503"]


def test_who_does_not_obey_robots_txt_needs_none(scrapy):
    with Host({"/robots.txt": (0, {}, b"")}) as host:
        host.answers["/a"] = page
        scrapy("crawl", "capture", "-a", f"url={host.url}/a", ROBOTSTXT_OBEY=False)
        assert [path for path, _, _ in host.asked] == ["/a"]


@pytest.mark.parametrize("status", [401, 404])
def test_a_robots_txt_that_is_not_there_forbids_nothing(scrapy, tmp_path, status):
    with Host({"/robots.txt": (status, {}, b"User-agent: *\nDisallow: /\n"), "/a": page}) as host:
        scrapy("crawl", "capture", "-a", f"url={host.url}/a")
        assert "/a" in [path for path, _, _ in host.asked]


def test_a_wait_that_is_too_long_fails_the_url_at_once(scrapy, tmp_path):
    with Host({"/busy": (503, {"Retry-After": "3600"}, b"later")}) as host:
        scrapy("crawl", "capture", "-a", f"url={host.url}/busy", status=4)
        assert [path for path, _, _ in host.asked].count("/busy") == 1
    assert [failure["reason"] for failure in report(tmp_path)["failures"]] == ["http-503"]


def test_every_request_says_who_we_are(scrapy):
    with Host({"/a": page}) as host:
        scrapy("crawl", "capture", "-a", f"url={host.url}/a")
        agents = {agent for _, _, agent in host.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("Snapshotter/")
