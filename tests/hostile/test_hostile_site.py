"""Hostile pages, records, addresses, queries and forms, thrown at the site as it is served."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from answers import ask
from attacks import FIELDS, MARK, PAGES, PATHS, QUERIES, TRAP
from browser import browsing, served
from captures import answer, capture, page
from visitor import Visitor

from snapshotter.items import Article, Image
from snapshotter.store import Archive

LONGEST_S = 10.0
"""On a busy machine; what runs away takes minutes."""
ACTIVE = "main script, main img[onerror], main svg[onload], main iframe, main object"
FORMS = ("/takedown", "/subscribe", "/save", "/operator/sign-in")


@contextmanager
def trap():
    """A server that hears of whatever gets out, and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_OPTIONS = do_HEAD = do_GET

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield TRAP.format(port=server.server_port), asked
    finally:
        server.shutdown()
        server.server_close()


def record(text):
    """An article whose every text is this; a time is never a page's own text."""
    return Article(
        title=text, subtitle=text, description=text, category=text, category_source="declared", breadcrumbs=(text,),
        tags=(text,),   published_raw=text, authors=(text,), editors=(text,),
        source_name=text, source_url=text, republished_from=text, body_text=f"{text}\n\n{text}", body_html=text,
        images=(Image(url=text),), language=text, site_name=text, canonical_url=text,
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The site's address, the trap's, what that was asked; the ids of archived pages and of records."""
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    with trap() as (place, asked):
        plain = Article(title="A page", body_text="One.\n\nTwo.", category="c", source_name="s")
        bodies = [one.replace("TRAP", place).encode("utf-8", "replace") for one in PAGES]
        made = [
            capture(page(f"https://bad.example/p{number}.html", answer(body), number), plain)
            for number, body in enumerate(bodies)
        ]
        fields = [text.encode("utf-8", "replace").decode() for text in FIELDS]
        made += [
            capture(page(f"https://bad.example/f{number}.html", minute=100 + number), record(text))
            for number, text in enumerate(fields)
        ]
        with Archive.open(folder) as archive:
            ids = [one.id for one in archive.add(made)]
        options = ("SNAPSHOTTER_SAVE_NOW=True", "SNAPSHOTTER_OPERATOR_TOKEN_SHA256=" + "0" * 64)
        more = ("SNAPSHOTTER_TRUSTED_PROXIES=127.0.0.1",)
        with served(folder, *(part for one in (*options, *more) for part in ("-s", one))) as site:
            yield site, asked, ids[: len(PAGES)], ids[len(PAGES) :]


def harmless(found):
    """What holds of every answer, whatever was asked."""
    assert found.status < 500, found.body[:500]
    assert found.headers["Set-Cookie"] is None or "x=1" not in found.headers["Set-Cookie"]
    assert found.headers["X-Injected"] is None
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Security-Policy"]
    assert b"Traceback" not in found.body
    assert b"root:x:" not in found.body
    assert b"SQLite format" not in found.body
    assert b"<script>alert" not in found.body
    assert not found.headers.get("Location", "/").startswith(("//", "/\\", "http://evil", "https://evil"))


def test_there_are_enough_of_them():
    assert len(PAGES) + len(FIELDS) + len(PATHS) + len(QUERIES) >= 100


@pytest.mark.parametrize("path", [*PATHS, *QUERIES], ids=lambda path: path[:60])
def test_no_address_does_harm(world, path):
    began = time.monotonic()
    harmless(ask(world[0], path))
    assert time.monotonic() - began < LONGEST_S


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(len(FIELDS)))
def test_no_form_does_harm(world, form, number):
    visitor = Visitor(world[0], X_Forwarded_For=f"2001:db8:{number:x}::1")
    text = FIELDS[number].encode("utf-8", "replace").decode()[:4000]
    names = ("subject", "why", "contact", "who", "url", "searches", "channel", "source", "token")
    began = time.monotonic()
    sent = visitor.submit(form, dict.fromkeys(names, text))
    harmless(sent)
    assert MARK not in sent.text.replace(f"&#39;{MARK}", "")
    if sent.status == 303:
        harmless(visitor.follow(sent))
    assert time.monotonic() - began < LONGEST_S


@pytest.mark.parametrize("form", [*FORMS, "/operator/decide", "/operator/sign-out"])
def test_no_form_is_taken_from_elsewhere(world, form):
    kind = "application/x-www-form-urlencoded"
    body = b"subject=sn_0&why=a&contact=b&url=http://a.example/&searches=a&token=a&number=1&deed=erased&reason=a"
    for headers in (
        {},
        {"Cookie": "form=" + "a" * 32},
        {"Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        found = Visitor(world[0]).ask(form, "POST", body, Content_Type=kind, **headers)
        assert found.status in {303, 403}
        if found.status == 303:  # the operator isn't signed in
            assert found.headers["Location"] == "/operator/sign-in"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80@127.0.0.1", "a\tb", "<script>alert(1)</script>", "x" * 5000]
)
def test_the_host_that_a_request_names_leads_nowhere(world, host):
    for path in ("/", "/takedown", "/operator", "/snapshot/sn_0"):
        found = ask(world[0], path, Host=host)
        if found.status != 400:
            harmless(found)
            assert "evil.example" not in found.text


def test_nothing_of_an_archived_page_runs_or_asks(world):
    site, asked, pages, _ = world
    with browsing() as browser:
        context = browser.new_context()
        for number, name in enumerate(pages):
            tab = context.new_page()
            sent, dialogs = [], []
            tab.on("request", lambda one, found=sent: found.append(one.url))
            tab.on("dialog", lambda one, found=dialogs: (found.append(one.message), one.dismiss()))
            tab.goto(f"{site}/original/{name}", wait_until="load")
            tab.wait_for_load_state("networkidle")
            assert tab.title() != "caught", PAGES[number]
            assert dialogs == [], PAGES[number]
            outside = [url for url in sent if not url.startswith((site, "data:"))]
            assert asked == [], (PAGES[number], outside)
            assert tab.url == f"{site}/original/{name}", PAGES[number]
            assert context.cookies() == [], PAGES[number]
            tab.close()
        context.close()


def test_nothing_of_a_record_runs_on_any_page(world):
    site, asked, _, records = world
    with browsing() as browser:
        context = browser.new_context()
        tab = context.new_page()
        dialogs, sent = [], []
        tab.on("request", lambda one: sent.append(one.url))
        tab.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
        for path in ["/", "/subscribe", "/search?q=script", *(f"/snapshot/{name}" for name in records)]:
            answered = tab.goto(site + path)
            assert answered.status == 200, path
            assert tab.title() != MARK, path
            assert (
                tab.locator("main script, main img[onerror], main svg[onload], main iframe, main object").count() == 0
            ), path
            links = tab.eval_on_selector_all("a[href]", "found => found.map(one => one.getAttribute('href'))")
            assert not [link for link in links if link.strip().lower().startswith(("javascript:", "data:", "//"))], path
        assert (asked, dialogs) == ([], [])
        assert [url for url in sent if not url.startswith((site, "data:"))] == []
        context.close()
