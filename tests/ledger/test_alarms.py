"""Simulated weeks: nothing is raised while sources do as they use to, and what goes wrong is raised at once.

The numbers can be raised: SNAPSHOTTER_ALARM_SEEDS=20 SNAPSHOTTER_ALARM_DAYS=42 pytest tests/ledger/test_alarms.py
"""

import os
from datetime import timedelta

import pytest
from news_weeks import HOUR, MONDAY, Past, Source, replace, visits

from snapshotter.ledger import Day, Disk, Figures, alarms, disk_alarms
from snapshotter.ledger.figures import FIELDS

SEEDS = int(os.environ.get("SNAPSHOTTER_ALARM_SEEDS", "1"))
DAYS = int(os.environ.get("SNAPSHOTTER_ALARM_DAYS", "15"))
SOURCES = {
    "portal": Source(150, visit_every_h=3),
    "paper": Source(40, visit_every_h=2),
    "small": Source(3, visit_every_h=4),
    "one-a-day": Source(1, visit_every_h=6),
    "rare": Source(0.3, visit_every_h=6),
    "weekdays-east": Source(30, weekend=0, visit_every_h=4),
    "weekdays-west": Source(30, weekend=0, zone_h=-8, visit_every_h=4),
    "thin-weekends": Source(30, weekend=0.15, visit_every_h=4),
    "magazine": Source(20, only_on=3, visit_every_h=6),
    "visited-daily": Source(30, visit_every_h=24),
    "half-blank": Source(40, share=0.82, visit_every_h=3),
    "shaky": Source(40, error=0.15, visit_every_h=3),
}


def raised(source, days, seed=0, past=None, start=MONDAY):
    """(when, kind, field) of each alarm as it is raised, in simulated visits."""
    past, standing = past or Past(), set()
    for at, figures in visits(source, days, seed, start):
        now = {(alarm.kind, alarm.field) for alarm in alarms("a.example", past.add(at, figures))}
        yield from ((at, *key) for key in sorted(now - standing))
        standing = now


@pytest.mark.parametrize("name", SOURCES)
def test_quiet_normal_weeks_raise_nothing(name):
    assert [list(raised(SOURCES[name], DAYS, seed)) for seed in range(SEEDS)] == [[]] * SEEDS


@pytest.fixture
def a_week():
    """A source's normal week; it ends on a Monday."""

    def a_week(source):
        past = Past()
        assert list(raised(source, 7, past=past)) == []
        return past

    return a_week


THEN = MONDAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("name", "within_h"), [("paper", 28), ("portal", 28), ("weekdays-east", 40), ("small", 100), ("visited-daily", 72)]
)
def test_a_source_that_falls_silent_is_noticed_and_then_forgiven(a_week, name, within_h):
    source = SOURCES[name]
    past = a_week(source)
    silent = replace(source, a_day=0, backlog=0)
    ((at, kind, _), *more) = raised(silent, 12, past=past, start=THEN)
    assert (kind, more) == ("silent", [])
    assert timedelta(hours=20) < at - THEN <= timedelta(hours=within_h)
    figures = next(figures for _, figures in visits(replace(source, backlog=9), 1, 0, THEN + timedelta(days=13)))
    assert alarms("a.example", past.add(THEN + timedelta(days=13), figures)) == []


def lists(*shown):
    """The alarms after visits, oldest first: feeds that name articles, bare feeds; the same of sections."""
    past = Past()
    for number, (feed, bare_feeds, section, bare_sections) in enumerate(shown):
        figures = Figures(
            naming={"feed": feed, "listing": section}, bare={"feed": bare_feeds, "listing": bare_sections}
        )
        found = alarms("a.example", past.add(MONDAY + timedelta(hours=number), Figures.loads(figures.dumps())))
    return [(alarm.kind, alarm.text) for alarm in found]


UNCHANGED = (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ([(20, 0, 0, 0), (20, 0, 0, 0), (0, 1, 0, 0)], "its feeds name no article any more"),
        ([(20, 0, 9, 0), (20, 0, 9, 0), (0, 1, 9, 0)], "its feeds name no article any more"),
        ([(20, 0, 9, 0), (20, 0, 9, 0), (20, 0, 0, 1)], "its sections name no article any more"),
        ([(20, 0, 0, 0), (20, 0, 0, 0), (0, 1, 0, 0), UNCHANGED], "its feeds name no article any more"),
        ([(20, 0, 0, 0), (20, 0, 0, 0), UNCHANGED], ""),
        ([(20, 0, 0, 0), (0, 1, 0, 0)], ""),  # too little is known of it
        ([(0, 1, 0, 0)] * 3, ""),  # it never named any
        ([(20, 1, 0, 0), (20, 1, 0, 0), (0, 1, 0, 0)], ""),  # one of its feeds uses to be bare
        ([(20, 0, 0, 0), (20, 0, 0, 0), (0, 1, 0, 0), (20, 0, 0, 0)], ""),
        (
            [(20, 0, 0, 0), (0, 1, 0, 0), *[(20, 0, 0, 0)] * 9, (0, 1, 0, 0)],
            "its feeds name no article any more",
        ),
    ],
)
def test_lists_that_name_no_article_any_more_are_told_at_once(shown, text):
    assert lists(*shown) == ([("silent", text)] if text else [])


