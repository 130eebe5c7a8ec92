"""Site rule files: read strictly, matched by host, and those that are shipped."""

from __future__ import annotations

import pickle
import re
from datetime import date
from pathlib import Path

import pytest

from snapshotter.errors import SiteRuleError, UsageError
from snapshotter.sites import Layout, Seeds, Site, default_folder, is_xpath, load_sites, match_site, read_site

LEAST = 'site_name = "Example"\nhosts = ["example.org"]\n'
FULL = """
site_name = "示例网"
hosts = ["example.org", "example.cn"]
timezone = "Asia/Shanghai"
language = "zh-CN"
delay_s = 0.5
max_pages = 3

[seeds]
feeds = ["https://example.org/rss.xml"]
sitemaps = ["https://example.org/news sitemap.xml"]
sections = ["https://example.org"]

[urls]
article = ['/\\d{4}/c\\d+\\.html']
listing = ['/[a-z]+/$']
skip = ['/ads/']

[categories]
"example.org/" = "综合"
"example.org/world/" = "国际"

[[layouts]]
name = "2019"
valid_until = 2021-06-30
[layouts.selectors]
title = ["h1"]

[[layouts]]
name = "2016"
valid_until = 2018-12-31
[layouts.selectors]
title = ["h2"]

[[layouts]]
name = "now"
[layouts.selectors]
title = ["h1.title::text", "//meta[@name='title']/@content"]
"""


def written(folder: Path, text: str, name: str = "example") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_everything_of_its_site(tmp_path):
    site = read_site(written(tmp_path, FULL))
    assert site == Site(
        name="example",
        site_name="示例网",
        hosts=("example.org", "example.cn"),
        timezone="Asia/Shanghai",
        language="zh-CN",
        delay_s=0.5,
        max_pages=3,
        seeds=Seeds(
            ("https://example.org/rss.xml",), ("https://example.org/news%20sitemap.xml",), ("https://example.org/",)
        ),
        article=(re.compile(r"/\d{4}/c\d+\.html"),),
        listing=(re.compile(r"/[a-z]+/$"),),
        skip=(re.compile("/ads/"),),
        categories={"example.org/": "综合", "example.org/world/": "国际"},
        layouts=(
            Layout("now", None, {"title": ("h1.title::text", "//meta[@name='title']/@content")}),
            Layout("2019", date(2021, 6, 30), {"title": ("h1",)}),
            Layout("2016", date(2018, 12, 31), {"title": ("h2",)}),
        ),
    )
    assert pickle.loads(pickle.dumps(site)) == site


def test_name_and_hosts_are_enough(tmp_path):
    site = read_site(written(tmp_path, LEAST))
    assert site == Site("example", "Example", ("example.org",))
    assert site.kind("https://example.org/a") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "site_name: is missing"),
        ('site_name = "Example"\nhosts = []', "hosts: is missing or empty"),
        ('site_name = ""\nhosts = ["example.org"]', "site_name: must be a text"),
        ('site_name = "E"\nhosts = ["https://example.org"]', "hosts: .* is no host"),
        ('site_name = "E"\nhosts = ["example.org:80"]', "hosts: .* no port"),
        ('site_name = "E"\nhosts = "example.org"', "hosts: must be a list"),
        (LEAST + "colour = 1", "colour: no such key; there are categories, delay_s"),
        (LEAST + 'timezone = "Asia/Peking"', "timezone: .*IANA"),
        (LEAST + 'timezone = "../etc/passwd"', "timezone: .*IANA"),
        (LEAST + 'language = "Chinese, please"', "language: .*BCP 47"),
        (LEAST + "delay_s = -1", "delay_s: must be a number, 0 or more"),
        (LEAST + "delay_s = true", "delay_s: must be a number"),
        (LEAST + "max_pages = 1.5", "max_pages: must be a whole number"),
        (LEAST + "[seeds]\nfeeds = ['/rss.xml']", "seeds: feeds: .*URL"),
        (LEAST + "[seeds]\nfeed = []", "seeds: feed: no such key"),
        (LEAST + "[urls]\narticle = ['(']", "urls: article: .*regular expression"),
        (LEAST + "urls = 1", "urls: must be a table"),
        (LEAST + "[categories]\na = 1", "categories: must be a text"),
        (LEAST + "[[layouts]]\nname = 'a'", "layouts: selectors: is missing"),
        (LEAST + "[[layouts]]\nname = 'a'\n[layouts.selectors]\nheadline = ['h1']", "layouts: selectors: headline"),
        (LEAST + "[[layouts]]\nname = 'a'\n[layouts.selectors]\ntitle = ['h1[']", "selectors: title: .*no selector"),
        (LEAST + "[[layouts]]\nname = 'a'\n[layouts.selectors]\ntitle = ['//h1[']", "selectors: title: .*no selector"),
        (
            LEAST + "[[layouts]]\nname = 'a'\nvalid_until = '2020'\n[layouts.selectors]\ntitle = ['h1']",
            "valid_until: must",
        ),
        (
            LEAST + "[[layouts]]\nname = 'a'\n[layouts.selectors]\ntitle = ['h1']\n" * 2,
            "layouts: two end on the same day, or have none",
        ),
        ("site_name = ", "Invalid value"),
        ("a = " + "[" * 2000, "example.toml"),
        ("#" * 1_000_001, "no rule file"),
    ],
)
def test_what_is_not_understood_names_file_and_key(tmp_path, text, told):
    path = written(tmp_path, text)
    with pytest.raises(SiteRuleError, match=told) as caught:
        load_sites(tmp_path)
    assert str(caught.value).startswith(str(path))


