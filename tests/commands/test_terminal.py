"""What a person at a terminal sees, and nobody else."""

import os
import pty
import re
import select

import pytest

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "SNAPSHOTTER_WORKERS=1"]


@pytest.fixture
def at_a_terminal(command):
    """Run a command with stdout and stderr on a terminal; what it showed, and its exit status."""

    def run(*args):
        controller, terminal = pty.openpty()
        with command(*args, stdout=terminal, stderr=terminal, env={"TERM": "xterm", "NO_COLOR": ""}) as process:
            os.close(terminal)
            shown = b"".join(iter(lambda: _read(controller), b""))
        os.close(controller)
        return shown.decode(), process.returncode

    return run


def _read(controller):
    select.select([controller], [], [], 60)
    try:
        return os.read(controller, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_a_crawl_shows_its_progress_and_colours(at_a_terminal, site):
    links = "".join(f"<a href='/2026/07/01/story-number-{n}.html'>Story number {n}</a> " for n in range(3))
    site.html("/", f"<html><head><title>News</title></head><body>{links}</body></html>")
    for n in range(3):
        site.article(f"/2026/07/01/story-number-{n}.html", f"Story number {n}")
    shown, status = at_a_terminal("crawl", "news", "-a", f"start={site.url}/", *QUICK)
    assert status == 0
    assert re.search(
        r"\r\x1b\[K\d+\.\d s · \d sites? · \d+ responses? \(.*\) · \d kept · \d failed · \d waiting", shown
    )
    assert "\x1b[1m1 site in " in shown
    assert "\x1b[32mExit:       0, fine\x1b[0m" in shown
    assert "INFO" not in shown  # the log would tear the progress line; warnings still come


def test_show_prints_text_and_ends_the_line(at_a_terminal, run, site):
    url = site.article("/news/1.html", "The bridge")
    assert run("capture", url, *QUICK).returncode == 0
    shown, status = at_a_terminal("show", url)
    assert status == 0
    assert shown.startswith("• 我的订阅\r\n")
    assert shown.endswith(":\r\n")


def test_verify_says_what_it_is_at(at_a_terminal, run, site):
    assert run("capture", site.article("/news/1.html", "The bridge"), *QUICK).returncode == 0
    shown, status = at_a_terminal("verify")
    assert status == 0
    assert "checking 1 WARC files" in shown
    assert "\x1b[32mnothing wrong in " in shown
