"""What others wrote, imported: their bytes kept, their articles shown, revisits followed, whatever is killed."""

import gzip
import hashlib
import io
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import foreign
import pytest
from foreign import article, http, record, responses, url_of
from hypothesis import given, settings
from hypothesis import strategies as st
from project import ROOT
from small_site import SmallSite

from snapshotter.errors import BadWarc
from snapshotter.formats import warc
from snapshotter.formats.warc import loose
from snapshotter.http1 import payload
from snapshotter.rebuild import rebuild
from snapshotter.store import ArchiveReader
from snapshotter.verify import verify

KILLS = int(os.environ.get("SNAPSHOTTER_TEST_KILLS", "3"))
IDENTICAL, NOT_MODIFIED = warc.IDENTICAL, warc.NOT_MODIFIED.replace("1.1", "1.0")


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


def run(archive, *arguments, status=0):
    """``snapshotter import …``; what it said."""
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()"]
    done = subprocess.run(
        [*program, "import", *map(str, arguments), "--archive", str(archive)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr[-3000:]
    return done.stderr


def shown(archive):
    with ArchiveReader.open(archive) as reader:
        return {snapshot.url: snapshot for snapshot in reader.snapshots()}


def problems(archive):
    return [(problem.file, problem.what) for problem in verify(archive)]


def write(path, data):
    path.write_bytes(data)
    return path


def test_articles_of_a_foreign_file_are_shown_and_its_bytes_are_kept(archive, tmp_path):
    data = responses(range(3))
    said = run(archive, write(tmp_path / "their crawl.warc.gz", data))
    assert "4 records, 3 captures added" in said
    (kept,) = (archive / "imported").glob("*.warc.gz")
    assert kept.read_bytes() == data
    assert re.fullmatch(r"imported-[0-9a-f]{16}-their-crawl\.warc\.gz", kept.name)
    snapshots = shown(archive)
    one = snapshots[url_of(1)]
    assert one.title == "Ship 1 sails again from Port Lissen"
    assert one.body_text.startswith(foreign.SENTENCE.format(number=1).strip())
    assert (one.captured_at, one.discovered_via, one.verdict) == ("2020-03-01T00:00:01Z", "import", "ok")
    assert (one.warc_file, one.warc_record_id) == (kept.name, "<urn:uuid:00000001>")
    with ArchiveReader.open(archive) as reader:
        assert reader.response_block(one) == http(article(1))
    assert problems(archive) == []


def test_an_import_done_twice_adds_nothing_whatever_the_file_is_called(archive, tmp_path):
    data = responses(range(3))
    run(archive, write(tmp_path / "a.warc.gz", data))
    before = shown(archive)
    assert "0 captures added, 3 known" in run(archive, tmp_path / "a.warc.gz")
    assert "0 captures added, 3 known" in run(archive, write(tmp_path / "b.warc.gz", data))
    assert shown(archive) == before
    assert len(list((archive / "imported").glob("*.warc.gz"))) == 1


def test_a_rebuilt_catalog_has_what_was_imported(archive, tmp_path):
    refers = ("WARC-Refers-To", "<urn:uuid:00000001>")
    again = record("revisit", 70, url_of(1), b"", refers, ("WARC-Profile", IDENTICAL))
    run(archive, write(tmp_path / "a.warc.gz", responses(range(3)) + again))
    before = shown(archive)
    (archive / "catalog.db").unlink()
    for left in (archive / "index").iterdir():
        left.unlink()
    assert rebuild(archive) == []
    assert shown(archive) == before
    with ArchiveReader.open(archive) as reader:
        (last,) = [snapshot for snapshot in reader.history(url_of(1)) if snapshot.captured_at.endswith("01:10Z")]
        assert reader.response_block(last) == http(article(1))
    assert problems(archive) == []


HEAD = http(b"", "200 OK")
DIGEST = ("WARC-Payload-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")


@pytest.mark.parametrize(("block", "fields"), [
    (HEAD, [("WARC-Refers-To", "<urn:uuid:00000001>"), ("WARC-Profile", IDENTICAL)]),
    (b"", [("WARC-Refers-To", "<urn:uuid:00000001>"), ("WARC-Profile", IDENTICAL)]),
    (HEAD, [("WARC-Refers-To-Target-URI", url_of(1)), ("WARC-Refers-To-Date", "2020-03-01T00:00:01Z"),
            ("WARC-Profile", IDENTICAL)]),
    (HEAD, [DIGEST, ("WARC-Profile", IDENTICAL)]),
    (http(b"", "304 Not Modified"), [("WARC-Refers-To", "<urn:uuid:00000001>"), ("WARC-Profile", NOT_MODIFIED)]),
    (b"", [("WARC-Profile", NOT_MODIFIED)]),
])  # fmt: skip
@pytest.mark.parametrize("files", [1, 2])
def test_revisits_of_every_kind_are_followed(archive, tmp_path, block, fields, files):
    first = record("response", 1, url_of(1), http(article(1)), DIGEST)
    again = record("revisit", 80, url_of(1), block, *fields)
    if files == 2:
        run(archive, write(tmp_path / "a.warc.gz", first), write(tmp_path / "b.warc.gz", again))
    else:  # the revisit before its page, but for one that says no more than that nothing changed
        is_304 = NOT_MODIFIED in dict(fields).values()
        run(archive, write(tmp_path / "a.warc.gz", first + again if is_304 else again + first))
    with ArchiveReader.open(archive) as reader:
        history = reader.history(url_of(1))
        assert {snapshot.change for snapshot in history} == {"new", "unchanged"}
        assert [snapshot.captured_at for snapshot in history] == ["2020-03-01T00:00:01Z", "2020-03-01T00:01:20Z"]
        assert {snapshot.body_text for snapshot in history} == {history[0].body_text}
        assert history[1].raw_sha256 == hashlib.sha256(article(1)).hexdigest()
        assert payload(reader.response_block(history[1])) == article(1)
    assert problems(archive) == []


def test_a_revisit_whose_page_comes_later_is_entered_when_it_is_imported_again(archive, tmp_path):
    refers = ("WARC-Refers-To", "<urn:uuid:00000001>")
    again = write(tmp_path / "b.warc.gz", record("revisit", 80, url_of(1), HEAD, refers, ("WARC-Profile", IDENTICAL)))
    assert "1 revisits of pages that aren't here" in run(archive, again)
    run(archive, write(tmp_path / "a.warc.gz", record("response", 1, url_of(1), http(article(1)))))
    assert "1 captures added" in run(archive, again)
    assert problems(archive) == []


def test_what_is_no_page_is_indexed_only(archive, tmp_path):
    others = [
        record("response", 2, "https://lissen.example/a.css", http(b"p{}", content_type="text/css")),
        record("response", 3, "dns:lissen.example", b"lissen.example. 1 IN A 192.0.2.1", ("Content-Type", "text/dns")),
        record("resource", 4, f"urn:text:{url_of(1)}", b"text", ("Content-Type", "text/plain")),
        record("resource", 5, f"urn:pageinfo:{url_of(1)}", b"{}", ("Content-Type", "application/json")),
        record("response", 6, "https://lissen.example/odd", b"SMTP ready\r\n"),
        record("metadata", 7, url_of(1), b"a: b", ("Content-Type", "application/warc-fields")),
        record("request", 8, url_of(1), b"GET / HTTP/1.1\r\n\r\n"),
    ]
    said = run(archive, write(tmp_path / "a.warc.gz", responses(range(1, 2)) + b"".join(others)))
    assert "9 records, 1 captures added, 1 answers unreadable" in said
    (index,) = (archive / "index").glob("imported-*.cdxj")
    assert len(index.read_text().splitlines()) == 6
    program = [sys.executable, "-c", "from cdxj_indexer.main import main; main()", "--sort"]
    (kept,) = (archive / "imported").glob("*.warc.gz")
    theirs = subprocess.run([*program, str(kept)], capture_output=True, text=True, timeout=60, check=True)
    assert theirs.stdout == index.read_text()


def test_the_url_that_was_asked_for_leads_to_the_page_that_it_redirected_to(archive, tmp_path):
    old = "https://lissen.example/old"
    moved = http(b"", "301 Moved Permanently", "Location: /middle")
    data = record("response", 1, old, moved)
    data += record("response", 2, "https://lissen.example/middle", http(b"", "302 Found", f"Location: {url_of(3)}"))
    data += record("response", 3, url_of(3), http(article(3)))
    run(archive, write(tmp_path / "a.warc.gz", data))
    with ArchiveReader.open(archive) as reader:
        assert (reader.get(old).url, reader.get(old).final_url) == (old, url_of(3))


@pytest.mark.parametrize("pack", [gzip.decompress, lambda data: gzip.compress(gzip.decompress(data))])
def test_a_file_that_is_not_compressed_record_by_record_is_repacked_if_asked_for(archive, tmp_path, pack):
    data = responses(range(3))
    path = write(tmp_path / "loose.warc", pack(data))
    assert "--recompress" in run(archive, path, status=1)
    assert not (archive / "imported").exists()
    assert "3 captures added" in run(archive, path, "--recompress")
    (kept,) = (archive / "imported").glob("*.warc.gz")
    assert gzip.decompress(kept.read_bytes()) == gzip.decompress(data)
    assert len(list(warc.read(io.BytesIO(kept.read_bytes())))) == 4
    assert problems(archive) == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=400), min_size=1, max_size=5), st.booleans())
