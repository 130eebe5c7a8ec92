"""The operator's files: what can run of them, runs."""

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from news_web import NewsSite, NewsWeb
from project import ROOT

from snapshotter import settings
from snapshotter.store import ArchiveReader

OPERATION = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
CONTRIB = ROOT / "contrib"
UNITS = sorted((CONTRIB / "systemd").iterdir())
SNAPSHOTTER = Path(sys.executable).with_name("snapshotter")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", OPERATION, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def operator(tmp_path):
    """Runs a line in a folder like /srv/snapshotter, with rules for two sites of a web of its own."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "snapshotter").symlink_to(SNAPSHOTTER)
    with NewsWeb({"bbc.example": NewsSite({1: ""}), "people-cn.example": NewsSite({1: ""})}) as web:
        sites = web.write_rules(tmp_path / "sites")

        def run(line):
            line = re.sub(r"(snapshotter (?:crawl|due))", rf"\1 -s SNAPSHOTTER_SITES={sites}", line)
            environment = {"http_proxy": web.proxy, "PATH": f"{tmp_path}/.venv/bin:/usr/local/bin:/usr/bin:/bin"}
            done = subprocess.run(
                ["bash", "-c", line.replace("/srv/snapshotter", str(tmp_path))],
                cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run, web


def test_the_line_for_cron_crawls(operator, tmp_path):
    run, web = operator
    line = re.search(r"^\* \* \* \* \*  (.*)$", OPERATION, re.MULTILINE)[1]
    assert run(line) == ""  # else cron sends a mail each minute
    assert len(web.answered()) == 2
    assert (tmp_path / "data" / "archive" / "state.db").exists()
    asked = len(web.log)
    for command in COMMANDS:
        run(command)
    assert len(COMMANDS) >= 6
    assert len(web.log) == asked


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.suffix)
def test_units_are_sound(path, tmp_path):
    for unit in UNITS:  # the program is where it is here
        text = unit.read_text().replace("/srv/snapshotter/.venv/bin/snapshotter", str(SNAPSHOTTER))
        (tmp_path / unit.name.replace("@", "@1")).write_text(text)
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(path)
    assert set(parser.sections()) <= {"Unit", "Service", "Timer", "Install"}
    if path.suffix == ".service":
        argv = parser["Service"]["ExecStart"].split()
        assert argv[0] == "/srv/snapshotter/.venv/bin/snapshotter"
        done = subprocess.run([SNAPSHOTTER, *argv[1:], "--dry-run"], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == 0
    if analyze := shutil.which("systemd-analyze"):
        unit = tmp_path / path.name.replace("@", "@1")
        done = subprocess.run([analyze, "verify", "--man=no", unit], check=False, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_image_is_made_of_what_is_there():
    lines = (CONTRIB / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    assert {"pyproject.toml", "snapshotter", "data/sites", "requirements/run.txt"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    argv = [*_json_of("ENTRYPOINT", lines), *_json_of("CMD", lines)]
    assert argv[0] == "snapshotter"
    done = subprocess.run([SNAPSHOTTER, *argv[1:], "--dry-run"], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0


def test_the_containers_loop_crawls_and_ends_when_told_to(tmp_path):
    lines = [line.strip() for line in (CONTRIB / "compose.yaml").read_text().splitlines()]
    given = _json_of("command:", lines)
    assert _json_of("entrypoint:", lines) == ["every-minute"]
    with NewsWeb({"bbc.example": NewsSite(dict.fromkeys(range(3), ""))}) as web:
        sites = web.write_rules(tmp_path / "sites")
        web.stop_at = 3
        argv = [part.replace("/data/sites", str(sites)).replace("/data", str(tmp_path)) for part in given]
        process = subprocess.Popen(
            [CONTRIB / "every-minute.sh", *argv], cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            env={"http_proxy": web.proxy, "PATH": f"{SNAPSHOTTER.parent}:/usr/bin:/bin"},
        )  # fmt: skip
        assert web.reached.wait(60)
        process.terminate()
        _, log = process.communicate(timeout=60)
        assert process.returncode == 0, log
    (report,) = (tmp_path / "archive" / "log").glob("run-*.json")
    assert json.loads(report.read_text())["exit_status"] in {0, 143}
    with ArchiveReader.open(tmp_path / "archive") as archive:
        assert archive.stats().articles == 3


@pytest.mark.parametrize("name", [name for name in vars(settings) if re.match("SNAPSHOTTER_(DUE|REVISI)", name)])
def test_every_setting_of_the_schedule_is_described(name):
    default = getattr(settings, name)
    if name != "SNAPSHOTTER_REVISIT_AFTER_S":
        assert re.search(rf"^\| `{name}` \| `?{re.escape(str(default))}`? \|", OPERATION, re.MULTILINE)


def _json_of(word, lines):
    return json.loads(next(line for line in lines if line.startswith(word)).removeprefix(word))
