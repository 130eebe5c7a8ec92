"""Fixtures: what is saved is read again; what reads otherwise is told field by field."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import AT, HOST, story

from snapshotter.curation import Saved, check, fixtures, fixtures_folder, save
from snapshotter.curation.fixtures import expected_of
from snapshotter.errors import UsageError
from snapshotter.items import Article
from snapshotter.sites import Layout, Site, Sites, default_folder

SITE = Site("harrow", "Harrow News", ("harrow.example",), timezone="Europe/London", language="en-GB")
SITES = Sites(harrow=SITE)

lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.binary(max_size=200), lines, st.builds(Article, title=lines, authors=st.tuples(lines), body_text=lines))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_saved_is_read(tmp_path, content, content_type, article):
    saved = save(tmp_path, Saved(f"{HOST}/a", content, content_type, AT), "harrow", article)
    (found,) = fixtures(tmp_path, "harrow")
    assert found == saved
    assert found.name == "www.harrow.example/2026-07-01"
    assert list(fixtures(tmp_path, "other")) == []


def test_a_fixture_passes_until_its_rules_read_otherwise(tmp_path):
    page = story(0)
    fixture = save(tmp_path, page, "harrow", page.read(SITE).article)
    assert check(fixture, SITES) == []

    wrong = Layout("2026", None, {"title": (".when",), "source": (".by",), "body": (".gone",)})
    told = "\n".join(check(fixture, Sites(harrow=replace(SITE, layouts=(wrong,)))))
    assert 'title: expected "Plans for the bridge are agreed by the council", read "1 June 2026, 09:10"' in told
    assert 'source_name: expected "", read "By Ann Miller"' in told
    assert "harrow@2026 finds no body; read generically" in told
    assert "authors" not in told


def test_a_difference_in_the_text_names_the_paragraph(tmp_path):
    page = story(0)
    fixture = save(tmp_path, page, "harrow", page.read(SITE).article)
    fixture.expected["body_text"][3] = "Another."
    (line,) = check(fixture, SITES)
    assert line.startswith('body_text: 5 paragraphs expected, 5 read; the first that differs, 4: expected "Another."')
    assert "The council spoke" in line


def test_a_fixture_of_nobodys_site_fails(tmp_path):
    fixture = save(tmp_path, story(0), "harrow", story(0).read(SITE).article)
    assert check(fixture, Sites()) == [f"site: expected harrow; {story(0).url} is of none"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("meta.json", b"{", "meta.json|Expecting"),
        ("meta.json", b"[]", "no object"),
        ("meta.json", b"{}", "url"),
        (
            "meta.json",
            b'{"url": "a", "content_type": "", "captured_at": "2026-01-01T00:00:00", "site": "b"}',
            "no zone",
        ),
        ("expected.json", b"\xff", "decode"),
        ("page.html", None, "page.html"),
    ],
)
def test_a_damaged_fixture_names_its_folder(tmp_path, name, content, told):
    place = save(tmp_path, story(0), "harrow", Article()).folder
    (place / name).unlink()
    if content is not None:
        (place / name).write_bytes(content)
    with pytest.raises(UsageError, match=told) as caught:
        list(fixtures(tmp_path))
    assert str(place) in str(caught.value)


def test_expected_is_json_and_whole():
    article = story(0).read(SITE).article
    assert json.loads(json.dumps(expected_of(article))) == expected_of(article)
    assert len(expected_of(article)["body_text"]) == 5


def test_fixtures_lie_beside_the_rules(tmp_path):
    assert fixtures_folder(tmp_path) == tmp_path / "fixtures"
    assert fixtures_folder(default_folder()).parts[-2:] == ("tests", "sites")
