"""``crawl --due``: real crawls of a small web, at moments that are given; what was asked for, and what is kept."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from news_web import NewsSite, NewsWeb, crawl_due

from snapshotter.proof.keys import public_keys
from snapshotter.proof.manifest import Manifest
from snapshotter.store import ArchiveReader
from snapshotter.verify import verify

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
FEED = "/feed.xml"
NO_VISITS = "revisit = []"
ALL_VISITS = 'revisit = ["10m", "1h", "6h", "1d", "3d", "7d", "30d"]'


def story(number):
    return f"/2026/11/story-{number}.html"


def round_of(web, folder, minutes, *options):
    """One round, so many minutes after the start: (exit status, what it said)."""
    process = crawl_due(web, folder, START + timedelta(minutes=minutes), *options)
    out, log = process.communicate(timeout=100)
    return process.returncode, out + log


class Days:
    """The rounds of two days: ``asked(minutes, host)`` is what one of them asked a host for."""

    def __init__(self, folder):
        names = ("day", "stale", "broken", "rest", "slow", "down")
        self.web = NewsWeb({f"{name}.example": NewsSite(dict.fromkeys(range(5), "")) for name in names})
        self.folder = folder
        self._rounds = {}

    def site(self, name):
        return self.web.sites[f"{name}.example"]

    def asked(self, minutes, name):
        asked = self.web.log[slice(*self._rounds[minutes])]
        return sorted(
            (one.path, one.status) for one in asked if one.host == f"{name}.example" and one.path != "/robots.txt"
        )

    def round(self, minutes):
        before = len(self.web.log)
        assert round_of(self.web, self.folder, minutes)[0] == 0
        self._rounds[minutes] = (before, len(self.web.log))

    def changes(self, name):
        with ArchiveReader.open(self.folder / "archive") as archive:
            return [(one.url.rpartition("-")[2].removesuffix(".html"), one.change)
                    for one in archive.snapshots() if one.site == name]  # fmt: skip

    def state(self, query):
        with closing(sqlite3.connect(self.folder / "archive" / "state.db")) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    told = Days(tmp_path_factory.mktemp("days"))
    told.web.write_rules(
        told.folder / "sites",
        {"stale": NO_VISITS, "broken": NO_VISITS, "slow": NO_VISITS, "down": 'revisit = ["10m"]'}
        | dict.fromkeys(("day", "rest"), ALL_VISITS),
    )
    day, broken = told.site("day"), told.site("broken")
    with told.web:
        told.site("stale").feed_etag = '"always the same"'
        told.site("slow").feed_extra = "<ttl>50</ttl>"
        broken.broken = {story(1): (500, {}), story(2): (404, {})}
        told.round(0)
        told.round(1)
        broken.broken.pop(story(1))
        broken.articles = {1: ""}  # the feed lists the others no more
        told.site("stale").articles[9] = ""
        told.site("down").broken[story(3)] = (503, {})
        told.round(10)
        day.articles |= {5: "", 1: "Four people were hurt."}
        told.site("rest").broken[FEED] = (429, {"Retry-After": "7200"})
        told.round(15)
        told.site("rest").broken.clear()
        told.site("down").broken.clear()
        told.round(20)
        told.round(50)
        told.round(61)
        day.articles.pop(2)
        day.feed_extra = "<description>another body, nothing new</description>"
        for minutes in (136, 300, 430, 1900):
            told.round(minutes)
        yield told


def test_what_is_new_is_fetched_and_what_is_known_is_visited(days):
    assert days.asked(0, "day") == [(story(n), 200) for n in range(5)] + [(FEED, 200)]
    assert days.asked(10, "day") == [(story(n), 304) for n in range(5)]
    assert days.asked(15, "day") == [(story(5), 200), (FEED, 200)]
    assert {(story(0), 304), (story(1), 200)} <= set(days.asked(61, "day"))
    assert (story(2), 404) in days.asked(430, "day")
    kept = days.changes("day")
    assert sorted(number for number, change in kept if change == "new") == ["0", "1", "2", "3", "4", "5"]
    assert [kept.count(one) for one in [("1", "revised"), ("2", "gone")]] == [1, 2]
    assert days.changes("stale").count(("9", "new")) == 1


def test_a_round_with_nothing_to_do_asks_nobody_and_writes_nothing(days):
    assert not [days.asked(1, name) for name in ("day", "slow") if days.asked(1, name)]
    assert len(list((days.folder / "archive" / "log").glob("run-*.json"))) == 10


def test_the_list_that_a_round_signs_names_the_schedules_database_too(days):
    archive = days.folder / "archive"
    listed = {one.path for one in Manifest(archive).listed(public_keys(archive))}
    assert {"catalog.db", "state.db"} <= listed


def test_robots_txt_is_asked_for_twice_a_day(days):
    assert [one.host for one in days.web.log if one.path == "/robots.txt"].count("day.example") == 2


def test_a_feed_whose_etag_never_changes_is_found_out(days):
    assert [days.asked(minutes, "stale") for minutes in (15, 50, 136)] == [[(FEED, 304)]] * 3
    assert days.asked(300, "stale") == [(story(9), 200), (FEED, 200)]
    assert "If-None-Match" not in days.web.asked(FEED, "stale.example")[-1].headers


def test_articles_that_fail_wait_and_are_given_up_in_the_end(days):
    assert (story(1), 500) in days.asked(0, "broken")
    assert (story(1), 200) in days.asked(10, "broken")  # on no list any more, but on ours
    assert len(days.web.asked(story(2), "broken.example")) == 4
    assert days.state("SELECT url, next_at FROM waiting") == [(f"http://broken.example{story(2)}", "")]


def test_a_server_that_asks_for_rest_gets_it(days):
    assert (FEED, 429) in days.asked(15, "rest")
    assert not days.asked(50, "rest")
    assert not days.asked(61, "rest")  # nor are its articles visited
    assert (FEED, 304) in days.asked(136, "rest")


def test_a_feed_may_ask_to_be_asked_less_often(days):
    assert [bool(days.asked(minutes, "slow")) for minutes in (15, 20, 50)] == [False, False, True]


def test_visits_that_fail_are_made_up_for(days):
    assert (story(3), 503) in days.asked(10, "down")
    assert story(3) not in [path for path, _ in days.asked(15, "down")]
    assert days.asked(20, "down") == [(story(3), 304)]


def test_the_archive_of_many_rounds_is_whole(days):
    assert list(verify(days.folder / "archive")) == []
    (path,) = (days.folder / "archive" / "log").glob("run-20261120T085000Z-*.json")
    report = json.loads(path.read_text())
    assert report["sites"]["slow"]["skipped"] == {"unchanged": 1}
    assert report["exit_status"] == 0


@pytest.fixture
def web(tmp_path):
    with NewsWeb({"harrow.example": NewsSite(dict.fromkeys(range(5), ""))}) as served:
        served.write_rules(tmp_path / "sites")
        yield served


def test_what_a_killed_round_listed_is_the_next_ones(web, tmp_path):
    web.stop_at, web.delay_s = 2, 30
    process = crawl_due(web, tmp_path, START)
    assert web.reached.wait(60)
    process.kill()
    process.communicate()
    web.stop_at, before = 0, len(web.asked(FEED))
    assert round_of(web, tmp_path, 0)[0] == 0
    assert len(web.asked(FEED)) == before  # it was read, and that is known
    with ArchiveReader.open(tmp_path / "archive") as archive:
        assert sorted(one.url[-6] for one in archive.snapshots()) == list("01234")
    assert list(verify(tmp_path / "archive")) == []


def test_what_is_due_is_told_and_not_done(web, tmp_path):
    status, said = round_of(web, tmp_path, 0, "--dry-run")
    assert (status, said.splitlines()) == (
        0,
        ["source  places  new  visits  next", "harrow       1    0       0  now"],
    )
    assert web.log == []
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    "options", [["-a", "site=nobody"], ["capture"], ["--at-once", "0"], ["-s", "SNAPSHOTTER_REVISIT=1h soon"]]
)
def test_what_cannot_be_is_refused(web, tmp_path, options):
    status, said = round_of(web, tmp_path, 0, *options)
    assert status == 2, said
    assert "Traceback" not in said
    assert web.log == []


def test_a_round_leaves_a_server_alone_as_soon_as_it_asks_for_that(web, tmp_path):
    site = web.sites["harrow.example"]
    site.articles = dict.fromkeys(range(30), "")
    site.broken = {story(number): (429, {"Retry-After": "3600"}) for number in range(30)}
    round_of(web, tmp_path, 0)
    assert len(web.asked()) < 25  # what is on its way, or answered at once on a busy machine, can't be called back
    site.broken.clear()
    before = len(web.log)
    assert round_of(web, tmp_path, 61)[0] == 0
    assert sum(one.status == 200 for one in web.log[before:]) >= 30
