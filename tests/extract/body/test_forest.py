"""Trees asked all at once answer as a walk down each of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.body.forest import MAX_LEAVES, Forest

FEATURES = 3
THRESHOLDS = [[-1.0, 0.0, 2.5], [0.5], []]
VALUES = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0])


@st.composite
def trees(draw):
    """A tree with up to 32 leaves, grown by splitting leaves at random."""
    tests, leaves = [], [0.0]
    holders = [None]  # by leaf: the test and side that it hangs on
    for _ in range(draw(st.integers(0, MAX_LEAVES - 1))):
        leaf = draw(st.integers(0, len(leaves) - 1))
        feature = draw(st.sampled_from([0, 1]))
        tests.append([feature, draw(st.integers(0, len(THRESHOLDS[feature]) - 1)), -1 - leaf, -1 - len(leaves)])
        if holders[leaf]:
            at, side = holders[leaf]
            tests[at][side] = len(tests) - 1
        holders[leaf] = (len(tests) - 1, 2)
        holders.append((len(tests) - 1, 3))
        leaves.append(0.0)
    return {"tests": tests, "leaves": [draw(st.integers(-50, 50)) / 8 for _ in leaves]}


def walked(tree, row):
    at = 0 if tree["tests"] else -1
    while at >= 0:
        feature, threshold, left, right = tree["tests"][at]
        at = left if row[feature] <= THRESHOLDS[feature][threshold] else right
    return tree["leaves"][-1 - at]


@given(st.lists(trees(), min_size=1, max_size=5), st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=20))
def test_a_forest_says_what_its_trees_say_together(forest, rows):
    asked = np.array(rows, float).reshape(-1, FEATURES)
    assert Forest(THRESHOLDS, forest).score(asked).tolist() == [
        sum(walked(tree, row) for tree in forest) for row in rows
    ]


def test_more_rows_than_are_scored_at_a_time_keep_their_order():
    tree = {"tests": [[0, 1, -1, -2]], "leaves": [1.0, 2.0]}
    rows = np.zeros((1500, FEATURES))
    rows[700:, 0] = 1.0
    assert Forest(THRESHOLDS, [tree]).score(rows).tolist() == [1.0] * 700 + [2.0] * 800


def test_a_tree_that_is_too_large_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="train with fewer"):
        Forest(THRESHOLDS, [{"tests": [], "leaves": [0.0] * (MAX_LEAVES + 1)}])
