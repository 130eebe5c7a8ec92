"""kill -9 while the list of files is closed, part after part: the next run's list has all that was announced."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from snapshotter.proof import lists
from snapshotter.proof.keys import signing_key
from snapshotter.proof.manifest import Manifest

KILLS = int(os.environ.get("SNAPSHOTTER_KILLS", "4"))
WRITER = """
import sys
from itertools import count
from pathlib import Path
from snapshotter.proof import lists
from snapshotter.proof.keys import signing_key
from snapshotter.proof.manifest import Manifest

lists.LINES = 3
folder, run = Path(sys.argv[1]), sys.argv[2]
manifest, key = Manifest(folder), signing_key(folder, "news.example")
print("ready", flush=True)
for turn in count():
    manifest.invalidate()
    for number in range(3):
        path = folder / "log" / f"run-{run}-{turn}-{number}.json"
        manifest.announce(path)
        path.write_text(str(turn))
    manifest.announce(*(folder / "log").glob(f"run-{run}-{turn - 3}-1.json"))
    for old in (folder / "log").glob(f"run-{run}-{turn - 3}-1.json"):
        old.unlink()
    manifest.finish(manifest.begin(), key)
"""


@pytest.mark.parametrize("kill", range(KILLS))
def test_whatever_a_kill_left_the_next_list_has_all_that_was_announced(tmp_path, kill, monkeypatch):
    moment = random.Random(kill)
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2024-07-01T12:00:00Z")  # no run looks at what wasn't announced
    for name in ("log", "proof"):
        (tmp_path / name).mkdir()
    for run in ("a", "b"):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), run], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.05 + moment.random() * 0.3)  # not a wait: the moment is the point
        process.send_signal(signal.SIGKILL)
        process.communicate()
    monkeypatch.setattr(lists, "LINES", 3)
    manifest, key = Manifest(tmp_path), signing_key(tmp_path, "news.example")
    manifest.invalidate()
    assert manifest.finish(manifest.begin(), key)
    listed = manifest.listed([key.public])
    assert {one.path: manifest.altered(one) for one in listed if manifest.altered(one)} == {}
    assert manifest.unlisted(listed) == []
    assert len(list((tmp_path / "proof" / "lists").iterdir())) > 3
