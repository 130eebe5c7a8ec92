"""What one capture costs: ``snapshotter capture URL`` against ``python -c "import scrapy"``, in turns.

    python bench/capture.py [--rounds N]

Processor time (user and system) of the whole process and its worker, and wall time; the page comes from loopback.
Both run from bytecode that a first round has written to a folder of its own: with PYTHONDONTWRITEBYTECODE set, each
start would compile all sources that changed since someone last ran without.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline import made_up_page

PAGE = made_up_page(random.Random(1))


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGE if self.path != "/robots.txt" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


def cost_s(command: list[str], cwd: Path) -> tuple[float, float]:
    """The processor time of a command, its children's included, and how long it took."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(cwd / "bytecode")
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}: {said.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began


def told(what: str, pairs: list[tuple[float, float]]) -> str:
    """Medians of (capture, import scrapy), and of their ratios."""
    capturing, importing = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return (
        f"one capture: {capturing:.2f} s {what}; import scrapy: {importing:.2f} s; "
        f"ratio {ratio:.2f} (median of {len(pairs)})"
    )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/news/1.html"
    snapshotter = Path(sys.executable).with_name("snapshotter")
    with tempfile.TemporaryDirectory(prefix="snapshotter-bench-") as name:
        folder = Path(name)
        rows = []
        for _ in range(rounds + 1):
            importing = cost_s([sys.executable, "-c", "import scrapy"], folder)
            capturing = cost_s([str(snapshotter), "capture", "--archive", str(folder / "archive"), url], folder)
            rows.append(tuple(zip(capturing, importing, strict=True)))
    cpu, wall = (list(column) for column in zip(*rows[1:], strict=True))  # the first was a warm-up
    print(told("CPU", cpu))
    print(told("wall", wall))
    server.shutdown()


if __name__ == "__main__":
    main()
