"""What is taken down or hidden is so in every door, at once; what comes back is there again."""

import shutil

import pytest
from answers import ask
from browser import served
from takedowns import do

from snapshotter.store import ArchiveReader
from snapshotter.store.withdraw import restore, take_down

C = "https://paper.news.example/2024/c.html"
SECRET = "灯塔在江边"
STAMP = "20240701120200"


def doors_to(it):
    """Everything that shows one article: (path, status of what is withheld)."""
    return {
        f"/web/{STAMP}/{C}": 451, f"/web/{STAMP}id_/{C}": 451, f"/web/2024/{C}": 451, f"/web/2024id_/{C}": 451,
        f"/web/{C}": 451, f"/timegate/{C}": 451, f"/timemap/link/{C}": 451, f"/timemap/json/{C}": 451,
        f"/web/*/{C}": 451, f"/web/{STAMP}im_/{C}": 302, f"/wayback/available?url={C}": 451, f"/captures?url={C}": 451,
        f"/cdx?url={C}": 451, f"/web/index?url={C}": 451, f"/cdx?url={C}&page=0": 451,
        f"/snapshot/{it.id}": 451,
        **{f"/snapshot/{it.id}.{form}": 451 for form in ("txt", "jsonl", "bib", "ris", "cite", "jsonld")},
        f"/api/snapshots/{it.id}": 451, f"/api/articles/{it.article_id}": 451, f"/api/related/{it.id}": 451,
    }  # fmt: skip


LISTS = (
    "/cdx?url=*.news.example", "/web/index?url=*.news.example&output=json", "/feed/all.atom?full=1",
    "/feed/source/The Example.rss", "/feed/channel/Politics.json?full=1", "/feed/search.atom?q=重庆", "/sitemap-1.xml",
    "/api/snapshots", "/api/search?q=重庆", "/web/*/paper.news.example*",
)  # fmt: skip


@pytest.fixture
def folder(filled, tmp_path):
    copy = tmp_path / "archive"
    shutil.copytree(filled.folder, copy)
    return copy


def test_a_takedown_closes_every_door_at_once(folder, filled):
    it = filled.records[4]
    with served(folder) as address:
        oembed = f"/oembed?url={address}/snapshot/{it.id}"
        before = {path: ask(address, path).status for path in doors_to(it)}
        assert set(before.values()) <= {200, 302}
        assert all(holds(address, path, it) for path in LISTS)
        do(folder, take_down, it.article_id)
        closed = {path: ask(address, path) for path in doors_to(it)}
        assert {path: answer.status for path, answer in closed.items()} == doors_to(it)
        assert ask(address, oembed).status == 451
        assert not [path for path, answer in closed.items() if SECRET in answer.text]
        assert not [path for path in LISTS if holds(address, path, it)]
        do(folder, restore, it.article_id, "restore")
        assert {path: ask(address, path).status for path in doors_to(it)} == before


def holds(address, path, it):
    """Whether an answer tells of it."""
    answer = ask(address, path)
    assert answer.status in {200, 404}, (path, answer.text)
    return it.id in answer.text or C in answer.text or "重庆的灯塔" in answer.text


@pytest.mark.parametrize(("kind", "status"), [("block", 451), ("exclude", 404)])
def test_what_a_rule_hides_is_closed_and_what_it_excludes_is_not_there(folder, filled, tmp_path, kind, status):
    rules = tmp_path / "access.toml"
    rules.write_text(f'[[rule]]\nurl = "https://paper.news.example/"\naccess = "{kind}"\n')
    it = filled.records[4]
    empty = dict.fromkeys((f"/cdx?url={C}", f"/cdx?url={C}&page=0", f"/wayback/available?url={C}"), 200)
    empty = {**(empty if kind == "exclude" else {}), f"/web/{STAMP}im_/{C}": 302}
    with served(folder, "-s", f"SNAPSHOTTER_ACCESS={rules}") as address:
        expected = {path: empty.get(path, status) for path in doors_to(it)}
        assert {path: ask(address, path).status for path in doors_to(it)} == expected
        assert not [path for path in LISTS if holds(address, path, it)]


def test_a_version_that_is_excluded_leaves_no_trace(folder, filled, tmp_path):
    url = filled.records[0].final_url
    rules = tmp_path / "access.toml"
    rules.write_text(
        f'[[rule]]\nurl = "{url}"\naccess = "exclude"\nsince = 2024-07-01T12:05:00Z\nuntil = 2024-07-01T12:15:00Z\n'
    )
    with served(folder, "-s", f"SNAPSHOTTER_ACCESS={rules}") as address:
        for asked, there in (("20240701121000", "20240701120000"), ("20240701121001", "20240701122000")):
            answer = ask(address, f"/web/{asked}/{url}")
            assert (answer.status, answer.headers["Location"]) == (302, f"{address}/web/{there}/{url}")
        assert "20240701121000" not in ask(address, f"/timemap/link/{url}").text


def test_a_version_taken_down_alone_is_closed_and_the_others_stay(folder, filled):
    first, second, third = filled.records[:3]
    url = first.final_url
    do(folder, take_down, second.id)
    with served(folder) as address, ArchiveReader.open(folder) as reader:
        shown = [one.id for one in reader.history(url)]
        assert ask(address, f"/web/20240701121000/{url}").status == (451 if second.id not in shown else 200)
        listed = ask(address, f"/cdx?url={url}").text.splitlines()
        assert len(listed) == len(shown)
        assert (first.id in shown, third.id in shown) == (len(listed) == 2,) * 2