def test_repacked_records_are_the_records(blocks, as_gzip):
    plain = b"".join(gzip.decompress(record("response", n, url_of(n), block)) for n, block in enumerate(blocks))
    source, target = io.BytesIO(gzip.compress(plain) if as_gzip else plain), io.BytesIO()
    if len(blocks) > 1 or not as_gzip:
        assert loose.shape(source) == loose.LOOSE
    assert loose.repack(source, target) == len(blocks)
    assert gzip.decompress(target.getvalue()) == plain
    target.seek(0)
    assert [found.block for found in warc.read(target)] == blocks


def repacked(data):
    if loose.shape(io.BytesIO(data)) == loose.LOOSE:
        loose.repack(io.BytesIO(data), io.BytesIO())


@pytest.mark.parametrize("data", [
    b"", b"hello", b"WARC", b"WARC/1.0\r\n", b"WARC/1.0\r\nContent-Length: x\r\n\r\n", b"\x28\xb5\x2f\xfd....",
    b"\x1f\x8b", gzip.compress(b"no WARC"), gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 100_000), b"\r\n" * 100,
    b"WARC/1.0\r\nContent-Length: 9\r\n\r\ncut", gzip.compress(b"WARC/1.0\r\nContent-Length: 3\r\n\r\nabc" * 2)[:-9],
    b"WARC/1.0\r\nContent-Length: 999999999999999\r\n\r\n", random.Random(1).randbytes(5000),
])  # fmt: skip
def test_what_is_no_warc_file_is_told_and_leaves_nothing_behind(data):
    with pytest.raises(BadWarc):
        repacked(data)


