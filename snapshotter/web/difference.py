"""What changed between two texts: by sentence, and within a sentence by character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    return _joined(_by_sentence(before, after))


def sentences(text: str) -> list[str]:
    """A text cut behind its full stops and line ends; joined, they are the text."""
    return _SENTENCE.findall(text)


def _by_sentence(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    for kind, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Run(SAME, "".join(before[low:high]))
        else:
            yield from _replaced(before[low:high], after[start:end])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    """Sentences in the place of others: those that are alike side by side, in order."""
    for old, new in _paired(before, after):
        yield from _characters(old, new)


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
