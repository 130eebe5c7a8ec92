"""``snapshotter sites``: against a real server, as a person calls it."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from snapshotter.clock import utc_now
from snapshotter.commands.sites import Command
from snapshotter.curation import Draft
from snapshotter.errors import SiteRuleError
from snapshotter.sites import Site

OPTIONS = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_SITES=rules")
TOPICS = ("bridge", "harbour", "school", "library", "ferry", "market")
REPORTERS = ("Ann Miller", "Robert Hale", "Ines Calder", "Tom Avery", "Lena Brook", "Paul Stone")


def story(n, *, author=True, by="reporter"):
    topic, name = TOPICS[n], REPORTERS[n]
    text = "".join(
        f"<p>The council spoke of the {topic} on Monday, and part {part} of its plan was agreed after a debate "
        "that went on until the evening, as several of those who were there said on Tuesday.</p>"
        for part in range(5)
    )
    byline = f"<span class='by'>By <a class='{by}'>{name}</a></span>" if author else ""
    return (
        f"<!doctype html><html lang=en-GB><head><title>Plans for the {topic} - Harrow News</title>"
        "<meta property='og:site_name' content='Harrow News'><meta property='og:type' content='article'></head><body>"
        f"<h1 class='headline'>Plans for the {topic} are agreed by the council</h1>"
        f"<div class='meta'><span class='when'>{n + 1} June 2026, 09:1{n}</span> {byline}</div>"
        f"<div class='story-text'>{text}</div></body></html>"
    )


def path_of(n):
    return f"/town/2026/06/0{n + 1}/{TOPICS[n]}-plans-are-agreed"


@pytest.fixture
def harrow(site):
    return filled(site)


def filled(site):
    """A site with a front page, a section, a feed, a sitemap that robots.txt names, and a page it forbids."""
    for n in range(6):
        site.html(path_of(n), story(n))
    links = "".join(
        f"<li><a href='{path_of(n)}'>Plans for the {TOPICS[n]} are agreed by the council</a>" for n in range(6)
    )
    feed = "<link rel=alternate type='application/rss+xml' href='/rss.xml'>"
    menu = "<div class=nav><a href='/town/'>Town</a> <a href='/about'>About</a></div>"
    site.html("/", f"<!doctype html><html lang=en-GB><title>Harrow News</title>{feed}{menu}<ul>{links}</ul>")
    site.html("/town/", f"<!doctype html><html lang=en-GB><title>Town</title>{menu}<ul>{links}</ul>")
    items = "".join(f"<item><title>T</title><link>{site.url}{path_of(n)}</link></item>" for n in range(6))
    rss = f"<rss version='2.0'><channel><title>H</title>{items}</channel></rss>"
    site.pages["/rss.xml"] = (200, "application/rss+xml", rss.encode())
    urls = "".join(f"<url><loc>{site.url}{path_of(n)}</loc></url>" for n in range(6))
    sitemap = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    site.pages["/maps/news.xml"] = (200, "application/xml", sitemap.encode())
    forbidden = f"User-agent: *\nDisallow: {path_of(5)}\nSitemap: {site.url}/maps/news.xml\n"
    site.pages["/robots.txt"] = (200, "text/plain", forbidden.encode())
    return site


@pytest.fixture
def sites(run):
    def sites(*args):
        return run("sites", *args, *OPTIONS)

    return sites


@pytest.fixture(scope="module")
def once(session_site, session_run, tmp_path_factory):
    """(the site, what ``add`` said of it, the folder of rules): made once, for it takes seconds."""
    harrow, rules = filled(type(session_site)()), tmp_path_factory.mktemp("made") / "rules"
    options = (*OPTIONS[:4], "-s", f"SNAPSHOTTER_SITES={rules}")
    added = session_run("sites", "add", f"{harrow.url}/", "--name", "harrow", *options)
    harrow.asked_by_add = list(harrow.asked)  # other tests ask it, too
    yield harrow, added, rules
    harrow.close()


@pytest.fixture
def harrow_kept(once, tmp_path):
    """The site, with a copy of its rules in ``rules``."""
    shutil.copytree(once[2], tmp_path / "rules")
    return once[0]


def test_add_drafts_rules_and_tests_them_at_once(once, harrow_kept, tmp_path):
    harrow, added, _ = once
    assert added.returncode == 0, added.stderr + added.stdout.decode()
    rules = tomllib.loads((tmp_path / "rules/harrow.toml").read_text("utf-8"))
    assert (rules["site_name"], rules["language"], rules["timezone"]) == ("Harrow News", "en-GB", "Europe/London")
    assert rules["hosts"] == ["127.0.0.1"]
    assert rules["seeds"] == {
        "feeds": [f"{harrow.url}/rss.xml"],
        "sitemaps": [f"{harrow.url}/maps/news.xml"],
        "sections": [f"{harrow.url}/", f"{harrow.url}/town/"],
    }
    assert rules["layouts"][0]["selectors"] == {
        "title": ["h1.headline"], "published": ["span.when"], "authors": ["a.reporter"],
        "body": rules["layouts"][0]["selectors"]["body"],
    }  # fmt: skip
    (fixture,) = (tmp_path / "rules/fixtures/127.0.0.1").iterdir()
    assert {path.name for path in fixture.iterdir()} == {"page.html", "expected.json", "meta.json"}
    said = added.stdout.decode()
    assert "doubt      source: found on no page" in said
    assert f"127.0.0.1/{fixture.name}: passed" in said


def test_add_obeys_robots(once):
    harrow, added, _ = once
    assert harrow.asked_by_add.count("/robots.txt") == 1
    assert path_of(5) not in harrow.asked_by_add
    assert len(harrow.asked_by_add) <= 20
    assert f"robots: {harrow.url}{path_of(5)}" in added.stdout.decode()


def test_add_refuses_to_overwrite_unless_forced(harrow_kept, sites, tmp_path):
    harrow = harrow_kept
    rules = tmp_path / "rules/harrow.toml"
    rules.write_text(rules.read_text("utf-8") + "# mine\n", "utf-8")
    again = sites("add", f"{harrow.url}/town/")
    assert (again.returncode, again.stdout) == (2, b"")
    assert "harrow.toml has rules for 127.0.0.1; --force drafts them anew" in again.stderr
    assert "# mine" in rules.read_text("utf-8")

    assert sites("add", f"{harrow.url}/", "--force", "--name", "other").returncode == 2
    assert sites("add", f"{harrow.url}/", "--force").returncode == 0
    assert "# mine" not in rules.read_text("utf-8")
    assert [path.name for path in rules.parent.glob("*.toml*")] == ["harrow.toml"]


def test_check_tells_the_field_that_reads_otherwise(harrow_kept, sites, tmp_path):
    assert sites("check").returncode == 0
    rules = tmp_path / "rules/harrow.toml"
    rules.write_text(rules.read_text("utf-8").replace('"a.reporter"', '"h1.headline"'), "utf-8")
    done = sites("check", "harrow")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.decode().splitlines() if line.startswith("  ")]
    assert line.startswith('  authors: expected ["')
    assert "1 fixtures, 1 failed" in done.stdout.decode()
    table = sites("list").stdout.decode().splitlines()
    assert table[1].split()[:6] == ["harrow", "1", "1", "2", "1", "never"]


def test_check_live_tells_what_the_site_lost(harrow_kept, sites, run, tmp_path):
    harrow = harrow_kept
    fast = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "SNAPSHOTTER_SITES=rules", "-s", "SNAPSHOTTER_WORKERS=1")
    rules = tmp_path / "rules/harrow.toml"
    rules.write_text(rules.read_text("utf-8").replace("delay_s = 1.0", "delay_s = 0.0"), "utf-8")
    urls = [f"{harrow.url}{path_of(n)}" for n in range(5)]
    assert run("capture", *urls, *fast, "--archive", "kept").returncode == 0

    fine = sites("check", "harrow", "--live", "--archive", "kept")
    assert fine.returncode == 0, fine.stdout.decode() + fine.stderr
    assert "harrow, live: passed" in fine.stdout.decode()

    for n in range(6):  # a redesign that rules and engine find no author on
        harrow.html(path_of(n), story(n, author=False))
    lost = sites("check", "harrow", "--live", "--archive", "kept")
    filled(harrow)
    assert lost.returncode == 1
    assert "authors: on 0% of 5 pages, was on 100% of 5" in lost.stdout.decode()

    listed = json.loads(sites("list", "--json", "--archive", "kept").stdout)
    assert (listed["name"], listed["fixtures"], listed["feeds"]) == ("harrow", 1, 1)
    assert listed["last_captured"].startswith("20")


def test_explain_reads_the_archive_and_else_the_web(harrow_kept, sites, run):
    harrow = harrow_kept
    url = f"{harrow.url}{path_of(0)}"
    harrow.asked.clear()
    live = sites("explain", url, "--json", "--archive", "kept")
    assert json.loads(live.stdout)["title"][0] == {
        "value": "Plans for the bridge are agreed by the council",
        "where": f"site:harrow@{utc_now():%Y-%m}",
        "weight": 100.0,
    }
    assert path_of(0) in harrow.asked

    assert run("capture", url, "-s", "SNAPSHOTTER_SITES=rules", "--archive", "kept").returncode == 0
    harrow.asked.clear()
    kept = sites("explain", url, "--archive", "kept")
    assert kept.stdout.decode().startswith("title: Plans for the bridge are agreed by the council")
    assert harrow.asked == []


@pytest.mark.parametrize(
    ("pages", "status", "told"),
    [
        ({"/": (500, "text/html", b"no")}, 1, "http-500"),
        ({"/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /\n")}, 6, "robots"),
    ],
)
def test_a_site_that_gives_nothing_is_one_line(site, run, pages, status, told):
    site.pages.update(pages)
    done = run("sites", "add", f"{site.url}/", *OPTIONS)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (status, b"", 1)
    assert told in done.stderr


def test_a_site_that_cant_be_reached_leaves_nothing(sites, tmp_path):
    done = sites("add", "http://127.0.0.1:1/")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert not list(tmp_path.glob("rules/*"))


def test_pages_that_take_too_long_to_read_leave_nothing(site, sites, tmp_path):
    site.html("/", f"<!doctype html><title>H</title><a href='{path_of(0)}'>Plans for the {TOPICS[0]}</a>")
    site.html(path_of(0), story(0))
    done = sites("add", f"{site.url}/", "-s", "SNAPSHOTTER_EXTRACT_TIMEOUT_S=0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "its pages can't be read (took longer than 0 s): write its rules by hand" in done.stderr
    assert not list(tmp_path.glob("rules/*"))


def test_a_look_at_pages_that_take_too_long_to_read_ends(harrow_kept, sites):
    late = ("-s", "SNAPSHOTTER_EXTRACT_TIMEOUT_S=0")
    explained = sites("explain", f"{harrow_kept.url}{path_of(0)}", *late)
    assert (explained.returncode, explained.stdout, len(explained.stderr.splitlines())) == (1, b"", 1)
    assert "took longer than 0 s" in explained.stderr
    checked = sites("check", "harrow", "--live", *late)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "harrow, live: failed" in checked.stdout.decode()
    assert "took longer than 0 s" in checked.stdout.decode()


def test_a_look_at_all_sites_ends_and_names_those_that_it_did_not_come_to(capsys):
    assert Command()._live(Site("harrow", "Harrow", ("harrow.example",)), ends=0) == 1
    assert "sites check harrow --live" in capsys.readouterr().out


def test_a_front_page_without_articles_leaves_rules_but_no_fixture(site, sites, tmp_path):
    site.html("/", "<!doctype html><title>Empty</title><p>Nothing here yet.</p>")
    done = sites("add", f"{site.url}/")
    assert done.returncode == 1
    assert "no fixture: no article page could be read" in done.stdout.decode()
    assert [path.name for path in Path(tmp_path, "rules").iterdir()] == ["127-0-0-1.toml"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("add",),
        ("add", "a", "b"),
        ("frobnicate",),
        ("explain",),
        ("add", "ftp://x/"),
        ("add", "http://x/", "--name", "../x"),
    ],
)
def test_a_wrong_call_is_a_usage_error(sites, arguments):
    done = sites(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_rules_that_cant_be_read_back_are_not_left_behind(tmp_path):
    command = Command()
    command.settings = {"SNAPSHOTTER_SITES": str(tmp_path)}
    with pytest.raises(SiteRuleError, match="no host"):
        command._save(Draft(Site("v6", "V6", ("::1",)), (), ()))
    assert list(tmp_path.iterdir()) == []
