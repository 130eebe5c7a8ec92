"""What is stated about use in heads and in robots.txt, as it is stated; and how it gets into the record."""

import pytest
from captures import answer, page
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.access import signals
from snapshotter.http1 import read_head
from snapshotter.items import Right
from snapshotter.preserve import preserve
from snapshotter.rights import MAX_RIGHTS, of_head, of_robots


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), ()),
        (("X-Robots-Tag: noarchive",), (("X-Robots-Tag", "noarchive"),)),
        (
            ("x-robots-tag: noarchive", "X-ROBOTS-TAG: otherbot: noai"),
            (("X-Robots-Tag", "noarchive"), ("X-Robots-Tag", "otherbot: noai")),
        ),
        (("tdm-reservation: 1", "TDM-Policy: https://e.example/p"), (("tdm-reservation", "1"), ("tdm-policy", "https://e.example/p"))),
        (('Link: <https://e.example/l.xml>; rel="license"; type="application/rsl+xml"',), (("rsl", "https://e.example/l.xml"),)),
        (("Link: </a.css>; rel=preload, <https://e.example/cc>; rel=license",), (("license", "https://e.example/cc"),)),
        (("Link: <https://e.example/x>; rel=sublicense; title=license",), ()),
    ],
)  # fmt: skip
def test_heads(lines, found):
    head = read_head(answer(b"", "200 OK", *lines))
    assert of_head(head) == tuple(Right(*pair) for pair in found)


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        (b"User-agent: *\nDisallow: /x\n", ()),
        (b"License: https://e.example/license.xml\nUser-agent: *\n", ("https://e.example/license.xml",)),
        (b"user-agent: *\r\n  LICENSE :https://e.example/a.xml # terms\r\nlicense: https://e.example/a.xml\r\n", ("https://e.example/a.xml",)),
        (b"# License: https://e.example/no\nSitemap-license: https://e.example/no\nLicense:\n", ()),
        (b"\xff\xfe\nLicense: https://e.example/l\xff\n", ("https://e.example/l\ufffd",)),
    ],
)  # fmt: skip
def test_robots(robots, found):
    assert of_robots(robots) == tuple(Right("rsl", url) for url in found)


@given(st.binary())
def test_any_robots_txt_is_read(robots):
    assert len(of_robots(robots)) <= MAX_RIGHTS


def test_a_record_has_the_rights_of_page_head_and_host():
    html = (
        b'<html><head><meta name="robots" content="noarchive"><title>T</title></head><body><p>Text.</p></body></html>'
    )
    asked = page(
        "https://news.example/2024/07/a.html", answer(html, "200 OK", "X-Robots-Tag: noai", "tdm-reservation: 1")
    )
    licence = Right("rsl", "https://news.example/license.xml")
    made = preserve(type(asked)(asked.exchange, asked.requested_url, rights=(licence,)), None)
    assert made.article.rights == (
        Right("robots", "noarchive"), Right("X-Robots-Tag", "noai"), Right("tdm-reservation", "1"), licence,
    )  # fmt: skip
    assert signals(made.article.rights) == ("noarchive", "noai", "tdm", "rsl")
