"""The names and words of pages → what they are worth: log odds that what bears them is the article's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from snapshotter.extract.body.vocabulary import MAX_LINE, MAX_NAMES, line_words, name_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from train_body import Example

    from snapshotter.extract.blocks import Node

NAME_DOMAINS, NAME_C = 5, 0.05
WORD_DOMAINS, WORD_C = 7, 0.02
"""Of how many registered domains a name or word must be, and how freely its weight may move."""
LEAST_WEIGHT = 0.05
"""Names and words that weigh less aren't kept."""
AROUND = (15, 25)
"""So far before and behind the body lines are read for their words."""


_words_of = lru_cache(maxsize=None)(name_words)


@dataclass
class _Bags:
    """Sets of words, each with the share of what bears it that is the article's, and how much that counts."""

    bags: list[Iterable[str]] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    def add(self, bag: Iterable[str], share: float, weight: float, example: Example) -> None:
        self.bags.append(bag)
        self.shares.append(share)
        self.weights.append(weight)
        self.examples.append(example)

    def learn(self, least: int, freedom: float, unseen: int) -> dict[str, float]:
        """Log odds of each word that is found on at least so many domains (logistic regression); without one fold."""
        seen: dict[str, set[str]] = defaultdict(set)
        rows = [row for row, example in enumerate(self.examples) if example.fold != unseen]
        for row in rows:
            for word in self.bags[row]:
                seen[word].add(self.examples[row].domain)
        columns = {word: at for at, word in enumerate(sorted(word for word in seen if len(seen[word]) >= least))}
        cells = sorted((at, columns[word]) for at, row in enumerate(rows) for word in self.bags[row] if word in columns)
        at = np.array(cells, int).T
        table = csr_matrix((np.ones(len(cells), np.float32), (at[0], at[1])), (len(rows), len(columns)))
        weights = np.array(self.weights)[rows]
        model = LogisticRegression(C=freedom, max_iter=40, tol=1e-3)
        model.fit(table, np.array(self.shares)[rows] >= 0.5, weights / weights.mean())
        learned = zip(columns, model.coef_[0].tolist(), strict=True)
        return {word: round(weight, 3) for word, weight in learned if abs(weight) > LEAST_WEIGHT}


class Lexicon:
    """The names and lines of all pages, to learn from."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._names, self._words = _Bags(), _Bags()
        for example in examples:
            _read_names(example, self._names)
            _read_lines(example, self._words)

    def learn(self, unseen: int = -1) -> tuple[dict[str, float], dict[str, float]]:
        """Weights of names and of words, from all folds but one."""
        return self._names.learn(NAME_DOMAINS, NAME_C, unseen), self._words.learn(WORD_DOMAINS, WORD_C, unseen)


def _read_names(example: Example, names: _Bags) -> None:
    """A bag for each element with text of its own: all names on the way to it."""
    sums: dict[Node, list[float]] = defaultdict(lambda: [0.0, 0.0])
    aligned, count = example.aligned, max(len(example.aligned.true), 20)
    for block, share, size in zip(example.layout.blocks, aligned.shares, aligned.sizes, strict=True):
        if size:
            part = min(size / count, 0.3) + 0.003
            sums[block.node][0] += part * share
            sums[block.node][1] += part
    for node, (inside, weight) in sums.items():
        bag: set[str] = set()
        here: Node | None = node
        while here is not None:
            bag |= {f"<{here.tag}", *(word for name in here.names.split()[:MAX_NAMES] for word in _words_of(name))}
            here = here.parent
        names.add(bag, inside / weight, weight, example)


def _read_lines(example: Example, words: _Bags) -> None:
    """A bag for each short line in the body and around it."""
    inside = np.flatnonzero(example.aligned.shares >= 0.5)
    if not len(inside):
        return
    for index in range(max(0, inside[0] - AROUND[0]), min(len(example.layout.blocks), inside[-1] + AROUND[1] + 1)):
        text = example.layout.blocks[index].text
        if example.aligned.blocks[index] and len(text) <= MAX_LINE:
            words.add(line_words(text), example.aligned.shares[index], 1.0, example)
