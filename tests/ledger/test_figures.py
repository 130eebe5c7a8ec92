import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.items import Snapshot
from snapshotter.ledger import Figures, Histogram
from snapshotter.ledger.figures import total

COUNTS = st.dictionaries(st.text(max_size=5), st.integers(1, 10**9), max_size=3)
TIMES = st.sampled_from(["", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T10:00:00Z"])
VALUES = st.lists(st.floats(0, 1e7), max_size=5)


@st.composite
def figures(draw):
    found = Figures()
    for name in ("listed", "captured", "verdicts", "skipped", "failed", "answers", "fields"):
        getattr(found, name).update(draw(COUNTS))
    for name in ("bytes", "read", "good"):
        setattr(found, name, draw(st.integers(0, 10**12)))
    for name in ("first_at", "last_at", "first_new_at", "last_new_at"):
        setattr(found, name, draw(TIMES))
    for histogram in (found.lengths, found.late):
        for value in draw(VALUES):
            histogram.note(value)
    return found


@given(figures())
def test_what_is_written_is_read_again(one):
    again = Figures.loads(one.dumps())
    assert again.dumps() == one.dumps()
    assert (again.captured, again.late.bins, again.last_new_at) == (one.captured, one.late.bins, one.last_new_at)


@given(st.lists(figures(), max_size=4), st.randoms(use_true_random=False))
def test_figures_add_up_in_any_order(many, dice):
    shuffled = dice.sample(many, len(many))
    plain = [Figures.loads(total(order).dumps()) for order in (many, shuffled)]
    assert plain[0].captured == plain[1].captured
    assert plain[0].late.bins == plain[1].late.bins
    assert (plain[0].first_at, plain[0].last_at) == (plain[1].first_at, plain[1].last_at)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_quantile_of_many_runs_is_that_of_all_within_a_tenth(share):
    dice = random.Random(1)
    values = [dice.lognormvariate(4, 1.5) for _ in range(5000)]
    halves = Figures(), Figures()
    for number, value in enumerate(values):
        halves[number % 2].late.note(value)
    exact = sorted(values)[int(share * len(values))]
    assert total(halves).late.quantile(share) == pytest.approx(exact, rel=0.12, abs=0.2)


def test_nothing_has_no_quantile_and_zero_is_zero():
    histogram = Histogram()
    assert histogram.quantile(0.5) is None
    histogram.note(0)
    assert (histogram.quantile(0.5), histogram.above(0)) == (0.0, 0)


SINCE = datetime(2026, 11, 20, tzinfo=UTC)


def captured(**fields):
    return Snapshot(
        **{
            "site": "a.example", "change": "new", "http_status": 200, "title": "T", "body_text": "x" * 500,
            "captured_at": "2026-11-22T12:00:00Z", "published_at": "2026-11-22T11:30:00Z",
            "published_precision": "minute",
        } | fields
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 30),
        ({"published_at": "2026-11-19T23:59:00Z"}, None),  # before anybody watched
        ({"published_at": "2026-11-22T13:00:00Z"}, None),  # a time in the future is none
        ({"published_at": "2026-11-22T00:00:00Z", "published_precision": "day"}, None),
        ({"published_at": ""}, None),
        ({"change": "revised"}, None),
        ({"verdict": "captcha"}, None),
        ({"verdict": "paywall"}, 30),
    ],
)
def test_late_is_what_could_have_been_known_sooner(fields, minutes):
    found = Figures()
    found.kept(captured(**fields), SINCE)
    assert found.late.quantile(0.5) == (None if minutes is None else pytest.approx(minutes, rel=0.1))


@pytest.mark.parametrize(
    ("fields", "read", "good", "copies"),
    [
        ({}, 1, 1, {"new": 1}),
        ({"http_status": 304, "change": "unchanged"}, 0, 0, {"unchanged": 1}),  # its fields are those of last time
        ({"verdict": "captcha"}, 1, 0, {}),
        ({"verdict": "paywall"}, 1, 0, {"new": 1}),
        ({"verdict": "http-status", "http_status": 404, "change": "gone"}, 0, 0, {"gone": 1}),
        ({"verdict": "http-status", "http_status": 500, "change": "unchanged"}, 0, 0, {}),
    ],
)
def test_only_pages_that_were_read_tell_of_fields(fields, read, good, copies):
    found = Figures()
    found.kept(captured(**fields), SINCE)
    assert (found.read, found.good, dict(found.captured)) == (read, good, copies)


@pytest.mark.parametrize(
    ("fields", "has"),
    [
        ({}, {"title", "published_at"}),
        ({"title": ""}, {"published_at"}),
        ({"authors": ("Ann",)}, {"title", "published_at", "source"}),
        ({"source_name": "新华社", "category": "时政"}, {"title", "published_at", "source", "category"}),
    ],
)
def test_a_pages_fields_are_counted(fields, has):
    found = Figures()
    found.kept(captured(**fields), SINCE)
    assert set(found.fields) == has


def test_a_gone_article_is_no_error_and_a_captcha_is_a_refusal():
    found = Figures()
    for status in (200, 404, 403, 500):
        found.answered(status, 100, "2026-11-22T12:00:00Z")
    found.kept(captured(verdict="http-status", http_status=404, change="gone"), SINCE)
    found.kept(captured(verdict="captcha"), SINCE)
    found.failure("dns", "2026-11-22T12:00:01Z")
    found.failure("robots", "2026-11-22T12:00:02Z")
    assert (found.requests, found.errors, found.refused) == (5, 3, 2)
    assert found.last_at == "2026-11-22T12:00:01Z"  # what robots.txt closes isn't asked for
