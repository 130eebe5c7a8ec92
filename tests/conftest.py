"""What tests of several rooms share."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings
from project import ROOT

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
"""How fast the machine is, and what else it does, is no property of ours."""


@pytest.fixture
def scrapy(tmp_path):
    """Runs ``scrapy`` in the project as a subprocess; the archive is ``tmp_path/archive`` unless it is set."""

    def run(*args: str, status: int = 0, **given: object) -> subprocess.CompletedProcess[str]:
        given = {"SNAPSHOTTER_ARCHIVE": tmp_path / "archive", "AUTOTHROTTLE_START_DELAY": 0.01, **given}
        options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *args, *options],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr[-5000:]
        return done

    return run
