"""When a place is looked at next."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.schedule.intervals import (
    LASTING_FAILURES,
    UNMODIFIED_IN_A_ROW,
    Answer,
    Bounds,
    Place,
    after_answer,
    after_failure,
    is_spare,
)

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
BOUNDS = Bounds()
HOUR = 3600


def ago(seconds_):
    return f"{NOW - timedelta(seconds=seconds_):%Y-%m-%dT%H:%M:%SZ}"


def place(**changes):
    """One that was read an hour ago, as planned, and brings something now and then."""
    usual = {"interval_s": HOUR, "last_fetched_at": ago(HOUR), "last_new_at": ago(HOUR), "sha256": "a"}
    return Place("s", "https://s.example/rss", "feed", ago(0), **{**usual, **changes})


def wait_s(place_):
    return (datetime.fromisoformat(place_.next_due_at) - NOW).total_seconds()


@pytest.mark.parametrize(
    ("before", "answer", "interval_s"),
    [
        (place(), Answer(200, new=4), 0.5 * HOUR + 0.5 * HOUR / 4),  # more than one: shorter
        (place(), Answer(200), 1.2 * HOUR),  # none: longer
        (place(), Answer(304), 1.2 * HOUR),
        (place(last_new_at=""), Answer(200), 2 * HOUR),  # never any: much longer
        (place(), Answer(200, new=400), 0.5 * HOUR),  # never shorter than by half at once
        (place(interval_s=300), Answer(200, new=90), 300),  # the bounds
        (place(interval_s=80_000), Answer(200), 86400),
        (place(last_fetched_at=ago(90 * HOUR)), Answer(200, new=1), 2 * HOUR),  # we were away: not too long
        (place(last_fetched_at=""), Answer(200, new=30), 900),  # the first time, nothing else known
        (place(last_fetched_at=""), Answer(200, new=21, listed=21, span_s=20 * 600), 600),  # known by its entries
        (place(last_fetched_at=""), Answer(200, new=3, listed=3, span_s=10**8), 3600),  # but watched at first
        (place(), Answer(200, span_s=HOUR), HOUR / 3),  # before what it lists has passed by
        (place(span_s=HOUR), Answer(304), HOUR / 3),
        (place(span_s=HOUR), Answer(200, span_s=100 * HOUR), HOUR * 1.05 / 3),  # nights don't count for much
    ],
)
def test_the_interval_follows_what_a_place_brings(before, answer, interval_s):
    after = after_answer(before, answer, NOW, BOUNDS)
    assert after.interval_s == pytest.approx(interval_s, abs=5)
    assert wait_s(after) == after.interval_s
    assert (after.failures, after.retry_at, after.last_fetched_at) == (0, "", ago(0))
    assert after.last_new_at == (ago(0) if answer.new and before.last_fetched_at else before.last_new_at)


@pytest.mark.parametrize(
    ("before", "others_are_faster", "interval_s"),
    [
        ({"is_seed": True, "interval_s": 3 * HOUR}, False, 3 * HOUR),  # it is all there is
        ({"is_seed": True, "interval_s": 20 * HOUR}, False, 3 * HOUR),
        ({"is_seed": True, "interval_s": 3 * HOUR, "last_new_at": ""}, False, 3 * HOUR),
        ({"is_seed": True, "interval_s": 3 * HOUR}, True, 6 * HOUR),
        ({"interval_s": 3 * HOUR}, False, 3.6 * HOUR),
        ({"interval_s": 3 * HOUR}, True, 6 * HOUR),
        ({"interval_s": 20 * HOUR}, True, 24 * HOUR),
    ],
)
def test_a_seed_that_cannot_be_spared_is_never_left_alone_for_long(before, others_are_faster, interval_s):
    after = after_answer(place(**before), Answer(200), NOW, BOUNDS, others_are_faster=others_are_faster)
    assert after.interval_s == interval_s


def test_a_seed_that_could_be_spared_and_is_first_again_is_not_left_alone_for_long():
    before = place(is_seed=True, interval_s=20 * HOUR, last_fetched_at=ago(20 * HOUR), last_new_at=ago(48 * HOUR))
    assert after_answer(before, Answer(200, new=1), NOW, BOUNDS, others_are_faster=True).interval_s == 3 * HOUR


@pytest.mark.parametrize(
    ("own", "others", "spare"),
    [
        ("", "", False),
        ("", ago(HOUR), True),
        (ago(HOUR), ago(60), False),
        (ago(25 * HOUR), ago(60), True),
        (ago(25 * HOUR), ago(26 * HOUR), False),
    ],
)
def test_a_place_can_be_spared_where_others_were_faster_of_late(own, others, spare):
    assert is_spare(place(last_new_at=own), others, NOW) == spare


@pytest.mark.parametrize(("asked_s", "waits_s"), [(60, 1.2 * HOUR), (1.5 * HOUR, 1.2 * HOUR), (900_000, 1.2 * HOUR)])
def test_what_an_answer_asks_for_is_a_lower_bound_up_to_a_limit(asked_s, waits_s):
    assert wait_s(after_answer(place(), Answer(200, asked_s=asked_s), NOW, BOUNDS)) == pytest.approx(waits_s)
    short = after_answer(place(interval_s=300), Answer(200, asked_s=asked_s), NOW, BOUNDS)
    assert (wait_s(short), short.interval_s) == (max(360, min(asked_s, HOUR)), 360)


def test_errors_back_off_and_an_answer_forgets_them():
    failing, waits = place(interval_s=900), []
    for _ in range(LASTING_FAILURES + 2):
        failing = after_failure(failing, NOW, BOUNDS)
        waits.append(wait_s(failing))
    assert waits[:6] == [900, 1800, 3600, 7200, 7200, 7200]  # a site that was down is soon seen to be up again
    assert waits[LASTING_FAILURES - 1 :] == [7200, 86400, 86400]
    assert after_answer(failing, Answer(304), NOW, BOUNDS).failures == 0
    assert wait_s(after_failure(place(interval_s=86400), NOW, BOUNDS)) == 86400


@pytest.mark.parametrize(("asked_s", "waits_s"), [(0, 900), (60, 900), (20_000, 20_000), (10**9, 86400)])
def test_retry_after_is_a_lower_bound(asked_s, waits_s):
    after = after_failure(place(interval_s=900), NOW, BOUNDS, asked_s)
    assert wait_s(after) == waits_s
    assert bool(after.retry_at) == bool(asked_s)


def test_the_body_is_asked_for_after_some_answers_without_one():
    one = place(etag='"1"', last_modified="Fri, 20 Nov 2026 07:00:00 GMT")
    sent = []
    for _ in range(UNMODIFIED_IN_A_ROW + 1):
        sent.append(bool(one.validators[0]))
        one = after_answer(one, Answer(304), NOW, BOUNDS)
    assert sent == [True] * UNMODIFIED_IN_A_ROW + [False]
    one = after_answer(one, Answer(200, '"1"', "", "a"), NOW, BOUNDS)
    assert one.validators == ('"1"', "")


@pytest.mark.parametrize(
    ("etag", "last_modified", "sha256", "is_stale"),
    [
        ('"1"', "Mon", "b", True),  # another body, the same ETag
        ('"1"', "Tue", "b", True),  # an ETag says more than a date
        ('"2"', "Mon", "b", False),
        ('"1"', "Mon", "a", False),
    ],
)
def test_validators_that_stay_while_the_content_changes_are_sent_no_more(etag, last_modified, sha256, is_stale):
    before = place(etag='"1"', last_modified="Mon")
    after = after_answer(before, Answer(200, etag, last_modified, sha256), NOW, BOUNDS)
    assert after.is_stale == is_stale
    assert after.validators == (("", "") if is_stale else (etag, last_modified))


def test_a_date_alone_can_be_stale_too():
    after = after_answer(place(last_modified="Mon"), Answer(200, "", "Mon", "b"), NOW, BOUNDS)
    assert after.is_stale
    assert not after_answer(place(), Answer(200, "", "", "b"), NOW, BOUNDS).is_stale  # none are none


ANSWERS = st.builds(
    Answer,
    status=st.sampled_from((200, 304)),
    sha256=st.sampled_from(("", "a", "b")),
    new=st.integers(0, 10**6),
    listed=st.integers(0, 10**6),
    span_s=st.integers(0, 10**10),
    asked_s=st.floats(0, 1e12),
)


@given(st.lists(st.one_of(ANSWERS, st.floats(0, 1e12)), max_size=30), st.integers(0, 10**7))
def test_whatever_comes_the_wait_stays_within_bounds(events, step_s):
    one, now = Place("s", "https://s.example/", "listing", ago(0), 900), NOW
    for event in events:
        if isinstance(event, Answer):
            one = after_answer(one, event, now, BOUNDS)
        else:
            one = after_failure(one, now, BOUNDS, event)
        due = datetime.fromisoformat(one.next_due_at)
        assert BOUNDS.least_s <= one.interval_s <= BOUNDS.most_s
        assert timedelta(seconds=BOUNDS.least_s) <= due - now <= timedelta(seconds=BOUNDS.most_s)
        now += timedelta(seconds=step_s)


@pytest.mark.parametrize(("a_day", "most_fetches_each"), [(10, 2.2), (30, 2.2), (100, 1.8)])
def test_a_week_costs_few_fetches_and_loses_nothing(a_day, most_fetches_each):
    chance, appeared, moment = random.Random(a_day), [], 0.0
    while moment < 10 * 86400:
        moment += chance.expovariate(a_day / 86400)
        appeared.append(moment)
    one, now_s, caught, fetches, late = Place("s", "u", "feed", ago(0), 900), 3 * 86400.0, -1.0, 0, []
    while now_s < 10 * 86400:
        listed = [at for at in appeared if at <= now_s][-20:]
        new = [at for at in listed if at > caught]
        assert not [at for at in appeared if caught < at < listed[0]] or caught < 0  # nothing passed by unseen
        late += [now_s - at for at in new] if caught > 0 else []
        answer = Answer(200, sha256=f"{now_s}", new=len(new), listed=20, span_s=int(listed[-1] - listed[0]))
        one = after_answer(one, answer, NOW + timedelta(seconds=now_s), BOUNDS)
        caught, fetches = listed[-1], fetches + 1
        now_s = (datetime.fromisoformat(one.next_due_at) - NOW).total_seconds()
    assert fetches <= most_fetches_each * 7 * a_day
    assert sorted(late)[len(late) // 2] <= 86400 / a_day


def test_a_304_before_a_long_wait_is_not_believed_at_the_next_look():
    quiet = place(interval_s=8 * HOUR, etag='"x"')
    assert quiet.validators == ('"x"', "")
    assert after_answer(quiet, Answer(304), NOW, BOUNDS).validators == ("", "")
