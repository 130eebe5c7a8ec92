"""The closed parts of the signed list: written and read, what counts of two lines, and what damage leaves."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.errors import BadProof
from snapshotter.formats.warc import digest
from snapshotter.proof import lists, manifest
from snapshotter.proof.listing import Listed, read, written
from snapshotter.proof.manifest import Manifest
from snapshotter.proof.notes import SigningKey

KEY = SigningKey.generate("news.example")
NAMES = [
    *(f"warc/{name}.warc.gz" for name in "abcd"),
    *(f"log/run-{name}.json" for name in "abcd"),
    *(f"index/{name}.warc.gz.cdxj" for name in "ab"),
]
GOLDEN = (
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 4 1720000000000000000 warc/%E4%BA%8C.warc.gz\n"
    "- 0 0 log/run-1.json\n"
)

lines = st.builds(
    Listed,
    st.text("abc/%41.-", min_size=1, max_size=20),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.integers(0, 10**18 - 1),
    st.integers(0, 10**20 - 1),
)


@given(st.lists(st.one_of(lines, lines.map(lambda one: Listed.gone(one.path)))))
def test_lines_are_read_back_as_they_were_written(listed):
    assert read(written(listed)) == listed


def test_lines_are_written_as_ever():
    listed = [
        Listed("warc/%E4%BA%8C.warc.gz", hashlib.sha256(b"test").hexdigest(), 4, 1_720_000_000_000_000_000),
        Listed.gone("log/run-1.json"),
    ]
    assert written(listed) == GOLDEN
    assert read(GOLDEN) == listed


@pytest.mark.parametrize(
    "text", ["\n", GOLDEN[:-1], GOLDEN + "x", GOLDEN + "\n", GOLDEN.replace(" 4 ", " 04 "), "- 0 0 \n", "- 0 0 ü\n"]
)
def test_what_is_written_otherwise_is_no_list(text):
    with pytest.raises(BadProof):
        read(text)


class Archive:
    """A folder, and what its list should say."""

    def __init__(self, folder: Path, when: pytest.MonkeyPatch) -> None:
        self.folder, self.when, self.day = folder, when, 1
        self.manifest = Manifest(folder)
        self.there: dict[str, bytes] = {}
        self.listed: dict[str, bytes] = {}
        self.announced: set[str] = set()
        for name in ("warc", "log", "index", "proof"):
            (folder / name).mkdir()

    def write(self, name: str, data: bytes, *, announced: bool) -> None:
        self._announce(name, announced=announced)
        (self.folder / name).write_bytes(data)
        self.there[name] = data

    def remove(self, name: str, *, announced: bool) -> None:
        self._announce(name, announced=announced)
        (self.folder / name).unlink(missing_ok=True)
        self.there.pop(name, None)

    def sign(self, *, next_day: bool = False) -> None:
        if is_first := not self.manifest.exists:
            next_day = True
        self.day += next_day and not is_first
        self.when.setenv("SNAPSHOTTER_NOW", f"2024-07-{self.day:02}T12:00:00Z")
        self.manifest.invalidate()
        assert self.manifest.finish(self.manifest.begin(), KEY)
        for name in self.announced:
            self.listed.pop(name, None)
        came = [name for name in self.there if name in self.announced or (next_day and name not in self.listed)]
        went = [name for name in self.listed if next_day and name not in self.there and not name.startswith("warc/")]
        self.listed |= {name: self.there[name] for name in came}
        for name in went:
            del self.listed[name]
        self.announced.clear()

    def check(self) -> None:
        found = {one.path: one for one in self.manifest.listed([KEY.public]) if not one.is_list}
        assert {name: one.sha256 for name, one in found.items()} == {
            name: digest(data).removeprefix("sha256:") for name, data in self.listed.items()
        }
        told = {name for name, one in found.items() if self.manifest.altered(one)}
        assert told == {name for name, data in self.listed.items() if self.there.get(name) != data}

    def _announce(self, name: str, *, announced: bool) -> None:
        if announced:
            self.manifest.announce(self.folder / name)
            self.announced.add(name)


names, flags = st.sampled_from(NAMES), st.booleans()
steps = st.one_of(
    st.tuples(st.just("write"), names, st.binary(max_size=3), flags),
    st.tuples(st.just("remove"), names, flags),
    st.tuples(st.just("sign"), flags),
)


@settings(max_examples=int(os.environ.get("SNAPSHOTTER_LISTS", "60")))
@given(st.lists(steps, max_size=30))
def test_the_list_says_what_was_announced_and_once_a_day_what_is_there(tmp_path_factory, done):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "LINES", 2)
        archive = Archive(tmp_path_factory.mktemp("archive"), patch)
        for step in done:
            match step:
                case "write", name, data, announced:
                    archive.write(name, data, announced=announced)
                case "remove", name, announced:
                    archive.remove(name, announced=announced)
                case "sign", next_day:
                    archive.sign(next_day=next_day)
                    archive.check()
        archive.sign(next_day=True)
        archive.check()
        shutil.rmtree(archive.folder)


@pytest.fixture
def old(tmp_path, monkeypatch):
    """An archive with a list of the form before: 2,500 run reports, each named by the one signed note."""
    archive = Archive(tmp_path, monkeypatch)
    for number in range(2500):
        archive.write(f"log/run-{number:04}.json", b"%d" % number, announced=False)
    monkeypatch.setattr(lists, "LINES", 10**9)
    archive.sign()
    monkeypatch.undo()
    assert not (tmp_path / "proof" / "lists").exists()
    archive.when = monkeypatch
    return archive


def parts(archive):
    return sorted((archive.folder / "proof" / "lists").iterdir())


def test_an_old_list_goes_over_by_itself_and_says_the_same(old):
    before = {one.path: one for one in old.manifest.listed([KEY.public])}
    old.write("log/run-new.json", b"new", announced=True)
    old.sign()
    old.check()
    assert len(parts(old)) == 1
    after = {one.path: one for one in old.manifest.listed([KEY.public])}
    assert {path: after[path] for path in before} == before


def test_the_signed_note_stays_short_and_closed_parts_are_never_written_to_again(old):
    old.sign()
    kept = {path: path.stat().st_mtime_ns for path in parts(old)}
    for round_ in range(2):
        for number in range(1100):
            old.write(f"log/run-new-{round_}-{number}.json", b"new", announced=True)
        old.sign(next_day=bool(round_))
        assert len((old.folder / "proof" / "manifest").read_bytes().splitlines()) < 2 * lists.LINES + 10
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert len(parts(old)) == 3
    old.check()


def test_no_run_looks_at_what_nobody_announced_but_the_first_of_a_day(old):
    old.sign()
    old.write("log/run-by-hand.json", b"new", announced=False)
    old.sign()
    listed = old.manifest.listed([KEY.public])
    assert old.manifest.unlisted(listed) == ["log/run-by-hand.json"]
    old.sign(next_day=True)
    assert old.manifest.unlisted(old.manifest.listed([KEY.public])) == []
    old.check()


DAMAGE = {
    "lost": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, path.stat().st_size - 7),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "flipped": lambda path: path.write_bytes(path.read_bytes().replace(b"0", b"1", 1)),
    "rubbish": lambda path: path.write_bytes(bytes(1000)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_part_is_told_until_it_is_back_and_nothing_is_taken_for_new(old, damage):
    old.sign()
    (part,) = parts(old)
    whole = part.read_bytes()
    damage(part)
    old.write("log/run-0001.json", b"altered", announced=False)
    for next_day in (False, True):
        listed = old.manifest.listed([KEY.public])
        assert [one.path for one in listed if old.manifest.altered(one)] == [f"proof/lists/{part.name}"]
        assert len(listed) == 1501
        old.sign(next_day=next_day)
    part.write_bytes(whole)
    old.check()
    assert [one.path for one in old.manifest.listed([KEY.public]) if old.manifest.altered(one)] == ["log/run-0001.json"]


def test_what_a_part_lists_is_told_by_name_and_forgotten_as_was_said(old):
    old.sign()
    old.write("log/run-0003.json", b"altered", announced=False)
    old.write("log/run-0004.json", b"rewritten", announced=True)
    old.remove("log/run-0005.json", announced=True)
    old.remove("log/run-0006.json", announced=False)
    old.sign()
    old.check()
    old.sign(next_day=True)
    old.check()
    assert "log/run-0005.json" not in old.listed
    old.write("log/run-0005.json", b"back", announced=True)
    old.sign()
    old.check()


def test_a_large_file_is_read_again_only_once_in_a_while(tmp_path, monkeypatch):
    archive = Archive(tmp_path, monkeypatch)
    path = tmp_path / "catalog.db"

    def signed(minute, data):
        path.write_bytes(data)
        monkeypatch.setenv("SNAPSHOTTER_NOW", f"2024-07-01T12:{minute:02}:00Z")
        archive.manifest.finish(archive.manifest.begin(), KEY)
        found = archive.manifest.listed([KEY.public])
        assert [one.path for one in found if archive.manifest.altered(one)] == []
        return [one.path for one in found]

    monkeypatch.setattr(manifest, "READ_AT_ONCE", 600)
    monkeypatch.setattr(manifest, "PAID_BYTES", 1)
    assert signed(0, b"x" * 600) == ["catalog.db"]
    assert signed(1, b"y" * 600) == []
    assert archive.manifest.unlisted([]) == ["catalog.db"]
    assert signed(9, b"y" * 600) == []
    assert signed(11, b"z" * 600) == ["catalog.db"]
    assert signed(12, b"z" * 599) == ["catalog.db"]
