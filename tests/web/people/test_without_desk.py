"""Where `site.db` can't be used the site is for reading alone, and says so: nobody's feed or receipt is gone."""

import shutil
import subprocess
import sys

import pytest
from answers import ask
from browser import served
from project import ROOT

TOKEN = "a" * 43
PLACES = (
    "/subscribe", f"/me/{TOKEN}", f"/feed/me/{TOKEN}.atom", f"/confirm/{TOKEN}", f"/stop/{TOKEN}", "/takedown",
    f"/takedown/{TOKEN}", "/takedowns", "/operator", "/operator/sign-in", "/save", "/api/capture",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    copy = tmp_path_factory.mktemp("broken") / "archive"
    shutil.copytree(demo.folder, copy)
    for beside in copy.glob("site.db*"):
        beside.unlink()
    (copy / "site.db").write_bytes(b"no database at all " * 500)
    return copy


@pytest.fixture(scope="module")
def broken(folder):
    with served(folder, "-s", "SNAPSHOTTER_SAVE_NOW=True") as address:
        yield address


@pytest.mark.parametrize("path", PLACES)
def test_what_people_ask_for_is_put_off(broken, path):
    answer = ask(broken, path)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/", "/search?q=灯塔", "/statistics", "/feed/all.atom", "/api/stats"])
def test_all_else_is_there(broken, path):
    assert ask(broken, path).status == 200


def test_the_operator_is_told_what_to_do_in_a_line(folder):
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--check", "--port", "0", "--archive", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    (said,) = done.stderr.splitlines()
    assert "site.db can't be used: file is not a database. Restore it from a copy" in said
    assert "sqlalche" not in said
