"""Near copies across sites: ``duplicate_of`` names the earliest, in whatever order they come; erased is gone."""

import contextlib
import random
import sqlite3
import time
from dataclasses import replace

import pytest
from captures import answer, capture, page
from copying import mistyped, shortened, wrapped
from reprints import text
from takedowns import do

from snapshotter.access import Access, Rule
from snapshotter.copies import SKETCH_BYTES, bands, sketch
from snapshotter.items import Article
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader, Selection
from snapshotter.store.copies import MAX_CANDIDATES, MAX_IN_BAND
from snapshotter.store.withdraw import restore, take_down
from snapshotter.verify import verify

BODY = text("zh", 1)
COPY = wrapped(BODY, "zh")
CHANGED = mistyped(shortened(BODY, random.Random(1)), random.Random(1))


def at(site: str, name: str = "1") -> str:
    return f"https://{site}.example/2024/07/{name}.html"


def made(site: str, minute: int, body: str = BODY, **fields):
    article = Article(title=fields.pop("title", "A line opens"), body_text=body, **fields)
    return capture(page(at(site), answer(body.encode()), minute), article)


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path) as archive:
        yield archive


def derived(folder) -> tuple[list[object], ...]:
    """What the catalog knows of texts, without the numbers they happen to have."""
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog:
        texts = catalog.execute("SELECT article_id, snapshot_id, captured_at, sketch FROM texts")
        keys = catalog.execute("SELECT key, sketch FROM bands JOIN texts ON texts.id = text_id")
        return sorted(texts), sorted(keys)


def test_each_copy_names_the_earliest_also_within_one_batch(archive):
    first, second, third, stranger = archive.add(
        [made("one", 0), made("two", 1, COPY, republished_from="One"), made("three", 2, CHANGED),
         made("four", 3, text("zh", 2))]
    )  # fmt: skip
    (later,) = archive.add([made("five", 4, wrapped(CHANGED, "zh"))])
    assert [one.duplicate_of for one in (first, second, third, stranger, later)] == [
        "",
        first.id,
        first.id,
        "",
        first.id,
    ]
    assert second.republished_from == "One"
    assert archive.reprints(third) == [first, second, third, later] == archive.reprints(first)
    assert archive.reprints(stranger) == []
    assert archive.stats().copies == 3
    assert [one.id for one in archive.snapshots(Selection(only_originals=True))] == [first.id, stranger.id]


@pytest.mark.parametrize("name", "abcdefgh")
def test_of_one_second_the_first_to_come_is_the_earliest(archive, name):
    first, second, third = archive.add([made("one", 0), made(name, 0), made(f"{name}{name}", 0, COPY)])
    assert [one.duplicate_of for one in (first, second, third)] == ["", first.id, first.id]


def test_an_article_is_no_copy_of_itself(archive):
    (first,) = archive.add([made("one", 0)])
    (copy,) = archive.add([made("two", 1, COPY)])
    revised, unchanged = archive.add([made("one", 2, CHANGED), made("one", 3, CHANGED)])
    (revised_copy,) = archive.add([made("two", 4, wrapped(CHANGED, "zh"))])
    assert (revised.change, unchanged.change) == ("revised", "unchanged")
    assert [one.duplicate_of for one in (first, revised, unchanged)] == ["", "", ""]
    assert copy.duplicate_of == revised_copy.duplicate_of == first.id
    assert [one.article_id for one in archive.reprints(revised)] == [first.article_id, copy.article_id]


def test_a_page_not_modified_repeats_what_it_is_a_copy_of(archive):
    first, copy = archive.add([made("one", 0), made("two", 1)])
    (same,) = archive.add([capture(page(at("two"), answer(b"", "304 Not Modified"), 2))])
    assert (same.change, same.duplicate_of) == ("unchanged", copy.duplicate_of) == ("unchanged", first.id)


def test_only_good_captures_count(archive):
    paywall, good = archive.add([made("one", 0, verdict="paywall"), made("two", 1)])
    (bad,) = archive.add([made("three", 2, verdict="not-article")])
    assert (paywall.duplicate_of, good.duplicate_of, bad.duplicate_of) == ("", "", "")
    assert archive.reprints(good) == []


@pytest.mark.parametrize(
    "body", ["本页无法显示，请稍后再试。" * 3, "Please enable JavaScript to read on.", "哈" * 5000]
)
def test_what_says_too_little_is_no_copy(archive, body):
    first, other = archive.add([made("one", 0, body), made("two", 1, body)])
    assert (first.duplicate_of, other.duplicate_of) == ("", "")


def test_an_earlier_capture_that_comes_later_is_the_earliest(archive):
    early, late = made("one", 0), made("two", 9)
    (stored,) = archive.add([late])
    (older,) = archive.add([early])
    (newest,) = archive.add([made("three", 10)])
    assert (stored.duplicate_of, older.duplicate_of, newest.duplicate_of) == ("", "", older.id)
    assert archive.reprints(stored) == [older, stored, newest]


