"""`snapshotter serve`: where it listens, what it says, how it ends."""

import signal
import socket
import subprocess
import sys

import pytest
from answers import ask
from project import ROOT

from snapshotter.store import Archive

SERVE = [sys.executable, "-c", "from snapshotter.commands.main import main; main()", "serve"]

ORIGINALS = [
    ("originals.example", "write it as https://originals.example.org"),
    ("ftp://originals.example", "write it as"),
    ("http://originals.example/path", "write it as"),
    ("http://originals.example/?q", "write it as"),
    ("http://news.example", "name another host"),
    ("http://NEWS.example/", "name another host"),
    ("http://news.example:80", "name another host"),
]


def serve(*options, **more):
    return subprocess.run([*SERVE, *options], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **more)


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path):
        pass
    return str(tmp_path)


def test_check_says_whether_it_would_start(archive):
    done = serve("--check", "--port", "0", "--archive", archive)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{archive} can be served at http://127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--archive", "/nowhere"], 1, "no archive"),
        (["--port", "70000"], 2, "can't listen"),
        (["--host", "192.0.2.1"], 2, "can't listen"),
        (["--base-url", "ftp://x"], 2, "--base-url"),
        (["--base-url", "https://"], 2, "write it as"),
        (["--base-url", "https://me:secret@news.example"], 2, "write it as"),
        (["--base-url", "https://news.example/archive/"], 2, "https://archive.news.example"),
        (["--base-url", "https://news.example?q"], 2, "root of its host"),
        (["-s", "SNAPSHOTTER_OPERATOR_TOKEN_SHA256=letmein"], 2, "64 hexadecimal digits"),
        (["-s", "SNAPSHOTTER_SAVE_NOW=yes"], 2, "True or False"),
        *(
            (["--base-url", "http://news.example", "-s", f"SNAPSHOTTER_ORIGINALS_URL={url}"], 2, said)
            for url, said in ORIGINALS
        ),
        (["now"], 2, "no arguments"),
        (["-s", "SNAPSHOTTER_LOCALE=xx"], 2, "no edition"),
    ],
)
def test_what_cannot_be_is_said(archive, options, status, said):
    done = serve("--port", "0", "--archive", archive, *options)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said(archive):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve("--port", str(taken.getsockname()[1]), "--archive", archive)
    assert done.returncode == 2
    assert "choose another" in done.stderr


@pytest.mark.parametrize(("ending", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_it_serves_until_it_is_told_to_end(archive, ending, status):
    with subprocess.Popen(
        [*SERVE, "--port", "0", "--archive", archive], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as it:
        address = it.stdout.readline().split("/ ")[0]
        assert ask(address, "/").status == 200
        it.send_signal(ending)
        assert it.wait(20) == status
