"""Train the model that finds an article's blocks, and show what it is worth on sites it hasn't seen.

    python tools/train_body.py PAGES [--model FILE] [--predictions FILE]

``PAGES``: a folder with ``truth.jsonl`` (a JSON object a page: ``id``, ``domain``, ``lang``, ``kind``, ``origin``,
``body``) and ``pages/<id>.html.gz``. Bodies of origin ``tool`` are no truth and aren't used. Prints body scores, each
page predicted by trees that saw no page of its registered domain, over weights of names and words that didn't either.
The second model learns from what the first thinks of pages that it hasn't seen, as it will be asked.
``--model`` trains on all pages and writes the weights, ``--predictions`` the cross-validated bodies. Needs the
dependency group ``train``. Seeds are fixed and one thread is used: the same pages and versions give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
from body_truth import Alignment, Score, summary
from body_words import Lexicon

from snapshotter.extract.blocks import Layout, lay_out
from snapshotter.extract.body import company, features
from snapshotter.extract.body.company import look_again
from snapshotter.extract.body.decision import UNASKED, decide
from snapshotter.extract.body.features import Page
from snapshotter.extract.body.forest import MAX_LEAVES
from snapshotter.extract.body.vocabulary import Vocabulary
from snapshotter.extract.body.whole import made_whole
from snapshotter.extract.decode import decode
from snapshotter.extract.evidence import gather
from snapshotter.extract.render import render
from snapshotter.extract.title import find_title
from snapshotter.extract.tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Column = np.ndarray[Any, np.dtype[Any]]

FOLDS = 6
ROUNDS, ROUNDS_AGAIN = 100, 80
SETTINGS: dict[str, Any] = {
    "objective": "cross_entropy", "num_leaves": MAX_LEAVES - 1, "learning_rate": 0.1, "min_data_in_leaf": 20,
    "lambda_l2": 5, "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
    "num_threads": 1, "verbose": -1, "seed": 1, "deterministic": True, "force_col_wise": True,
}  # fmt: skip


@dataclass
class Example:
    """A page with its truth."""

    truth: dict[str, Any]
    layout: Layout
    title: str
    aligned: Alignment
    page: Page | None = None
    thoughts: dict[int, Column] = field(default_factory=dict)
    """Its blocks' first odds by trees that saw neither its fold nor, by its number, another; by its own: all others."""
    rows: Column = field(default_factory=lambda: np.zeros((0, len(features.NAMES)), np.float32))

    @property
    def domain(self) -> str:
        """Registered domain; the page's id where it isn't known."""
        return str(self.truth.get("domain") or self.truth["id"])

    @property
    def fold(self) -> int:
        """Pages of one domain are in one fold."""
        return zlib.crc32(self.domain.encode()) % FOLDS

    def describe(self, vocabulary: Vocabulary) -> None:
        """Make its rows."""
        if self.layout.blocks:
            self.page = Page(self.layout, self.title, vocabulary)
            self.rows = self.page.rows().astype(np.float32)

    @property
    def targets(self) -> Column:
        """Of the rows: which share of the block is the body's."""
        return self.aligned.shares[self.page.asked] if self.page else np.zeros(0)

    @property
    def weights(self) -> Column:
        """Of the rows: a block counts as the share that it has in its page's body."""
        sizes = self.aligned.sizes[self.page.asked] if self.page else np.zeros(0)
        return np.minimum(sizes / max(len(self.aligned.true), 20), 0.5) + 0.004

    def again(self, fold: int) -> Column:
        """Its rows for the second model, by first odds that know nothing of a fold."""
        if self.page is None:
            return np.zeros((0, len(company.NAMES)), np.float32)
        return look_again(self.page, self.rows, self.thoughts[fold]).astype(np.float32)

    def body(self, scores: Column) -> str:
        """The page's body by the trainer's scores of its rows."""
        if self.page is None:
            return ""
        odds = np.full(self.page.count, UNASKED)
        odds[self.page.asked] = scores
        kept = made_whole(decide(self.layout.blocks, self.page.size, odds), self.layout)
        return render([self.layout.blocks[index] for index in kept], "").text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path)
    for name in ("model", "predictions"):
        parser.add_argument(f"--{name}", type=Path)
    given = parser.parse_args(arguments)
    examples = [read_page(given.pages, truth) for truth in read_truths(given.pages)]
    lexicon = Lexicon(examples)
    for fold in range(FOLDS):
        vocabulary = Vocabulary(*lexicon.learn(fold))
        for example in examples:
            if example.fold == fold:
                example.describe(vocabulary)
    think(examples)
    bodies = cross_validated(examples)
    show(examples, bodies)
    if given.predictions:
        lines = ({"id": example.truth["id"], "body": body} for example, body in zip(examples, bodies, strict=True))
        given.predictions.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    if given.model:
        write_model(given.model, (train(examples), train_again(examples)), lexicon.learn(), examples)
    return 0


def read_truths(folder: Path) -> list[dict[str, Any]]:
    """The pages whose body is known from people or from a parser written for the site."""
    lines = (folder / "truth.jsonl").read_text("utf-8").split("\n")
    truths = [json.loads(line) for line in lines if line.strip()]
    return [truth for truth in truths if truth.get("body") and truth.get("origin") != "tool"]


