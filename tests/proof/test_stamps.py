import json
import shutil

import pytest
from authority import authority, certify, openssl
from captures import captures

from snapshotter.errors import BadProof, NetworkError, UsageError
from snapshotter.proof.heads import STAMP_SUFFIX, Heads
from snapshotter.proof.stamps import stamp, stamped_at
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.closing import close_manifest, stamp_last_head
from snapshotter.store.proving import prove
from snapshotter.verify import verify


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    certify(folder)
    return folder


@pytest.fixture
def url(certified):
    with authority(certified) as url:
        yield url


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path / "archive") as opened:
        opened.add(captures(2))
    return tmp_path / "archive"


def head_of(archive):
    return Heads(archive / "proof" / "heads").paths()[-1]


def test_a_head_is_timestamped_once_and_openssl_agrees(archive, certified, url):
    path = stamp_last_head(archive, url)
    assert stamp_last_head(archive, url) is None
    head, reply = head_of(archive).read_bytes(), path.read_bytes()
    assert stamped_at(head, reply) == stamped_at(head, reply, (certified / "ca.pem").read_bytes())
    openssl(certified, "ts", "-verify", "-data", str(head_of(archive)), "-in", str(path), "-CAfile", "ca.pem")
    close_manifest(archive)
    assert list(verify(archive)) == []


def test_a_proof_takes_a_timestamped_head_along(archive, url):
    with Archive.open(archive) as opened:
        opened.add(captures(1, 1))
    stamp_last_head(archive, url)
    with ArchiveReader.open(archive) as opened:
        bundles = [json.loads(prove(opened, snapshot.id)) for snapshot in opened.snapshots()]
    assert all(bundle["timestamp"] and "\n3\n" in bundle["head"] for bundle in bundles)


def test_a_timestamp_over_something_else_or_by_a_stranger_is_refused(archive, certified, url, tmp_path):
    reply = stamp_last_head(archive, url).read_bytes()
    head = head_of(archive).read_bytes()
    with pytest.raises(BadProof, match="over something else"):
        stamped_at(head + b"\n", reply)
    for broken in (b"", reply[:-1], reply[20:], b"0" * 100):
        with pytest.raises(BadProof, match="not a timestamp reply"):
            stamped_at(head, broken)
    stranger = certify(tmp_path)
    with pytest.raises(BadProof, match="isn't signed by an authority"):
        stamped_at(head, reply, stranger.read_bytes())
    with pytest.raises(UsageError, match="PEM"):
        stamped_at(head, reply, b"no certificate")


def test_an_altered_timestamp_is_refused(archive, certified, url):
    reply = stamp_last_head(archive, url).read_bytes()
    head, roots = head_of(archive).read_bytes(), (certified / "ca.pem").read_bytes()
    at = reply.index(b"\x04\x20") + 5  # in the imprint
    with pytest.raises(BadProof):
        stamped_at(head, reply[:at] + bytes([reply[at] ^ 1]) + reply[at + 1 :], roots)
    with pytest.raises(BadProof, match="isn't signed"):
        stamped_at(head, reply[:-1] + bytes([reply[-1] ^ 1]), roots)


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [("broken", NetworkError, "500"), ("junk", BadProof, "not a timestamp reply")],
)
def test_an_authority_that_fails_leaves_the_head_without_a_timestamp(archive, url, path, error, said):
    with pytest.raises(error, match=said):
        stamp_last_head(archive, url + path)
    assert [one.suffix for one in head_of(archive).parent.iterdir()] == [".head"]


@pytest.mark.parametrize(("url", "error"), [("ftp://a/", UsageError), ("http://127.0.0.1:1/", NetworkError)])
def test_an_authority_that_isnt_there_is_told(archive, url, error):
    with pytest.raises(error):
        stamp(head_of(archive), url)
    assert not head_of(archive).with_suffix(STAMP_SUFFIX).exists()


def test_without_heads_there_is_nothing_to_timestamp(tmp_path):
    assert stamp_last_head(tmp_path, "http://127.0.0.1:1/") is None


def test_openssl_is_there():
    assert shutil.which("openssl"), "these tests have `openssl ts` for an authority: install openssl"
