"""Real crawls of a site on loopback, day after day; each trouble is raised in the next run, and over when healed."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from moving_site import MovingSite
from project import ROOT
from prometheus_client.parser import text_string_to_metric_families

from snapshotter.ledger.book import Ledger
from snapshotter.ledger.standing import Alarms
from snapshotter.report.exits import Exit
from snapshotter.state import State
from snapshotter.verify import verify

MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
CODE = "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"


class Webhook:
    """Takes what is posted to it; answers 500 while ``is_down``."""

    def __init__(self):
        self.heard, self.is_down = [], False
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not hook.is_down:
                    hook.heard.append(json.loads(body))
                self.send_response(500 if hook.is_down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://:secret-word@127.0.0.1:{self._server.server_port}/alarms"

    def __enter__(self):
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Operator:
    """Runs commands at a simulated time."""

    def __init__(self, folder, site, webhook):
        self.archive, self.metrics = folder / "archive", folder / "metrics"
        (folder / "sites").mkdir()
        (folder / "sites" / "harrow.toml").write_text(site.rules)
        self.settings = {
            "SNAPSHOTTER_SITES": folder / "sites",
            "SNAPSHOTTER_WORKERS": 1,
            "SNAPSHOTTER_NOTIFY": webhook.url,
            "SNAPSHOTTER_METRICS_DIR": self.metrics,
            "SNAPSHOTTER_REVISIT_AFTER_S": 10**9,
            "SNAPSHOTTER_DISK_FREE_BYTES": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
        }
        self.now = MONDAY
        self.log = ""

    def run(self, *args, **settings):
        options = [f"{name}={value}" for name, value in (self.settings | settings).items()]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            [sys.executable, "-c", CODE, *args, "--archive", str(self.archive), *(f"-s{one}" for one in options)],
            cwd=ROOT, env={**environment, "SNAPSHOTTER_NOW": f"{self.now:%Y-%m-%dT%H:%M:%SZ}"},
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        self.log = done.stderr
        assert "Traceback" not in self.log, self.log
        return done

    def crawl(self, **settings):
        """The exit status, and the kinds of alarms that the run raised, by its report."""
        done = self.run("crawl", "news", **settings)
        report = json.loads(max((self.archive / "log").glob("run-*.json"), key=os.path.getmtime).read_text("utf-8"))
        return done.returncode, {alarm["kind"] for alarm in report["alarms_raised"]}

    def standing(self):
        state = State(self.archive)
        try:
            return {one.alarm.kind for one in Alarms(state).standing()}
        finally:
            state.close()


@pytest.fixture
def webhook():
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def site():
    with MovingSite() as site:
        yield site


@pytest.fixture
def operator(tmp_path, site, webhook):
    return Operator(tmp_path, site, webhook)


def test_each_trouble_is_raised_in_the_next_run_and_over_when_it_is_healed(operator, site, webhook):
    def a_day_on(stories=12):
        operator.now += timedelta(days=1)
        site.publish(stories, operator.now)
        return operator.crawl()

    site.publish(12, operator.now)
    assert operator.crawl() == (0, set())
    assert a_day_on() == (0, set())
    assert webhook.heard == []

    # Its layout changes: fields vanish
    site.broken = True
    assert a_day_on() == (Exit.ALARM, {"layout"})
    assert "ALARM layout harrow: pages with title: 0 of the last 12; usual are 100%" in operator.log
    assert a_day_on() == (0, set())  # it stands, and isn't raised again
    assert len(webhook.heard) == 1
    assert "layout harrow: pages with title" in webhook.heard[0]["message"]
    site.broken = False
    assert a_day_on() == (0, set())
    assert "alarm over: layout harrow" in operator.log
    assert operator.standing() == set()
    assert webhook.heard[1]["title"].endswith(" over")

    # It blocks us, and the webhook is down
    site.blocked, webhook.is_down = True, True
    assert a_day_on() == (Exit.ALARM, {"blocked"})
    assert "nobody could be told" in operator.log
    site.blocked, webhook.is_down = False, False
    operator.now += timedelta(minutes=1)
    assert operator.crawl() == (0, set())
    assert operator.standing() == set()
    assert len(webhook.heard) == 2  # what is over already is told to nobody

    # Its feed and its front page are emptied
    site.is_bare = True
    operator.now += timedelta(hours=1)
    assert operator.crawl() == (Exit.ALARM, {"silent"})
    assert "name no article any more" in operator.log
    site.is_bare = False
    operator.now += timedelta(hours=1)
    assert operator.crawl() == (0, set())
    assert operator.standing() == set()

    # Its feed falls silent
    operator.now += timedelta(days=5)  # over a weekend, on which it may rest
    assert operator.crawl() == (Exit.ALARM, {"silent"})
    done = operator.run("status")
    assert done.returncode == 1
    assert "ALARM silent harrow: no new article for" in done.stdout
    assert a_day_on() == (0, set())
    assert operator.run("status").returncode == 0

    assert "secret-word" not in "".join(path.read_text("utf-8") for path in (operator.archive / "log").iterdir())
    assert list(verify(operator.archive)) == []


def test_what_a_crawl_counts_is_in_ledger_status_and_metrics(operator, site):
    site.publish(8, operator.now)
    operator.crawl()
    operator.now += timedelta(hours=1)
    site.publish(4, operator.now - timedelta(minutes=10))
    assert operator.crawl() == (0, set())

    state = State(operator.archive)
    (day,) = Ledger(state).days("harrow")
    state.close()
    figures = day.figures
    assert (figures.captured, figures.verdicts) == ({"new": 12}, {"ok": 12})
    assert figures.skipped == {"known": 8}
    assert (figures.good, figures.fields["title"], figures.fields["source"]) == (12, 12, 12)
    assert figures.late.quantile(0.5) == pytest.approx(12, rel=0.15)  # of the four that came while it was watched
    assert figures.late.bins.total() == 4

    (shown,) = json.loads(operator.run("status", "--json").stdout)["sources"]
    assert (shown["source"], shown["new_by_day"][-1], shown["coverage"]["category"]) == ("harrow", 12, 1.0)
    assert shown["late_minutes_p50"] == figures.late.quantile(0.5)

    (file,) = operator.metrics.iterdir()
    assert file.name == "snapshotter-news.prom"
    families = {family.name: family for family in text_string_to_metric_families(file.read_text("utf-8"))}
    (captures,) = families["snapshotter_captures"].samples
    assert captures.labels == {"spider": "news", "source": "harrow", "change": "new"}
    assert (captures.name, captures.value) == ("snapshotter_captures_total", 12)
    assert families["snapshotter_run_captures"].samples[0].value == 4
    assert families["snapshotter_run_exit_status"].samples[0].value == 0


def test_a_place_to_tell_that_cannot_be_used_is_refused_at_the_start(operator):
    done = operator.run("crawl", "news", SNAPSHOTTER_NOTIFY="nosuch://host:password@1")
    assert done.returncode == Exit.USAGE
    assert "URL 1" in done.stderr
    assert "password" not in done.stderr


def test_a_ledger_that_is_damaged_ends_no_crawl(operator, site):
    site.publish(2, operator.now)
    operator.archive.mkdir()
    (operator.archive / "state.db").write_bytes(b"this is no database" * 100)
    assert operator.crawl() == (Exit.CANNOT_WRITE, set())
    assert "move it away" in operator.log
    done = operator.run("stats", "--format", "json")
    assert json.loads(done.stdout)["captures"] == 2
    done = operator.run("status")
    assert (done.returncode, "move it away" in done.stderr) == (1, True)


def test_a_disk_that_fills_is_an_alarm_of_the_archive(operator, site):
    site.publish(2, operator.now)
    room = os.statvfs(operator.archive.parent)
    least = int(room.f_bavail * room.f_frsize / 1.5)
    assert operator.crawl(SNAPSHOTTER_DISK_FREE_BYTES=least) == (Exit.ALARM, {"disk"})
    operator.now += timedelta(minutes=1)
    operator.crawl()
    assert operator.standing() == set()
