import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.errors import BadProof
from snapshotter.proof.heads import Head, read_head
from snapshotter.proof.manifest import Listed, Manifest
from snapshotter.proof.notes import SigningKey

KEY = SigningKey.generate("news.example")
NAMES = ["plain.txt", "log/二 %41.json", "line\nbreak", "-", " ", "x" * 200, os.fsdecode(b"not utf-8 \xff")]


@pytest.fixture
def manifest(tmp_path):
    (tmp_path / "proof").mkdir()
    for number, name in enumerate(NAMES):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(number))
    return Manifest(tmp_path)


def sign(manifest):
    return manifest.finish(manifest.begin(), KEY)


def test_every_file_is_listed_whatever_it_is_called(manifest):
    assert sign(manifest)
    listed = manifest.listed([KEY.public])
    assert sorted(one.size for one in listed) == list(range(len(NAMES)))
    assert [manifest.altered(one) for one in listed] == [""] * len(NAMES)
    assert manifest.unlisted(listed) == []


@pytest.mark.parametrize("name", ["lock/run", "catalog.db-wal", "catalog.db.new", "warc/a.warc.gz.open", "a.part"])
def test_what_comes_and_goes_isnt_listed(manifest, name):
    (manifest.folder / name).parent.mkdir(exist_ok=True)
    (manifest.folder / name).write_text("x")
    sign(manifest)
    assert len(manifest.listed([KEY.public])) == len(NAMES)


@pytest.mark.parametrize("name", ["search.db", "site.db", "state.db"])
def test_a_database_that_others_write_to_is_told_if_nobody_did(manifest, name):
    path = manifest.folder / name
    path.write_bytes(b"kept by servers")
    assert name not in manifest.unlisted([])
    sign(manifest)
    times = path.stat()

    def told():
        return [one.path for one in manifest.listed([KEY.public]) if manifest.altered(one)]

    path.write_bytes(b"Kept by servers")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert told() == [name]
    path.write_bytes(b"written to since")
    assert told() == []
    path.unlink()
    assert told() == []


def test_a_database_that_is_open_isnt_listed(manifest):
    (manifest.folder / "search.db").write_bytes(b"x")
    (manifest.folder / "search.db-wal").write_bytes(b"x")
    sign(manifest)
    assert len(manifest.listed([KEY.public])) == len(NAMES)


AS_ANOTHER = """
import os
from pathlib import Path
from snapshotter.proof.manifest import Manifest
from snapshotter.proof.notes import SigningKey
if not os.geteuid():
    os.setuid(65534)
manifest, key = Manifest(Path()), SigningKey.generate("another.example")
assert manifest.finish(manifest.begin(), key)
print(*[one.path for one in manifest.listed([key.public])])
"""


def test_a_servers_database_that_only_its_user_may_read_isnt_listed_and_no_error(manifest):
    path = manifest.folder / "site.db"
    path.write_bytes(b"addresses")
    path.chmod(0)
    for folder in (manifest.folder, manifest.folder / "proof"):
        folder.chmod(0o777)
    command = [sys.executable, "-c", AS_ANOTHER]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(command, cwd=manifest.folder, env=environment, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr.decode()
    assert b"plain.txt" in ran.stdout
    assert b"site.db" not in ran.stdout


def test_files_are_listed_folder_by_folder_and_links_are_not(manifest):
    folder = manifest.folder / "folders"
    for name in ("a.b", "a/x", "a/.y", "a-b/z", "ü/ä b"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "link").symlink_to(folder / "a")
    (folder / "c").symlink_to("/nowhere")
    ours = [name.removeprefix("folders/") for name in manifest.unlisted([]) if name.startswith("folders/")]
    assert ours == ["a/.y", "a/x", "a-b/z", "a.b", "%C3%BC/%C3%A4%20b"]


def test_a_flipped_byte_is_found_wherever_it_is(manifest):
    sign(manifest)
    path = manifest.folder / "proof" / "manifest"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x04]) + whole[at + 1 :])
        with pytest.raises(BadProof):
            manifest.listed([KEY.public])


