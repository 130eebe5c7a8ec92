"""docs/bounds.md says what the code does."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from importlib import import_module

import pytest
from project import ROOT
from scrapy.settings import Settings

ROWS = re.findall(
    r"^\| `([\w.]+)` \| (\w+) \|", (ROOT / "docs" / "bounds.md").read_text(encoding="utf-8"), re.MULTILINE
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


def test_the_tables_were_read():
    assert len(SETTINGS) > 10
    assert len(CONSTANTS) > 10
