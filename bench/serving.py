"""What a page costs the server, beside a bare Starlette "hello" on the same uvicorn; and how it stands a crawl.

    python bench/serving.py [--pages N] [--seconds N]

Needs wrk. Processor time is the server process's own, from /proc: it doesn't count wrk, nor what else the machine does.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from proof import pages

from snapshotter.preserve import preserve
from snapshotter.store import Archive

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
HELLO = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
async def hello(request): return HTMLResponse("<p>hello</p>")
listener = socket.create_server(("127.0.0.1", 0))
print("http://127.0.0.1:%d/ says hello" % listener.getsockname()[1], flush=True)
config = uvicorn.Config(Starlette(routes=[Route("/", hello)]), log_level="warning", access_log=False, lifespan="off")
uvicorn.Server(config).run([listener])
"""
SERVE = "from snapshotter.commands.main import main; main()"
SCRIPT = """
local paths = {%s}
local place = tonumber(string.match(tostring({}), "0x(%%x+)") or "1", 16) %% #paths
request = function()
  place = place %% #paths + 1
  return wrk.format("GET", paths[place])
end
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under test."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """Processor time it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S

    def peak_mb(self) -> float:
        """The most memory it has had."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk and the clock said."""

    cpu_ms: float
    """Of the server, a request."""
    per_s: float
    p99_ms: float
    errors: int


@contextmanager
def started(code: str, *arguments: str) -> Iterator[Server]:
    """A Python program that prints the address it serves."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().split("/ ")[0], process.pid)
        finally:
            process.terminate()


def wrk(server: Server, paths: Sequence[str], seconds: int) -> Run:
    """The paths asked for in turn, as fast as they are answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % ",".join(f'"{path}"' for path in paths))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", script.name, server.address]
        before = server.cpu_s()
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = server.cpu_s() - before
    count = int(_number(r"(\d+) requests in", said))
    p99, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", said)[0]
    errors = _number(r"Non-2xx or 3xx responses: (\d+)", said) + sum(
        int(one) for one in re.findall(r"(?:connect|read|write|timeout) (\d+)", said)
    )
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return Run(
        spent * 1000 / max(count, 1), _number(r"Requests/sec:\s+([\d.]+)", said), float(p99) * scale, int(errors)
    )


def first_time(server: Server, paths: Sequence[str]) -> float:
    """Processor milliseconds of a page that nobody asked for before."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc)
    before = server.cpu_s()
    for path in paths:
        connection.request("GET", path)
        assert connection.getresponse().read()
    connection.close()
    return (server.cpu_s() - before) * 1000 / len(paths)


@contextmanager
def crawling(archive: Archive, captures: Sequence[object], every_s: float) -> Iterator[list[int]]:
    """A crawl's writing: a batch of captures now and then. Yields how many were stored."""
    ended, stored = Event(), [0]

    def write() -> None:
        batches = [captures[start : start + 8] for start in range(0, len(captures), 8)]
        for batch in batches:
            if ended.wait(every_s):
                return
            archive.add(list(batch))  # type: ignore[arg-type]
            stored[0] += len(batch)

    writer = Thread(target=write)
    writer.start()
    try:
        yield stored
    finally:
        ended.set()
        writer.join()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the site.")
    parser.add_argument("--pages", type=int, default=400, help="articles in the archive")
    parser.add_argument("--seconds", type=int, default=5, help="of each run of wrk")
    chosen = parser.parse_args()
    made = [preserve(page, None) for page in pages(2 * chosen.pages)]
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as archive:
        paths = [f"/snapshot/{one.id}" for one in archive.add(made[: chosen.pages])]
        with started(HELLO) as hello:
            wrk(hello, ["/"], 1)
            bare = wrk(hello, ["/"], chosen.seconds)
        with started(SERVE, "serve", "--port", "0", "--archive", folder) as site:
            unseen = first_time(site, paths)
            still = wrk(site, paths, chosen.seconds)
            with crawling(archive, made[chosen.pages :], every_s=0.25) as stored:
                began = time.monotonic()
                live = wrk(site, paths, chosen.seconds)
                rate = stored[0] / (time.monotonic() - began)
            peak = site.peak_mb()
    _print(bare, still, live, unseen)
    print(f"  written meanwhile {rate:.0f} captures/s in batches of 8; the server's memory at most {peak:.0f} MB")


def _print(bare: Run, still: Run, live: Run, unseen: float) -> None:
    print(f"  {'':<34}{'CPU ms':>8}{'ratio':>7}{'pages/s':>9}{'p99 ms':>8}{'errors':>8}")
    for name, run in (("bare Starlette hello", bare), ("snapshot page", still), ("snapshot page, crawl running", live)):
        ratio = run.cpu_ms / bare.cpu_ms
        print(f"  {name:<34}{run.cpu_ms:>8.3f}{ratio:>7.2f}{run.per_s:>9.0f}{run.p99_ms:>8.1f}{run.errors:>8}")
    print(f"  {'snapshot page, for the first time':<34}{unseen:>8.3f}{unseen / bare.cpu_ms:>7.2f}")


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0


if __name__ == "__main__":
    main()
