"""Discovery over the real pages' offline web: every channel alone finds what is there. Without that web: over a toy."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from real_pages import offline_web

from snapshotter.discover import Candidate, Frontier, Reply, classify, from_robots, links, start

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SLICE = 7
"""Every so many hosts are crawled."""


class Toy:
    """The offline web's least: one host, one article, told of by all channels."""

    def __init__(self) -> None:
        url = "https://toy.example/2024/05/20/a-story"
        self.hosts = {"toy.example": [url]}
        self.pages = {url: url}
        self.places = {
            "/robots.txt": "Sitemap: /map.xml",
            "/map.xml": f"<urlset><url><loc>{url}</loc></url></urlset>",
            "/feed.xml": f"<rss version='2.0'><channel><item><link>{url}</link></item></channel></rss>",
            "/": f"<html><li><a href='{url}'>A story</a></li></html>",
        }

    def key(self, url: str) -> str:
        return url

    def answer(self, url: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes, None]:
        content = self.places.get(url.removeprefix("https://toy.example"))
        return (200, {}, content.encode(), None) if content else (404, {}, b"", None)


@pytest.fixture(scope="module")
def web() -> Any:
    return offline_web() or Toy()


def crawled(web: Any, host: str, seeds: list[Candidate]) -> set[str]:
    """The articles asked for, and the start page itself where it is one; as the spider would go about it."""
    frontier, found = Frontier(), set()
    channels = {"article", seeds[0].kind}
    todo = [seed for seed in seeds if not frontier.refuse(seed, host)]
    for candidate in todo:
        if candidate.kind == "article":
            found.add(web.key(candidate.url))
            continue
        status, headers, content, _ = web.answer(candidate.url, {})
        if status != 200:
            continue
        reply = Reply(candidate.url, content, headers.get("Content-Type", ""))
        kind = classify(reply.content, reply.content_type, reply.url)
        if kind == "article":
            found.add(web.key(candidate.url))
        following = [one for one in links(kind, reply, candidate, None, AT) if one.kind in channels]
        todo += [one for one in following if not frontier.refuse(one, host)]
    return found


@pytest.mark.parametrize("channel", ["feed", "sitemap", "section"])
def test_each_channel_alone_finds_the_articles(web, channel):
    wanted, missed = 0, []
    for host in list(web.hosts)[::SLICE]:
        front = f"https://{host}"
        if channel == "sitemap":
            robots = web.answer(f"{front}/robots.txt", {})[2].decode()
            seeds = from_robots(re.findall(r"Sitemap: (\S+)", robots), f"{front}/robots.txt", AT)
        else:
            seeds = [Candidate(f"{front}/feed.xml", "feed")] if channel == "feed" else [start(front)]
        found = crawled(web, host, seeds)
        pages = {key for key in (web.key(getattr(page, "url", page)) for page in web.hosts[host]) if key in web.pages}
        wanted += len(pages)
        missed += sorted(pages - found)
    assert wanted
    assert len(missed) <= 0.01 * wanted, missed
