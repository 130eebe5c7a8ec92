import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.errors import ArchiveError, BadProof
from snapshotter.proof.heads import Head, Heads, read_head
from snapshotter.proof.keys import key_problems, public_keys, signing_key
from snapshotter.proof.notes import PublicKey, SigningKey, opened

# The key pair of the documentation of Go's sumdb/note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KEY = SigningKey.generate("news.example")
HEAD = Head("news.example", 3, bytes(range(32)), "2024-07-01T12:00:00Z")

texts = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))).map(lambda lines: "\n".join(lines) + "\n")


def test_keys_are_those_of_signed_notes():
    assert str(SigningKey.parse(SECRET).public) == PUBLIC
    assert SigningKey.parse(SECRET).serialized() == SECRET
    assert str(PublicKey.parse(PUBLIC)) == PUBLIC


@pytest.mark.parametrize("text", ["", "+", "a+b+c", PUBLIC[:-1], PUBLIC + "\n", PUBLIC.replace("20a3", "20a4")])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BadProof):
        PublicKey.parse(text)
    with pytest.raises(BadProof):
        SigningKey.parse(text)


@given(texts)
def test_a_signed_text_is_read_back(text):
    assert opened(KEY.sign(text).encode(), [PublicKey.parse(PUBLIC), KEY.public]) == (text, KEY.public)


def test_a_flipped_bit_is_found_wherever_it_is():
    note = HEAD.signed(KEY)
    assert read_head(note, [KEY.public]) == HEAD
    for at in range(len(note)):
        for bit in range(8):
            flipped = note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]
            with pytest.raises(BadProof):
                read_head(flipped, [KEY.public])


@pytest.mark.parametrize("note", [b"", b"\n", b"\xff", b"text\n", b"text\n\n\xe2\x80\x94 a b\n", b"x" * 5000])
def test_what_is_no_head_is_refused(note):
    with pytest.raises(BadProof):
        read_head(note, [KEY.public])


def test_another_archives_head_and_another_text_of_ours_are_refused():
    with pytest.raises(BadProof, match="isn't known"):
        read_head(HEAD.signed(SigningKey.generate("news.example")), [KEY.public])
    for text in ("news.example\n3\n", HEAD.text().replace("news", "old"), HEAD.text() + "more\n"):
        with pytest.raises(BadProof, match="not a tree head"):
            read_head(KEY.sign(text).encode(), [KEY.public])


def test_heads_are_kept_in_the_order_of_their_sizes(tmp_path):
    heads = Heads(tmp_path / "heads")
    assert (heads.last_size(), heads.last_signed_at(), heads.paths()) == (0, "", [])
    for size in (10, 9):
        path = heads.add(Head("news.example", size, bytes(32), "2024-07-01T12:00:00Z"), KEY)
        assert read_head(path.read_bytes(), [KEY.public]).size == size
    assert heads.last_size() == 10
    assert heads.last_signed_at() == "20240701120000"
    assert [path.name[:12] for path in heads.covering(8)] == ["000000000009", "000000000010"]
    assert [path.name[:12] for path in heads.covering(9)] == ["000000000010"]


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    key = signing_key(tmp_path, "news archive +1")
    assert signing_key(tmp_path, "other") == key or signing_key(tmp_path).public == key.public
    assert stat.S_IMODE((tmp_path / "keys" / "proof.key").stat().st_mode) == 0o600
    assert key.public.name == "news-archive-1"
    assert public_keys(tmp_path) == [key.public]
    assert key_problems(tmp_path) == []


def test_a_lost_private_key_isnt_replaced_unasked(tmp_path):
    first = signing_key(tmp_path, "a").public
    (tmp_path / "keys" / "proof.key").unlink()
    with pytest.raises(ArchiveError, match="go on with a new key"):
        signing_key(tmp_path)
    (tmp_path / "keys" / "proof.pub").rename(tmp_path / "keys" / "until-2024.pub")
    second = signing_key(tmp_path, "a").public
    assert public_keys(tmp_path) == [second, first]


@pytest.mark.parametrize("name", ["proof.key", "proof.pub"])
def test_a_flipped_byte_of_a_key_is_found(tmp_path, name):
    signing_key(tmp_path, "news")
    path = tmp_path / "keys" / name
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
        assert key_problems(tmp_path), at
    if name == "proof.key":
        with pytest.raises(ArchiveError, match="restore it"):
            signing_key(tmp_path)