def test_a_damaged_file_is_imported_as_far_as_it_can_be_read(archive, tmp_path):
    data = bytearray(responses(range(6)))
    data[len(data) // 2] ^= 0xFF
    said = run(archive, write(tmp_path / "a.warc.gz", bytes(data)), status=1)
    assert "5 captures added, 1 damaged places" in said
    run(archive, write(tmp_path / "c.warc.gz", responses(range(6, 8))[:-7]), status=1)
    assert len(shown(archive)) == 6


def test_one_bad_file_does_not_keep_the_others_out(archive, tmp_path):
    good = write(tmp_path / "a.warc.gz", responses(range(1)))
    said = run(archive, write(tmp_path / "x.gz", b"nothing"), good, status=1)
    assert "not a WARC file" in said
    assert "1 captures added" in said
    assert "no file" in run(archive, tmp_path / "none", status=2)


def test_a_byte_changed_in_an_imported_file_its_paper_or_its_index_is_found(archive, tmp_path):
    run(archive, write(tmp_path / "a.warc.gz", responses(range(3))))
    files = [*(archive / "imported").iterdir(), *(archive / "index").glob("imported-*")]
    assert len(files) == 3
    for path in files:
        data = bytearray(path.read_bytes())
        for place in (len(data) // 3, len(data) - 3):
            path.write_bytes(bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1 :]))
            assert any(path.stem in file or file in path.name for file, _ in problems(archive)), (path.name, place)
        path.write_bytes(bytes(data))
    assert problems(archive) == []


def test_what_wget_wrote_is_imported_with_its_deduplicated_pages(archive, tmp_path):
    with SmallSite(4) as site:
        for number, more in ((1, ["--warc-cdx"]), (2, ["--warc-dedup=1.cdx"])):
            subprocess.run(
                ["wget", "--no-proxy", "-qrl2", "--delete-after", f"--warc-file={number}", *more, f"{site.url}/"],
                cwd=tmp_path, timeout=60, check=False,
            )  # fmt: skip
        run(archive, tmp_path / "1.warc.gz", tmp_path / "2.warc.gz")
        found = shown(archive)
        assert site.urls() <= set(found)
        for url in site.urls():
            assert found[url].body_text.startswith("The council of Harrow Bay")
            with ArchiveReader.open(archive) as reader:
                for snapshot in reader.history(url):
                    assert payload(reader.response_block(snapshot)) == site.answer(url.removeprefix(site.url))
    assert problems(archive) == []


