"""What is kept ready is sent gzipped to who takes that; what is made for one reader is not (BREACH)."""

import gzip

import pytest
from answers import ask

KEPT = ("front", "channel", "source", "snapshot", "snapshot-en", "versions")
MADE = ("search", "takedown", "subscribe", "statistics", "not-found")


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_page_is_the_same_packed(site, pages, name):
    plain, packed = ask(site, pages[name]), ask(site, pages[name], Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < 0.6 * len(plain.body)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.body)
    again = ask(site, pages[name], Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize("name", MADE)
def test_a_page_made_for_one_reader_is_not_packed(site, pages, name):
    assert "Content-Encoding" not in ask(site, pages[name], Accept_Encoding="gzip").headers


def test_the_style_sheet_is_packed(site):
    plain, packed = ask(site, "/static/site.css"), ask(site, "/static/site.css", Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert "Content-Encoding" not in plain.headers


def test_a_memento_of_a_page_is_the_same_packed(site, demo):
    stamp = "".join(sign for sign in demo.revised["captured_at"] if sign.isdigit())
    path = f"/web/{stamp}/{demo.revised['final_url']}"
    plain, packed = ask(site, path), ask(site, path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Memento-Datetime"]


def test_who_chooses_a_language_gets_its_page_packed(site):
    answer = ask(site, "/?lang=en", Accept_Encoding="gzip")
    assert b'lang="en"' in gzip.decompress(answer.body)
    assert "lang=en" in answer.headers["Set-Cookie"]


def test_a_capture_without_text_has_no_related_articles(site, demo):
    assert demo.gone["body_text"] == ""
    text = ask(site, f"/snapshot/{demo.gone['id']}.txt").text
    assert text.splitlines()[-2] == ""
    assert '<li><a class="line"' not in ask(site, f"/snapshot/{demo.gone['id']}").text
