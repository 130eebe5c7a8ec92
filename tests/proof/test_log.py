import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.errors import ArchiveError, BadProof
from snapshotter.proof.leaf import Leaf
from snapshotter.proof.log import NO_SALT, Log
from snapshotter.proof.merkle import inclusion, root_by_inclusion


def leaf(number):
    sha256 = f"sha256:{number:064x}"
    return Leaf(
        f"<urn:uuid:{number}>", f"https://news.example/{number}", "2024-07-01T12:00:00Z", sha256, sha256, sha256
    )


def leaves(start, end):
    return [(f"sn_{number:024x}", leaf(number)) for number in range(start, end)]


def test_a_leaf_is_laid_out_as_documented():
    one = Leaf("<urn:uuid:1>", "https://例.example/", "2024-07-01T12:00:00Z", "sha256:b", "sha256:p", "sha256:r")
    assert (
        one.data(bytes(range(32)))
        == (
            "snapshotter-leaf/1\n<urn:uuid:1>\nhttps://例.example/\n2024-07-01T12:00:00Z\nsha256:b\nsha256:p\nsha256:r\n"
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        ).encode()
    )


@pytest.mark.parametrize(("url", "salt"), [("https://a\n", bytes(32)), ("https://a", bytes(31))])
def test_a_leaf_that_could_mean_two_things_is_refused(url, salt):
    with pytest.raises(BadProof):
        Leaf("a", url, "c", "d", "e", "f").data(salt)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9), max_size=8))
def test_what_is_appended_in_any_batches_is_proven(tmp_path_factory, batches):
    with Log(tmp_path_factory.mktemp("log") / "proof", writable=True) as log:
        size = 0
        for count in batches:
            size = log.append(size, leaves(size, size + count))
        root = log.frontier(size).root()
        for index in range(size):
            found = leaf(index).hash(log.salt(index))
            assert found == log.leaf_hash(index)
            assert root_by_inclusion(found, index, size, inclusion(index, size, log.hash)) == root
            assert log.find(f"sn_{index:024x}", size) == index
            assert log.find(f"sn_{index:024x}", index) is None
        assert log.whole() == size
        assert [name for name, _ in log.entries(size)] == [f"sn_{number:024x}" for number in range(size)]


@pytest.mark.parametrize("kept", [0, 1, 5, 6])
def test_leaves_that_never_counted_are_cut_off(tmp_path, kept):
    with Log(tmp_path / "proof", writable=True) as log:
        log.append(log.append(0, leaves(0, 6)), leaves(10, 13))
    with (tmp_path / "proof" / "hashes").open("ab") as torn:
        torn.write(b"torn")
    with Log(tmp_path / "proof", writable=True) as log:
        before = log.frontier(kept).root()
        assert log.append(kept, leaves(20, 22)) == kept + 2 == log.whole()
        assert log.frontier(kept).root() == before
        assert log.find(f"sn_{12:024x}", kept + 2) is None
        assert log.find(f"sn_{21:024x}", kept + 2) == kept + 1


@pytest.mark.parametrize("name", ["hashes", "entries"])
def test_a_lost_end_is_told_and_nothing_is_written_over_it(tmp_path, name):
    with Log(tmp_path / "proof", writable=True) as log:
        log.append(0, leaves(0, 5))
    path = tmp_path / "proof" / name
    path.write_bytes(path.read_bytes()[:-50])
    cut = path.read_bytes()
    with Log(tmp_path / "proof", writable=True) as log, pytest.raises(ArchiveError, match="from a copy"):
        log.append(5, leaves(5, 6))
    assert path.read_bytes() == cut


def test_a_destroyed_salt_leaves_the_tree_as_it_was(tmp_path):
    with Log(tmp_path / "proof", writable=True) as log:
        log.append(0, leaves(0, 5))
        root, salt = log.frontier(5).root(), log.salt(3)
        log.forget(3)
        assert log.salt(3) == NO_SALT
        assert log.salt(2) != NO_SALT
    assert salt not in (tmp_path / "proof" / "entries").read_bytes()
    with Log(tmp_path / "proof") as log:
        assert log.frontier(5).root() == root
        assert log.find(f"sn_{3:024x}", 5) == 3


def test_no_two_salts_are_the_same(tmp_path):
    with Log(tmp_path / "proof", writable=True) as log:
        log.append(0, leaves(0, 300))
        assert len({salt for _, salt in log.entries(300)} | {NO_SALT}) == 301


@pytest.mark.parametrize("name", ["", "sn_", "ar_" + "0" * 24, "sn_" + "0" * 23, "sn_" + "A" * 24, "sn_" + " 0" * 12])
def test_what_is_no_id_is_refused(tmp_path, name):
    with Log(tmp_path / "proof", writable=True) as log, pytest.raises(ArchiveError, match="not a snapshot's id"):
        log.find(name, 0)
