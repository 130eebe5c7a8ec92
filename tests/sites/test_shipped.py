"""The rule files that are shipped: each against its fixtures, and, where they lie beside the project, real pages."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from engines import on_its_clock, payload_of
from real_pages import DEV
from scoring import score, summary

from snapshotter.curation import check, fixtures, fixtures_folder
from snapshotter.extract import extract
from snapshotter.sites import Site, default_folder, load_sites, match_site

SITES = load_sites(default_folder())
FIXTURES = list(fixtures(fixtures_folder(default_folder())))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_a_page_reads_as_its_fixture_says(fixture):
    assert check(fixture, SITES) == []


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_a_site_has_a_fixture_for_each_layout_and_knows_its_urls(site):
    own = [fixture for fixture in FIXTURES if fixture.site == site.name]
    read = [fixture.page.read(site).article.extractor for fixture in own]
    assert all(site.kind(fixture.page.url) == "article" for fixture in own)
    assert len(own) >= max(1, len(site.layouts) - 1)
    old = [f"site:{site.name}@{layout.name}" for layout in site.layouts if layout.valid_until]
    assert set(old) <= set(read)
    assert all(site.kind(section) == "listing" for section in site.seeds.sections)
    assert all(site.kind(seed) != "skip" for seed in (*site.seeds.feeds, *site.seeds.sitemaps))


def test_there_are_twenty_sites_in_both_languages():
    languages = [site.language[:2] for site in SITES.values()]
    assert len(SITES) >= 20
    assert min(languages.count("zh"), languages.count("en")) >= 8


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_no_url_keeps_its_patterns_busy(site):
    began = time.process_time()
    for part in ("a-", "a/", "2024/", "-1", "a.", "/%E4", "1"):
        site.kind(f"https://www.{site.hosts[0]}/{part * (2000 // len(part))}!")
    assert time.process_time() - began < 0.5


@cache
def dev_pages() -> dict[str, list[dict[str, Any]]]:
    """The truths of the benchmark's pages, by the site whose rules fit; those that other extractors made left out."""
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    lines = (DEV / "truth.jsonl").read_text("utf-8").split("\n") if DEV.exists() else []
    for truth in map(json.loads, filter(None, lines)):
        if truth["origin"] != "tool" and (site := match_site(SITES, truth["url"] or f"https://{truth['domain']}/")):
            pages[site.name].append(truth)
    return pages


def scores(truths: list[dict[str, Any]], site: Site | None) -> dict[str, float]:
    rows = []
    for truth in truths:
        url = truth["url"] or f"https://{truth['domain']}/"
        article = extract(payload_of(DEV / "pages", truth["id"]), url=url, site=site)
        said = {
            "title": article.title, "authors": article.authors, "published": on_its_clock(article),
            "source": article.source_name, "body": article.body_text,
        }  # fmt: skip
        rows.append(score(truth, said))
    return summary(rows)


@pytest.mark.parametrize("name", SITES)
def test_rules_never_read_a_real_page_worse_than_none(name):
    truths = dev_pages().get(name, [])
    plain, ruled = scores(truths, None), scores(truths, SITES[name])
    worse = {measure: (plain[measure], ruled[measure]) for measure in plain if ruled[measure] < plain[measure] - 0.005}
    assert not worse, f"{name}: measures (without rules, with them): {worse}"


@pytest.mark.parametrize("name", SITES)
def test_article_patterns_lose_no_real_article(name):
    urls = [truth["url"] for truth in dev_pages().get(name, []) if truth["url"] and truth["kind"] == "news"]
    assert [url for url in urls if SITES[name].kind(url) != "article"] == []
