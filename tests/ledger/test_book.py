import sqlite3

import pytest

from snapshotter.errors import ArchiveError
from snapshotter.items import Snapshot
from snapshotter.ledger import Alarm, Figures, Tally
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.standing import Alarms
from snapshotter.schedule import places
from snapshotter.schedule.intervals import Place
from snapshotter.state import State


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path)
    yield state
    state.close()


@pytest.fixture
def ledger(state):
    return Ledger(state)


def figures(new=1, at="2026-11-22T10:00:00Z"):
    found = Figures(first_at=at, last_at=at)
    found.captured["new"] = new
    found.answers["200"] = new
    found.bytes = 1000 * new
    return found


def news(days):
    return [(day.source, day.day, day.figures.captured["new"]) for day in days]


def test_writing_a_run_again_changes_nothing(ledger):
    for _ in range(3):
        ledger.write("run-1", {("a", "2026-11-22"): figures(5)})
    ledger.write("run-2", {("a", "2026-11-22"): figures(2)})
    assert news(ledger.days()) == [("a", "2026-11-22", 7)]


def test_a_runs_later_figures_take_the_place_of_its_earlier_ones(ledger):
    ledger.write("run-1", {("a", "2026-11-22"): figures(5)})
    ledger.write("run-1", {("a", "2026-11-22"): figures(9)})
    assert news(ledger.days()) == [("a", "2026-11-22", 9)]


@pytest.fixture
def three_days(ledger, monkeypatch):
    for number, day in enumerate(("2026-11-18", "2026-11-19", "2026-11-22"), 1):
        for source in ("a", "b"):
            for run in ("x", "y"):
                ledger.write(f"{run}{day}", {(source, day): figures(number, f"{day}T10:00:00Z")})
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-11-22T12:00:00Z")
    return ledger


def everything(ledger):
    return (
        news(ledger.days()),
        {source: found.captured["new"] for source, found in ledger.totals().items()},
        ledger.daily_bytes(),
        ledger.watched_since(),
        ledger.sources(),
        ledger.total().captured["new"],
    )


def test_folding_days_that_are_past_changes_no_sum(three_days, state):
    before = everything(three_days)
    for _ in range(2):
        three_days.fold()
        assert everything(three_days) == before
    assert before[1] == {"a": 12, "b": 12}
    with state.reading() as connection:
        assert connection.execute("SELECT count(*) FROM ledger").fetchone() == (2 * 2 + 2 + 4,)


def test_a_source_and_a_span_of_days_can_be_asked_for(three_days):
    three_days.fold()
    assert news(three_days.days("a", "2026-11-19")) == [("a", "2026-11-19", 4), ("a", "2026-11-22", 6)]
    assert [row.day for row in three_days.visits("b", "2026-11-19")] == ["2026-11-22", "2026-11-22", "2026-11-19"]
    assert three_days.daily_bytes() == [4000, 8000, 12_000]
    assert three_days.daily_bytes("2026-11-20") == [12_000]


def test_what_is_damaged_says_what_to_do(tmp_path):
    state = State(tmp_path)
    with sqlite3.connect(tmp_path / "state.db") as connection:
        connection.execute("DROP TABLE ledger")
    with pytest.raises(ArchiveError, match="move it away"):
        Ledger(state).days()
    state.close()


# Alarms

SILENT = Alarm("silent", "a", "", "no new article for 30 h")
LAYOUT = Alarm("layout", "a", "title", "gone")
OTHER = Alarm("silent", "b", "", "quiet")


def test_an_alarm_is_raised_once_and_cleared_once(state):
    alarms = Alarms(state)
    assert alarms.settle({"a"}, [SILENT]) == ([SILENT], [])
    longer = Alarm("silent", "a", "", "no new article for 31 h")
    assert alarms.settle({"a"}, [longer]) == ([], [])
    assert [one.alarm for one in alarms.standing()] == [longer]
    assert alarms.settle({"a"}, []) == ([], [longer])
    assert (alarms.settle({"a"}, []), alarms.standing()) == (([], []), [])
    assert alarms.settle({"a"}, [SILENT]) == ([SILENT], [])  # it may come again


def test_a_run_clears_nothing_of_sources_it_was_not_at(state):
    alarms = Alarms(state)
    alarms.settle({"a", "b"}, [SILENT, OTHER, LAYOUT])
    assert alarms.settle({"b"}, []) == ([], [OTHER])
    assert {one.alarm for one in alarms.standing()} == {SILENT, LAYOUT}


def test_what_nobody_was_told_of_waits_and_what_is_over_by_then_is_dropped(state):
    alarms = Alarms(state)
    alarms.settle({"a", "b"}, [SILENT, OTHER])
    waiting = alarms.untold()
    assert [one.alarm for one in waiting] == [SILENT, OTHER]
    alarms.settle({"b"}, [])  # raised and over, and nobody was told of either
    assert [one.alarm for one in alarms.untold()] == [SILENT]
    alarms.told(alarms.untold())
    assert alarms.untold() == []
    alarms.settle({"a"}, [])
    assert [(one.alarm, bool(one.cleared_at)) for one in alarms.untold()] == [(SILENT, True)]
    alarms.told(alarms.untold())
    assert alarms.untold() == []


# What a run counts

NOW = "SNAPSHOTTER_NOW"


def test_a_run_over_midnight_counts_each_thing_on_its_day(monkeypatch):
    monkeypatch.setenv(NOW, "2026-11-22T23:59:59Z")
    tally = Tally()
    tally.listed("a", "feed", 2)
    tally.kept(Snapshot(site="a", change="new", captured_at="2026-11-22T23:59:59Z", http_status=200))
    monkeypatch.setenv(NOW, "2026-11-23T00:00:01Z")
    tally.skipped("a", "known")
    written = tally.changes()
    assert tally.changes() == written  # it may be that they couldn't be written
    tally.written(written)
    assert sorted(written) == [("a", "2026-11-22"), ("a", "2026-11-23")]
    tally.skipped("a", "known")
    again = tally.changes()
    assert {key: dict(found.skipped) for key, found in again.items()} == {("a", "2026-11-23"): {"known": 2}}
    tally.written(again)
    assert tally.changes() == {}


def test_a_host_that_only_answered_is_no_source():
    tally = Tally()
    tally.answered("cdn.example", 200, 10)  # its robots.txt, say
    assert (tally.changes(), tally.sources()) == ({}, set())
    tally.failed("cdn.example", "dns")
    assert tally.sources() == {"cdn.example"}


def test_memory_is_bounded_however_many_sources_there_are(monkeypatch):
    monkeypatch.setattr("snapshotter.ledger.tally.MAX_SOURCES", 3)
    tally = Tally()
    for number in range(10):
        tally.skipped(f"{number}.example", "known")
    assert len(tally.changes()) == 3


def test_the_next_visit_is_read_off_the_schedule(state):
    assert places.next_due(state) == {}
    at = {("a", "1"): "2026-11-22T10:00:00Z", ("a", "2"): "2026-11-22T09:00:00Z", ("b", "3"): ""}
    with state.transaction() as connection:
        for (source, url), moment in at.items():
            places.add(connection, Place(source, url, "feed", moment, 900))
    assert places.next_due(state) == {"a": "2026-11-22T09:00:00Z"}