def read_page(folder: Path, truth: dict[str, Any]) -> Example:
    """A page, read as the package reads it."""
    payload = gzip.decompress((folder / "pages" / f"{truth['id']}.html.gz").read_bytes())
    tree = parse(decode(payload, "").text)
    evidence = gather(tree)
    layout = lay_out(tree)
    return Example(truth, layout, find_title(layout, evidence).text, Alignment.of(layout.blocks, truth["body"]))


# --- trees


def train(examples: Sequence[Example]) -> lightgbm.Booster:
    """The first model, from all the examples."""
    return _boosted([example.rows for example in examples], examples, ROUNDS)


def train_again(examples: Sequence[Example], fold: int | None = None) -> lightgbm.Booster:
    """The second model, by what the first thinks without the fold; None: without each example's own."""
    rows = [example.again(example.fold if fold is None else fold) for example in examples]
    return _boosted(rows, examples, ROUNDS_AGAIN)


def _boosted(rows: Sequence[Column], examples: Sequence[Example], rounds: int) -> lightgbm.Booster:
    targets, weights = (
        np.concatenate([getattr(example, name) for example in examples]) for name in ("targets", "weights")
    )
    return lightgbm.train(SETTINGS, lightgbm.Dataset(np.concatenate(rows), targets, weight=weights), rounds)


def _scores(model: lightgbm.Booster, rows: Column) -> Column:
    return np.asarray(model.predict(rows, raw_score=True)) if len(rows) else np.zeros(0)


def think(examples: Sequence[Example]) -> None:
    """Fill in the examples' thoughts: by one first model for each two folds, and for each one."""
    for one, other in combinations_with_replacement(range(FOLDS), 2):
        model = train([example for example in examples if example.fold not in (one, other)])
        for example in examples:
            if example.fold in (one, other):
                example.thoughts[other if example.fold == one else one] = _scores(model, example.rows)


def cross_validated(examples: Sequence[Example]) -> list[str]:
    """Each page's body by trees that saw no page of its domain."""
    bodies = [""] * len(examples)
    for fold in range(FOLDS):
        model = train_again([example for example in examples if example.fold != fold], fold)
        for index, example in enumerate(examples):
            if example.fold == fold:
                bodies[index] = example.body(_scores(model, example.again(fold)))
    return bodies


def show(examples: Sequence[Example], bodies: Sequence[str]) -> None:
    """Print the scores of all pages, of Chinese news, and of pages that aren't CJK."""
    both = zip(examples, bodies, strict=True)
    pairs = [(example.truth, Score.of(example.aligned.true, body)) for example, body in both]
    groups = {
        "all": [score for _, score in pairs],
        "zh news": [score for truth, score in pairs if truth["lang"] == "zh" and truth["kind"] != "other"],
        "not CJK": [score for truth, score in pairs if truth["lang"] not in ("zh", "ja", "ko")],
    }
    sys.stdout.write("pages" + " " * 11 + "F1   P      R      exact\n")
    for name, scores in groups.items():
        if scores:
            sys.stdout.write(f"{name:8}{len(scores):6}{summary(scores)}\n")


# --- the model's file


def write_model(
    file: Path,
    boosters: tuple[lightgbm.Booster, lightgbm.Booster],
    words: tuple[dict[str, float], dict[str, float]],
    examples: Sequence[Example],
) -> None:
    """Write the weights."""
    first, second = boosters
    model = {
        "about": {
            "what": "Log odds that a block of a page is its article's: weights of names and words, boosted trees.",
            "made by": f"tools/train_body.py with LightGBM {lightgbm.__version__}, {len(examples)} pages",
            "sources": ", ".join(sorted({str(example.truth.get("dataset", "?")) for example in examples})),
            "licence": "BSD-3-Clause, as the package. Statistics of pages; no page's text is in it.",
        },
        "names": words[0],
        "words": words[1],
        "first": _forest(first, features.NAMES),
        "second": _forest(second, company.NAMES),
    }
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    file.write_text(text.replace('{"tests"', '\n{"tests"') + "\n", "utf-8")


def _forest(booster: lightgbm.Booster, names: Sequence[str]) -> dict[str, Any]:
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    thresholds: list[set[float]] = [set() for _ in names]
    for tree in trees:
        for node in _tests(tree):
            thresholds[node["split_feature"]].add(node["threshold"])
    ordered = [sorted(values) for values in thresholds]
    return {"features": names, "thresholds": ordered, "trees": [_flat(tree, ordered) for tree in trees]}


def _tests(node: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if "split_feature" in node:
        yield node
        yield from _tests(node["left_child"])
        yield from _tests(node["right_child"])


def _flat(root: dict[str, Any], thresholds: Sequence[Sequence[float]]) -> dict[str, Any]:
    nodes = list(_tests(root))
    places = {id(node): place for place, node in enumerate(nodes)}
    leaves: list[float] = []

    def place(node: dict[str, Any]) -> int:
        if id(node) in places:
            return places[id(node)]
        leaves.append(float(f"{node['leaf_value']:.5g}"))
        return -len(leaves)

    tests = []
    for node in nodes:
        feature = node["split_feature"]
        threshold = thresholds[feature].index(node["threshold"])
        tests.append((feature, threshold, place(node["left_child"]), place(node["right_child"])))
    if not nodes:
        place(root)
    return {"tests": tests, "leaves": leaves}


if __name__ == "__main__":
    sys.exit(main())
