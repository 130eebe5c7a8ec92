"""A rule file is read as the Site that it was written from."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.curation import rule_file
from snapshotter.sites import FIELDS, Layout, Seeds, Site, default_folder, load_sites, read_site

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)
hosts = st.from_regex(r"[a-z][a-z0-9]{0,8}\.(?:org|com|cn)", fullmatch=True)
urls = st.builds("https://{}/{}".format, hosts, st.from_regex(r"[a-z]{0,8}", fullmatch=True))
patterns = st.builds(re.compile, st.builds(re.escape, texts))
selectors = st.sampled_from(["h1", ".a > b", "//meta[@name='x']/@content", "[data-x='\"']", "#主"])
layouts = st.builds(
    lambda fields, end: Layout("2024", end, fields),
    st.dictionaries(st.sampled_from(FIELDS), st.lists(selectors, min_size=1, max_size=3).map(tuple), min_size=1),
    st.none() | st.dates(date(2000, 1, 1)),
)
sites = st.builds(
    Site,
    name=st.just("site"),
    site_name=texts,
    hosts=st.lists(hosts, min_size=1, max_size=3, unique=True).map(tuple),
    timezone=st.sampled_from(["", "Asia/Shanghai"]),
    language=st.sampled_from(["", "zh-CN", "en"]),
    delay_s=st.floats(0, 100),
    max_pages=st.integers(1, 99),
    seeds=st.builds(Seeds, *[st.lists(urls, max_size=2).map(tuple)] * 3),
    article=st.lists(patterns, max_size=2).map(tuple),
    skip=st.lists(patterns, max_size=2).map(tuple),
    categories=st.dictionaries(texts, texts, max_size=2),
    layouts=st.lists(layouts, max_size=1).map(tuple),
)


@settings(deadline=None)  # it writes files
@given(sites, st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_written_is_read(site, comment):
    with TemporaryDirectory() as folder:
        path = Path(folder, "site.toml")
        path.write_text(rule_file(site, comment), encoding="utf-8", newline="")
        assert read_site(path) == site


@pytest.mark.parametrize("site", load_sites(default_folder()).values(), ids=lambda site: site.name)
def test_what_is_shipped_is_written_and_read(site, tmp_path):
    path = tmp_path / f"{site.name}.toml"
    path.write_text(rule_file(site), encoding="utf-8")
    assert read_site(path) == site
