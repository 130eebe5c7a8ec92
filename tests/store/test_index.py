"""The CDXJ indexes: there for every sealed file, right whatever was killed, without what was taken down."""

import io
import subprocess
import sys

import pytest
from captures import captures
from project import ROOT

from snapshotter.formats import cdxj
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader
from snapshotter.verify import verify


@pytest.fixture
def folder(tmp_path):
    """An archive of three files."""
    for minute in range(3):
        with Archive.open(tmp_path / "archive") as archive:
            archive.add(captures(4, minute * 10))
    return tmp_path / "archive"


def indexes(folder):
    return {path.name: path.read_bytes() for path in (folder / "index").iterdir()}


def theirs(path):
    program = [sys.executable, "-c", "from cdxj_indexer.main import main; main()", "--sort", str(path)]
    return subprocess.run(program, capture_output=True, timeout=60, check=True).stdout


def test_every_sealed_file_has_its_index(folder):
    files = sorted((folder / "warc").iterdir())
    assert indexes(folder) == {f"{path.name}.cdxj": theirs(path) for path in files}
    lines = [line for raw in indexes(folder).values() for line in cdxj.read(io.BytesIO(raw))]
    with ArchiveReader.open(folder) as archive:
        wanted = {(one.warc_file, one.warc_offset, one.warc_length) for one in archive.snapshots()}
    assert {(line.fields["filename"], line.offset, line.length) for line in lines} == wanted


def test_what_is_missing_or_astray_is_mended_by_the_next_run(folder):
    before = indexes(folder)
    first, *_ = (folder / "index").iterdir()
    first.unlink()
    for name in ("gone.warc.gz.cdxj", f"{first.name}.99999.part", "anything"):
        (folder / "index" / name).write_bytes(b"left behind")
    assert any("missing" in problem.what for problem in verify(folder))
    with Archive.open(folder):
        pass
    assert indexes(folder) == before
    assert list(verify(folder)) == []


def test_rebuild_writes_them_anew(folder):
    before = indexes(folder)
    for path in (folder / "index").iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    assert [problem.what for problem in verify(folder) if problem.file.endswith(".cdxj")]
    assert rebuild(folder) == []
    assert indexes(folder) == before


def test_a_crawls_open_file_has_none_until_it_is_sealed(folder):
    with Archive.open(folder) as archive:
        archive.add(captures(2, 90))
        assert len(indexes(folder)) == 3
    assert len(indexes(folder)) == 4


def test_several_may_write_them_at_once(folder):
    before = indexes(folder)
    program = (
        "import sys; from pathlib import Path; from snapshotter.store.catalog import Catalog;"
        "from snapshotter.store.index import complete_indexes;"
        "folder = Path(sys.argv[1]); catalog = Catalog(folder / 'catalog.db');"
        "[complete_indexes(folder, catalog, anew=True) for _ in range(9)]"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT) for _ in range(3)]
    assert [process.wait(120) for process in both] == [0, 0, 0]
    assert indexes(folder) == before


def test_what_was_taken_down_is_in_none_until_it_is_restored(folder):
    before = indexes(folder)
    url = "https://news.example/2024/07/2.html"
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()"]
    options = [url, "--archive", str(folder)]
    subprocess.run([*program, "takedown", *options, "--reason", "test"], cwd=ROOT, timeout=60, check=True)
    assert url.encode() not in b"".join(indexes(folder).values())
    assert len(b"".join(indexes(folder).values()).splitlines()) == 9
    assert list(verify(folder)) == []
    subprocess.run([*program, "restore", *options], cwd=ROOT, timeout=60, check=True)
    assert indexes(folder) == before
    assert list(verify(folder)) == []