def test_a_source_that_nobody_visits_is_not_silent(a_week):
    past = a_week(SOURCES["paper"])
    assert alarms("a.example", past.rows) == []
    at = THEN + timedelta(days=5)
    figures = next(figures for _, figures in visits(SOURCES["paper"], 1, 0, at))  # it is there, and has news
    assert alarms("a.example", past.add(at, figures)) == []


def the_next_visit(past, **changes):
    """The alarms after one more visit, which reads 12 pages unless it is said otherwise."""
    source = replace(Source(0, backlog=12, error=0, share=1), **changes)
    at, figures = next(visits(source, 1, 1, THEN))
    return {(alarm.kind, alarm.field): alarm.text for alarm in alarms("a.example", past.add(at, figures))}


def test_fields_that_vanish_are_noticed_in_the_next_visit(a_week):
    found = the_next_visit(a_week(SOURCES["paper"]), share=0)
    assert set(found) == {("layout", name) for name in FIELDS}
    assert found["layout", "title"].startswith("pages with title: 0 of the last 12; usual are ")


def test_six_pages_are_enough_where_all_are_bad(a_week):
    assert set(the_next_visit(a_week(SOURCES["paper"]), share=0, backlog=6)) == {("layout", name) for name in FIELDS}


def test_a_broken_layout_is_over_when_pages_read_well_again(a_week):
    past = a_week(SOURCES["paper"])
    assert the_next_visit(past, share=0)
    assert the_next_visit(past) == {}


def test_a_broken_layout_stays_broken_for_as_long_as_nobody_mends_it(a_week):
    past = a_week(SOURCES["paper"])
    list(raised(replace(SOURCES["paper"], share=0), 5, past=past, start=THEN))
    assert {alarm.field for alarm in alarms("a.example", past.rows)} == set(FIELDS)


@pytest.mark.parametrize(("share", "pages"), [(0.6, 12), (0.0, 5)])
def test_a_few_pages_without_a_field_are_chance(a_week, share, pages):
    assert the_next_visit(a_week(SOURCES["half-blank"]), share=share, backlog=pages) == {}


def one_more(past, change, pages=12):
    at, figures = next(visits(Source(0, backlog=pages, error=0, share=1), 1, 1, THEN))
    change(figures)
    return {(alarm.kind, alarm.field): alarm.text for alarm in alarms("a.example", past.add(at, figures))}


def no_longer_articles(figures):
    figures.good = 0
    figures.fields.clear()
    figures.lengths.bins.clear()


def only_teasers(figures):
    figures.lengths.bins.clear()
    for _ in range(12):
        figures.lengths.note(40)


def all_refused(figures):
    figures.answers.clear()
    figures.answers["403"] = 3
    figures.failed["http-403"] = 3


def locked_out(figures):
    figures.answers.clear()
    figures.answers.update({"401": 2, "451": 3})
    figures.failed.update({"http-401": 2, "http-451": 3})


def unreachable(figures):
    figures.answers.clear()
    figures.failed["timeout"] = 10


def down(figures):
    figures.answers.clear()
    figures.answers["503"] = figures.failed["http-503"] = 7


def half_broken(figures):
    figures.answers.update({"500": 9, "200": -6})
    figures.failed["http-500"] = 9


def captchas(figures):
    figures.good = 0
    figures.verdicts["captcha"] = 12


@pytest.mark.parametrize(
    ("change", "raised"),
    [
        (no_longer_articles, {("layout", "article")}),
        (only_teasers, {("layout", "body")}),
        (all_refused, {("blocked", "")}),
        (locked_out, {("blocked", "")}),
        (unreachable, {("errors", "")}),
        (down, {("errors", "")}),
        (half_broken, {("errors", "")}),
        (captchas, {("blocked", ""), ("layout", "article")}),
    ],
)
def test_what_goes_wrong_is_noticed_in_the_next_visit(a_week, change, raised):
    past = a_week(SOURCES["paper"])
    found = one_more(past, change)
    assert set(found) == raised, found
    assert all(one_more(past, lambda _: None) == {} for _ in range(2)) or change is captchas


def test_a_source_in_its_first_days_has_no_past_to_hold_it_against():
    past = Past()
    at, figures = next(visits(Source(0, backlog=50, share=0), 1, 0))
    assert alarms("a.example", past.add(at, figures)) == []
    assert alarms("a.example", []) == []
    for hours in range(1, 200, 10):  # a page that was crawled once, and has nothing new ever after
        later = Figures()
        later.visited(f"{at + hours * HOUR:%Y-%m-%dT%H:%M:%SZ}")
        assert alarms("a.example", past.add(at + hours * HOUR, later)) == []


def test_one_page_that_is_refused_is_no_block():
    figures = Figures(last_at="2026-11-22T10:00:00Z")
    figures.answers.update({"200": 8, "403": 2})
    assert alarms("a.example", [Day("a.example", "2026-11-22", figures)]) == []


GB = 10**9


@pytest.mark.parametrize(
    ("disk", "said"),
    [
        (Disk(50 * GB, GB // 2, GB), []),
        (Disk(2 * GB, GB // 2, GB), ["2.0 GB free, at this pace for 2.0 days"]),
        (Disk(GB // 2, GB // 2, 0), ["0.5 GB free"]),
        (Disk(50 * GB, 0, 0), []),
        (Disk(GB, 0, 0), []),
    ],
)
def test_a_disk_that_fills_is_noticed_days_before(disk, said):
    assert [alarm.text for alarm in disk_alarms(disk)] == said