@pytest.mark.parametrize(
    "text", ["", "news.example/files\n", "news.example/files\ntime x\nnonsense\n", "other/files\ntime x\n"]
)
def test_another_text_of_ours_is_no_list(manifest, text):
    (manifest.folder / "proof" / "manifest").write_text(KEY.sign(text or "\n"))
    with pytest.raises(BadProof):
        manifest.listed([KEY.public])


def test_a_run_that_begins_meanwhile_will_sign_it(manifest):
    sign(manifest)
    part = manifest.begin()
    manifest.invalidate()
    assert not manifest.finish(part, KEY)
    assert not manifest.is_closed
    assert sign(manifest)
    assert manifest.is_closed
    assert [path.name for path in (manifest.folder / "proof").iterdir()] == ["manifest"]


def test_while_a_run_is_on_only_what_nobody_touched_is_told(manifest):
    sign(manifest)
    manifest.invalidate()
    touched, flipped = manifest.folder / "log" / "二 %41.json", manifest.folder / "x".ljust(200, "x")
    touched.write_bytes(b"longer than before")
    times = flipped.stat()
    flipped.write_bytes(b"\x01" * 5)
    os.utime(flipped, ns=(times.st_atime_ns, times.st_mtime_ns))
    found = {one.path: manifest.altered(one) for one in manifest.listed([KEY.public])}
    assert {path: what for path, what in found.items() if what} == {"x" * 200: "isn't what it was closed with"}


def test_a_log_may_grow_but_not_change(manifest):
    log = manifest.folder / "log" / "crawl.log"
    log.write_text("one\n")
    sign(manifest)

    def told():
        return [what for one in manifest.listed([KEY.public]) if (what := manifest.altered(one))]

    log.write_text("one\ntwo\n")
    assert told() == []
    log.write_text("oNe\ntwo\n")
    assert told() == ["isn't what it was closed with"]
    log.write_text("on")
    assert told() == ["has 2 bytes, not the 4 it was closed with"]


def test_without_a_list_there_is_nothing_to_compare(tmp_path):
    assert Manifest(tmp_path).listed([]) == []
    assert not Manifest(tmp_path).is_closed
    Manifest(tmp_path).invalidate()


heads = st.builds(
    Head,
    st.just(KEY.public.name),
    st.integers(0, 10**14),
    st.binary(min_size=32, max_size=32),
    st.datetimes().map(lambda time: f"{time:%H:%M:%S}").map("2024-07-01T{}Z".format),
)


@given(heads)
def test_a_head_is_read_back_as_it_was_signed(head):
    assert read_head(head.signed(KEY), [KEY.public]) == head


@given(st.binary(max_size=300))
def test_any_bytes_are_no_head(data):
    with pytest.raises(BadProof):
        read_head(data, [KEY.public])


def test_what_is_never_changed_is_known_by_its_place():
    for path, is_for_good in {
        "warc/a.warc.gz": True,
        "imported/imported-0-a.warc.gz": True,
        "proof/heads/1.head": True,
        "catalog.db": False,
        "warc/deep/a.warc.gz": False,
    }.items():
        assert Listed(path, "", 0, 0).is_for_good == is_for_good


@pytest.mark.parametrize("name", ["warc/a.warc.gz", "proof/heads/1.head", "log/takedowns.jsonl"])
def test_a_lost_file_is_missed_until_it_is_back(manifest, name):
    path = manifest.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("for good")
    sign(manifest)
    path.unlink()

    def told():
        return {one.path: what for one in manifest.listed([KEY.public]) if (what := manifest.altered(one))}

    for _ in range(2):
        assert told() == {name: "is missing"}
        manifest.invalidate()
        assert told() == {name: "is missing"}
        sign(manifest)
    path.write_text("for good")
    assert told() == {}
    path.unlink()
    manifest.invalidate()
    manifest.announce(path)
    sign(manifest)
    assert told() == {}