def test_an_unchanged_older_capture_makes_its_article_the_earliest(archive):
    archive.add([made("one", 8)])
    archive.add([made("two", 5)])
    (older,) = archive.add([made("one", 2)])
    (newest,) = archive.add([made("three", 10)])
    assert (older.change, newest.duplicate_of) == ("unchanged", older.id)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_derived_does_not_depend_on_the_order(tmp_path, seed):
    pages = [made("one", 3), made("one", 1), made("two", 2, COPY), made("three", 4, CHANGED), made("one", 6, CHANGED)]
    pages += [made("four", 7, text("en", 1)), capture(page(at("one"), answer(b"", "304 Not Modified"), 8))]
    random.Random(seed).shuffle(pages)
    with Archive.open(tmp_path) as archive:
        for one in pages:
            archive.add([one])
    before = derived(tmp_path)
    assert [len(part) for part in before] == [5, 5 * 32]
    assert rebuild(tmp_path) == []
    assert derived(tmp_path) == before
    assert list(verify(tmp_path)) == []


def test_a_catalog_from_before_is_brought_up_to_date(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add([made("one", 0), made("one", 1, CHANGED), made("one", 2), made("two", 3, COPY)])
    before = derived(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)) as catalog:
        catalog.executescript(
            "DROP TABLE texts; DROP TABLE bands; DROP INDEX snapshots_by_origin;"
            "ALTER TABLE snapshots DROP COLUMN duplicate_of; UPDATE meta SET value = '4' WHERE name = 'schema'"
        )
    ArchiveReader.open(tmp_path).close()
    assert derived(tmp_path) == before


def test_nothing_of_an_erased_text_is_left(tmp_path):
    with Archive.open(tmp_path) as archive:
        first, copy = archive.add([made("one", 0), made("two", 1, COPY)])
    do(tmp_path, take_down, at("one"), "erase")
    texts, keys = derived(tmp_path)
    assert [row[1] for row in texts] == [copy.id]
    assert len(keys) == 32
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and sketch(BODY) in path.read_bytes()]
    assert rebuild(tmp_path) == []
    assert derived(tmp_path) == (texts, keys)
    with Archive.open(tmp_path) as archive:
        (later,) = archive.add([made("three", 5)])
        assert later.duplicate_of == copy.id
        assert [one.id for one in archive.reprints(later)] == [copy.id, later.id]
        (refused,) = archive.add([made("one", 6)])
        assert refused.duplicate_of == ""
    assert first.id != copy.id


def test_erasing_one_capture_keeps_what_another_one_shows(tmp_path):
    other = BODY.replace("。", "！")
    with Archive.open(tmp_path) as archive:
        first, second = archive.add([made("one", 0), made("one", 1, other)])
    assert sketch(other) == sketch(BODY)
    do(tmp_path, take_down, first.id, "erase")
    assert [row[1] for row in derived(tmp_path)[0]] == [second.id]


def test_what_is_hidden_is_named_but_not_shown(tmp_path):
    with Archive.open(tmp_path) as archive:
        first, copy, third = archive.add([made("one", 0), made("two", 1), made("three", 2)])
    do(tmp_path, take_down, at("one"))
    with ArchiveReader.open(tmp_path) as reader:
        assert reader.get(copy.id).duplicate_of == first.id
        assert reader.reprints(copy) == [copy, third]
        assert reader.stats().copies == 2
    do(tmp_path, restore, at("one"), "restore")
    blocked = Access(rules=(Rule(access="block", site="three.example"),))
    with ArchiveReader.open(tmp_path, blocked) as reader:
        assert [one.id for one in reader.reprints(copy)] == [first.id, copy.id]


def test_texts_made_to_share_bands_cost_a_bounded_search(archive):
    """A thousand sketches that share half of the bands with a text, but aren't like it."""
    its = sketch(BODY)
    rnd = random.Random(2)
    crafted = [
        replace(one, capture=replace(one.capture, sketch=its[:40] + rnd.randbytes(SKETCH_BYTES - 40)))
        for one in (made(f"s{number}", 0, text("en", number, 3)) for number in range(1000))
    ]
    archive.add(crafted)
    start = time.process_time()
    original, copy = archive.add([made("one", 1), made("two", 2, COPY)])
    assert time.process_time() - start < 0.5
    assert (original.duplicate_of, copy.duplicate_of) == ("", original.id)
    in_first = archive.catalog.engine.connect().exec_driver_sql(
        "SELECT count(*) FROM bands WHERE key = ?", (bands(its)[0],)
    )
    assert in_first.scalar_one() > MAX_IN_BAND >= MAX_CANDIDATES
