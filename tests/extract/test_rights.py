"""Paywall flags and rights signals, as stated."""

import pytest

from snapshotter.extract.evidence import gather
from snapshotter.extract.rights import find_is_free, find_rights
from snapshotter.extract.tree import parse
from snapshotter.items import Right


def json(text: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{text}}}</script>'


@pytest.mark.parametrize(
    ("html", "is_free"),
    [
        (json('"isAccessibleForFree":false'), "false"),
        (json('"isAccessibleForFree":"True"'), "true"),
        (json('"isAccessibleForFree":"http://schema.org/False"'), "false"),
        ("<meta property=article:content_tier content=metered>", "false"),
        ("<meta property=article:content_tier content=free>", "true"),
        ("<meta property=article:content_tier content=odd>", ""),
        ("", ""),
    ],
)
def test_is_free(html, is_free):
    assert find_is_free(gather(parse(html))) == is_free


@pytest.mark.parametrize(
    ("html", "right"),
    [
        ("<meta name=robots content='noarchive, noai'>", Right("robots", "noarchive, noai")),
        ("<meta name=tdm-reservation content=1>", Right("tdm-reservation", "1")),
        ("<link rel=license href=https://example.org/by/4.0/>", Right("license", "https://example.org/by/4.0/")),
        ("<link rel=license type=application/rsl+xml href=/l.xml>", Right("rsl", "/l.xml")),
        ("<meta name=copyright content='The Harbour Post'>", Right("copyright", "The Harbour Post")),
        (json('"license":"https://example.org/by/4.0/"'), Right("license", "https://example.org/by/4.0/")),
        (json('"usageInfo":{"url":"https://example.org/terms"}'), Right("usage-info", "https://example.org/terms")),
    ],
)
def test_rights(html, right):
    assert find_rights(gather(parse(html))) == (right,)


def test_signals_are_bounded_and_each_there_once():
    html = "".join(f"<meta name=robots content=noarchive><meta name=robots content={n}>" for n in range(100))
    found = find_rights(gather(parse(html)))
    assert len(found) == len(set(found)) <= 30
