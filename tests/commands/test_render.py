"""What a browser makes of a page is kept beside what was sent, and never in its place. With the real Chromium."""

import json
import os

import pytest
from project import ROOT

from snapshotter.formats import warc

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]
TITLE = "Ferry service returns to Harrow Bay"
TEXT = [f"The ferry sailed at dawn with {n} passengers on board, and the town came down to the quay." for n in range(9)]
SCRIPT = (
    "fetch('/api/story.json').then(answer => answer.json()).then(story => {"
    "  document.getElementById('app').innerHTML = '<article><h1>' + story.title + '</h1>'"
    "    + story.text.map(line => '<p>' + line + '</p>').join('') + '</article>'; })"
)


@pytest.fixture
def app(site):
    """A page that is empty until its script has fetched the story."""
    site.pages["/api/story.json"] = (200, "application/json", json.dumps({"title": TITLE, "text": TEXT}).encode())
    site.pages["/app.js"] = (200, "text/javascript", SCRIPT.encode())
    head = f"<title>{TITLE}</title><meta property='og:type' content='article'>"
    site.html(
        "/app/1",
        f"<!doctype html><html lang=en><head>{head}</head><body><div id=app></div><script src=/app.js></script>",
    )
    return site


@pytest.fixture
def capture(run):
    def capture(*args, **options):
        done = run("capture", *args, *QUICK, **options)
        assert done.returncode in {0, 5}, done.stderr
        return json.loads(done.stdout), done

    return capture


def records(tmp_path):
    (path,) = (tmp_path / "data/archive/warc").glob("*.warc.gz")
    with path.open("rb") as file:
        return list(warc.read(file))


def test_a_page_without_a_body_is_read_as_the_browser_shows_it(app, capture, run, tmp_path):
    record, _ = capture("--render", "--screenshot", app.url + "/app/1")
    assert (record["verdict"], record["title"]) == ("ok", TITLE)
    assert record["body_text"] == "\n\n".join(TEXT)
    assert record["extractor"] == "generic@1+render"
    assert record["warnings"] == ["body: the page as sent has none; read from the rendered DOM"]

    found = {(one.type, one.get("WARC-Target-URI")): one for one in records(tmp_path)}
    url = app.url + "/app/1"
    response = found["response", url]
    dom, picture = found["resource", f"urn:snapshot-render:{url}"], found["resource", f"urn:snapshot-screenshot:{url}"]
    assert (
        {dom.get("WARC-Concurrent-To"), picture.get("WARC-Concurrent-To")}
        == {response.id}
        == {record["warc_record_id"]}
    )
    assert b"<div id=app></div>" in response.block
    assert TEXT[8].encode() in dom.block
    assert (dom.get("Content-Type"), picture.block[:8]) == ("text/html; charset=utf-8", b"\x89PNG\r\n\x1a\n")
    assert app.asked.count("/app/1") == 1, "the browser is given the bytes that are archived"

    assert run("verify").returncode == 0
    explained = run("explain", record["id"])
    assert f"{len(record['body_text'])} characters of text" in explained.stdout.decode()


def test_a_page_with_a_body_is_read_as_it_was_sent(site, capture, tmp_path):
    url = site.article("/news/1.html", "The bridge")
    status, kind, body = site.pages["/news/1.html"]
    site.pages["/news/1.html"] = (
        status,
        kind,
        body.replace(b"</main>", b"</main><script>document.title = 'Done'</script>"),
    )
    record, _ = capture("--render", url)
    assert (record["verdict"], record["extractor"], record["warnings"]) == ("ok", "generic@1", [])
    (dom,) = (one for one in records(tmp_path) if one.type == "resource")
    assert b"<title>Done</title>" in dom.block


HOSTILE = (
    "while (true) {}",
    "setInterval(() => fetch('/more?' + Math.random()), 5)",
    "location.href = '/elsewhere'",
    "location.href = '/file.zip'",
    "window.open('/elsewhere'); alert('Hello'); print()",
    "new WebSocket('ws://' + location.host + '/socket')",
    "document.body.innerHTML = 'word '.repeat(5e6)",
)


def test_hostile_pages_are_bounded_and_lead_nowhere(site, run, tmp_path):
    page = "<!doctype html><title>App</title><body><p>Hello</p><script>{}</script>"
    urls = [site.html(f"/app/{n}", page.format(script)) for n, script in enumerate(HOSTILE)]
    bounds = ("-s", "SNAPSHOTTER_RENDER_TIMEOUT_S=4", "-s", "SNAPSHOTTER_RENDER_REQUESTS=30")
    done = run("capture", "--render", "--screenshot", *urls, *bounds, *QUICK)
    found = {record["url"]: record for record in map(json.loads, done.stdout.splitlines())}
    assert set(found) == set(urls), done.stderr
    assert [found[url]["warnings"][0][:12] for url in urls[:2]] == ["render: not ", "render: not "]
    assert sum(path.startswith("/more") for path in site.asked) <= 30
    assert not {"/elsewhere", "/file.zip", "/socket"} & set(site.asked)
    most = {"conversion": 25 << 20}  # it has the text twice, as text and as HTML
    assert [one.type for one in records(tmp_path) if len(one.block) > most.get(one.type, 11 << 20)] == []
    assert run("verify").returncode == 0


def test_a_site_may_ask_for_it(app, capture, tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/harrow.toml").write_text('site_name = "Harrow"\nhosts = ["127.0.0.1"]\nrender = true\n')
    record, _ = capture(app.url + "/app/1", "-s", f"SNAPSHOTTER_SITES={tmp_path}/sites")
    assert (record["site"], record["title"], record["body_text"][:9]) == ("harrow", TITLE, "The ferry")


@pytest.mark.parametrize("program", ["capture", "crawl"])
def test_without_a_browser_it_says_how_to_get_one(run, program):
    done = run(program, "--render", "https://example.com/", "-s", "SNAPSHOTTER_CHROMIUM=/nowhere/chromium")
    assert done.returncode == 2
    assert "apt-get install chromium" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_it_says_how_to_get_it(run, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['playwright'] = None")
    places = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = run("capture", "--screenshot", "https://example.com/", env={"PYTHONPATH": places})
    assert done.returncode == 2
    assert "pip install 'snapshotter[render]'" in done.stderr


def test_a_site_that_asks_for_it_in_vain_is_captured_all_the_same(site, capture, tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/harrow.toml").write_text('site_name = "Harrow"\nhosts = ["127.0.0.1"]\nrender = true\n')
    url = site.article("/news/1.html", "The bridge")
    record, _ = capture(
        url, "-s", f"SNAPSHOTTER_SITES={tmp_path}/sites", "-s", "SNAPSHOTTER_CHROMIUM=/nowhere/chromium"
    )
    assert (record["verdict"], record["warnings"][0][:35]) == ("ok", "render: not rendered: there is no b")


def test_what_was_taken_down_leaves_no_picture(app, capture, run, tmp_path):
    record, _ = capture("--render", "--screenshot", app.url + "/app/1")
    (index,) = (tmp_path / "data/archive/index").iterdir()
    assert index.read_text().count('"urn:snapshot-') == 2
    assert run("export", "--format", "wacz", "--out", "app.wacz").returncode == 0
    assert run("rebuild").returncode == 0
    assert run("verify").returncode == 0
    assert run("takedown", record["url"], "--reason", "asked", "--erase").returncode == 0
    assert "app/1" not in index.read_text()
    assert {one.type for one in records(tmp_path)} == {"warcinfo", "metadata", "conversion"}
    assert run("verify").returncode == 0
