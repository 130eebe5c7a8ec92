"""``notify`` as cron starts it."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import pytest
from library import ARTICLES, told
from project import ROOT
from receivers import hook

from snapshotter.search import SearchIndex
from snapshotter.store.segments import lock

CODE = "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"
SCHOOL = ARTICLES["school"]
BASE = ("--base-url", "https://archive.example")
ALSO = ("-s", "SNAPSHOTTER_OPEN_WEB_ALSO=127.0.0.1/32")


def notify(folder, *options):
    command = [sys.executable, "-c", CODE, "notify", "--archive", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def receiver():
    with hook() as made:
        yield made


def test_it_tells_who_is_due_and_says_so_in_a_line(room, receiver):
    room.follow(receiver.url, channels="教育")
    assert notify(room.folder, *BASE, *ALSO).stderr == ""
    room.add(told("garden", replace(SCHOOL, title="一"), 30))
    done = notify(room.folder, *BASE, *ALSO)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "snapshotter notify: 1 told\n")
    assert [one["title"] for one in receiver.heard[0].json()["entries"]] == ["一"]
    assert notify(room.folder, *BASE, *ALSO).stderr == ""


def test_what_leads_inside_is_not_reached(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.follow(receiver.url.replace("127.0.0.1", "localhost"), channels="教育")
    room.add(told("garden", SCHOOL, 30))
    done = notify(room.folder, *BASE)
    assert (done.returncode, done.stderr) == (1, "snapshotter notify: 2 not reached\n")
    assert receiver.heard == []


def test_of_searches_that_cannot_be_made_it_says_how_many_and_why_and_not_what_readers_search_for(room, receiver):
    for words in ("alimony", *"bcdef", "alimony"):
        room.follow(receiver.url, searches=words)
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    SearchIndex.open(room.folder).close()
    with closing(sqlite3.connect(room.folder / "search.db")) as newer:
        newer.execute("ALTER TABLE documents RENAME TO elsewhere")
    done = notify(room.folder, *BASE, *ALSO)
    why, counts = done.stderr.splitlines()
    assert done.returncode == 0
    assert counts == "snapshotter notify: 1 told, 7 left for the next round, 6 searches that couldn't be made"
    assert why.startswith("snapshotter notify: 6 searches can't be made: ")
    assert "search.db" in why
    assert "alimony" not in done.stderr


def test_one_at_a_time(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    (room.folder / "lock").mkdir(exist_ok=True)
    held = lock(room.folder / "lock" / "notify", os.O_RDWR | os.O_CREAT)
    assert notify(room.folder, *BASE, *ALSO).returncode == 0
    os.close(held)
    assert receiver.heard == []
    assert notify(room.folder, *BASE, *ALSO).returncode == 0
    assert len(receiver.heard) == 1


def test_where_nobody_follows_nothing_is_needed(room, tmp_path):
    done = notify(room.folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert notify(tmp_path / "none").returncode == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "SNAPSHOTTER_BASE_URL"),
        (("--base-url", "archive.example"), "SNAPSHOTTER_BASE_URL"),
        ((*BASE, "-s", "SNAPSHOTTER_MAIL=smtp.secret.example"), "SNAPSHOTTER_MAIL"),
        ((*BASE, "-s", "SNAPSHOTTER_OPEN_WEB_ALSO=x"), "SNAPSHOTTER_OPEN_WEB_ALSO"),
        (("now",), "takes no arguments"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(room, receiver, options, said):
    room.follow(receiver.url, channels="教育")
    done = notify(room.folder, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_while_it_sends_it_sends_the_same_again(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title="一"), 30))
    receiver.wait_s = 5
    command = [sys.executable, "-c", CODE, "notify", "--archive", str(room.folder), *BASE, *ALSO]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while not receiver.heard and process.poll() is None:
            time.sleep(0.02)
        process.kill()
    receiver.wait_s = 0
    assert notify(room.folder, *BASE, *ALSO).returncode == 0
    assert notify(room.folder, *BASE, *ALSO).stderr == ""
    first, second = (one.json() for one in receiver.heard)
    assert (first["id"], first["entries"]) == (second["id"], second["entries"])
