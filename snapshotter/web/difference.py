"""What changed between two texts: by sentence, and within a sentence by character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, product, zip_longest
from typing import NamedTuple

from snapshotter.items import Snapshot

MOST_SENTENCES = 2_000
"""Of either text; of longer ones the whole text is one change."""
MOST_PAIRS = 10_000
"""Of sentences in the place of others; of more, the first is compared with the first, and so on."""
LONGEST_SENTENCE = 600
"""A longer one is shown as a whole, before and after."""
MOST_CELLS = 4_000_000
"""Characters of one sentence times those of the other, over all sentences; what is beyond is shown as a whole."""
LEAST_LIKENESS = 0.35
"""Two sentences that share less are two sentences, not one that was changed."""

_SENTENCE = re.compile(r".+?(?:[。！？!?…；]+[”’」』）)\"]*|\.(?=\s|$)[\"”’)]*|\n+|$)\s*", re.DOTALL)

SAME, GONE, ADDED = "same", "gone", "added"


class Run(NamedTuple):
    """A stretch of text, and whether it is in both, only in the old, or only in the new one."""

    kind: str
    text: str


class Difference(NamedTuple):
    """What changed in an article."""

    title: list[Run]
    body: list[Run]

    @property
    def is_none(self) -> bool:
        """Whether title and text are the same."""
        return all(run.kind == SAME for run in (*self.title, *self.body))

    @property
    def added(self) -> int:
        """Characters that came."""
        return sum(len(run.text) for run in (*self.title, *self.body) if run.kind == ADDED)

    @property
    def gone(self) -> int:
        """Characters that went."""
        return sum(len(run.text) for run in (*self.title, *self.body) if run.kind == GONE)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    """What changed between two captures. What is kept and gone is the old text, what is kept and added the new one."""
    title = _joined(_characters(old.title, new.title))
    return Difference(title, changes(old.body_text, new.body_text))


def changes(old: str, new: str) -> list[Run]:
    """What changed between two texts."""
    before, after = sentences(old), sentences(new)
    if old == new or max(len(before), len(after)) > MOST_SENTENCES:
        return _joined(_whole(old, new))
    return _joined(_within(MOST_CELLS, _by_sentence(before, after)))


def sentences(text: str) -> list[str]:
    """A text cut behind its full stops and line ends; joined, they are the text."""
    return _SENTENCE.findall(text)


def _by_sentence(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Sentences of the old text and those in their place; an empty one where there is none."""
    for kind, low, high, start, end in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            both = "".join(before[low:high])
            yield both, both
        else:
            yield from _paired(before[low:high], after[start:end])


def _within(cells: int, pairs: Iterable[tuple[str, str]]) -> Iterator[Run]:
    """What changed in each pair, by character as long as the cells last."""
    for old, new in pairs:
        cost = len(old) * len(new) if old != new else 0
        cells -= cost
        yield from _characters(old, new) if cost and cells >= 0 else _whole(old, new)


def _paired(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """The two, each in its order, so paired that the pairs are most alike; an empty one beside who has no like.

    Sentences are compared by their pairs of characters; the rest is the way through a table.
    """
    if len(before) * len(after) > MOST_PAIRS:
        return list(zip_longest(before, after, fillvalue=""))
    old, new = [_bigrams(one) for one in before], [_bigrams(one) for one in after]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for row, column in product(reversed(range(len(before))), reversed(range(len(after)))):
        both = best[row + 1][column + 1] + _likeness(old[row], new[column])
        best[row][column] = max(both, best[row + 1][column], best[row][column + 1])
    pairs, row, column = [], 0, 0
    while row < len(before) and column < len(after):
        if best[row][column] == best[row + 1][column]:
            pairs.append((before[row], ""))
            row += 1
        elif best[row][column] == best[row][column + 1]:
            pairs.append(("", after[column]))
            column += 1
        else:
            pairs.append((before[row], after[column]))
            row, column = row + 1, column + 1
    return [*pairs, *((one, "") for one in before[row:]), *(("", one) for one in after[column:])]


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _likeness(old: frozenset[str], new: frozenset[str]) -> float:
    """0 to 1; 0 for two that share less than LEAST_LIKENESS."""
    share = 2 * len(old & new) / max(len(old) + len(new), 1)
    return share if share >= LEAST_LIKENESS else 0.0


def _characters(old: str, new: str) -> Iterator[Run]:
    if max(len(old), len(new)) > LONGEST_SENTENCE:
        yield from _whole(old, new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_LIKENESS:
        yield from _whole(old, new)
        return
    for kind, low, high, start, end in matcher.get_opcodes():
        if kind == "equal":
            yield Run(SAME, old[low:high])
        else:
            yield from _whole(old[low:high], new[start:end])


def _whole(old: str, new: str) -> Iterator[Run]:
    if old == new:
        yield Run(SAME, old)
        return
    yield Run(GONE, old)
    yield Run(ADDED, new)


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Without empty ones, and neighbours of one kind as one."""
    found: list[Run] = []
    for run in runs:
        if run.text and found and found[-1].kind == run.kind:
            found[-1] = Run(run.kind, found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return found
