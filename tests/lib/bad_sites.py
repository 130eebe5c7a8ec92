"""Bad sites: robots.txt, front pages, sitemaps and feeds that a crawler has to get over to reach an article."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable, Iterable

from bad_answers import HEAD, STORY, Asked, Stream, bomb, drips, leads, packed, says, silent, whole


def page(*links: str, more: str = "") -> bytes:
    """A listing of articles."""
    listed = "".join(f'<li><a href="{url}">Harrow Bay agrees on the next point of its list</a></li>' for url in links)
    return whole(f"<!doctype html><title>Harrow Bay News</title><h1>Today</h1><ul>{listed}</ul>{more}".encode())


def sitemap(urls: Iterable[str], *, root: str = "urlset", entry: str = "url", before: str = "") -> bytes:
    """A sitemap's XML."""
    return (
        f'<?xml version="1.0"?>{before}<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(f"<{entry}><loc>{html.escape(url)}</loc></{entry}>" for url in urls)
        + f"</{root}>"
    ).encode()


def feed(items: str, before: str = "") -> bytes:
    """An RSS feed's XML."""
    return (
        f'<?xml version="1.0"?>{before}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    )


LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.9:9/x"> %p;]>'
STORY_PATH = "/2026/11/harrow-bay-agrees-{number}.html"
XML, GZ = "application/xml", "application/gzip"


def _stories(site: str, count: int) -> list[str]:
    return [site + STORY_PATH.format(number=number) for number in range(count)]


def _item(url: str, more: str = "") -> str:
    return f"<item><title>Harrow Bay agrees</title><link>{url}</link>{more}</item>"


def _sitemap_site(content: Callable[[str], bytes], kind: str = XML) -> Callable[[Asked], Stream]:
    """A site whose sitemap is bad; its front page lists one article."""

    def answer(asked: Asked) -> Stream:
        if asked.path.startswith("/sitemap"):
            return says(whole(content(asked.site), kind=kind))(asked)
        return sound(asked)

    return answer


def _front(content: Callable[[str], bytes]) -> Callable[[Asked], Stream]:
    return lambda asked: says(content(asked.site))(asked) if asked.path == "/" else sound(asked)


def _robots(answer: Callable[[Asked], Stream]) -> Callable[[Asked], Stream]:
    return lambda asked: answer(asked) if asked.path == "/robots.txt" else sound(asked)


def _feed_site(answer: Callable[[Asked], Stream]) -> Callable[[Asked], Stream]:
    declared = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'

    def site(asked: Asked) -> Stream:
        if asked.path == "/":
            return says(page(STORY_PATH.format(number=0), more=declared))(asked)
        return answer(asked) if asked.path == "/feed.xml" else sound(asked)

    return site


def sound(asked: Asked) -> Stream:
    """A site without fault: a front page that lists an article, and nothing else."""
    if asked.path == "/":
        return says(page(STORY_PATH.format(number=0)))(asked)
    if "harrow-bay-agrees" in asked.path:
        return says(whole(STORY.replace(b"point", asked.path.encode())))(asked)
    return says(whole(b"", status="404 Not Found"))(asked)


def _calendar(asked: Asked) -> Stream:
    month = int((re.findall(r"/rili/(\d+)", asked.path) or ["0"])[0])
    if asked.path == "/" or "/rili/" in asked.path:
        links = "".join(f'<a href="/rili/{month + step}/">Month {month + step}</a> ' for step in range(1, 13))
        return says(page(STORY_PATH.format(number=0), more=f'{links}<a rel=next href="/rili/{month + 1}/">Next</a>'))(
            asked
        )
    return sound(asked)


def _bad_dates(asked: Asked) -> Stream:
    dates = ["Mon, 99 Foo 20266 99:99:99 ZZZ", "9" * 5000, "1969-01-01", "2999-01-01T00:00:00Z", "\u2028", "0"]
    items = "".join(
        _item(url, f"<pubDate>{date}</pubDate>") for url, date in zip(_stories(asked.site, 6), dates, strict=True)
    )
    return says(whole(feed(items), kind=XML))(asked)


BAD_SITES: dict[str, Callable[[Asked], Stream]] = {
    "robots.txt of 10 MB": _robots(says(whole(b"User-agent: *\nDisallow: /x\n" * 380_000, kind="text/plain"))),
    "robots.txt with one line of 10 MB": _robots(says(whole(b"Disallow: /" + b"*a" * 5_000_000, kind="text/plain"))),
    "robots.txt is 500": _robots(says(whole(b"", status="500 Oops"))),
    "robots.txt redirects without end": _robots(leads("/robots.txt")),
    "robots.txt never comes": _robots(silent),
    "robots.txt is a bomb": _robots(bomb("gzip")),
    "robots.txt is a page": _robots(says(whole(STORY))),
    "robots.txt is noise": _robots(says(whole(bytes(range(256)) * 4000))),
    "robots.txt asks for a year between two": _robots(says(whole(b"User-agent: *\nCrawl-delay: 31536000\n"))),
    "robots.txt names a thousand sitemaps": _robots(
        says(whole(b"".join(b"Sitemap: http://127.0.0.9:9/%d.xml\n" % n for n in range(1000)), kind="text/plain"))
    ),
    "front page of 100,000 links": _front(
        lambda site: page(*(f"/a/{n}-harrow-bay-agrees.html" for n in range(100_000)))
    ),
    "front page of a million tags": _front(lambda site: whole(b"<b>" * 1_000_000)),
    "front page in a page, deeply": _front(lambda site: whole(b"<div>" * 300_000 + STORY)),
    "front page is a bomb": lambda asked: bomb("gzip")(asked) if asked.path == "/" else sound(asked),
    "front page never ends": lambda asked: (
        drips(HEAD + b"\r\n", b'<a href="/x">x</a>' * 500)(asked) if asked.path == "/" else sound(asked)
    ),
    "calendar without end": _calendar,
    "sitemap of 50,000": _sitemap_site(lambda site: sitemap(_stories(site, 50_000))),
    "sitemap of 50,000, gzipped": _sitemap_site(lambda site: gzip.compress(sitemap(_stories(site, 50_000)), 1), GZ),
    "sitemap is a bomb": _sitemap_site(lambda site: packed("gzip"), GZ),
    "sitemap lists itself": _sitemap_site(
        lambda site: sitemap([f"{site}/sitemap.xml"], root="sitemapindex", entry="sitemap")
    ),
    "sitemap index of new indexes": lambda asked: (
        says(
            whole(
                sitemap(
                    [f"{asked.site}/sitemap{n}-{abs(hash(asked.path))}.xml" for n in range(500)],
                    root="sitemapindex",
                    entry="sitemap",
                ),
                kind=XML,
            )
        )(asked)
        if asked.path.startswith("/sitemap")
        else sound(asked)
    ),
    "sitemap of the local network": _sitemap_site(
        lambda site: sitemap([f"http://127.0.0.9:9/2026/11/{n}.html" for n in range(9)], before=OUTSIDE)
    ),
    "sitemap of a billion laughs": _sitemap_site(
        lambda site: sitemap(["&a11;"], before=LAUGHS).replace(b"&amp;a11", b"&a11")
    ),
    "sitemap deeper than deep": _sitemap_site(lambda site: b"<urlset>" + b"<url><a>" * 500_000),
    "sitemap of 50 MB": _sitemap_site(
        lambda site: sitemap(f"{url}?{'x' * 900}" for url in _stories(site, 50_000)) + b" " * (1 << 20)
    ),
    "feed of a billion laughs": _feed_site(says(whole(feed(_item("&a11;"), LAUGHS), kind=XML))),
    "feed of our own files": _feed_site(says(whole(feed("<item><title>&e;</title></item>", OUTSIDE), kind=XML))),
    "feed without end": _feed_site(drips(HEAD + b"\r\n<rss><channel>", _item("/x").encode() * 500)),
    "feed of wrong dates": _feed_site(_bad_dates),
    "feed is a page": _feed_site(says(whole(STORY, kind="application/rss+xml"))),
    "feed with pages inside": _feed_site(
        says(
            whole(
                feed(_item("/2026/11/harrow-bay-agrees-1.html", f"<description>{STORY.decode()}</description>")),
                kind=XML,
            )
        )
    ),
    "feed of deep JSON": _feed_site(says(whole(b'{"items":' + b"[" * 500_000, kind="application/feed+json"))),
    "feed of the local network": _feed_site(says(whole(feed(_item("http://localhost:9/2026/a.html")), kind=XML))),
}
"""Sites that are bad before the first article; each has one at least, that can be had."""
