"""News texts by the hundred thousand, recombined from real pages: the same seed, the same texts.

A text is made of clauses: most of them from three pages, its subject, the others from anywhere. Three in four are
Chinese, as far as there are such pages.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parents[2] / "shared" / "bench" / "extraction" / "dev" / "truth.jsonl"

_WIDE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLAUSE = re.compile("[^，。！？；：、,.!?;:\n]{2,80}[，。！？；：、,.!?;:]*\\s?")
_WIDE_SHARE = 0.75
_OWN_SHARE = 0.7
_MEAN = 820
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class Text:
    """A made-up news text."""

    title: str
    body: str


def real_texts(truth: Path = PAGES) -> list[Text]:
    """The texts of the pages, those of some length."""
    lines = truth.read_text("utf-8").split("\n")
    pages = [json.loads(line) for line in lines if line]
    return [Text(page["title"] or "", page["body"]) for page in pages if len(page["body"] or "") > 200]


def recombined(count: int, seed: int = 1, truth: Path = PAGES) -> Iterator[Text]:
    """``count`` texts, 820 characters each in the mean."""
    chance = random.Random(seed)
    clauses = [_CLAUSE.findall(text.body[:40_000]) for text in real_texts(truth)]
    wide = [page for page in clauses if page and len(_WIDE.findall("".join(page))) * 3 > sum(map(len, page))]
    narrow = [page for page in clauses if page and page not in wide]
    for _ in range(count):
        pool = wide if not narrow or chance.random() < _WIDE_SHARE else narrow
        yield _text(chance, pool)


def _text(chance: random.Random, pool: list[list[str]]) -> Text:
    subject = chance.choices(pool, k=3)
    length, found, size = chance.expovariate(1 / (_MEAN - 150)) + 150, list[str](), 0
    while size < length:
        page = chance.choice(subject if chance.random() < _OWN_SHARE else pool)
        clause = chance.choice(page)
        found.append(clause + "\n\n" * (chance.random() < 0.1))
        size += len(clause)
    return Text("".join(chance.choice(chance.choice(subject)) for _ in range(2)).strip(), "".join(found).strip())
