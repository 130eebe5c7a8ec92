import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from snapshotter.proof import merkle

# The leaves and roots that Certificate Transparency's implementations test each other with.
LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, 200)


def row(leaves):
    """A tree's row of hashes, grown leaf by leaf."""
    frontier, hashes = merkle.Frontier(), []
    for number, leaf in enumerate(leaves):
        assert len(hashes) == merkle.stored(number)
        hashes += frontier.append(merkle.leaf_hash(leaf))
    return hashes


ROW = row([b"%d" % number for number in range(200)])


def by_definition(leaves):
    """The root as RFC 6962 defines it."""
    if len(leaves) < 2:
        return merkle.leaf_hash(leaves[0]) if leaves else hashlib.sha256(b"").digest()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node_hash(by_definition(leaves[:middle]), by_definition(leaves[middle:]))


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_certificate_transparency(size):
    assert merkle.root(size, row(LEAVES).__getitem__).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_root_is_what_the_rfc_defines(leaves):
    hashes = row(leaves)
    assert merkle.root(len(leaves), hashes.__getitem__) == by_definition(leaves)
    assert merkle.Frontier(len(leaves), hashes.__getitem__).root() == by_definition(leaves)


@given(sizes, st.data())
def test_every_leaf_is_proven_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root(size, ROW.__getitem__)
    path = merkle.inclusion(index, size, ROW.__getitem__)
    leaf = merkle.leaf_hash(b"%d" % index)
    assert merkle.root_by_inclusion(leaf, index, size, path) == root
    assert merkle.root_by_inclusion(merkle.leaf_hash(b"other"), index, size, path) != root
    for wrong in (path[:-1], [*path, leaf]):
        if len(wrong) != len(path):
            with pytest.raises(ValueError, match="path of"):
                merkle.root_by_inclusion(leaf, index, size, wrong)


@given(sizes, sizes, st.data())
def test_a_tree_is_proven_to_be_the_beginning_of_a_later_one(one, other, data):
    old, new = sorted((one, other))
    roots = [(size, merkle.root(size, ROW.__getitem__)) for size in (old, new)]
    path = merkle.consistency(old, new, ROW.__getitem__)
    assert merkle.is_consistent(roots[0], roots[1], path)
    assert not merkle.is_consistent((old, bytes(32)), roots[1], path)
    assert not merkle.is_consistent(roots[0], (new, bytes(32)), path)
    assert not merkle.is_consistent(roots[0], roots[1], [*path, bytes(32)])
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not merkle.is_consistent(roots[0], roots[1], [*path[:at], bytes(32), *path[at + 1 :]])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100])
def test_pymerkle_agrees(size):
    tree = InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(b"%d" % number)
    assert merkle.root(size, ROW.__getitem__) == tree.get_root(size)
    for index in {0, size // 2, size - 1}:
        theirs = set(tree.prove_inclusion(index + 1, size).serialize()["path"])  # the leaf among them
        ours = {one.hex() for one in merkle.inclusion(index, size, ROW.__getitem__)}
        assert theirs == ours | {merkle.leaf_hash(b"%d" % index).hex()}


def test_a_row_never_changes_what_it_had():
    rows = [row([b"%d" % number for number in range(size)]) for size in range(40)]
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(rows))


def test_an_empty_tree_begins_every_tree():
    assert merkle.is_consistent((0, merkle.EMPTY_ROOT), (5, b"any"), [])
    assert not merkle.is_consistent((0, b"other"), (5, b"any"), [])
    assert not merkle.is_consistent((6, b""), (5, b""), [])
    with pytest.raises(ValueError, match="has no leaf 5"):
        merkle.inclusion(5, 5, ROW.__getitem__)
    with pytest.raises(ValueError, match="isn't the beginning"):
        merkle.consistency(6, 5, ROW.__getitem__)
