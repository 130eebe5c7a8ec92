"""A reader in a real browser: from the front page to an article, its changes, its proof; and a hostile original."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from browser import browsing, served
from captures import answer, capture, page

from snapshotter.items import Article
from snapshotter.store import Archive


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


def test_a_reader_finds_an_article_and_what_became_of_it(browser, site, demo):
    tab = browser.new_page(locale="zh-CN")
    tab.goto(site)
    tab.get_by_role("navigation", name="频道").get_by_role("link", name=demo.revised["category"], exact=True).click()
    tab.get_by_role("link", name=demo.revised["title"]).first.click()
    assert tab.inner_text("h1") == demo.revised["title"]
    tab.get_by_role("link", name="对比修改").click()
    assert tab.locator("ins").count() > 1
    tab.get_by_role("link", name="全部采集记录").click()
    assert tab.locator("tbody tr").count() == 2
    tab.go_back()
    tab.go_back()
    tab.get_by_role("link", name="存证与校验").click()
    assert tab.get_by_text("刚刚校验").is_visible()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="下载存证文件").click()
    assert download.value.suggested_filename == f"{demo.revised['id']}.proof.json"
    tab.close()


def test_a_reader_searches_in_either_language(browser, site):
    tab = browser.new_page(locale="zh-CN")
    tab.goto(site)
    tab.get_by_role("searchbox").fill("灯塔")
    tab.keyboard.press("Enter")
    assert "灯塔" in tab.locator(".hits mark").first.inner_text()
    tab.get_by_role("link", name="English").click()
    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.get_by_role("searchbox").input_value() == "灯塔"
    tab.get_by_role("link", name="Front page").click()
    assert tab.locator("html").get_attribute("lang") == "en"
    tab.context.close()


HOSTILE = """<!DOCTYPE html><html><head><title>calm</title>
<base href="{out}/base/"><meta http-equiv="refresh" content="0; url={out}/refresh">
<link rel="stylesheet" href="{out}/a.css"><link rel="preload" as="image" href="{out}/pre.png">
<link rel="dns-prefetch" href="{out}"><link rel="prefetch" href="{out}/fetch"><link rel="icon" href="{out}/icon.ico">
<style>@import "{out}/b.css"; @font-face {{ font-family: f; src: url({out}/f.woff) }}
body {{ background: url({out}/bg.png); font-family: f }}</style>
<script>document.title = "ran"; fetch("{out}/fetched")</script><script src="{out}/s.js"></script></head>
<body onload="document.title='ran'"><h1>An article</h1><img src="{out}/i.png" onerror="document.title='ran'">
<picture><source srcset="{out}/set.png"><img src=x></picture><video src="{out}/v.mp4" poster="{out}/p.png"></video>
<iframe src="{out}/frame"></iframe><object data="{out}/o.swf"></object><embed src="{out}/e.swf">
<svg onload="document.title='ran'"><image href="{out}/svg.png"/><use href="{out}/u.svg#a"/></svg>
<form action="{out}/form" id="f"><input autofocus onfocus="document.title='ran'"><button id="go">go</button></form>
<a id="js" href="javascript:document.title='ran'">js</a>
<a href="{out}/ping" ping="{out}/pinged">away</a></body></html>"""


@pytest.fixture
def outside():
    """A server that nothing should ask: what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_no_script_of_an_original_runs_and_no_request_leaves(browser, outside, tmp_path):
    address, asked = outside
    body = HOSTILE.format(out=address).encode()
    said = Article(
        title="<img src=x onerror=alert(1)>", body_text="</p><script>alert(1)</script>", category='"><script>'
    )
    with Archive.open(tmp_path) as archive, served(tmp_path) as site:
        (stored,) = archive.add([capture(page("https://news.example/1.html", answer(body)), said)])
        tab = browser.new_page()
        tab.goto(f"{site}/original/{stored.id}", wait_until="networkidle")
        assert (tab.title(), tab.inner_text("h1"), tab.url) == ("calm", "An article", f"{site}/original/{stored.id}")
        tab.locator("#go").click(no_wait_after=True)
        tab.locator("#js").click(no_wait_after=True)
        tab.wait_for_load_state("networkidle")
        assert tab.title() == "calm"
        assert asked == []
        for path in ("/", f"/snapshot/{stored.id}", f"/article/{stored.article_id}", "/search?q=script"):
            tab.on("dialog", lambda dialog: pytest.fail(dialog.message))
            tab.goto(site + path, wait_until="networkidle")
            assert tab.locator("script:not([type='application/ld+json']), main img").count() == 0, path
        tab.close()


CALM = """addEventListener("securitypolicyviolation", one => (window.refused ??= []).push(one.violatedDirective));"""


def test_what_a_page_tells_programs_is_data_whatever_the_title_says(browser, tmp_path):
    title = "</script><script>document.title='ran'</script><!--<script> & 重庆 \u2028"
    with Archive.open(tmp_path) as archive, served(tmp_path, "-s", "SNAPSHOTTER_HOST=</script>") as site:
        said = Article(title=title, body_text="One.\n\nTwo.")
        (stored,) = archive.add([capture(page("https://news.example/1.html"), said)])
        tab = browser.new_page()
        tab.add_init_script(CALM)
        complaints = []
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(f"{site}/snapshot/{stored.id}", wait_until="networkidle")
        data = json.loads(tab.locator("head > script[type='application/ld+json']").text_content())
        assert (data["mainEntity"]["headline"], data["url"]) == (title, tab.url)
        assert data["mainEntity"]["@type"] == "NewsArticle"
        assert "ArchiveComponent" in data["@type"]
        assert (tab.locator("script").count(), tab.evaluate("window.refused"), complaints) == (1, None, [])
        assert tab.title() != "ran"
        tab.close()


def test_an_original_that_is_no_page_is_shown_as_text(browser, tmp_path):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    block = answer(svg).replace(b"text/html; charset=utf-8", b"image/svg+xml")
    with Archive.open(tmp_path) as archive, served(tmp_path) as site:
        (stored,) = archive.add([capture(page("https://news.example/1.svg", block))])
        tab = browser.new_page()
        response = tab.goto(f"{site}/original/{stored.id}")
        assert response.headers["content-type"].startswith("text/plain")
        tab.close()
