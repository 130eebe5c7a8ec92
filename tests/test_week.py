"""The simulated week of ``bench/week.py``: what it serves, that its oracle sees faults, and a small one as a whole."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from project import ROOT
from simulated.needed import needed
from simulated.oracle import PULLED, judged
from simulated.texts import EDITS, load
from simulated.web import NUMBER, Asked, Web
from simulated.world import made

from snapshotter.items import Snapshot

TEXTS = load(None)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world():
    return made(TEXTS, sites=40, days=4, seed=7)


@pytest.fixture
def web(world):
    with Web(world) as served:
        yield served


def url(article, path=""):
    return f"http://{article.site.host}{path or article.path}"


def first(world, holds):
    return next(one for one in world.articles if not one.site.down and "flaky" not in one.site.traits and holds(one))


def feed_of(web, article):
    items = ElementTree.fromstring(web.answer(url(article, "/feed.xml"), "").body).iter("item")
    return [int(NUMBER.search(item.findtext("link").partition("?")[0])[1]) for item in items]


def with_feed(one):
    return "feed" in one.site.places and not one.site.traits & {"drops", "lag", "keeps"}


def test_a_world_is_its_seed(world):
    again = made(TEXTS, sites=40, days=4, seed=7)
    assert [(one.path, one.editions, one.fates) for one in world.articles] == [
        (one.path, one.editions, one.fates) for one in again.articles
    ]
    assert world.articles != made(TEXTS, sites=40, days=4, seed=8).articles
    assert max(one.published for one in world.articles) <= world.end - 3 * HOUR


def test_each_edit_is_a_text_of_its_own(world):
    edited = [one for one in world.articles if len(one.editions) > 1]
    assert len(edited) > len(EDITS)
    for one in edited:
        texts = [text.says for _, text in one.editions]
        assert all(texts[number] not in texts[:number] for number in range(len(texts)))


def test_feeds_list_the_last_ones_until_they_are_pulled(web, world):
    def is_pulled(one):
        return with_feed(one) and one.published > world.start and one.fates and one.fates[0][1] in PULLED

    article = first(world, is_pulled)
    web.now = article.published - HOUR / 60
    assert article.number not in feed_of(web, article)
    web.now = article.published
    assert feed_of(web, article)[0] == article.number
    web.now = article.fates[0][0]
    assert article.number not in feed_of(web, article)


@pytest.mark.parametrize(
    ("fate", "status"), [("404", 404), ("410", 410), ("front", 302), ("moved", 301), ("canonical", 200)]
)
def test_what_becomes_of_an_article_is_what_its_server_answers(web, world, fate, status):
    article = first(world, lambda one: one.fates and one.fates[0][1] == fate)
    web.now = article.fates[0][0] - HOUR / 60
    assert web.answer(url(article), "").status == 200
    assert web.answer(url(article, article.new_path), "").status == 404
    web.now = article.fates[0][0]
    assert web.answer(url(article), "").status == status
    assert (web.answer(url(article, article.new_path), "").status == 200) == (fate in {"moved", "canonical"})
    assert web.log[-2].fate == fate


@pytest.mark.parametrize(("trait", "answer"), [("noise", 200), ("weak", 304), ("", 304)])
def test_pages_are_conditional_unless_they_are_noisy(web, world, trait, answer):
    quiet = {"noise", "weak"} - {trait}
    article = first(world, lambda one: not one.site.traits & quiet and (not trait or trait in one.site.traits))
    web.now = article.published
    one, other = (web.answer(url(article), "") for _ in range(2))
    assert (one.body == other.body) == (not trait)
    assert web.answer(url(article), one.headers.get("ETag", "")).status == answer


def captures(world):
    """What a perfect crawler keeps, which looks at each article when it is published and once an hour later."""
    for article in world.articles:
        moment, seen, change = max(article.published, world.start), -1, "new"
        if article.site.is_down(moment) or article.is_gone(moment):
            continue
        while moment < world.end:
            shown = article.edition(moment)
            if shown > seen:
                yield article, moment, shown, change
            seen, change, moment = max(shown, seen), "revised", moment + HOUR


def perfect(world):
    log, kept = [], []
    for article, moment, shown, change in captures(world):
        text = article.editions[shown][1]
        where, at = url(article), f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        log.append(Asked(moment, article.site.host, article.path, "article", 200, article.number, shown, "there"))
        kept.append(
            Snapshot(
                article_id=str(article.number), url=where, captured_at=at, change=change,
                title=text.title, body_text="\n\n".join(text.paragraphs),
            )
        )  # fmt: skip
    return log, kept


@pytest.fixture(scope="module")
def steady():
    """A world where no site fails and nothing is pulled."""
    found = made(TEXTS, sites=4, days=2, seed=3)
    sites = {site: replace(site, down=()) for site in found.sites}
    for article in found.articles:
        article.fates.clear()
        article.site = sites[article.site]
    return replace(found, sites=tuple(sites.values()))


def test_a_perfect_crawler_has_no_faults(steady):
    verdict = judged(steady, *perfect(steady))
    assert {name: lines for name, lines in verdict.faults.items() if lines} == {}
    assert verdict.share("captured right", "captured all") == 100
    assert verdict.counts["revision all"] > 10


def lost(kept, number):
    return [one for one in kept if one.article_id != kept[number].article_id]


@pytest.mark.parametrize(
    ("fault", "spoilt"),
    [
        ("captured", lambda kept: lost(kept, 0)),
        ("captured", lambda kept: [replace(one, verdict="captcha") for one in kept[:1]] + lost(kept, 0)),
        ("twice", lambda kept: [replace(kept[0], article_id="other"), *kept]),
        ("twice", lambda kept: [replace(one, article_id="the same") for one in kept]),
        ("revision", lambda kept: [replace(one, change="new" if one.change == "new" else "unchanged") for one in kept]),
        ("text", lambda kept: [replace(one, body_text=one.body_text + " Read more") for one in kept]),
        ("no article", lambda kept: [replace(kept[0], url="http://www.paper0.example/about"), *kept]),
    ],
)  # fmt: skip
def test_the_oracle_sees(steady, fault, spoilt):
    log, kept = perfect(steady)
    assert judged(steady, log, spoilt(kept)).faults[fault]


def test_the_oracle_sees_a_revision_made_up(steady):
    log, kept = perfect(steady)
    again = replace(log[0], at=steady.end)
    made_up = replace(kept[0], captured_at=f"{steady.end:%Y-%m-%dT%H:%M:%SZ}", change="revised")
    edition = max(one.edition for one in log if one.number == log[0].number)
    assert judged(steady, [*log, replace(again, edition=edition)], [*kept, made_up]).faults["unchanged"]


@pytest.mark.parametrize(("hours", "missed"), [((0, 1, 24), 0), ((0, 6, 24), 1), ((0, 1), 1), ((0, 1, 9), 0)])
def test_the_oracle_sees_visits_that_were_not_made(steady, hours, missed):
    plain = first(steady, lambda one: one.published > steady.start and "no-dates" not in one.site.traits)
    alone = replace(steady, articles=(plain,))
    starts = [plain.published + number * HOUR / 2 for number in range(2 * 30)]
    one = Asked(plain.published, plain.site.host, plain.path, "article", 200, plain.number, 0, "there")
    log = [replace(one, at=plain.published + number * HOUR) for number in hours]
    kept = [
        Snapshot(url=url(plain), captured_at=asked.at.isoformat(), change="unchanged" if number else "new")
        for number, asked in enumerate(log)
    ]
    assert len(judged(alone, log, kept, starts).faults["visit"]) == missed


def test_who_knows_everything_asks_once_for_each_new_thing(steady):
    starts = [steady.start + number * HOUR / 4 for number in range(2 * 96 + 1)]
    least = needed(steady, starts)
    assert least.articles == len(steady.articles)
    assert 0 < least.changes <= sum(len(one.editions) - 1 for one in steady.articles)
    assert least.listings <= least.articles
    assert least.robots == 4 * 2


def test_a_small_week_is_archived_whole(tmp_path):
    done = subprocess.run(
        [sys.executable, "bench/week.py", "--sites", "3", "--days", "1", "--step", "75", "--texts", "demo", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["captured_percent"] == found["revisions_seen_percent"] == 100
    assert found["planned_visits_in_time_percent"] == 100
    assert found["false_revisions"] == found["twice"] == found["runs_broken"] == 0
    assert found["requests_per_needed_and_planned"] < 2
