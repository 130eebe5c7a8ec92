"""Patterns that wait for their first use are patterns."""

import pkgutil
import re
from importlib import import_module

import pytest

import snapshotter
from snapshotter.patterns import pattern

PATIENT = tuple(
    f"snapshotter.{room}" for room in ("change", "extract", "formats", "fulltext", "schedule", "search", "urls")
)


def waiting():
    for module in pkgutil.walk_packages(snapshotter.__path__, "snapshotter."):
        if module.name.startswith(PATIENT):
            for name, value in vars(import_module(module.name)).items():
                if type(value).__name__ == "_Pattern":
                    yield pytest.param(value, id=f"{module.name}.{name}")


@pytest.mark.parametrize("one", list(waiting()))
def test_a_pattern_that_waits_can_be_compiled(one):
    assert one.groups >= 0


def test_a_waiting_pattern_does_what_a_compiled_one_does():
    late, early = pattern(r"(?P<year>\d{4})-(\d\d)", re.I), re.compile(r"(?P<year>\d{4})-(\d\d)", re.I)
    assert (late.pattern, late.flags, late.groupindex) == (early.pattern, early.flags, early.groupindex)
    assert late.findall("2024-05 2025-06") == early.findall("2024-05 2025-06")
    assert late.sub(r"\2/\1", "2024-05") == "05/2024"


def test_a_pattern_of_bytes_reads_bytes():
    assert pattern(rb"<meta").search(b"<meta charset>") is not None


def test_a_mistake_shows_at_the_first_use():
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("")
