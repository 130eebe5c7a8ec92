"""The commands under test are real processes; what they fetch from is a real server on loopback."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"
PROGRAMS = {"snapshotter": ["-c", SCRIPT], "scrapy": ["-m", "scrapy"]}


def start(*args, program="snapshotter", **options):
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100", **options.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, *PROGRAMS[program], *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=options.pop("stderr", subprocess.PIPE),
        env=environment,
        **options,
    )


def to_the_end(process, stdin=b""):
    with process:
        try:
            out, err = process.communicate(stdin, timeout=60)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err.decode())


@pytest.fixture
def command(tmp_path):
    """Start a command; it runs in a folder of its own, or in the project where it is Scrapy's."""

    def command(*args, program="snapshotter", **options):
        return start(*args, program=program, cwd=REPOSITORY if program == "scrapy" else tmp_path, **options)

    return command


@pytest.fixture
def run(command):
    """Run a command to its end."""

    def run(*args, stdin=b"", **options):
        return to_the_end(command(*args, **options), stdin)

    return run


@pytest.fixture(scope="session")
def session_run(tmp_path_factory):
    """The same for what several tests share."""

    def run(*args, **options):
        return to_the_end(start(*args, cwd=tmp_path_factory.mktemp("run"), **options))

    return run


class Site:
    """A web server whose pages a test sets: path → (status, content type, body)."""

    def __init__(self):
        self.pages = {}
        self.asked = []
        self.slow = ""
        self.held, self.release = Event(), Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                if self.path == site.slow:
                    site.held.set()
                    site.release.wait(30)
                status, kind, body = site.pages.get(self.path, (404, "text/html", b"<h1>Not found</h1>"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def hold(self, path):
        """Answer for this path only when ``release`` is set; ``held`` says that it was asked for."""
        self.slow = path

    def html(self, path, body, status=200):
        self.pages[path] = (status, "text/html; charset=utf-8", body.encode())
        return self.url + path

    def article(self, path, title, words="The council met on Monday and agreed on the new bridge over the river."):
        paragraphs = "".join(f"<p>{words} This is paragraph {n} of the story about {title}.</p>" for n in range(8))
        return self.html(
            path,
            f"<!doctype html><html lang=en><head><title>{title}</title>"
            f"<meta property='og:type' content='article'><meta property='og:title' content='{title}'>"
            "<meta property='article:published_time' content='2026-07-01T08:00:00Z'></head>"
            f"<body><main><article><h1>{title}</h1>{paragraphs}</article></main></body></html>",
        )


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="session")
def session_site():
    site = Site()
    yield site
    site.close()
