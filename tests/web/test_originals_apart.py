"""Archived originals by a host of their own: nothing of them is of the site's origin."""

import http.client
from urllib.parse import urlsplit

import pytest
from browser import served

ORIGINALS = "http://originals.example"
BASE = "http://demo.example"


@pytest.fixture(scope="module")
def apart(demo):
    with served(
        demo.folder, "--base-url", BASE, "-s", "SNAPSHOTTER_HOST=demo.example",
        "-s", f"SNAPSHOTTER_ORIGINALS_URL={ORIGINALS}",
    ) as address:  # fmt: skip
        yield urlsplit(address).netloc


def ask(where, host, path, method="GET"):
    connection = http.client.HTTPConnection(where, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_each_address_is_answered_at_one_host_and_sent_on_by_the_other(apart, demo):
    record = demo.english
    stamp = "".join(filter(str.isdigit, record["captured_at"]))[:14]
    for path, home, other in [
        (f"/original/{record['id']}", ORIGINALS, BASE),
        (f"/web/{stamp}id_/{record['final_url']}", ORIGINALS, BASE),
        (f"/web/{stamp}id_/{record['final_url']}?a=%41&b=%2f", ORIGINALS, BASE),
        (f"/web/{stamp}/{record['final_url']}", BASE, ORIGINALS),
        ("/", BASE, ORIGINALS),
        ("/search?q=%E7%81%AF&lang=en", BASE, ORIGINALS),
        ("//evil.example/", BASE, ORIGINALS),
        (f"//original/{record['id']}", BASE, ORIGINALS),
    ]:
        answer, _ = ask(apart, urlsplit(other).netloc, path)
        assert (answer.status, answer.getheader("Location")) == (307, home + path), path
        answer, _ = ask(apart, urlsplit(home).netloc, path)
        assert not (answer.getheader("Location") or "").startswith("http://"), path


def test_the_bytes_are_at_their_own_host_under_the_same_policy(apart, demo):
    answer, _ = ask(apart, "originals.example:80", f"/original/{demo.english['id']}")
    assert answer.status == 200
    answer, body = ask(apart, "Originals.Example", f"/original/{demo.english['id']}")
    assert answer.status == 200
    assert b"<" in body
    assert answer.getheader("Content-Security-Policy").startswith("sandbox;")
    assert answer.getheader("Set-Cookie") is None


def test_what_errors_there_look_like_is_there(apart):
    assert ask(apart, "originals.example", "/original/sn_000000000000000000000000")[0].status == 404
    assert ask(apart, "originals.example", "/static/site.css")[0].status == 200
    assert ask(apart, "originals.example", "/robots.txt")[0].status == 200


def test_a_form_isnt_taken_at_the_originals_host(apart):
    answer, _ = ask(apart, "originals.example", "/takedown", "POST")
    assert (answer.status, answer.getheader("Location")) == (307, f"{BASE}/takedown")
