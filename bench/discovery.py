"""How much discovery finds, by each channel alone; what its guards cost, and whether they stop what has no end.

    python bench/discovery.py [--every N] [--shared FOLDER]

Crawls the offline web (its answers, without sockets) host by host, from the feed alone, from what robots.txt
names alone, from the front page alone, and by all of them. Then every article's URL is shown to the frontier.
Then calendars that never end are crawled. Exit status 1: a channel found less than 99 %, a guard lost an
article, or a calendar took more than its budget.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snapshotter.discover import Budget, Candidate, Frontier, Reply, classify, from_robots, links, start

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
PAGES = Path("bench", "extraction", "dev")
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WANTED = 0.99
BUDGET = Budget(listings=100)
CHANNELS = {"feeds only": {"feed"}, "sitemaps only": {"sitemap"}, "sections only": {"listing"}}
CHANNELS["all of them"] = set().union(*CHANNELS.values())

Answer = Callable[[str], tuple[bytes, str] | None]
"""URL → content and Content-Type; None: there is nothing."""


def crawled(answer: Answer, source: str, seeds: Iterable[Candidate], kinds: set[str]) -> tuple[set[str], int]:
    """As the spider would go about it: the articles' URLs, and how many other pages were asked for."""
    frontier, found, asked = Frontier(BUDGET), set(), 0
    todo = [seed for seed in seeds if not frontier.refuse(seed, source)]
    for candidate in todo:
        if candidate.kind == "article":
            found.add(candidate.url)
            continue
        asked += 1
        if (came := answer(candidate.url)) is None:
            continue
        reply = Reply(candidate.url, *came)
        kind = classify(reply.content, reply.content_type, reply.url)
        if kind == "article":
            found.add(candidate.url)
        following = (one for one in links(kind, reply, candidate, None, AT) if one.kind in {"article", *kinds})
        todo += [one for one in following if not frontier.refuse(one, source)]
    return found, asked


def offline_web(shared: Path) -> Any:
    """The offline web over the real pages, to be asked by ``answer(url, headers)``."""
    spec = importlib.util.spec_from_file_location("offline_web", shared / "offline_web" / "offline_web.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.OfflineWeb(shared / PAGES, Namespace(vanish=0, revise=0, fail=0))


def answers_of(web: Any) -> Answer:
    """The offline web's answers."""

    def answer(url: str) -> tuple[bytes, str] | None:
        status, headers, content, _ = web.answer(url, {})
        return (content, headers.get("Content-Type", "")) if status == 200 else None

    return answer


def seeds_of(host: str, kinds: set[str], answer: Answer) -> list[Candidate]:
    """What a crawl by these channels alone starts from."""
    front, seeds = f"https://{host}", []
    if "feed" in kinds:
        seeds.append(Candidate(f"{front}/feed.xml", "feed"))
    if "sitemap" in kinds:
        robots, _ = answer(f"{front}/robots.txt") or (b"", "")
        seeds += from_robots(re.findall(r"Sitemap: (\S+)", robots.decode()), f"{front}/robots.txt", AT)
    if "listing" in kinds:
        seeds.append(start(front))
    return seeds


def recall(web: Any, every: int) -> bool:
    """Print what each channel finds; False: one finds too little."""
    answer, hosts = answers_of(web), list(web.hosts)[::every]
    print(f"{'':16}{'articles':>9}{'found':>8}{'recall':>9}{'listings':>10}{'CPU ms/listing':>16}")
    enough = True
    for name, kinds in CHANNELS.items():
        began, wanted, missed, asked = time.process_time(), 0, list[str](), 0
        for host in hosts:
            found, listings = crawled(answer, host, seeds_of(host, kinds, answer), kinds)
            articles = {web.key(page.url) for page in web.hosts[host]}
            wanted, asked = wanted + len(articles), asked + listings
            missed += sorted(articles - {web.key(url) for url in found})
        share = 1 - len(missed) / wanted
        enough = enough and share >= WANTED
        cost = 1000 * (time.process_time() - began) / asked
        print(f"{name:16}{wanted:9,}{wanted - len(missed):8,}{share:9.2%}{asked:10,}{cost:16.1f}")
        for url in missed[:10]:
            print(f"    missed: {url[:150]}")
    return enough


def guards(web: Any) -> bool:
    """Print the articles that the frontier would refuse; False: there are some."""
    lost = []
    for page in web.pages.values():
        if why := Frontier().refuse(Candidate(page.url, "article"), "all"):
            lost.append(f"{why}: {page.url[:150]}")
    print(f"\nguards: {len(lost)} of {len(web.pages):,} articles refused", *lost[:20], sep="\n    ")
    return not lost


def _by_month(url: str) -> tuple[bytes, str]:
    number = int((re.findall(r"\d+", url) or ["0"])[-1])
    days = "".join(f'<li><a href="/rili/{number}/{day}">{day}</a>' for day in range(1, 31))
    return _listing(
        days + f'<a rel=next href="/rili/{number + 1}">Next month</a> <a href="/rili/{number - 1}">Back</a>'
    )


def _by_query(url: str) -> tuple[bytes, str]:
    number = int((re.findall(r"page=(\d+)", url) or ["1"])[-1])
    told = "".join(f'<li><a href="/on/{number}-{n}.html">What is on that day, number {n} of many</a>' for n in range(9))
    return _listing(f'<ul>{told}</ul><a href="/what-is-on?page={number + 1}">{number + 1}</a>')


def _by_path(url: str) -> tuple[bytes, str]:
    path = url.partition("://")[2].partition("/")[2]
    deeper = "".join(f'<li><a href="/{path}{name}/">{name}</a>' for name in ("north", "south", "east", "west"))
    return _listing(deeper)


def _by_menu(url: str) -> tuple[bytes, str]:
    dice = random.Random(url)
    names = ("".join(dice.choices("abcdefgh", k=7)) for _ in range(40))
    return _listing("<nav>" + "".join(f'<a href="/{name}">{name}</a> ' for name in names) + "</nav>")


def _listing(body: str) -> tuple[bytes, str]:
    return f"<!doctype html><title>Events</title><h1>What is on</h1>{body}".encode(), "text/html"


def calendars() -> bool:
    """Print what is asked of sites without end; False: more than the budget has."""
    print(f"\n{'without end':24}{'listings':>9}{'articles':>9}   budget {BUDGET.listings} and {BUDGET.articles:,}")
    kept = True
    for name, answer in {
        "turned month by month": _by_month,
        "turned by the query": _by_query,
        "deeper and deeper": _by_path,
        "ever new sections": _by_menu,
    }.items():
        found, asked = crawled(answer, "calendar", [start("https://calendar.example/")], CHANNELS["all of them"])
        kept = kept and asked <= BUDGET.listings + BUDGET.feeds + BUDGET.sitemaps and len(found) <= BUDGET.articles
        print(f"{name:24}{asked:9,}{len(found):9,}")
    return kept


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="crawl every Nth host only")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where offline_web/ and the pages lie")
    options = parser.parse_args()
    web = offline_web(options.shared)
    results = [recall(web, options.every), guards(web), calendars()]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
