"""Damaged files: each gives the error that says what is wrong, or what can be read of it; none a traceback."""

import contextlib
import random
import re
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from captures import captures
from cases import CDXJ, HTTP, JSONL, PACKED, TEXTS, WARC, stream
from fuzz import rounds
from targets import TARGETS

from snapshotter.errors import BadCdxj, BadHttp, BadRecord, BadText, BadWarc, FormatError, SnapshotNotFound
from snapshotter.formats import cdxj, jsonl, text, warc
from snapshotter.formats.compression import opened
from snapshotter.http1 import payload
from snapshotter.mend import mend
from snapshotter.store import Archive
from snapshotter.verify import verify

MEMORY_BYTES = 300_000_000
SCRIPT = "from snapshotter.commands.main import main; main()"


def counted(records, kind):
    """(how many records came, what the error said)."""
    count = 0
    try:
        for _ in records:
            count += 1
    except kind as error:
        return count, f"{error}"
    return count, ""


def agrees(found, expected, words):
    count, said = found
    assert count == expected, said
    assert bool(said) == bool(words), said
    assert re.search(words, said), said


@pytest.fixture
def _little_memory():
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES
    finally:
        tracemalloc.stop()


def table(cases):
    """Runs a test for each case, in little memory."""
    over = pytest.mark.parametrize(("data", "count", "words"), cases.values(), ids=cases.keys())
    return lambda test: pytest.mark.usefixtures("_little_memory")(over(test))


@table(WARC)
def test_warc(data, count, words):
    agrees(counted(warc.read(stream(data)), BadWarc), count, words)


@table(JSONL)
def test_jsonl(data, count, words):
    agrees(counted(jsonl.read_all(stream(data)), BadRecord), count, words)


@table(CDXJ)
def test_cdxj(data, count, words):
    agrees(counted(cdxj.read(stream(data)), BadCdxj), count, words)


@table(TEXTS)
def test_text(data, count, words):
    agrees(counted(text.read_all(stream(data)), BadText), count, words)


@pytest.mark.usefixtures("_little_memory")
@pytest.mark.parametrize(("name", "case"), PACKED.items(), ids=PACKED.keys())
def test_packed_jsonl(tmp_path, name, case):
    data, _, words = case
    path = tmp_path / f"records.jsonl.{name.partition(',')[0]}"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=words), opened(path) as file:
        list(jsonl.read_all(file))


@table(HTTP)
def test_http(data, count, words):
    try:
        found = (len(payload(data)), "")
    except BadHttp as error:
        found = (0, f"{error}")
    agrees(found, count, words)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """An archive of two files."""
    folder = tmp_path_factory.mktemp("sound")
    for minute in range(2):
        with Archive.open(folder, prefix=f"part{minute}") as archive:
            archive.add(captures(2, minute))
    return folder


@pytest.mark.parametrize("name", WARC)
def test_an_archive_with_such_a_file(sound, tmp_path, name):
    """It is named, what the other file holds stays readable, and mending leaves nothing that can't be read."""
    folder = shutil.copytree(sound, tmp_path / "archive")
    damaged, other = sorted((folder / "warc").iterdir())
    damaged.write_bytes(WARC[name][0])
    assert damaged.name in {problem.file for problem in verify(folder)}
    list(mend(folder))
    with Archive.open(folder) as archive:
        kept = list(archive.snapshots())
        assert len(kept) == 4
        for snapshot in kept:
            if snapshot.warc_file == other.name:
                with contextlib.suppress(SnapshotNotFound, BadWarc):  # a revisit of what was lost
                    assert archive.response_block(snapshot)
    assert damaged.name in {problem.file for problem in verify(folder)}


@pytest.mark.parametrize(
    ("to", "data"),
    [("text", JSONL[name][0]) for name in ("a null", "latin-1", "nested a million deep", "a torn last line")]
    + [("jsonl", TEXTS[name][0]) for name in ("GB 18030", "cut in the body", "a day that isn't one", "zeros")],
)
def test_convert_says_what_is_wrong(tmp_path, to, data):
    path = tmp_path / f"damaged.{'txt' if to == 'jsonl' else 'jsonl'}"
    path.write_bytes(data)
    command = [sys.executable, "-c", SCRIPT, "convert", "--to", to, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.search("line|it begins", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", TARGETS)
def test_random_damage(name):
    """A short run of fuzz.py, the same each time."""
    assert rounds(name, random.Random(name), 150) == []
