"""When an article is visited next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.items import CHANGES, VERDICTS, Snapshot
from snapshotter.schedule.visits import GONE_AGAIN, TRIES, History, Plan, Plans, Seen, next_visit, published

PUBLISHED = datetime(2026, 11, 20, 8, tzinfo=UTC)
PLAN = Plan()
M, H, D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def seen(*captures):
    """(after publication, verdict, change) or just the first of them: a good copy."""
    return [
        Seen(PUBLISHED + each[0], *each[1:]) if isinstance(each, tuple) else Seen(PUBLISHED + each, "ok", "unchanged")
        for each in captures
    ]


def due(*captures, plan=PLAN, published_at=PUBLISHED):
    """How long after publication the next visit is."""
    captured = seen(*captures)
    moment = next_visit(History(captured[0].at, published_at, captured), plan)
    return moment - PUBLISHED if moment else None


@pytest.mark.parametrize(
    ("captures", "after"),
    [
        ([0 * M], 10 * M),
        ([4 * M], 10 * M),
        ([6 * M], H),  # too close behind for ten minutes
        ([0 * M, 10 * M], H),
        ([0 * M, 11 * M], H),
        ([0 * M, 10 * M, H], 6 * H),
        ([0 * M, 5 * H], D),  # we were away
        ([0 * M, D], 3 * D),
        ([0 * M, 7 * D], 30 * D),
        ([0 * M, 30 * D], None),
        ([2.5 * D], 7 * D),  # found late
        ([90 * D], 120 * D),  # found when all was over: one visit
        ([90 * D, 120 * D], None),
    ],
)
def test_visits_get_rarer(captures, after):
    assert due(*captures) == after


@pytest.mark.parametrize(
    ("captures", "after"),
    [
        ([(0 * M, "ok", "new")], H),  # not after ten minutes
        ([(8 * M, "ok", "new")], 6 * H),
        ([(0 * M, "ok", "new"), H], D),
        ([(0 * M, "ok", "new"), (H, "ok", "revised")], 6 * H),  # what was edited is edited again
        ([(0 * M, "ok", "new"), (H, "ok", "revised"), (H, "ok", "unchanged")], 6 * H),  # in one run, under two URLs
        ([(0 * M, "ok", "new"), (H, "ok", "revised"), 6 * H], 3 * D),
        ([(0 * M, "ok", "new"), H, D, 7 * D], 30 * D),  # the last is never left out
        ([(0 * M, "ok", "new"), (H, "captcha", "unchanged")], H + 10 * M),
        ([(90 * D, "ok", "new")], 120 * D),
    ],
)
def test_after_a_visit_that_found_nothing_the_next_is_left_out(captures, after):
    assert due(*captures, plan=Plan(skips=1)) == after


def test_a_whole_life_is_a_handful_of_visits():
    captured = [0 * M]
    while (after := due(*captured)) is not None:
        captured.append(after + M)
    assert [moment - M for moment in captured[1:]] == [10 * M, H, 6 * H, D, 3 * D, 7 * D, 30 * D]


BAD = [(H + number * 24 * H / 100, "captcha", "unchanged") for number in range(20)]


@pytest.mark.parametrize(
    ("captures", "after"),
    [
        ([(0 * M, "empty", "new")], 10 * M),
        ([(0 * M, "empty", "new"), (10 * M, "empty", "unchanged")], 30 * M),  # twice as late each time
        ([0 * M, (10 * M, "empty", "unchanged")], 20 * M),  # sooner than planned
        ([0 * M, (6 * H, "empty", "unchanged"), (D, "captcha", "unchanged")], D + 20 * M),
        (
            [(0 * M, "paywall", "new"), *[(30 * M, "paywall", "unchanged")] * 2],
            30 * M + D,
        ),  # it may be another tomorrow
        ([(0 * M, "soft-404", "new"), (H, "soft-404", "unchanged"), *[(D, "soft-404", "unchanged")] * 2], 8 * D),
        ([(0 * M, "paywall", "new"), *[(D, "paywall", "unchanged")] * 4], None),
        ([0 * M, *[(D, "paywall", "unchanged")] * 3], 3 * D),  # it goes on as planned
        ([(H, "empty", "new")] * (TRIES + 1), H + D),
        ([(H, "empty", "new")] * (TRIES + 3), None),
        ([(0 * M, "empty", "new"), H], 6 * H),  # it came
    ],
)
def test_a_bad_capture_is_tried_again_sooner_but_not_for_ever(captures, after):
    assert due(*captures) == after


def test_what_is_gone_is_looked_for_a_few_times_more():
    captured = [0 * M, (H, "http-status", "gone")]
    for wait in GONE_AGAIN:
        after = due(*captured)
        assert after == captured[-1][0] + wait
        captured.append((after, "http-status", "gone"))
    assert due(*captured) is None
    assert due(*captured, 60 * D) is None  # back again, its time is over
    assert due(0 * M, (H, "http-status", "gone"), 2 * H) == 6 * H


def test_what_changes_all_the_time_is_bounded():
    plan = Plan(tuple(range(300, 5 * 86400, 300)), revisions_a_day=5)
    captured, first = [(0 * M, "ok", "new")], 0 * M
    while (after := due(*captured, plan=plan)) is not None and len(captured) < 40:
        captured.append((after, "ok", "revised"))
    times = [moment for moment, *_ in captured]
    assert all(later - earlier >= D for earlier, later in zip(times, times[5:], strict=False))
    assert times[1] - first == 5 * M
    assert due((0 * M, "ok", "new"), *[(n * 5 * M, "ok", "unchanged") for n in range(1, 9)], plan=plan) == 45 * M


@pytest.mark.parametrize("captures", [[0 * M], [(0 * M, "empty", "new")], [0 * M, (H, "http-status", "gone")]])
def test_an_empty_plan_is_none(captures):
    assert due(*captures, plan=Plan(())) is None


@pytest.mark.parametrize(
    ("stated", "precision", "zone_source", "counted"),
    [
        ("2026-11-20T07:30:00Z", "minute", "stated", "2026-11-20T07:30:00Z"),
        ("2026-11-20T07:30:00Z", "second", "site", "2026-11-20T07:30:00Z"),
        ("2026-11-19T16:00:00Z", "day", "site", ""),  # it isn't over yet
        ("2026-11-18T16:00:00Z", "day", "site", "2026-11-19T16:00:00Z"),  # the end of that day
        ("2026-11-20T07:30:00Z", "minute", "assumed", ""),  # hours may be missing
        ("2026-11-10T07:30:00Z", "minute", "assumed", "2026-11-11T03:30:00Z"),
        ("2026-11-20T08:30:00Z", "minute", "stated", ""),  # to come
        ("", "", "", ""),
    ],
)
def test_counted_from_the_latest_that_the_publication_can_have_been(stated, precision, zone_source, counted):
    captured_at = "2026-11-20T08:00:00Z"
    snapshot = Snapshot(
        captured_at=captured_at, published_at=stated, published_precision=precision, zone_source=zone_source
    )
    assert published(snapshot) == (counted or captured_at)


def test_a_site_may_have_a_plan_of_its_own():
    plans = Plans(Plan((60,)), {"bbc": Plan((3600,))})
    assert (plans.of("bbc").after_s, plans.of("another").after_s) == ((3600,), (60,))


CAPTURES = st.lists(
    st.tuples(st.integers(0, 10**7), st.sampled_from(VERDICTS), st.sampled_from(CHANGES)), min_size=1, max_size=30
)
OFFSETS = st.lists(st.integers(1, 10**7), unique=True, max_size=8).map(lambda found: tuple(sorted(found)))


@given(CAPTURES, OFFSETS, st.integers(0, 10**7), st.integers(1, 20), st.integers(0, 3))
def test_the_next_visit_is_always_to_come_and_there_is_a_last_one(captures, offsets, before_s, revisions, skips):
    captured = [Seen(PUBLISHED + timedelta(seconds=at), *rest) for at, *rest in sorted(captures)]
    plan, earlier = Plan(offsets, revisions, skips), PUBLISHED - timedelta(seconds=before_s)
    for _ in range(200):
        moment = next_visit(History(captured[0].at, earlier, captured), plan)
        if moment is None:
            return
        assert moment > captured[-1].at
        captured.append(Seen(moment, "ok", "unchanged"))
    raise AssertionError("visits without end")
