"""Save page now: asked for in the browser or by a program, captured by the real command, within bounds."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from answers import ask
from browser import served
from demo.serve import serving
from jsonschema import Draft202012Validator
from project import ROOT
from visitor import Visitor

from snapshotter.web.people.saving import BOUNDS

OPTIONS = {
    "SNAPSHOTTER_SAVE_NOW": "True", "SNAPSHOTTER_OPEN_WEB_ALSO": "127.0.0.1/32",
    "SNAPSHOTTER_TRUSTED_PROXIES": "127.0.0.1", "AUTOTHROTTLE_START_DELAY": "0.01",
}  # fmt: skip


def given(**more):
    return [part for name, value in {**OPTIONS, **more}.items() for part in ("-s", f"{name}={value}")]


@pytest.fixture(scope="module")
def web():
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    return shutil.copytree(demo.folder, tmp_path_factory.mktemp("saving") / "archive")


@pytest.fixture(scope="module")
def desk(folder):
    with served(folder, *given()) as address:
        yield address


_hosts = iter(range(1, 250))


@pytest.fixture
def visitor(desk):
    return Visitor(desk, X_Forwarded_For=f"203.0.113.{next(_hosts)}")


def settled(visitor, place):
    """The page of progress when there is a result."""
    until = time.monotonic() + 100
    while "Refresh" in (answer := visitor.ask(place)).headers and time.monotonic() < until:
        time.sleep(0.3)
    return answer


def test_a_reader_saves_a_page_and_reads_it(desk, web, visitor):
    story = web.site.stories[-1]
    sent = visitor.submit("/save", {"url": web.url.rstrip("/") + story.path})
    waiting = visitor.follow(sent)
    assert waiting.headers["Refresh"] == "3"
    assert waiting.headers["Cache-Control"] == "no-store"
    done = settled(visitor, sent.headers["Location"])
    assert "已收录" in done.text
    place = done.text.partition('class="button" href="')[2].partition('"')[0]
    assert ask(desk, place).status == 200


def test_a_program_saves_a_page(desk, web, visitor):
    url = web.url.rstrip("/") + web.site.stories[0].path
    sent = visitor.send_json("/api/capture", {"url": url})
    told = sent.json()
    assert (sent.status, told["status_url"]) == (202, sent.headers["Location"])
    path = told["status_url"].removeprefix(desk)
    settled(visitor, f"/save/{told['id']}")
    status = visitor.ask(path).json()
    assert (status["state"], status["url"]) == ("done", url)
    assert ask(desk, status["snapshot_url"].removeprefix(desk)).status == 200


def test_the_api_describes_how_a_page_is_saved(desk, web, visitor):
    described = ask(desk, "/api/openapi.json").json()["paths"]
    sent = visitor.send_json("/api/capture", {"url": web.url.rstrip("/") + web.site.stories[1].path})
    status = visitor.ask(f"/api/capture/{sent.json()['id']}")
    refused = visitor.send_json("/api/capture", {"url": "http://127.0.0.2/"})
    answers = [(described["/capture"]["post"], sent), (described["/capture"]["post"], refused)]
    for operation, answer in [*answers, (described["/capture/{capture_id}"]["get"], status)]:
        said = operation["responses"][str(answer.status)]["content"][answer.headers["Content-Type"]]
        Draft202012Validator(said["schema"]).validate(answer.json())


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/robots-forbidden", "robots"), ("/no-such-page", "http-status")],
)
def test_what_cannot_be_saved_is_told_by_its_kind(web, visitor, path, reason, folder):
    if reason == "robots":
        disallowed = [line.partition(":")[2].strip() for line in _robots(web) if line.startswith("Disallow")]
        path = next(rule for rule in disallowed if rule) + "x"
    sent = visitor.send_json("/api/capture", {"url": web.url.rstrip("/") + path}).json()
    settled(visitor, f"/save/{sent['id']}")
    status = visitor.ask(f"/api/capture/{sent['id']}").json()
    assert (status["state"], status["reason"]) == ("failed", reason)
    assert "snapshot_id" not in status


def _robots(web):
    return ask(web.url.rstrip("/"), "/robots.txt").text.splitlines()


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://a.example/",
        "http://user@a.example/", "http://user:word@a.example/", "http://a.example:22/", "http://a.example:8080/",
        "http://localhost/", "http://LOCALHOST./", "http://127.0.0.2/", "http://127.1.1.1/", "http://0x7f000003/",
        "http://2130706435/", "http://0/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/", "http://[::ffff:127.0.0.2]/", "http://[64:ff9b::7f00:2]/", "http://[fe80::1]/", "http://[::",
        "http://router/", "http://printer.local/", "http://a.internal/", "http://a.example\\@127.0.0.2/",
        "http://a.example/\r\nX: y", "http://a.example/\x00", "https://a.example/" + "a" * 3000, "http://a.example:99999/",
        "-s", "--help", "http:///a", "http://①②⑦.⓪.⓪.②/",
    ],
)  # fmt: skip
def test_what_no_stranger_may_ask_for_is_refused_at_once(desk, url):
    program = Visitor(desk, X_Forwarded_For="203.0.113.251")
    answer = program.send_json("/api/capture", {"url": url})
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {}, 400),
        (b"[]", {}, 400),
        (b'{"url": 1}', {}, 400),
        (b'{"url": ["http://a.example/"]}', {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 60_000, {}, 400),
        (b'{"url": "' + b"a" * 70_000, {}, 413),
        (b'{"url": "http://a.example/"}', {"Content_Type": "text/plain"}, 415),
        (b'{"url": "http://a.example/"}', {"Sec_Fetch_Site": "cross-site"}, 403),
        (b'{"url": "http://a.example/"}', {"Origin": "https://evil.example"}, 403),
    ],
)
def test_a_request_that_cannot_be_used_is_told_so(visitor, body, headers, status):
    answer = visitor.ask("/api/capture", "POST", body, **{"Content_Type": "application/json", **headers})
    assert (answer.status, answer.json()["status"]) == (status, status)


def test_the_form_is_guarded_too(visitor):
    assert visitor.submit("/save", {"url": "http://127.0.0.2/"}).status == 400
    assert visitor.submit("/save", {"url": "http://a.example/", "form_token": "1.2"}).status == 403
    assert visitor.submit("/save", {"url": "http://a.example/", "homepage": "x"}).status == 400
    assert "<script" not in visitor.submit("/save", {"url": '"><script>alert(1)</script>'}).text


def test_who_asks_too_often_is_told_when_to_ask_again(desk, web):
    eager = Visitor(desk, X_Forwarded_For="198.51.100.77")
    url = web.url.rstrip("/") + web.site.stories[0].path
    answers = [eager.send_json("/api/capture", {"url": url}) for _ in range(6)]
    assert [answer.status for answer in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_unknown_places_in_the_queue(desk):
    for path in ("/save/x", "/save/" + "0" * 32, "/api/capture/" + "0" * 32):
        assert ask(desk, path).status == 404


def test_it_is_off_unless_it_was_turned_on(site):
    assert [ask(site, path).status for path in ("/save", "/api/capture")] == [404, 404]
    assert "/save" not in ask(site, "/").text


def test_names_and_redirects_that_lead_inside_reach_nothing(web, demo, tmp_path):
    """By the very command and settings that the site captures with."""
    bounds = {**BOUNDS, "SNAPSHOTTER_OPEN_WEB_ALSO": "127.0.0.3/32", "RETRY_TIMES": "0"}
    options = [part for name, value in bounds.items() for part in ("-s", f"{name}={value}")]
    code = "from snapshotter.commands.main import main; main()"
    with redirecting("/", "127.0.0.1") as (inside, reached), redirecting(inside) as (outside, asked):
        urls = [outside, inside.replace("127.0.0.1", "localhost")]
        command = [sys.executable, "-c", code, "capture", "--archive", str(tmp_path / "a"), *options, "--nolog", *urls]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 3, done.stderr
        assert (asked, reached) == (["/robots.txt", "/a"], [])


@contextmanager
def redirecting(to, host="127.0.0.3"):
    """A page that leads elsewhere, and what was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404 if self.path == "/robots.txt" else 302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}/a", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_killed_server_loses_nothing_of_the_queue(web, demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--archive", str(folder), *given()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        visitor = Visitor(process.stdout.readline().split("/ ")[0])
        urls = [web.url.rstrip("/") + story.path for story in web.site.stories[:2]]
        ids = [visitor.send_json("/api/capture", {"url": url}).json()["id"] for url in urls]
        process.send_signal(signal.SIGKILL)
    with served(folder, *given()) as address:
        visitor = Visitor(address)
        for one in ids:
            settled(visitor, f"/save/{one}")
            assert visitor.ask(f"/api/capture/{one}").json()["state"] == "done"
