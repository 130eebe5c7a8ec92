"""What pages are known to hold: which blocks are in a true body, and how near a found body comes to it."""

from __future__ import annotations

import re
from bisect import bisect, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snapshotter.extract.blocks import Block

    Words = tuple[str, ...]
    Column = np.ndarray[Any, np.dtype[Any]]

_CJK = (
    r"\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
SHINGLE = 4
LONG = SHINGLE + 1
"""Blocks of so many words are told by their shingles, shorter ones by where they stand."""
REACH = 25
"""So many blocks from its neighbours in the body a short line may stand."""
_SURE = 25


def words(text: str) -> Words:
    """A text's words as the scorer counts them: a CJK character is one."""
    return tuple(_TOKEN.findall(text))


@dataclass
class Alignment:
    """The blocks of a page against its true body. Each word of the truth is given to one block only."""

    true: Words
    blocks: list[Words]
    shares: Column
    """Which share of each block is in the body."""
    _covered: Column = field(init=False)
    _spans: list[tuple[int, int, int]] = field(default_factory=list)
    """Block, and its first word in the truth and the one after its last."""

    @classmethod
    def of(cls, blocks: Iterable[Block], body: str) -> Alignment:
        """Align them."""
        held = [words(block.text) for block in blocks]
        made = cls(words(body), held, np.zeros(len(held)))
        made._covered = np.zeros(len(made.true), bool)
        places: dict[Words, list[int]] = defaultdict(list)
        for at in range(len(made.true) - SHINGLE + 1):
            places[made.true[at : at + SHINGLE]].append(at)
        for index in made._by_trust(places, {words(line) for line in body.split("\n")}):
            made._take_long(index, places)
        made._drop_strays()
        for index, said in enumerate(held):
            if 0 < len(said) < LONG:
                made._take_short(index, said)
        return made

    @property
    def sizes(self) -> Column:
        """How many words each block has."""
        return np.array([len(said) for said in self.blocks])

    def _by_trust(self, places: dict[Words, list[int]], lines: set[Words]) -> list[int]:
        """Long blocks with anything of the truth: the surest first, of copies that nearest to the body's middle."""
        raw = {
            index: mean(said[at : at + SHINGLE] in places for at in range(len(said) - SHINGLE + 1))
            for index, said in enumerate(self.blocks)
            if len(said) >= LONG
        }
        inside = [index for index, share in raw.items() if share >= 0.5]
        passed = np.cumsum([len(self.blocks[index]) for index in inside])
        middle = inside[int(np.searchsorted(passed, passed[-1] / 2))] if inside else 0

        def trust(index: int) -> tuple[bool, bool, int, int]:
            said = self.blocks[index]
            sure = len(said) >= _SURE and raw[index] > 0.6
            return not sure, said not in lines, -min(len(said), 60), abs(index - middle)

        return sorted((index for index, share in raw.items() if share), key=trust)

    def _take_long(self, index: int, places: dict[Words, list[int]]) -> None:
        said = self.blocks[index]
        count = len(said) - SHINGLE + 1
        free = [
            [place for place in places.get(said[at : at + SHINGLE], ())[:50] if not self._covered[place + 1]]
            for at in range(count)
        ]
        starts = Counter(place - at for at, found in enumerate(free) for place in found)
        if not starts:
            return
        start = min(starts, key=lambda shift: (-starts[shift], shift))
        taken = [min(found, key=lambda place: abs(place - at - start)) for at, found in enumerate(free) if found]
        self.shares[index] = len(taken) / count
        if self.shares[index] >= 0.5:
            for place in taken:
                self._covered[place : place + SHINGLE] = True
            insort(self._spans, (index, min(taken), max(taken) + SHINGLE))

    def _drop_strays(self) -> None:
        """Forget where blocks stand that are out of the truth's order."""
        kept: list[tuple[int, int, int]] = []
        for span in self._spans:
            while kept and span[1] < kept[-1][1] and span[2] - span[1] > kept[-1][2] - kept[-1][1]:
                kept.pop()
            if not kept or span[1] >= kept[-1][1]:
                kept.append(span)
        self._spans = kept

    def _take_short(self, index: int, said: Words) -> None:
        """A short line is the body's if the truth has it between what stands before and behind it."""
        spans = self._spans
        at = bisect(spans, (index,))
        low = spans[at - 1][2] - 1 if at else 0
        high = spans[at][1] + 1 if at < len(spans) else len(self.true)
        near = not spans or any(abs(index - span[0]) < REACH for span in spans[max(at - 1, 0) : at + 1])
        for place in range(max(low, 0), min(high, len(self.true)) - len(said) + 1):
            end = place + len(said)
            if near and self.true[place:end] == said and not self._covered[place:end].all():
                self.shares[index] = 1
                self._covered[place:end] = True
                insort(spans, (index, place, end))
                return


@dataclass(frozen=True)
class Score:
    """How near a body comes to the true one, in shingles."""

    precision: float
    recall: float
    exact: bool
    found: bool

    @classmethod
    def of(cls, true: Words, body: str) -> Score:
        """Compare."""
        said = words(body)
        one, other = _shingles(true), _shingles(said)
        both = (one & other).total()
        return cls(both / (other.total() or 1), both / (one.total() or 1), true == said, bool(said))


def _shingles(said: Sequence[str]) -> Counter[Words]:
    return Counter(tuple(said[at : at + SHINGLE]) for at in range(max(1, len(said) - SHINGLE + 1)) if said)


def summary(scores: Sequence[Score]) -> str:
    """F1 of mean precision (over pages where any text was found) and mean recall, both, the share of exact bodies."""
    precision = mean([score.precision for score in scores if score.found] or [0.0])
    recall, exact = (mean(getattr(score, name) for score in scores) for name in ("recall", "exact"))
    f1 = 2 * precision * recall / (precision + recall or 1)
    return "".join(f"{100 * number:7.2f}" for number in (f1, precision, recall, exact))
