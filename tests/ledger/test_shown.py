"""What is shown of the ledger: the status command's texts, and metrics."""

import json
import os
import pty
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT
from prometheus_client.parser import text_string_to_metric_families

from snapshotter.errors import CannotWrite
from snapshotter.ledger import Alarm, Figures
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.standing import Alarms
from snapshotter.report.health import health
from snapshotter.report.metrics import metrics_text, write_metrics
from snapshotter.report.run import RunReport
from snapshotter.report.status import cells, detail, overview, sparkline
from snapshotter.report.watch import MAX_LINES, message
from snapshotter.state import State

NOW = "2026-11-22T12:00:00Z"
CODE = "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"


def plain(text, _):
    return text


def day(new, at, late=()):
    figures = Figures(first_at=at, last_at=at, first_new_at=at, last_new_at=at, read=new, good=new)
    figures.captured.update({"new": new, "revised": 2})
    figures.listed["feed"] = new
    figures.skipped["known"] = 7
    figures.failed["http-503"] = 1
    figures.fields.update({"title": new, "category": new // 2})
    for minutes in late:
        figures.late.note(minutes)
    return figures


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Two sources, one with a wide name and an alarm."""
    monkeypatch.setenv("SNAPSHOTTER_NOW", NOW)
    state = State(tmp_path)
    rows = {(source, f"2026-11-{n:02}"): day(n, f"2026-11-{n:02}T09:00:00Z", [5, 5, 6, 300]) for n in range(10, 23)
            for source in ("people-cn", "重庆日报")}  # fmt: skip
    Ledger(state).write("run-1", rows)
    Alarms(state).settle({"重庆日报"}, [Alarm("silent", "重庆日报", "", "no new article for 40 h")])
    state.close()
    return tmp_path


def test_a_source_that_a_crawl_comes_to_meanwhile_is_shown(archive):
    class Beside(State):
        """A crawl writes its first figures between two questions."""

        def rows(self, statement):
            found = super().rows(statement)
            Ledger(self).write("run-2", {("new.example", "2026-11-22"): day(1, "2026-11-22T11:00:00Z")})
            return found

    state = Beside(archive)
    assert "new.example" in {one.source for one in health(state)[0]}
    state.close()


@pytest.fixture
def found(archive):
    state = State(archive)
    yield health(state)[0]
    state.close()


def test_sources_with_alarms_come_first(found):
    assert [(one.source, len(one.alarms)) for one in found] == [("重庆日报", 1), ("people-cn", 0)]


def test_the_overview_says_how_each_source_is(found):
    _, ill, well = overview(found, 0, plain)
    assert ill.split()[:2] == ["重庆日报", "silent"]
    assert well.startswith("people-cn  ok")
    assert "3 h ago" in well
    assert "·▄▄▅▅▆▆▆▇▇▇███   208" in well
    assert "5 min/5 h" in well


@pytest.mark.parametrize("width", [40, 50, 60, 72, 80, 100, 140, 200])
def test_the_overview_is_no_wider_than_the_terminal(found, width):
    lines = overview(found, width, plain)
    assert max(map(cells, lines)) <= max(width, 55)
    assert all("ok" in line or "silent" in line for line in lines[1:])


def test_a_source_is_shown_day_by_day_with_reasons(found):
    text = "\n".join(detail(found[1], 100, plain))
    assert "2026-11-22      22   22        2     ·     ·        7       1     5 min  5 h" in text
    assert "skipped   49 known" in text
    assert "failed    7 http-503" in text
    assert "title 100%, published_at 0%, source 0%, category 49%" in text


@pytest.mark.parametrize(
    ("counts", "bars"), [((), ""), ((0, 0), "··"), ((1, 8), "▁█"), ((0, 1, 4, 8, 800), "·▁▁▁█"), ((5,), "█")]
)
def test_a_sparkline_shows_every_day_that_had_something(counts, bars):
    assert sparkline(counts) == bars


def status(archive, *args, **options):
    return subprocess.run(
        [sys.executable, "-c", CODE, "status", *args, "--archive", str(archive)],
        cwd=ROOT, env={**os.environ, "SNAPSHOTTER_NOW": NOW, "TERM": "xterm"}, timeout=60, check=False, **options,
    )  # fmt: skip


def test_status_exits_with_1_while_an_alarm_stands(archive):
    done = status(archive, capture_output=True, text=True)
    assert done.returncode == 1
    assert "ALARM silent 重庆日报: no new article for 40 h, since 0 min ago" in done.stdout
    assert "\x1b" not in done.stdout
    done = status(archive, "people-cn", "--json", capture_output=True, text=True)
    shown = json.loads(done.stdout)
    assert (done.returncode, [one["source"] for one in shown["sources"]], shown["alarms"]) == (0, ["people-cn"], [])


def test_colours_are_for_terminals(archive):
    leader, follower = pty.openpty()
    done = status(archive, stdout=follower)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert done.returncode == 1
    assert "\x1b[31msilent" in shown
    assert "\x1b[32mok" in shown


@pytest.mark.parametrize(
    ("args", "code", "said"), [(["nobody"], 2, "no source 'nobody'"), (["a", "b"], 2, "one SOURCE")]
)
def test_what_status_is_called_with_wrongly(archive, args, code, said):
    done = status(archive, *args, capture_output=True, text=True)
    assert (done.returncode, said in done.stderr) == (code, True)


def test_status_makes_no_ledger_where_there_is_none(tmp_path):
    done = status(tmp_path, capture_output=True, text=True)
    assert (done.returncode, "crawl first" in done.stderr, list(tmp_path.iterdir())) == (1, True, [])


# Messages and metrics


def test_a_message_stays_short(archive):
    state = State(archive)
    alarms = Alarms(state)
    alarms.settle(set(), [Alarm("silent", f"{n}.example", "", "quiet") for n in range(200)])
    title, text = message(alarms.untold())
    state.close()
    assert title == "Snapshotter: alarms, 201 raised"
    assert len(text.splitlines()) == MAX_LINES + 1
    assert text.endswith("and 151 more: snapshotter status")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.just("\n"), min_size=1)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(0, 10**9)), max_size=4), NAMES)
def test_metrics_of_any_name_are_parsed_as_they_were_written(counts, kind):
    report = RunReport("r1", spider="news")
    report.alarmed([], [Alarm(kind, "a", "", "text")])
    ledger = {source: Figures() for source in counts}
    for source, failed in counts.items():
        ledger[source].failed.update(failed)
    text = metrics_text(report, ledger, 5)
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    failures = {
        (one.labels["source"], one.labels["reason"]): one.value
        for one in samples if one.name == "snapshotter_failures_total"
    }  # fmt: skip
    assert failures == {(source, reason): n for source, failed in counts.items() for reason, n in failed.items()}
    assert [one.labels["kind"] for one in samples if one.name == "snapshotter_alarm"] == [kind]
    assert [one.value for one in samples if one.name == "snapshotter_disk_free_bytes"] == [5]


def test_a_metrics_file_appears_whole_and_alone(tmp_path):
    path = write_metrics(tmp_path / "new", RunReport("r1", spider="news"), {}, 5)
    assert [one.name for one in path.parent.iterdir()] == ["snapshotter-news.prom"]
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="SNAPSHOTTER_METRICS_DIR"):
        write_metrics(tmp_path / "file" / "x", RunReport("r1", spider="news"), {}, 5)
