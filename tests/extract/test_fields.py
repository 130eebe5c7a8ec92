"""What is declared: addresses, tags, the site's name."""

import pytest

from snapshotter.extract.evidence import gather
from snapshotter.extract.fields import find_canonical, find_description, find_link, find_site_name, find_tags
from snapshotter.extract.tree import parse

BASE = "https://www.example.com/a/"


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<meta name=keywords content='bridge, river,bridge, '>", ("bridge", "river")),
        ("<meta name=keywords content='老桥 江城 重新开放'>", ("老桥", "江城", "重新开放")),
        ("<meta name=keywords content='老桥，江城、重新开放'>", ("老桥", "江城", "重新开放")),
        ("<meta name=keywords content='stone bridge'>", ("stone bridge",)),
        ("<title>The bridge</title><meta name=keywords content='The bridge, river'>", ("river",)),
        ("<meta property=article:tag content=a1><meta property=article:tag content=b2>", ("a1", "b2")),
        ("", ()),
    ],
)
def test_tags(html, tags):
    assert find_tags(gather(parse(html))) == tags


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<link rel=canonical href=/story>", "https://www.example.com/story"),
        ("<meta property=og:url content=https://www.example.com/s>", "https://www.example.com/s"),
        ("<link rel=canonical href='javascript:x'>", ""),
        ("", ""),
    ],
)
def test_canonical(html, url):
    assert find_canonical(gather(parse(html)), BASE) == url


def test_other_addresses():
    evidence = gather(parse("<link rel=amphtml href=/amp/s><link rel=next href=?page=2><link rel=next href=/late>"))
    assert find_link(evidence, "amphtml", BASE) == "https://www.example.com/amp/s"
    assert find_link(evidence, "next", BASE) == "https://www.example.com/a/?page=2"
    assert find_link(evidence, "prev", BASE) == ""


def test_the_sites_name_and_description():
    html = "<meta property=og:site_name content=Harbour><meta name=description content='A  bridge.'>"
    evidence = gather(parse(html))
    assert (find_site_name(evidence, None), find_description(evidence)) == ("Harbour", "A bridge.")
