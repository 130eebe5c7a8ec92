import pkgutil

import pytest

import snapshotter.commands
from snapshotter.commands.main import _command, _names

NAMES = sorted(_names())


def test_every_command_is_there():
    assert set(NAMES) == {
        "capture", "convert", "crawl", "due", "explain", "export", "import", "notify", "proof", "rebuild", "restore",
        "search", "serve", "show", "sites", "stats", "status", "takedown", "verify",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_help_teaches(run, name):
    done = run(name, "--help")
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: snapshotter {name} " in text
    assert f"examples:\n  snapshotter {name}" in text
    assert "exit status:" in text
    assert "--archive DIR" in text


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_fit_a_terminal(name):
    assert max(len(line) for line in _command(name).description.splitlines()) <= 78


@pytest.mark.parametrize("name", NAMES)
def test_unknown_options_are_refused(run, name):
    required = {"convert": ["--to", "text"], "export": ["--out", "x"], "takedown": ["--reason", "x"]}
    done = run(name, *required.get(name, []), "--bogus")
    assert done.returncode == 2
    assert "--bogus" in done.stderr


@pytest.mark.parametrize("name", ["crawl", "convert"])
def test_scrapy_has_the_same_commands(run, name):
    done = run(name, "--help", program="scrapy")
    assert done.returncode == 0, done.stderr
    assert f"usage: scrapy {name} " in done.stdout.decode()


def test_scrapy_lists_our_commands_and_no_helper_modules(run):
    listed = {line.split()[0] for line in run(program="scrapy").stdout.decode().splitlines() if line.startswith("  ")}
    helpers = {module.name for module in pkgutil.iter_modules(snapshotter.commands.__path__)} - set(NAMES)
    assert set(NAMES) <= listed
    assert not helpers & listed


@pytest.mark.parametrize("args", [[], ["--help"], ["help"]])
def test_the_program_lists_its_commands_and_exit_statuses(run, args):
    done = run(*args)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert all(f"\n  {name} " in text for name in NAMES)
    assert "\n  130 " in text


def test_an_unknown_command_names_those_there_are(run):
    done = run("harvest")
    assert done.returncode == 2
    assert "capture, convert, crawl" in done.stderr


def test_settings_need_a_value(run):
    done = run("stats", "-s", "SNAPSHOTTER_HOST")
    assert done.returncode == 2
    assert "-s NAME=VALUE" in done.stderr
