"""``sites add`` on real sites: seconds from a URL to rules that pass their fixture, and what the rules are worth.

    python bench/sites.py OFFLINE_WEB PAGES [--front URL …] [--port N]
    python bench/sites.py - PAGES    # no crawl: the shipped rules on the pages, without rules → with them

``OFFLINE_WEB``: the script that serves ``PAGES`` (a folder with truth.jsonl and pages) as a proxy. For each site: wall
and CPU seconds of the call, whether its rules pass their fixture untouched, and the scores of the site's pages without
rules and with them. Exit status 1: a site took a minute, its rules failed, or read a measure worse.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engines import on_its_clock, payload_of
from scoring import score, summary

from snapshotter.extract import extract
from snapshotter.sites import default_folder, load_sites, match_site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.sites import Site

FRONTS = (
    "https://www.nytimes.com/",
    "http://www.163.com/",
    "https://www.bbc.com/",
    "https://www.reuters.com/",
    "https://news.ifeng.com/",
)
MINUTE_S = 60.0


class Added(NamedTuple):
    front: str
    seconds: float
    cpu_s: float
    passes: bool


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("offline_web", type=Path)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--front", action="append", help="a site's front page (five of both languages)")
    parser.add_argument("--port", type=int, default=18899)
    given = parser.parse_args(arguments)
    if str(given.offline_web) == "-":
        return shipped(given.pages)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        web = serve(given, folder)
        try:
            added = [add(front, folder, given.port) for front in given.front or FRONTS]
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(10)
        return report(added, folder / "rules", given.pages)


def shipped(pages: Path) -> int:
    """The table of the shipped rules."""
    sites, is_fine = load_sites(default_folder()), True
    truths = truths_of(pages)
    for site in sites.values():
        own = [one for one in truths if match_site(sites, one["url"] or f"https://{one['domain']}/") is site]
        plain, ruled = (scores(own, rule, pages) for rule in (None, site))
        is_fine &= all(ruled[measure] >= plain[measure] - 0.005 for measure in plain)
        print(f"{site.name:<10}{len(own):>4} pages: {compared(plain, ruled)}")
    return 0 if is_fine else 1


def truths_of(pages: Path) -> list[dict[str, Any]]:
    """What is known of the pages; where another extractor's output is the truth, it is left out."""
    lines = (pages / "truth.jsonl").read_text("utf-8").split("\n")
    return [truth for truth in map(json.loads, filter(None, lines)) if truth["origin"] != "tool"]


def compared(plain: dict[str, float], ruled: dict[str, float]) -> str:
    told = {name: "" if plain[name] == ruled[name] else f"→{ruled[name]:.2f}" for name in plain}
    return ", ".join(f"{name} {plain[name]:.2f}{told[name]}" for name in plain)


def serve(given: argparse.Namespace, folder: Path) -> subprocess.Popen[bytes]:
    """The offline web, ready."""
    command = [sys.executable, str(given.offline_web), "--pages", str(given.pages)]
    command += ["--port", str(given.port), "--ca", str(folder / "ca.pem")]
    web = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (folder / "ca.pem").exists() and time.monotonic() < until and web.poll() is None:
        time.sleep(0.1)
    time.sleep(1)
    return web


def add(front: str, folder: Path, port: int) -> Added:
    """One call of ``sites add``, and the test of what it made."""
    proxy = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "http_proxy": proxy, "https_proxy": proxy}
    options = ["-s", f"SNAPSHOTTER_SITES={folder / 'rules'}", "-s", "DOWNLOAD_VERIFY_CERTIFICATES=False"]
    program = [str(Path(sys.executable).parent / "snapshotter"), "sites"]
    began, cpu = time.monotonic(), cpu_s()
    done = subprocess.run([*program, "add", front, *options], env=environment, check=False, capture_output=True)
    seconds, used = time.monotonic() - began, cpu_s() - cpu
    checked = subprocess.run([*program, "check", *options], check=False, capture_output=True)
    return Added(front, seconds, used, done.returncode == 0 and checked.returncode == 0)


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(added: list[Added], rules: Path, pages: Path) -> int:
    sites = load_sites(rules)
    truths, is_fine = truths_of(pages), True
    for one in added:
        site = match_site(sites, one.front)
        is_fine &= one.passes and one.seconds < MINUTE_S and site is not None
        print(f"{one.front:<28}{one.seconds:6.1f} s{one.cpu_s:6.1f} s CPU  {'passes' if one.passes else 'FAILS'}")
        own = [truth for truth in truths if site and site.covers(truth["url"] or "")]
        plain, ruled = (scores(own, rule, pages) for rule in (None, site))
        is_fine &= all(ruled[measure] >= plain[measure] - 0.005 for measure in plain)
        drafted = " ".join(site.layouts[0].selectors) if site and site.layouts else "no selectors"
        print(f"  {len(own)} pages: {compared(plain, ruled)}; {drafted}")
    return 0 if is_fine else 1


def scores(truths: list[dict[str, Any]], site: Site | None, pages: Path) -> dict[str, float]:
    rows = []
    for truth in truths:
        url = truth["url"] or f"https://{truth['domain']}/"
        article = extract(payload_of(pages / "pages", truth["id"]), url=url, site=site)
        said = {
            "title": article.title, "authors": article.authors, "published": on_its_clock(article),
            "source": article.source_name, "body": article.body_text,
        }  # fmt: skip
        rows.append(score(truth, said))
    return summary(rows)


if __name__ == "__main__":
    sys.exit(main())
