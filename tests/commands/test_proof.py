"""``proof`` and what ``verify`` does with what it prints, as an operator and a stranger use them."""

import json
import shutil
import sys

import pytest
from captures import captures
from project import ROOT

from snapshotter.store import Archive


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path / "archive", archive_name="news.example") as opened:
        opened.add(captures(3))
    return tmp_path / "archive"


@pytest.fixture
def kept(run, archive, tmp_path):
    """What somebody kept of the archive, in a folder of its own: proof.json, archive.pub, old.head."""
    folder = tmp_path / "kept"
    folder.mkdir()
    asked = {
        "proof.json": "https://news.example/2024/07/1.html",
        "archive.pub": "--key",
        "old.head": "--head",
    }
    for name, argument in asked.items():
        done = run("proof", argument, "--archive", archive)
        assert (done.returncode, done.stderr) == (0, "")
        (folder / name).write_bytes(done.stdout)
    return folder


def test_a_proof_is_checked_without_the_archive(run, archive, kept):
    shutil.rmtree(archive)
    done = run("verify", "--proof", kept / "proof.json", "--key", kept / "archive.pub")
    assert done.returncode == 0
    assert "is what news.example logged" in done.stderr
    assert "compare it" not in done.stderr
    done = run("verify", "--proof", "-", stdin=(kept / "proof.json").read_bytes())
    assert done.returncode == 0
    assert "compare it with the one that the archive publishes" in done.stderr


def test_an_altered_proof_is_refused_by_name(run, kept):
    bundle = (kept / "proof.json").read_bytes()
    (kept / "proof.json").write_bytes(bundle.replace(b"Two.", b"Six."))
    done = run("verify", "--proof", kept / "proof.json")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "proof.json: record isn't what the leaf says" in done.stderr


def test_the_key_may_be_given_itself(run, kept):
    key = (kept / "archive.pub").read_text().strip()
    assert run("verify", "--proof", kept / "proof.json", "--key", key).returncode == 0
    other = "other+7b63c85c+ASaywbZ5hWb3E4OzAbErxnNjbQ/JGyhBZd3XZDZCpAXk"
    assert run("verify", "--proof", kept / "proof.json", "--key", other).returncode == 2


def test_a_kept_head_is_compared_with_the_log(run, archive, kept):
    with Archive.open(archive) as opened:
        opened.add(captures(2, 1))
    done = run("verify", "--since", kept / "old.head", "--archive", archive, "--key", kept / "archive.pub")
    assert done.returncode == 0
    assert "5 leaves, begins with the 3 of that head" in done.stderr
    for name in ("proof", "catalog.db", "keys"):
        path = archive / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    Archive.open(archive).close()
    done = run("verify", "--since", kept / "old.head", "--archive", archive)
    assert done.returncode == 1
    assert "old.head: signed by news.example with a key that isn't known" in done.stderr


def test_an_archive_that_another_key_signed_is_told(run, archive, kept):
    assert run("verify", "--archive", archive, "--key", kept / "archive.pub").returncode == 0
    shutil.rmtree(archive / "keys")
    shutil.rmtree(archive / "proof" / "heads")
    with Archive.open(archive, archive_name="news.example") as opened:
        opened.add(captures(1, 1))
    assert run("verify", "--archive", archive).returncode == 0
    done = run("verify", "--archive", archive, "--key", kept / "archive.pub")
    assert done.returncode == 1
    assert {line.split(b"\t")[0] for line in done.stdout.splitlines()} >= {b"proof/manifest"}
    assert b"with a key that isn't known" in done.stdout


def test_verify_says_what_it_couldnt_check(run, archive):
    with Archive.open(archive):
        done = run("verify", "--archive", archive)
    assert done.returncode == 0
    assert "files that it may have changed can't be checked" in done.stderr


def test_a_head_is_signed_when_asked_for(run, archive, kept):
    done = run("proof", "--sign", "--archive", archive)
    assert done.stdout == (kept / "old.head").read_bytes()


def test_a_proof_names_what_it_proves(kept):
    bundle = json.loads((kept / "proof.json").read_text())
    record = json.loads(bundle["record"])
    assert record["url"] == bundle["leaf"]["url"] == "https://news.example/2024/07/1.html"
    assert record["id"] == bundle["id"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("proof",), 2, "name one ID or URL"),
        (("proof", "a", "--key"), 2, "name one ID or URL"),
        (("proof", "https://news.example/unknown"), 1, "no snapshot of"),
        (("proof", "--key", "--archive", "nowhere"), 1, "no key yet"),
        (("verify", "--proof", "nowhere.json"), 2, "nowhere.json can't be read: No such file"),
        (("verify", "--proof", "nowhere.json", "--key", "nowhere.pub"), 2, "nowhere.pub can't be read"),
        (("verify", "--since", "nowhere.head"), 2, "nowhere.head can't be read"),
        (("verify", "--proof", str(ROOT / "README.md")), 1, "not JSON"),
        (("verify", "--proof", sys.executable), 1, "not JSON"),
    ],
)
def test_what_cant_be_done_is_told_in_a_line(run, archive, arguments, status, said):
    place = () if "--archive" in arguments else ("--archive", archive)
    done = run(*arguments, *place)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
