"""Search on many documents: what is found, and what it costs in CPU.

    python bench/search.py [DOCUMENTS] [--truth truth.jsonl] [--folder DIR] [--seed N]

The documents are made by ``news_corpus`` of the pages in ``truth.jsonl``; 100,000 by default. With ``--folder`` the
archive is kept there, and found there the next time. CPU, not wall clock: other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate, chain, islice
from pathlib import Path

from news_corpus import PAGES, Text, real_texts, recombined

from snapshotter.clock import rfc3339
from snapshotter.formats import jsonl
from snapshotter.fulltext import folded
from snapshotter.fulltext.documents import words_of
from snapshotter.items import Snapshot
from snapshotter.search import Query, SearchIndex
from snapshotter.search.find import find
from snapshotter.search.related import alike, rare_tokens
from snapshotter.search.syntax import understood
from snapshotter.store import ArchiveReader
from snapshotter.store.catalog import add_snapshot
from snapshotter.store.reader import open_catalog

DOCUMENTS = 100_000
ASKED = 300
"""Queries of a kind; half as many words and fragments are looked for in the texts themselves as well."""
CHANNELS = ("教育", "社会", "财经", "体育", "国际", "科技", "文化", "Business")
BATCH = 2000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

_WIDE_RUN = re.compile("[\u4e00-\u9fff]{8,}")
_WORD = re.compile("[a-z]{5,}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("documents", type=int, nargs="?", default=DOCUMENTS)
    parser.add_argument("--truth", type=Path, default=PAGES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--asked", type=int, default=ASKED, help="queries of a kind")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.serve:
        return _serve(given.folder)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary) / "asked"
        folder.mkdir(parents=True, exist_ok=True)
        texts = list(recombined(given.documents, given.seed, given.truth))
        if not (folder / "catalog.db").exists():
            _fill(folder, texts)
        with ArchiveReader.open(folder) as reader, SearchIndex.open(folder) as index:
            _indexed(index, reader, texts)
            chance = random.Random(given.seed)
            _recall(index, reader, texts, list(islice(_kinds_of_fragments(texts, chance), given.asked)))
            kinds = _kinds(texts, chance)
            _cost(index, reader, {name: [query() for _ in range(given.asked)] for name, query in kinds.items()})
            _related(index, reader, chance, given.asked)
        grown = shutil.copytree(folder, Path(temporary) / "grown")
        _inserted(grown, list(recombined(BATCH, given.seed + 1, given.truth)))
    _likeness(real_texts(given.truth))
    return 0


def _snapshot(number: int, text: Text, minute: int) -> Snapshot:
    name = f"{sha256(f'{number}'.encode()).hexdigest()[:24]}"
    at = rfc3339(BEGIN + timedelta(minutes=minute))
    return Snapshot(
        id=f"sn_{name}", article_id=f"ar_{name}", revision=1, change="new", url=f"https://news.example/{number}.html",
        final_url=f"https://news.example/{number}.html", url_key=f"example,news)/{number}.html", captured_at=at,
        http_status=200, site=f"site-{number % 40}", title=text.title, body_text=text.body, published_at=at,
        category=CHANNELS[number % len(CHANNELS)], source_name=f"来源{number % 100}", text_sha256=name, raw_sha256=name,
        language="zh" if _WIDE_RUN.search(text.body) else "en",
    )  # fmt: skip


def _fill(folder: Path, texts: Sequence[Text], first: int = 0) -> None:
    """Enters the texts into a catalog, as if they had been captured a minute apart."""
    with closing(open_catalog(folder / "catalog.db")) as catalog:
        numbered = iter(enumerate(texts, first))
        while batch := list(islice(numbered, BATCH)):
            with catalog.transaction() as connection:
                for number, text in batch:
                    one = _snapshot(number, text, number)
                    add_snapshot(connection, one, jsonl.dumps(one), is_revisit=False)


def _indexed(index: SearchIndex, reader: ArchiveReader, texts: Sequence[Text]) -> None:
    began = time.process_time()
    read = index.catch_up(reader)
    if read:
        print(f"indexed            {read:,} documents, {(time.process_time() - began) / read * 1e3:.2f} ms each")
    size = sum(len(f"{one.title}{one.body}".encode()) for one in texts) / 1e6
    index._file.scrub()
    stored = (reader.folder / "search.db").stat().st_size / 1e6
    print(f"size               {stored:,.0f} MB for {size:,.0f} MB of text: {stored / size:.2f}  (at most 1.4)")


def _recall(index: SearchIndex, reader: ArchiveReader, texts: Sequence[Text], fragments: Sequence[str]) -> None:
    """What is found against what holds it: all texts are read through."""
    whole = [folded(f"{one.title}\n{one.body}") for one in texts]
    ends = list(accumulate(len(one) + 1 for one in whole))
    everything = "\n".join(whole)
    for name, is_word in (("two characters", True), ("4-8 characters", False)):
        expected = found = wrong = 0
        for fragment in (one for one in fragments if (len(one) == 2) == is_word):
            plain = folded(fragment)
            holding = {bisect_right(ends, one.start()) for one in re.finditer(f"(?={re.escape(plain)})", everything)}
            with index._asking() as connection:
                match = understood(fragment).match
                rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,)).fetchall()
            hits = {number - 1 for (number,) in rows}
            expected, found, wrong = expected + len(holding), found + len(hits & holding), wrong + len(hits - holding)
            assert index.search(Query(fragment, limit=1), reader).total == min(len(holding), 20_000)
        print(f"recall             {name}: {found / expected:.4f} of {expected:,}, {wrong} wrong  (1.00, 0)")


def _kinds(texts: Sequence[Text], chance: random.Random) -> dict[str, Callable[[], Query]]:
    words, fragments = _fragments(texts, chance, 2, 2), _fragments(texts, chance, 4, 8)
    latin = _latin(texts, chance)
    common = ("中国", "我们", "the", "and", "一个", "发展")
    return {
        "two characters": lambda: Query(next(words)),
        "the same, newest": lambda: Query(next(words), order="newest"),
        "common word": lambda: Query(chance.choice(common)),
        "common, newest": lambda: Query(chance.choice(common), order="newest"),
        "4-8 characters": lambda: Query(next(fragments)),
        "two words": lambda: Query(f"{next(words)} {next(words)}"),
        "two, newest": lambda: Query(f"{next(words)} {next(words)}", order="newest"),
        "either of two": lambda: Query(f"{next(words)} OR {next(words)}"),
        "one, not another": lambda: Query(f"{next(words)} -{next(words)}"),
        "latin word": lambda: Query(next(latin)),
        "latin phrase": lambda: Query(f'"{_phrase(texts, chance)}"'),
        "latin prefix": lambda: Query(f"{next(latin)[:4]}*"),
        "channel": lambda: Query(next(words), channel=chance.choice(CHANNELS)),
        "a week": lambda: Query(next(words), since="2024-02-01", until="2024-02-08"),
        "a channel's newest": lambda: Query("", channel=chance.choice(CHANNELS), order="newest"),
        "title only": lambda: Query(f"title:{next(words)}"),
        "one character": lambda: Query(next(words)[0]),
    }


def _cost(index: SearchIndex, reader: ArchiveReader, kinds: Mapping[str, Sequence[Query]]) -> None:
    """Of the index alone, and of it with the records and excerpts of 20 hits."""
    print("search             CPU ms: index alone p50, p99, max; with 20 hits p50, p99, max; mean found")
    for name, queries in kinds.items():
        totals, alone, whole = list[int](), list[float](), list[float]()
        for one in queries:
            began = time.process_time()
            with index._asking() as connection:
                find(connection, one, understood(one.text), UTC)
            middle = time.process_time()
            totals.append(index.search(one, reader).total)
            alone.append(middle - began)
            whole.append(time.process_time() - middle)
        mean = sum(totals) / len(totals)
        print(f"                   {name:<20}{_percentiles(alone)}  {_percentiles(whole)} {mean:>12,.0f}")


def _related(index: SearchIndex, reader: ArchiveReader, chance: random.Random, asked: int) -> None:
    with index._asking() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM documents")]
        chosen = [reader.get(one) for one in chance.sample(ids, min(asked, len(ids)))]
        spent = list[float]()
        for snapshot in chosen:
            began = time.process_time()
            alike(connection, rare_tokens(connection, words_of(snapshot), len(ids)), 20)
            spent.append(time.process_time() - began)
    print(f"related            CPU ms, which are alike                            {_percentiles(spent)}  (at most 7)")
    found, spent = 0, []
    for snapshot in chosen:
        began = time.process_time()
        found += len(index.related(snapshot, reader))
        spent.append(time.process_time() - began)
    mean = found / len(spent)
    print(f"                   with records and excerpts, {mean:.1f} found                {_percentiles(spent)}")


def _inserted(folder: Path, texts: Sequence[Text]) -> None:
    """Documents entered one at a time, while another process searches without a pause."""
    command = [sys.executable, __file__, "--serve", "--folder", str(folder)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
        ArchiveReader.open(folder) as reader,
        SearchIndex.open(folder) as index,
    ):
        assert server.stdout is not None
        assert server.stdin is not None
        index.catch_up(reader)
        _fill(folder, texts, 10_000_000)
        server.stdout.readline()
        wall, cpu = list[float](), list[float]()
        for _ in texts:
            began, thread = time.perf_counter(), time.thread_time()
            index.catch_up(reader, limit=1)
            wall.append(time.perf_counter() - began)
            cpu.append(time.thread_time() - thread)
        server.stdin.close()
        asked = server.stdout.readline().strip()
    print(f"insert             CPU ms, a transaction each, {asked} searches meanwhile {_percentiles(cpu)}  (p99 ≤ 20)")
    print(f"                   wall clock                                         {_percentiles(wall)}")


def _serve(folder: Path) -> int:
    """Searches until stdin is closed; prints how often."""
    is_over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        is_over.set()

    threading.Thread(target=wait, daemon=True).start()
    asked = 0
    with ArchiveReader.open(folder) as reader, SearchIndex.open(folder) as index:
        print("ready", flush=True)
        while not is_over.is_set():
            index.search(Query(("中国", "the", "重庆 教育", "发展 OR 合作")[asked % 4]), reader)
            asked += 1
    print(f"{asked:,}", flush=True)
    return 0


def _likeness(texts: Sequence[Text]) -> None:
    """Whether the second half of a real page is among the ten that are like its first half."""
    halves = [(text, text.body.rfind("\n", 0, len(text.body) // 2 + 1)) for text in texts]
    halves = [(text, cut) for text, cut in halves if cut > 200]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _fill(folder, [Text("", text.body[cut:]) for text, cut in halves])
        with ArchiveReader.open(folder) as reader, SearchIndex.open(folder) as index:
            index.catch_up(reader)
            firsts = [_snapshot(-1 - n, Text("", text.body[:cut]), 0) for n, (text, cut) in enumerate(halves)]
            expected = [f"https://news.example/{n}.html" for n in range(len(halves))]
            found = sum(
                url in {hit.snapshot.url for hit in index.related(first, reader)}
                for first, url in zip(firsts, expected, strict=True)
            )
    print(f"related            {found / len(halves):.2f} of {len(halves):,} pages: a half finds the other among ten")


def _kinds_of_fragments(texts: Sequence[Text], chance: random.Random) -> Iterator[str]:
    return chain.from_iterable(zip(_fragments(texts, chance, 2, 2), _fragments(texts, chance, 4, 8), strict=False))


def _fragments(texts: Sequence[Text], chance: random.Random, low: int, high: int) -> Iterator[str]:
    while True:
        runs = _WIDE_RUN.findall(chance.choice(texts).body)
        if runs:
            run, length = chance.choice(runs), chance.randint(low, high)
            start = chance.randint(0, len(run) - length)
            yield run[start : start + length]


def _latin(texts: Sequence[Text], chance: random.Random) -> Iterator[str]:
    while True:
        if words := _WORD.findall(chance.choice(texts).body):
            yield chance.choice(words)


def _phrase(texts: Sequence[Text], chance: random.Random) -> str:
    while True:
        words = re.findall(r"[a-z]+ [a-z]+ [a-z]+", chance.choice(texts).body)
        if words:
            return str(chance.choice(words))


def _percentiles(spent: Sequence[float]) -> str:
    ranked = sorted(spent)
    chosen = (ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)], ranked[-1])
    return "".join(f"{one * 1e3:>7.2f}" for one in chosen)


if __name__ == "__main__":
    sys.exit(main())
