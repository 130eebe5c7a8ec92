"""How well reprints are found: real pages, what copying does to their texts, all through a real archive.

    python bench/duplicates.py PAGES [--every N] [--alike 0.3]

``PAGES``: a folder with ``truth.jsonl`` and ``pages/ID.html.gz``. Every page is read by our extraction. Recall: its
text is edited and stored under another host a day later; ``duplicate_of`` has to name the original. False pairs: all
pairs of pages from ``--alike`` on are listed, to be looked at: some are copies indeed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from copying import mistyped, shortened, wrapped

from snapshotter.copies import LEAST_LIKENESS, sketch
from snapshotter.extract import extract
from snapshotter.items import Article, Exchange, Page, Snapshot
from snapshotter.preserve import Preserved, preserve
from snapshotter.record import text_sha256, url_keys
from snapshotter.store import Archive

DAY = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20
_EAST = ("zh", "ja", "ko")


@dataclass(frozen=True)
class Text:
    """What a page says."""

    id: str
    language: str
    title: str
    body: str

    @property
    def group(self) -> str:
        return "zh" if self.language in _EAST else "en"


Edit = Callable[[Text, random.Random], str]


def _all(one: Text, rnd: random.Random) -> str:
    return wrapped(mistyped(shortened(one.body, rnd), rnd), one.group)


EDITS: dict[str, Edit] = {
    "reprint wrapper": lambda one, _: wrapped(one.body, one.group),
    "10 % of sentences dropped": lambda one, rnd: shortened(one.body, rnd),
    "2 % of characters changed": lambda one, rnd: mistyped(one.body, rnd),
    "all three": _all,
}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take only every Nth page")
    parser.add_argument("--alike", type=float, default=LEAST_LIKENESS, help="list the pairs from here on")
    given = parser.parse_args()
    texts = list(read(given.pages, given.every))
    print(f"{len(texts)} pages with an article; {sum(one.group == 'zh' for one in texts)} in Chinese, Japanese, Korean")
    pairs(texts, given.alike)
    for name, edit in EDITS.items():
        recall(texts, name, edit)
    cost(texts)


def read(pages: Path, every: int) -> Iterator[Text]:
    """The articles of the pages, by our extraction."""
    for line in (pages / "truth.jsonl").read_text("utf-8").split("\n")[::every]:
        if line:
            truth = json.loads(line)
            html = gzip.decompress((pages / "pages" / f"{truth['id']}.html.gz").read_bytes())
            url = truth["url"] or "https://nowhere.example/1.html"
            article = extract(html, url=url, content_type="", site=None, captured_at=DAY)
            if article.verdict == "ok":
                yield Text(truth["id"], truth["lang"], article.title, article.body_text)


def pairs(texts: Sequence[Text], alike: float) -> None:
    """The pairs of pages that are alike, and what a sketch costs."""
    start = time.process_time()
    sketches = [sketch(one.body) for one in texts]
    each_ms = (time.process_time() - start) * 1000 / len(texts)
    print(f"a sketch: {each_ms:.2f} ms CPU a page; {sum(not one for one in sketches)} pages are too short for one")
    kept = [(one, its) for one, its in zip(texts, sketches, strict=True) if its]
    table = np.frombuffer(b"".join(its for _, its in kept), dtype=np.uint8).reshape(len(kept), -1)
    found = []
    for place in range(len(kept)):
        shares = (table[place] == table[place + 1 :]).mean(1)
        found += [(share, place, place + 1 + int(at)) for at, share in enumerate(shares) if share >= alike]
    count = sum(share >= LEAST_LIKENESS for share, *_ in found)
    every_pair = len(kept) * (len(kept) - 1) // 2
    print(f"{count} of {every_pair:,} pairs are copies ({100 * count / every_pair:.5f} %), from {LEAST_LIKENESS} on:")
    for share, one, other in sorted(found, reverse=True):
        print(f"  {share:.2f}  {kept[one][0].id}  {kept[other][0].id}  {kept[one][0].title[:40]!r}")


def recall(texts: Sequence[Text], name: str, edit: Edit) -> None:
    """How many edited copies name their original."""
    rnd = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="snapshotter-bench-") as folder, Archive.open(Path(folder)) as archive:
        originals = stored(archive, [made(one, at, one.body) for at, one in enumerate(texts)])
        copies = stored(archive, [made(one, at, edit(one, rnd), days=1) for at, one in enumerate(texts)])
    right = [copy.duplicate_of == (one.duplicate_of or one.id) for one, copy in zip(originals, copies, strict=True)]
    east = [hit for hit, one in zip(right, texts, strict=True) if one.group == "zh"]
    wrong = sum(bool(copy.duplicate_of) and not hit for hit, copy in zip(right, copies, strict=True))
    per_group = f"CJK {sum(east) / max(len(east), 1):.4f}; {wrong} name another"
    print(f"{name:28} recall {sum(right) / len(right):.4f}  ({per_group})")


def cost(texts: Sequence[Text]) -> None:
    """What it adds to storing a page, and to the catalog."""
    pages = [made(one, at, one.body) for at, one in enumerate(texts)]
    bare = [replace(one, capture=replace(one.capture, sketch=b"")) for one in pages]
    spent: dict[str, float] = {}
    sizes: dict[str, int] = {}
    for name, those in (("bare", bare), ("with", pages), ("bare", bare), ("with", pages)):
        with tempfile.TemporaryDirectory(prefix="snapshotter-bench-") as folder:
            with Archive.open(Path(folder)) as archive:
                start = time.process_time()
                stored(archive, those)
                spent[name] = min(spent.get(name, 1e9), time.process_time() - start)
                archive.catalog.scrub()
            sizes[name] = (Path(folder) / "catalog.db").stat().st_size
    with_ms, bare_ms = (spent[name] * 1000 / len(pages) for name in ("with", "bare"))
    more = (sizes["with"] - sizes["bare"]) / len(pages)
    print(f"storing a page: {with_ms:.2f} ms CPU, {bare_ms:.2f} without copies; ratio {with_ms / bare_ms:.2f}")
    print(f"in the catalog: 33 rows a text, {more:.0f} bytes a page, {sizes['with'] / sizes['bare']:.2f} times as much")


def made(one: Text, number: int, body: str, *, days: int = 0) -> Preserved:
    """A page that says so, ready to be stored: a host of its own for each."""
    url = f"https://{'copy' if days else 'news'}{number}.example/2026/{number}.html"
    html = f"<p>{number} {days}</p>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(html) + html
    at = DAY + timedelta(days=days, seconds=number)
    page = preserve(Page(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", block), url), None, unread="bench")
    digest = text_sha256(one.title, body)
    facts = replace(page.capture, verdict="ok", url_keys=url_keys(url, url, "", "ok"), text_sha256=digest)
    article = Article(title=one.title, body_text=body)
    return replace(page, capture=replace(facts, sketch=sketch(body)), article=article)


def stored(archive: Archive, pages: Sequence[Preserved]) -> list[Snapshot]:
    """Their records."""
    return [snapshot for at in range(0, len(pages), BATCH) for snapshot in archive.add(pages[at : at + BATCH])]


if __name__ == "__main__":
    main()
