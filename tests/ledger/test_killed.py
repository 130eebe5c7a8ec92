"""kill -9 in the midst of a run: what it counted until then stays, and the next run counts on."""

import json
import os
import signal
import subprocess
import sys

from project import ROOT
from small_site import SmallSite

from snapshotter.ledger.book import Ledger
from snapshotter.state import State

CODE = (
    "import snapshotter.extensions.ledger as ledger; ledger.INTERVAL_S = 0.2\n"
    "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"
)
PAGES = 120


def crawl(site, archive):
    settings = ("AUTOTHROTTLE_ENABLED=0", "SNAPSHOTTER_WORKERS=1", "SNAPSHOTTER_DISK_FREE_BYTES=0", "LOG_LEVEL=ERROR")
    options = [part for one in settings for part in ("-s", one)]
    command = [sys.executable, "-c", CODE, "crawl", "news", "-a", f"start={site.url}/", "--archive", str(archive)]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def test_a_killed_run_is_in_the_ledger_as_far_as_it_came(tmp_path):
    with SmallSite(PAGES) as site:
        site.wait_for = PAGES // 2
        process = crawl(site, tmp_path)
        assert site.reached.wait(60)
        seen = 0
        while not seen:  # it writes five times a second
            assert process.poll() is None
            seen = captured(tmp_path)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        before = captured(tmp_path)
        assert before > 0
        process = crawl(site, tmp_path)
        process.communicate(timeout=100)
        assert process.returncode == 0
        (report,) = (tmp_path / "log").glob("run-*.json")
        second = json.loads(report.read_text("utf-8"))["totals"]["changes"]["new"]
        # what was archived between the last write and the kill isn't new any more, and was never counted
        assert before + second == captured(tmp_path) <= PAGES


def captured(archive):
    state = State(archive)
    try:
        return Ledger(state).total().captured["new"]
    finally:
        state.close()