def test_bytes_that_are_no_text_are_told(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b'site_name = "\xff"')
    with pytest.raises(SiteRuleError, match=r"bad\.toml"):
        load_sites(tmp_path)


def test_a_host_belongs_to_one_site(tmp_path):
    written(tmp_path, LEAST, "a")
    written(tmp_path, LEAST, "b")
    with pytest.raises(SiteRuleError, match=r"b\.toml: hosts: example\.org is in a\.toml too"):
        load_sites(tmp_path)


def test_a_missing_folder_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="SNAPSHOTTER_SITES"):
        load_sites(tmp_path / "none")
    assert load_sites(tmp_path) == {}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a", "a"),
        ("https://www.example.org:8080/a", "a"),
        ("https://news.example.org/a", "b"),
        ("https://x.news.example.org/a", "b"),
        ("https://notexample.org/a", ""),
        ("https://org/", ""),
        ("nonsense", ""),
    ],
)
def test_the_nearest_host_matches(tmp_path, url, name):
    written(tmp_path, LEAST, "a")
    written(tmp_path, LEAST.replace("example.org", "news.example.org"), "b")
    site = match_site(load_sites(tmp_path), url)
    assert (site.name if site else "") == name


def test_a_urls_kind_and_category(tmp_path):
    site = read_site(written(tmp_path, FULL))
    assert site.kind("https://example.org/2024/c12.html") == "article"
    assert site.kind("https://example.org/world/") == "listing"
    assert site.kind("https://example.org/ads/2024/c12.html") == "skip"
    assert site.kind("https://example.org/about") == ""
    assert site.category("https://www.example.org/world/2024/c12.html") == "国际"
    assert site.category("http://example.org/2024/c12.html") == "综合"
    assert site.category("http://other.org/") == ""
    assert site.covers("https://a.example.cn/")
    assert not site.covers("https://badexample.cn/")


@pytest.mark.parametrize(
    ("selector", "xpath"), [("h1", False), ("//h1", True), ("./h1", True), ("(//h1)[1]", True), (".title", False)]
)
def test_xpath_is_told_from_css(selector, xpath):
    assert is_xpath(selector) is xpath


@pytest.mark.parametrize(
    ("name", "article", "listing"),
    [
        (
            "people-cn",
            "http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html",
            "http://politics.people.com.cn/GB/1024/index1.html",
        ),
        ("ifeng", "https://news.ifeng.com/c/8Wda7wwUnuC", "https://news.ifeng.com/"),
        ("bbc", "https://www.bbc.co.uk/news/world-europe-50473792", "https://www.bbc.com/news/world"),
    ],
)
def test_shipped_rules_know_their_urls(name, article, listing):
    sites = load_sites(default_folder())
    site = sites[name]
    assert match_site(sites, article) is site
    assert site.kind(article) == "article"
    assert site.kind(listing) == "listing"
    assert all(site.kind(section) == "listing" for section in site.seeds.sections)
    assert site.category("http://politics.people.com.cn/n1/") == ("时政" if name == "people-cn" else "")
