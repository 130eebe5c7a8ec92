"""Access rules: read strictly, and applied to every way out."""

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from captures import answer, capture, page
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from takedowns import do

from snapshotter.access import OPEN, SIGNALS, Access, Rule, access_file, access_of, load_access, signals
from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import SnapshotNotFound, UsageError, Withheld
from snapshotter.items import Article, Right
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.tables import snapshots
from snapshotter.store.withdraw import take_down

HOST = "https://news.example"
PAGES = {
    "open": f"{HOST}/2024/07/open.html",
    "private": f"{HOST}/private/1.html",
    "privately": f"{HOST}/privately-owned.html",
    "allowed": f"{HOST}/private/allowed/2.html",
    "case": f"{HOST}/Private/3.html",
    "other": "https://other.example/private/4.html",
    "unarchived": f"{HOST}/2024/07/noarchive.html",
    "reserved": f"{HOST}/2024/07/reserved.html",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An archive with a capture of each of PAGES, a minute apart."""
    folder = tmp_path_factory.mktemp("archive")
    rights = {"unarchived": (Right("robots", "noarchive"),), "reserved": (Right("tdm-reservation", "1"),)}
    with Archive.open(folder) as archive:
        for minute, (name, url) in enumerate(PAGES.items()):
            said = Article(title=name, body_text="Text.", category="News", rights=rights.get(name, ()))
            archive.add([capture(page(url, answer(name.encode()), minute), said)])
    return folder


def minute(number: int) -> datetime:
    return datetime(2024, 7, 1, 12, number, tzinfo=UTC)


def age_days() -> int:
    return (utc_now() - minute(0)).days


@pytest.mark.parametrize(
    ("rules", "hidden"),
    [
        ({}, set()),
        ({"default": "block"}, set(PAGES)),
        ({"rule": [{"access": "block", "url": f"{HOST}/private/"}]}, {"private", "allowed"}),
        ({"rule": [{"access": "block", "url": f"{HOST}/private"}]}, {"private", "allowed", "privately"}),
        ({"rule": [{"access": "block", "url": "http://www.news.example:80/private/"}]}, {"private", "allowed"}),
        ({"rule": [{"access": "exclude", "url": f"{HOST}/"}]}, set(PAGES) - {"other"}),
        (
            {"rule": [{"access": "block", "url": HOST}, {"access": "allow", "url": f"{HOST}/private/"}]},
            set(PAGES) - {"other", "private", "allowed"},
        ),
        (
            {
                "default": "exclude",
                "rule": [{"access": "allow", "url": HOST}, {"access": "block", "url": f"{HOST}/private/"}],
            },
            {"other", "private", "allowed"},
        ),
        ({"rule": [{"access": "block", "site": "other.example"}]}, {"other"}),
        ({"rule": [{"access": "block", "since": minute(6)}]}, {"unarchived", "reserved"}),
        ({"rule": [{"access": "block", "until": minute(2)}]}, {"open", "private"}),
        ({"rule": [{"access": "block", "until": minute(2), "url": f"{HOST}/private/"}]}, {"private"}),
        ({"rule": [{"access": "block", "until": minute(0).date()}]}, set()),
        ({"rule": [{"access": "embargo", "days": age_days() + 2}]}, set(PAGES)),
        ({"rule": [{"access": "embargo", "days": max(age_days() - 1, 1)}]}, set()),
        ({"honour": ["noarchive"]}, {"unarchived"}),
        ({"honour": ["noarchive", "tdm"]}, {"unarchived", "reserved"}),
        ({"honour": ["tdm"], "rule": [{"access": "allow", "site": "news.example"}]}, set()),
        (
            {"rule": [{"access": "block", "site": "news.example"}, {"access": "allow", "site": "news.example"}]},
            set(PAGES) - {"other"},
        ),
    ],
)  # fmt: skip
def test_what_is_hidden_is_hidden_from_every_way_out(folder, rules, hidden):
    with ArchiveReader.open(folder, access_of(rules)) as archive:
        seen = {one.title for one in archive.snapshots()}
        assert seen == set(PAGES) - hidden
        assert archive.stats().captures == len(seen)
        assert sum(archive.stats().by_site.values()) == len(seen)
        for name, url in PAGES.items():
            assert [one.title for one in archive.history(url)] == [name] * (name not in hidden)
            if name in hidden:
                with pytest.raises((Withheld, SnapshotNotFound)):
                    archive.get(url)
            else:
                related = {one.title for one in archive.related(archive.get(url))}
                assert related == seen - {name}


@pytest.mark.parametrize(
    ("rules", "error", "says"),
    [
        (
            {"rule": [{"access": "block", "reason": "by agreement"}]},
            Withheld,
            "blocked by an access rule: by agreement",
        ),
        ({"rule": [{"access": "exclude"}]}, SnapshotNotFound, "holds no snapshot"),
        ({"default": "block"}, Withheld, "by the default"),
        ({"default": "exclude"}, SnapshotNotFound, "holds no snapshot"),
        ({"rule": [{"access": "embargo", "days": 36500}]}, Withheld, "under embargo until 2124-06-07T12:07:00Z"),
        ({"honour": ["tdm"]}, Withheld, "its publisher asked for that"),
    ],
)
def test_why_there_is_nothing_to_show(folder, rules, error, says):
    with ArchiveReader.open(folder, access_of(rules)) as archive, pytest.raises(error, match=says) as caught:
        archive.get(PAGES["reserved"])
    assert getattr(caught.value, "tombstone", "") == ""


@pytest.mark.parametrize(("rule", "error"), [("exclude", SnapshotNotFound), ("block", Withheld), ("allow", Withheld)])
def test_what_is_excluded_is_not_found_even_if_it_was_taken_down(folder, tmp_path, rule, error):
    kept = shutil.copytree(folder, tmp_path / "kept")
    do(kept, take_down, PAGES["reserved"])
    with ArchiveReader.open(kept, access_of({"rule": [{"access": rule}]})) as archive, pytest.raises(error):
        archive.get(PAGES["reserved"])


def test_a_rule_holds_for_every_url_that_led_there(tmp_path):
    moved = "https://news.example/2024/moved.html"
    with Archive.open(tmp_path, access_of({"rule": [{"access": "block", "url": f"{HOST}/private/"}]})) as archive:
        archive.add([capture(page(PAGES["private"], answer(b"x"), final_url=moved))])
        with pytest.raises(Withheld):
            archive.get(moved)
        assert archive.known(moved) is not None


def test_embargoes_end(folder):
    ends = Access(rules=(Rule("embargo", days=(utc_now() - minute(3)).days),))
    with ArchiveReader.open(folder, ends) as archive:
        limit = rfc3339(utc_now() - timedelta(days=ends.rules[0].days))
        assert all(one.captured_at <= limit for one in archive.snapshots())


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"defualt": "block"}, "no such key: 'defualt'"),
        ({"default": "maybe"}, "default"),
        ({"honour": "tdm"}, "honour"),
        ({"honour": ["snow"]}, "honour"),
        ({"rule": {"access": "block"}}, "rule"),
        ({"rule": ["block"]}, "rule 1: should be a table"),
        ({"rule": [{"access": "allow"}, {"acess": "block"}]}, "rule 2: no such key"),
        ({"rule": [{"url": "https://example.org/"}]}, "rule 1: access"),
        ({"rule": [{"access": "block", "url": "example.org"}]}, "rule 1: url: not an http or https URL"),
        ({"rule": [{"access": "block", "url": ""}]}, "rule 1: url"),
        ({"rule": [{"access": "block", "since": "2024"}]}, "rule 1: since"),
        ({"rule": [{"access": "block", "days": 3}]}, "rule 1: days"),
        ({"rule": [{"access": "embargo"}]}, "rule 1: days"),
        ({"rule": [{"access": "embargo", "days": True}]}, "rule 1: days"),
        ({"rule": [{"access": "embargo", "days": 10**9}]}, "rule 1: days"),
        ({"rule": [{"access": "block"}] * 1001}, "at most 1000"),
    ],
)
def test_what_is_not_understood_is_an_error(rules, says):
    with pytest.raises(ValueError, match=says):
        access_of(rules)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["access", "url", "site", "since", "days", "rule", "default", "x"]), inner)
    ),
)


@given(st.dictionaries(st.sampled_from(["default", "honour", "rule", "x"]), JSON))
def test_any_table_is_rules_or_a_value_error(table):
    try:
        access_of(table)
    except ValueError as error:
        assert str(error)  # noqa: PT017


def test_files(tmp_path):
    archive = tmp_path / "archive"
    assert load_access(access_file("", archive)) is OPEN
    (tmp_path / "access.toml").write_text('honour = ["tdm"]')
    assert load_access(access_file("", archive)).honour == ("tdm",)
    for content in (b"honour = [", b"\xff", b"x" * 2_000_000, b'default = "no"'):
        (tmp_path / "bad.toml").write_bytes(content)
        with pytest.raises(UsageError, match=r"bad\.toml"):
            load_access(access_file(str(tmp_path / "bad.toml"), archive))
    with pytest.raises(UsageError, match="SNAPSHOTTER_ACCESS"):
        load_access(access_file(str(tmp_path / "none.toml"), archive))


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("robots", "noarchive", ("noarchive",)),
        ("ROBOTS", "NOINDEX, NoArchive", ("noarchive", "noindex")),
        ("robots", "index, follow", ()),
        ("robots", "none", ("noindex",)),
        ("robots", "max-snippet:20, noai", ("noai",)),
        ("X-Robots-Tag", "unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive", ("noarchive",)),
        ("X-Robots-Tag", "googlebot: noarchive, nosnippet", ()),
        ("X-Robots-Tag", "noimageai, otherbot: noarchive", ("noimageai",)),
        ("googlebot", "noarchive", ()),
        ("tdm-reservation", " 1 ", ("tdm",)),
        ("tdm-reservation", "0", ()),
        ("tdm-policy", "https://example.org/policy.json", ()),
        ("rsl", "https://example.org/license.xml", ("rsl",)),
        ("license", "https://creativecommons.org/licenses/by/4.0/", ()),
    ],
)
def test_signals(name, value, found):
    assert signals([Right(name, value)]) == found


@given(st.lists(st.builds(Right, st.sampled_from(["robots", "x-robots-tag", "tdm-reservation", "x"]), st.text())))
def test_signals_are_known_ones_in_order(rights):
    found = signals(rights)
    assert [name for name in SIGNALS if name in found] == list(found)


def test_an_older_catalog_learns_the_signals_from_its_records(folder, tmp_path):
    older = shutil.copytree(folder, tmp_path / "older")
    with contextlib.closing(sqlite3.connect(older / "catalog.db")) as catalog, catalog:
        catalog.execute("ALTER TABLE snapshots DROP COLUMN signals")
        catalog.execute("DROP TABLE takedowns")
        catalog.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
    with ArchiveReader.open(older) as archive:
        stated = archive.catalog.rows(select(snapshots.c.id, snapshots.c.signals).where(snapshots.c.signals != ""))
    assert sorted(said for _, said in stated) == [" noarchive ", " tdm "]
