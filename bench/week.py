"""A week in minutes: news sites as they are, in simulated time, and what ``crawl --due`` makes of them.

    python bench/week.py [--sites N] [--days N] [--step MINUTES] [--pace N] [--seed N] [--keep FOLDER] [--details N]

Sites of many kinds are served on loopback; ``snapshotter crawl --due`` is started every STEP simulated minutes
(SNAPSHOTTER_NOW), where something is due. In the end an oracle compares the archive with what was published, edited,
moved and pulled. The texts are those of the extraction set (``--texts truth.jsonl``), or of the demo. Exit status 1: an
article is missing or twice, a revision was missed or made up. ``simulated/needed.py`` says what "needed" counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "data"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulated.needed import Needed, needed
from simulated.oracle import Verdict, judged
from simulated.pages import PLACE_PATHS
from simulated.texts import load
from simulated.web import Asked, Web
from simulated.world import World, made

from snapshotter.schedule.glance import outlooks
from snapshotter.store import ArchiveReader

ROOT = Path(__file__).resolve().parents[1]
TRUTH = ROOT.parent / "shared" / "bench" / "extraction" / "dev" / "truth.jsonl"
SETTINGS = {
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "RETRY_TIMES": 0,
    "SNAPSHOTTER_WORKERS": 1,
}
"""Loopback needs no pauses; a retry waits in real time, which isn't the one that passes here."""
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Without bytecode each start would compile all that it loads, which takes longer than a crawl."""
MUST_BE_NONE = ("captured", "twice", "revision", "unchanged", "visit")


@dataclass
class Runs:
    """The crawls of one simulated time."""

    moments: list[datetime] = field(default_factory=list)
    started: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    """What they said that no crawl should."""


def simulated(web: Web, world: World, folder: Path, step: timedelta, limit_s: float) -> Runs:
    """Starts the crawler every ``step``, where something is due; for ``limit_s`` real seconds at most."""
    runs, now = Runs(), world.start
    seeds = {site.name: [f"http://{site.host}{PLACE_PATHS[place]}" for place in site.places] for site in world.sites}
    until = time.monotonic() + limit_s
    while now <= world.end and time.monotonic() < until:
        runs.moments.append(now)
        if any(one.due for one in outlooks(folder / "archive", seeds, now)):
            web.now = now
            _crawl(web, folder, runs)
        if sys.stderr.isatty():
            print(f"\r{now:%a %H:%M}  {runs.started} runs, {len(web.log)} requests ", end="", file=sys.stderr)
        now += step
    return runs


def _crawl(web: Web, folder: Path, runs: Runs) -> None:
    given = {**SETTINGS, "SNAPSHOTTER_SITES": folder / "sites"}
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    main = "from snapshotter.commands.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", main, "crawl", "--due", "--archive", folder / "archive", "-L", "ERROR", *options],
        env={**os.environ, **AS_INSTALLED, "http_proxy": web.proxy, "SNAPSHOTTER_NOW": web.now.isoformat()},
        cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    runs.started += 1
    runs.statuses[done.returncode] += 1
    if done.returncode in {1, 2, 7} or "Traceback" in done.stderr:
        runs.broken.append(f"{web.now:%d %H:%M} exit {done.returncode}: {done.stderr[-2000:]}")


def figures(verdict: Verdict, log: list[Asked], least: Needed, runs: Runs) -> dict[str, Any]:
    """The figures, by name."""
    asked = Counter(one.kind for one in log)
    late = sorted(minutes for minutes, _ in verdict.late)
    spent = len(log)
    return {
        "published": verdict.counts["captured all"],
        "captured_percent": round(verdict.share("captured right", "captured all"), 3),
        "never_to_be_had": verdict.counts["no chance"],
        "published_at_the_end_and_not_yet_captured": verdict.counts["pending"],
        "revisions_shown": verdict.counts["revision all"],
        "revisions_seen_percent": round(verdict.share("revision right", "revision all"), 3),
        "planned_visits": verdict.counts["visit all"],
        "planned_visits_in_time_percent": round(verdict.share("visit right", "visit all"), 3),
        "visits_without_change": verdict.counts["unchanged all"],
        "false_revisions": len(verdict.faults["unchanged"]),
        "twice": len(verdict.faults["twice"]),
        "pulled_seen_percent": round(verdict.share("pulled right", "pulled all"), 3),
        "moved_seen_percent": round(verdict.share("moved right", "moved all"), 3),
        "back_seen_percent": round(verdict.share("back right", "back all"), 3),
        "texts_exact_percent": round(verdict.share("text right", "text all"), 3),
        "late_minutes_median": round(statistics.median(late), 1) if late else 0,
        "late_minutes_p95": round(late[int(len(late) * 0.95)], 1) if late else 0,
        "requests": {**asked, "all": spent},
        "answered_304_percent": round(100 * sum(one.status == 304 for one in log) / spent, 1) if spent else 0,
        "answered_error_percent": round(100 * sum(one.status >= 500 for one in log) / spent, 1) if spent else 0,
        "needed": {"robots": least.robots, "listings": least.listings, "articles": least.articles,
                   "changes": least.changes, "all": least.least, "planned_visits_without_change": least.planned},
        "requests_per_needed": round(spent / least.least, 2) if least.least else 0,
        "requests_per_needed_and_planned": round(spent / (least.least + least.planned), 2) if least.least else 0,
        "bodies_per_needed": round(sum(one.status != 304 for one in log) / least.least, 2) if least.least else 0,
        "runs": runs.started,
        "exit_statuses": dict(runs.statuses),
        "runs_broken": len(runs.broken),
    }  # fmt: skip


def told(verdict: Verdict, runs: Runs, details: int) -> None:
    """Faults, so many of each kind; and the articles that were captured last."""
    latest = [f"{minutes:.0f} minutes: {name}" for minutes, name in sorted(verdict.late, reverse=True)]
    for name, lines in {**verdict.faults, "broken runs": runs.broken, "late": latest}.items():
        if lines:
            print(f"\n{name}: {len(lines)}")
            print("\n".join(f"  {line}" for line in lines[:details]))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--step", type=float, default=15, help="simulated minutes between two starts")
    parser.add_argument("--pace", type=float, default=1, help="multiplies the articles a day")
    parser.add_argument("--minutes", type=float, default=240, help="real ones, after which the simulated time ends")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", default=str(TRUTH) if TRUTH.exists() else "demo", help="truth.jsonl, or demo")
    parser.add_argument("--keep", type=Path, help="leave rules, archive and asked.jsonl (what was asked for) there")
    parser.add_argument("--details", type=int, default=5, help="faults told of each kind")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    texts = load(None if given.texts == "demo" else Path(given.texts))
    world = made(texts, given.sites, given.days, given.seed, pace=given.pace)
    began = time.monotonic()
    with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory() as place, Web(world) as web:
        folder = Path(place)
        folder.mkdir(exist_ok=True)
        web.write_rules(folder / "sites")
        runs = simulated(web, world, folder, timedelta(minutes=given.step), 60 * given.minutes)
        end = runs.moments[-1]
        world = replace(world, end=end, articles=tuple(one for one in world.articles if one.published <= end))
        with ArchiveReader.open(folder / "archive") as archive:
            verdict = judged(world, web.log, archive.snapshots(), runs.moments)
        (folder / "asked.jsonl").write_text("".join(json.dumps(asdict(one), default=str) + "\n" for one in web.log))
    found = figures(verdict, web.log, needed(world, runs.moments), runs)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found |= {"seconds": round(time.monotonic() - began), "crawler_cpu_s": round(used.ru_utime + used.ru_stime)}
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:<42}{value}" for name, value in found.items()))
        told(verdict, runs, given.details)
    return 1 if runs.broken or any(verdict.faults[name] for name in MUST_BE_NONE) else 0


if __name__ == "__main__":
    sys.exit(main())
