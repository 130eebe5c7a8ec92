"""docs/bounds.md says what the code does."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest
from project import ROOT
from scrapy.settings import Settings

ROWS = re.findall(
    r"^\| `([\w.]+)` \| ([\w.,: ]+) \|", (ROOT / "docs" / "bounds.md").read_text(encoding="utf-8"), re.MULTILINE
)
SETTINGS = {name: value for name, value in ROWS if "." not in name}
CONSTANTS = {name: value for name, value in ROWS if "." in name}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_settings_default_is_the_one_documented(name):
    settings = Settings()
    settings.setmodule("snapshotter.settings")
    assert str(settings[name]) in {SETTINGS[name], f"{SETTINGS[name]}.0"}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_the_one_documented(name):
    owner, _, last = name.rpartition(".")
    if owner.endswith(".Budget"):
        budget = import_module("snapshotter.discover.frontier").Budget()
        assert is_dataclass(budget)
        value = getattr(budget, last)
    else:
        value = getattr(import_module(f"snapshotter.{owner}"), last)
    assert str(value) == CONSTANTS[name]


BOUND = re.compile(r"^(?:MOST|LONGEST|MAX|ROBOTS|GIVE|CONFIRM|LOOK_BACK|AT_ONCE)")


@pytest.mark.parametrize(
    "room", [f"telling.{name}" for name in ("choosing", "events", "mail", "message", "round", "webhook")]
    + ["desk.followers", "middlewares"],
)  # fmt: skip
def test_every_bound_of_what_meets_strangers_is_documented(room):
    module = import_module(f"snapshotter.{room}")
    own = re.findall(r"^([A-Z][A-Z_, ]+?) = ", Path(module.__file__).read_text(encoding="utf-8"), re.MULTILINE)
    bounds = [name for names in own for name in names.split(", ") if BOUND.match(name)]
    bounds = [name for name in bounds if not isinstance(getattr(module, name), str)]  # a state
    assert bounds
    assert [name for name in bounds if f"{room}.{name}" not in CONSTANTS] == []


def test_the_tables_were_read():
    assert len(SETTINGS) > 10
    assert len(CONSTANTS) > 10
