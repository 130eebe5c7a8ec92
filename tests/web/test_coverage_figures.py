"""The ledger in figures, and as charts and a table on the statistics page; how it is where there is none."""

import shutil
from contextlib import closing

import pytest
from answers import ask
from browser import served

from snapshotter.ledger import Figures
from snapshotter.ledger.book import Ledger
from snapshotter.state import State
from snapshotter.web.charts import curves, spark
from snapshotter.web.coverage import DAYS, coverage

NOW = "2026-11-22T12:00:00Z"


def figures(new, late=()):
    made = Figures(good=new, read=new, first_at=NOW, last_at=NOW, last_new_at=NOW)
    made.captured.update({"new": new, "revised": 2})
    made.listed["feed"] = 2 * new
    made.skipped["known"] = 7
    made.failed["http-503"] = 1
    made.fields.update({"title": new, "category": new // 2})
    for minutes in late:
        made.late.note(minutes)
    return made


def fill(folder, *days):
    with closing(State(folder)) as state:
        rows = {(source, day): figures(10, [5, 5, 300]) for source in ("people-cn", "bbc") for day in days}
        Ledger(state).write("run-1", rows)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SNAPSHOTTER_NOW", NOW)


def test_all_sources_together_day_by_day(tmp_path):
    fill(tmp_path, "2026-11-20", "2026-11-22", "2026-09-01")
    found = coverage(tmp_path)
    assert (len(found.days), found.sources, found.good) == (DAYS, 2, 40)
    assert (found.days[-1].day, found.days[-1].listed, found.days[-1].captured) == ("2026-11-22", 40, 24)
    assert (found.days[-2].listed, found.days[-2].late) == (0, (None, None))
    assert found.fields == {"title": 40, "published_at": 0, "source": 0, "category": 20}
    assert found.late[0] == pytest.approx(5, rel=0.2)
    assert found.late[1] == pytest.approx(300, rel=0.2)


def test_without_a_ledger_there_are_no_figures(tmp_path):
    assert coverage(tmp_path) is None
    State(tmp_path).close()
    assert coverage(tmp_path) is None
    (tmp_path / "state.db").write_bytes(b"no database, but long enough to be taken for one" * 100)
    assert coverage(tmp_path) is None


def test_the_statistics_page_shows_them_as_charts_and_as_a_table(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    for path in folder.glob("state.db*"):
        path.unlink()
    with served(folder) as address:
        assert "Nothing was crawled yet" in ask(address, "/statistics?lang=en").text
    fill(folder, *(f"2026-11-{number:02}" for number in range(1, 23)), *(f"2026-10-{one}" for one in range(20, 32)))
    with served(folder) as address:
        page = ask(address, "/statistics?lang=en").text
    ledger = page[page.index('id="ledger"') :]
    assert ledger.count('class="chart"') == ledger.count('role="img"') == 5
    assert "The last 28 days; sources: 2" in ledger
    cells = "<td>40</td><td>24</td><td>14</td><td>2</td><td>5 min</td><td>5 h</td>"
    assert f'<th scope="row">2026-11-22</th>{cells}' in ledger
    assert ledger.count('<th scope="row">') == DAYS
    assert len(page.encode()) <= 40_000


@pytest.mark.parametrize(
    ("values", "segments"),
    [({}, 0), ({"a": (None, None)}, 0), ({"a": (1.0, 2.0), "b": (None, 3.0), "c": (0.0, None)}, 4)],
)
def test_curves_leave_gaps(values, segments):
    made = curves(values, '<top & "all">', 'x"<y>')
    assert made.count("h.1") == segments
    assert "<top" not in made
    assert 'aria-label="x&quot;&lt;y&gt;"' in made


def test_a_spark_says_its_values():
    made = spark([0, 3, 1], 'a"<b>')
    assert made.count("<rect") == 2
    assert 'aria-label="a&quot;&lt;b&gt;: 0, 3, 1"' in made
    assert spark([], "none").count("<rect") == 0
