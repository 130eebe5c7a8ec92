"""Told apart: revisions and noise, on edits of real pages, through ``preserve`` and ``record``.

    python bench/changes.py [PAGES] [--pages N] [--seed N] [--show N]

``PAGES``: a folder with ``truth.jsonl`` and ``pages/*.html`` or ``*.html.gz``. Of N of its articles (0: all) each kind
of edit is tried once: a true one must be ``revised``, noise ``unchanged``. Exit status 1 where less than 99 in 100
are right.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from edits import TRUE, Draft
from noise import NOISE

from snapshotter.extract import extract
from snapshotter.items import Exchange, Page, Snapshot
from snapshotter.preserve import preserve
from snapshotter.recheck import recheck
from snapshotter.record import Previous, record

SHARED = Path(__file__).resolve().parents[2] / "shared" / "bench" / "extraction" / "dev"
NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)
TARGET = 0.99
Captured = tuple[Snapshot, bytes]
SHORT = 400
"""Pages with fewer characters of text aren't articles to edit."""


@dataclass
class Tally:
    """What became of one kind of edit."""

    said: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def captured(url: str, payload: bytes, hour: int, before: Captured | None = None) -> Captured:
    """The record of a page, and the answer; by the same steps as the pipeline's."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(payload)
    block = head + payload
    exchange = Exchange(url, NOON + timedelta(hours=hour), b"GET / HTTP/1.1\r\n\r\n", block)
    made = preserve(Page(exchange, url), None)
    if before is None:
        return record(made.capture, made.article, None), block
    former, block_before = before
    previous = Previous(former.article_id, former.revision, former.text_sha256, former)
    if record(made.capture, made.article, previous).change == "revised":
        made = recheck(made, [block], former, [block_before])
    return record(made.capture, made.article, previous), block


def drafts(folder: Path, most: int, dice: random.Random) -> Iterator[tuple[str, Draft]]:
    """(url, page) of the set's articles, in random order."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    rows = [row for row in rows if row.get("kind") != "other"]
    dice.shuffle(rows)
    for row in rows:
        if most < 0:
            return
        url = row["url"] or "https://news.example/2024/07/01/article-of-the-day.html"
        payload = page_of(folder / "pages" / f"{row['id']}.html")
        article = extract(payload, url=url)
        if article.verdict != "ok" or len(article.body_text) < SHORT or not article.title:
            continue
        try:
            draft = Draft.of(payload.decode(row["encoding"] or "utf-8", "replace").replace("\x00", ""), article)
            draft.tree = Draft.of(draft.bytes().decode("utf-8-sig"), article).tree
        except ValueError:
            continue
        most -= 1
        if most:
            yield url, draft
        else:
            return


def page_of(path: Path) -> bytes:
    """A page's bytes, kept plain or gzipped."""
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes())


def try_true(url: str, draft: Draft, seed: str, tallies: dict[str, Tally]) -> None:
    """Each true edit against the page as it is."""
    before = captured(url, draft.bytes(), 0)
    for edit in TRUE:
        edited = draft.copy()
        if edit(edited, random.Random(seed + edit.__name__)):
            tally(tallies[edit.__name__], url, (before, captured(url, edited.bytes(), 1, before)), "revised")


def try_noise(url: str, draft: Draft, seed: str, tallies: dict[str, Tally]) -> None:
    """Two states of each noise against each other."""
    for make in NOISE:
        one, other = draft.copy(), draft.copy()
        ways = [
            (copy, random.Random(seed + make.__name__), random.Random(seed + str(n)))
            for n, copy in enumerate((one, other))
        ]
        if all([make(*way) for way in ways]):
            before = captured(url, one.bytes(), 0)
            tally(tallies[make.__name__], url, (before, captured(url, other.bytes(), 1, before)), "unchanged")


def tally(into: Tally, url: str, both: tuple[Captured, Captured], expected: str) -> None:
    """Count what was said, and keep what was wrong."""
    (before, _), (after, _) = both
    if before.verdict != "ok":
        return
    said = after.change if after.verdict == "ok" else after.verdict
    into.said[said] += 1
    if said != expected:
        old, new = (f"{one.title}\n{one.body_text}".split("\n") for one in (before, after))
        lines = [
            line[:200]
            for line in difflib.unified_diff(old, new, lineterm="", n=0)
            if line[:2] not in {"--", "++", "@@"}
        ]
        into.wrong.append(f"{url}\n      " + "\n      ".join(line for line in lines[:12] if len(line) > 1))


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    tallies = {edit.__name__: Tally() for edit in (*TRUE, *NOISE)}
    for url, draft in drafts(options.folder, options.pages or 10**9, random.Random(options.seed)):
        seed = f"{options.seed} {url} "
        try_true(url, draft, seed, tallies)
        try_noise(url, draft, seed, tallies)
    right = [
        report(kinds, expected, tallies, options.show) for kinds, expected in ((TRUE, "revised"), (NOISE, "unchanged"))
    ]
    sys.exit(min(right) < TARGET)


def report(kinds: Any, expected: str, tallies: dict[str, Tally], show: int) -> float:
    """Print one half of the table; which share of it is right."""
    total, right = 0, 0
    print(f"must be {expected}")
    for kind in kinds:
        one = tallies[kind.__name__]
        count = one.said.total()
        total, right = total + count, right + one.said[expected]
        others = ", ".join(f"{name} {n}" for name, n in one.said.most_common() if name != expected)
        print(f"  {kind.__name__:18}{one.said[expected]:6} of {count:5}  {others}")
        for wrong in one.wrong[:show]:
            print(f"    {wrong}")
    share = right / total if total else 0.0
    print(f"  {'all':18}{right:6} of {total:5}  {share:.2%}")
    return share


if __name__ == "__main__":
    main()
