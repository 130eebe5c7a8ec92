"""A real browser, and the archive of the demo served to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from project import ROOT

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(archive: Path, *options: str, log: Path | None = None) -> Iterator[str]:
    """The address of a site over an archive, in a process of its own as `snapshotter serve` starts it.

    ``log``: where to put what it says on stderr.
    """
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--archive", str(archive), *options]
    with (
        log.open("w") if log else nullcontext() as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split("/ ")[0]
        finally:
            process.terminate()
            process.wait(30)