def test_a_package_made_by_wacz_create_is_imported_like_its_file(archive, tmp_path):
    path = write(tmp_path / "theirs.warc.gz", responses(range(3)))
    package = tmp_path / "theirs.wacz"
    program = [sys.executable, "-c", "from wacz.main import main; main()", "create", "-o", str(package), str(path)]
    subprocess.run(program, capture_output=True, timeout=120, check=True)
    assert "3 captures added" in run(archive, package)
    assert "0 captures added, 3 known" in run(archive, path)
    assert problems(archive) == []


def test_a_package_that_was_altered_is_refused(archive, tmp_path):
    path = write(tmp_path / "a.warc.gz", responses(range(2)))
    package = tmp_path / "a.wacz"
    program = [sys.executable, "-c", "from wacz.main import main; main()", "create", "-o", str(package), str(path)]
    subprocess.run(program, capture_output=True, timeout=120, check=True)
    altered = tmp_path / "b.wacz"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(altered, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, responses(range(1)) if entry.filename.endswith("a.warc.gz") else data)
    assert "altered" in run(archive, altered, status=1)


def test_a_killed_import_goes_on_where_it_stopped(archive, tmp_path):
    chance = random.Random(os.environ.get("SNAPSHOTTER_TEST_SEED", "7"))
    path = write(tmp_path / "a.warc.gz", responses(range(300)))
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()", "import", "--no-extract"]
    started = time.monotonic()
    run(tmp_path / "other", path, "--no-extract")
    whole = time.monotonic() - started
    for _ in range(KILLS):
        process = subprocess.Popen(
            [*program, str(path), "--archive", str(archive)], cwd=ROOT, stderr=subprocess.DEVNULL, process_group=0
        )
        try:
            process.wait(chance.uniform(0.2 * whole, whole))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if (archive / "catalog.db").exists():
            assert not [problem for problem in verify(archive) if "copy" in problem.remedy]
    run(archive, path, "--no-extract")
    assert problems(archive) == []
    assert set(shown(archive)) == {url_of(number) for number in range(300)}
    assert sorted(file.suffix for file in (archive / "imported").iterdir()) == [".gz", ".json"]


def test_imports_of_one_file_at_the_same_time_add_it_once(archive, tmp_path):
    path = write(tmp_path / "a.warc.gz", responses(range(100)))
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()", "import", "--no-extract"]
    both = [
        subprocess.Popen([*program, str(path), "--archive", str(archive)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in both]
    for process, words in zip(both, said, strict=True):
        assert process.returncode == 0 or "another run is importing" in words
    assert len(shown(archive)) == 100
    assert problems(archive) == []


def test_paths_in_names_stay_in_the_archive(archive, tmp_path):
    package = tmp_path / "odd.wacz"
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("archive/../../../evil.warc.gz", responses(range(1)))
        file.writestr("datapackage.json", "{}")
    run(archive, package)
    (kept,) = Path(archive / "imported").glob("*.gz")
    assert kept.name.endswith("-odd-evil.warc.gz")
    assert not list(tmp_path.parent.glob("evil*"))


def test_what_was_taken_down_does_not_come_back_with_an_import(archive, tmp_path):
    first = write(tmp_path / "a.warc.gz", responses(range(3)))
    run(archive, first)
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()", "takedown", url_of(1)]
    subprocess.run(
        [*program, "--reason", "test", "--erase", "--archive", str(archive)], cwd=ROOT, timeout=60, check=True
    )
    assert "0 captures added, 2 known" in run(archive, first)
    second = write(tmp_path / "b.warc.gz", responses(range(1, 5)))
    assert "2 captures added, 1 known already, 1 of what was taken down left out" in run(archive, second)
    assert set(shown(archive)) == {url_of(number) for number in (0, 2, 3, 4)}
    for path in archive.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            whole = b"".join(found.block for found in warc.read(io.BytesIO(data))) if path.suffix == ".gz" else data
            assert b"ship 1 had been" not in whole, path
            assert url_of(1).encode() not in whole or path.suffix != ".cdxj", path
    assert problems(archive) == []
    assert rebuild(archive) == []
    assert problems(archive) == []
