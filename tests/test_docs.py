"""The README's commands, run one after the other as a reader would; and nothing is left out of it."""

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from demo.serve import serving
from project import ROOT

import snapshotter.commands
from snapshotter import settings
from snapshotter.commands.base import BaseCommand

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line]
COMMANDS = [line for line in LINES if not line.startswith("make ")]


@pytest.fixture
def reader(tmp_path):
    """Runs a line of the README: its own archive and project folder, the demo site in the place of others."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = snapshotter.settings\n")
    with serving() as server:
        article = f"{server.url.rstrip('/')}{server.site.stories[0].path}"
        for name in ("urls.txt", "FILE"):
            (tmp_path / name).write_text(article + "\n")
        (tmp_path / "saved.html").write_text(
            "<title>Saved</title><h1>Saved</h1>" + "<p>A page of some length.</p>" * 20
        )
        shutil.copy(ROOT / "tests" / "formats" / "golden" / "zh-CN.txt", tmp_path / "snapshot.txt")
        places = {"https://example.org/news/1.html": article, "=https://example.org/": f"={server.url.rstrip('/')}/"}

        def run(line):
            for written, meant in places.items():
                line = line.replace(written, meant)
            line = line.replace("people-cn,bbc", "demo").replace("status people-cn", "status demo")
            if line.startswith("snapshotter crawl --due"):
                line = line.partition("  #")[0] + f" -s SNAPSHOTTER_SITES={ROOT}/data/demo/sites"
            if line.startswith("scrapy crawl news"):
                line = line.partition("  #")[0]
                start = "" if "start=" in line else f" -a start={server.url}"
                line += f"{start} -s SNAPSHOTTER_SITES={ROOT}/data/demo/sites -s SNAPSHOTTER_REVISIT_AFTER_S=0"
            paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            return subprocess.run(
                ["bash", "-c", line], cwd=tmp_path, env={**os.environ, "PATH": paths},
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip

        yield run


def test_every_command_of_the_readme_runs(reader):
    assert len(COMMANDS) >= 15
    for line in COMMANDS:
        done = reader(line)
        assert done.returncode == 0, f"{line}\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize("target", [line.split()[1] for line in LINES if line.startswith("make ")])
def test_every_make_target_of_the_readme_is_there(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in vars(settings) if name.startswith("SNAPSHOTTER_")])
def test_every_setting_is_in_the_readme_or_the_docs(name):
    docs = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    assert f"| `{name}` |" in "\n".join([README, *docs])


def names_of_commands():
    for module in iter_modules(snapshotter.commands.__path__):
        command = getattr(import_module(f"snapshotter.commands.{module.name}"), "Command", None)
        if command is not None and issubclass(command, BaseCommand):
            yield module.name


@pytest.mark.parametrize("name", list(names_of_commands()))
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"^(snapshotter|scrapy) {name}\b", "\n".join(COMMANDS), re.MULTILINE)
