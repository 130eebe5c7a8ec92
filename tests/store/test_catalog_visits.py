"""The visits that follow from an archive's captures."""

import contextlib
import sqlite3
from datetime import timedelta

import pytest
from captures import NOON, answer, capture, page

from snapshotter.clock import rfc3339
from snapshotter.items import Article
from snapshotter.rebuild import rebuild
from snapshotter.schedule.visits import Plan, Plans
from snapshotter.store import Archive, tables, visits
from snapshotter.store.withdraw import Subject, decision, take_down

A, B = "https://news.example/2024/07/a.html", "https://news.example/2024/07/b.html"
SITE = "news.example"


def at(**after):
    return rfc3339(NOON + timedelta(**after))


def next_visits(archive):
    rows = archive.catalog.rows(visits.visits.select().order_by(visits.visits.c.url))
    return {row.url: row.next_at for row in rows}


def due(archive, **after):
    with archive.catalog.reading() as connection:
        return [one.url for one in visits.due(connection, SITE, NOON + timedelta(**after), 10)]


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path) as opened:
        yield opened


def test_a_capture_says_when_the_next_is_due(archive):
    archive.add([capture(page(A)), capture(page(B, minute=1))])
    assert next_visits(archive) == {A: at(minutes=10), B: at(minutes=11)}
    assert due(archive, minutes=9) == []
    assert due(archive, minutes=10) == [A]
    archive.add([capture(page(A, minute=10))])
    assert due(archive, minutes=12) == [B]
    assert next_visits(archive)[A] == at(hours=1)


def test_a_bad_capture_comes_again_sooner_under_the_url_that_was_good(archive):
    wall = "https://news.example/login"
    archive.add([capture(page(A))])
    archive.add([capture(page(A, answer(b"wall"), 60, final_url=wall), Article(verdict="consent"))])
    assert next_visits(archive) == {A: at(minutes=70)}
    archive.add([capture(page(A, answer(b"", "404 Not Found"), 70))])
    assert next_visits(archive) == {A: at(minutes=130)}
    archive.add([capture(page(B, answer(b"wall"), 60, final_url=wall), Article(verdict="consent"))])
    assert next_visits(archive)[B] == at(minutes=70)


def test_one_that_moved_is_visited_where_it_is(archive):
    archive.add([capture(page(A))])
    archive.add([capture(page(A, minute=10, final_url=B))])
    assert list(next_visits(archive)) == [B]


def test_what_was_taken_down_isnt_visited(archive, tmp_path):
    archive.add([capture(page(A)), capture(page(B))])
    take_down(tmp_path, archive.catalog, Subject(A), decision("hide", "asked for"))
    assert due(archive, days=1) == [B]
    take_down(tmp_path, archive.catalog, Subject(SITE, is_site=True), decision("hide", "asked for"))
    assert due(archive, days=1) == []


def test_a_missed_visit_is_later_each_time_and_a_capture_forgets_that(archive):
    archive.add([capture(page(A))])
    waits = []
    for _ in range(3):
        with archive.catalog.transaction() as connection:
            (visit,) = visits.due(connection, SITE, NOON + timedelta(days=1), 1)
            visits.missed(connection, visit.article_id, NOON, 0)
        waits.append(next_visits(archive)[A])
    assert waits == [at(minutes=10), at(minutes=20), at(minutes=40)]
    with archive.catalog.transaction() as connection:
        visits.missed(connection, visit.article_id, NOON, 7200)
    assert next_visits(archive)[A] == at(hours=2)
    archive.add([capture(page(A, minute=10))])
    with archive.catalog.transaction() as connection:
        visits.missed(connection, visit.article_id, NOON, 0)
    assert next_visits(archive)[A] == at(minutes=10)


def test_another_plan_counts_for_articles_that_are_there(archive):
    archive.add([capture(page(A))])
    visits.plan(archive.catalog, Plans(Plan((3600,))))
    assert next_visits(archive) == {A: at(hours=1)}
    visits.plan(archive.catalog, Plans(Plan((3600,)), {SITE: Plan((7200,))}))
    assert next_visits(archive) == {A: at(hours=2)}
    archive.add([capture(page(B))])
    assert next_visits(archive)[B] == at(hours=2)
    visits.plan(archive.catalog, Plans(Plan(())))
    assert next_visits(archive) == {A: "", B: ""}


def test_a_rebuilt_catalog_has_the_same_visits(tmp_path):
    with Archive.open(tmp_path, segment_bytes=2000) as one:
        for minute in (0, 10, 70):
            one.add([capture(page(A, minute=minute))])
            one.add([capture(page(B, answer(b"wall"), minute), Article(verdict="captcha"))])
        before = next_visits(one)
    rebuild(tmp_path)
    with Archive.open(tmp_path) as again:
        assert next_visits(again) == before


def test_a_catalog_of_an_earlier_schema_gets_its_visits(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(A)), capture(page(B, answer(b"", "404 Not Found"), 60))])
        before = next_visits(archive)
    with contextlib.closing(sqlite3.connect(tmp_path / "catalog.db")) as catalog, catalog:
        catalog.execute("DROP TABLE visits")
        before_visits = tables.MIGRATIONS.index(tables._add_visits)
        catalog.execute("UPDATE meta SET value = ? WHERE name = 'schema'", [str(before_visits)])
    with Archive.open(tmp_path) as archive:
        assert next_visits(archive) == {}
        visits.plan(archive.catalog, Plans())
        assert next_visits(archive) == before
        assert not archive.catalog.rows(visits.meta.select().where(visits.meta.c.name == tables.VISITS_MISSING))


def test_how_an_article_was_found_goes_along_with_its_visit(archive):
    listed = Article(title="Only listed", warnings=("title: only the feed states it",), body_text="b")
    archive.add([capture(page(A), listed), capture(page(B), Article(title="Stated", body_text="b"))])
    with archive.catalog.reading() as connection:
        found = [
            visits.discovery_of(connection, one.article_id)
            for one in visits.due(connection, SITE, NOON + timedelta(days=1), 9)
        ]
    assert sorted((one.via, one.title) for one in found) == [("feed", ""), ("feed", "Only listed")]
