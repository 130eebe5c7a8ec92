"""What a capture loads, in modules: what it doesn't need would cost each one its start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LOADED = """
import json, os, sys
leave = os._exit
parent = os.getpid()
def tell(code):
    if os.getpid() == parent:
        with open(os.environ["TELL"], "w") as file:
            json.dump(sorted(sys.modules), file)
    leave(code)
os._exit = tell
sys.exit = tell  # --help
from snapshotter.commands.main import main
main(sys.argv[1:])
"""

NOT_FOR_A_CAPTURE = (
    "numpy", "playwright", "starlette", "uvicorn", "jinja2", "selectolax", "statistics", "multiprocessing",
    "snapshotter.extract", "snapshotter.web", "snapshotter.search", "snapshotter.fulltext", "snapshotter.desk",
    "snapshotter.ledger.book", "snapshotter.schedule.tables", "snapshotter.state", "snapshotter.notify",
    "snapshotter.verify", "snapshotter.curation", "snapshotter.importing", "snapshotter.spiders.news",
    "snapshotter.store.erase", "scrapy.extensions.feedexport", "scrapy.extensions.telnet", "scrapy.core.http2", "boto3",
)  # fmt: skip
NOT_FOR_A_ROUND = (
    "numpy", "selectolax", "snapshotter.extract", "snapshotter.curation", "snapshotter.web", "snapshotter.desk",
    "scrapy.core.downloader.contextfactory", "twisted.web.client",
)  # fmt: skip
NOT_FOR_A_LOOK = ("scrapy", "twisted", "sqlalchemy", "asyncio", "snapshotter.store", "snapshotter.report.run")
NOT_FOR_HELP = ("scrapy", "sqlalchemy", "lxml", "asyncio", "w3lib", "snapshotter.ledger", "snapshotter.store")


@pytest.fixture
def loaded(tmp_path):
    """The modules that a command has loaded when it ends, in its own process."""

    def loaded(*command: str) -> set[str]:
        told = tmp_path / "modules.json"
        environment = {"TELL": str(told), "PYTHONPATH": str(REPOSITORY)}
        process = [sys.executable, "-c", LOADED, *command]
        ran = subprocess.run(process, env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=60)
        assert ran.returncode == 0, ran.stderr.decode()
        return set(json.loads(told.read_text()))

    return loaded


def test_a_capture_loads_nothing_of_the_other_rooms(loaded, site):
    modules = loaded("capture", "--nolog", "--no-archive", site.article("/news/1.html", "The bridge"))
    assert "snapshotter.store.archive" in modules
    assert [name for name in NOT_FOR_A_CAPTURE if name in modules] == []


@pytest.mark.parametrize("name", ["search", "verify", "show", "convert"])
def test_help_loads_next_to_nothing(loaded, name):
    assert [module for module in NOT_FOR_HELP if module in loaded(name, "--help")] == []


def test_a_round_loads_little_and_next_to_nothing_where_nothing_is_due(loaded, site, tmp_path):
    site.article("/news/1.html", "The bridge")
    round_ = ("crawl", "--nolog", "-s", "ROBOTSTXT_OBEY=0", "-a", "due=1", "-a", f"start={site.url}/news/1.html")
    modules = loaded(*round_, "--archive", str(tmp_path / "archive"))
    assert "snapshotter.store.archive" in modules
    assert [name for name in NOT_FOR_A_ROUND if name in modules] == []
    modules = loaded(*round_, "--archive", str(tmp_path / "archive"))
    assert [name for name in NOT_FOR_A_LOOK if name in modules] == []


OWN = """
class Own:
    @classmethod
    def from_crawler(cls, crawler):
        open("own.txt", "w").close()
        return cls()
"""
OWN_SETTINGS = """
from snapshotter.settings import *
EXTENSIONS = {**EXTENSIONS, "own.Own": 10, "own.Off": None}
"""


def captured(folder, program, site, *options):
    """Captures a page there with the extension; it has left its file, and the idle ones of ours none of theirs."""
    (folder / "own.py").write_text(OWN)
    command = [sys.executable, *program, "capture", *options, site.article("/news/1.html", "The bridge")]
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{folder}"}
    ran = subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr.decode()
    assert json.loads(ran.stdout)["title"] == "The bridge"
    assert (folder / "own.txt").exists()
    assert not (folder / "data" / "archive" / "state.db").exists()


def test_an_extension_that_the_operators_settings_name_runs_in_a_capture(site, tmp_path):
    (tmp_path / "ours.py").write_text(OWN_SETTINGS)
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = ours\n")
    captured(tmp_path, ["-m", "scrapy"], site)


def test_an_extension_that_the_command_line_names_runs_in_a_capture(site, tmp_path):
    extensions = {"snapshotter.extensions.runreport.RunReporter": 100, "own.Own": 10}
    code = "from snapshotter.commands.main import main; main()"
    captured(tmp_path, ["-c", code], site, "-s", f"EXTENSIONS={json.dumps(extensions)}")
