"""The ratchet: how well pages are read may rise, and falls only by a change of ``pinned.json`` that says so.

``own``: pages written for this project, built as pages of the world are, each with one thing that is hard to read.
``development``: the extraction benchmark's pages, where they lie beside the project. Its figures flatter: the rules
were made and the body model was trained on these very pages. What sites give that nobody has seen here is told by
cross-validation (``tools/train_body.py``), not by this file.

After a gain: ``python tests/quality/pin.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from measured import SETS, Scores, measured

ROUNDING = 0.05
A_GAIN = 0.5
PIN = "python tests/quality/pin.py"
PINNED = json.loads(Path(__file__).with_name("pinned.json").read_text("utf-8"))

Moves = list[tuple[str, float, float]]
"""(what, its score, its pin)."""


def moved(scores: dict[str, Scores], pinned: dict[str, Scores]) -> Moves:
    """Every score beside its pin; what is on one side only is 0 on the other."""
    names = {(of, measure) for side in (scores, pinned) for of, found in side.items() for measure in found}
    return [
        (f"{of}, {measure}", scores.get(of, {}).get(measure, 0.0), pinned.get(of, {}).get(measure, 0.0))
        for of, measure in sorted(names)
    ]


def lines(moves: Moves) -> str:
    return "\n".join(f"  {what}: {score:.2f}, pinned at {pin:.2f}" for what, score, pin in moves)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SETS)
def test_no_score_falls_below_its_pin(name):
    fell = [move for move in moved(measured(name).groups, PINNED[name]) if move[1] < move[2] - ROUNDING]
    pages = PINNED.get(f"{name} pages", {})
    worse = [move for move in moved(measured(name).pages, pages) if pages and move[1] < move[2] - ROUNDING]
    assert not fell, f"{name}: worse than pinned\n{lines(fell)}\nby these pages:\n{lines(worse)}"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SETS)
def test_a_score_that_rose_is_pinned(name):
    rose = [move for move in moved(measured(name).groups, PINNED[name]) if move[1] > move[2] + A_GAIN]
    assert not rose, f"{name}: better, pin it with `{PIN}`\n{lines(rose)}"


def test_moves_tell_a_fall_a_rise_and_what_is_missing():
    assert moved({"all": {"F1": 90.0, "new": 1.0}}, {"all": {"F1": 91.0}, "zh": {"F1": 80.0}}) == [
        ("all, F1", 90.0, 91.0), ("all, new", 1.0, 0.0), ("zh, F1", 0.0, 80.0),
    ]  # fmt: skip
