"""Our extraction against its peers: the same pages, page by page in turns, in one table.

    python bench/extract.py PAGES PEERS_PYTHON [--every N] [--only NAME,…]

``PAGES``: a folder with ``truth.jsonl`` and ``pages/ID.html``, or ``.html.gz``. Our figures on the pages that the body
model was trained on flatter it: ``tools/train_body.py`` prints those of models that saw no page of the same domain.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines import ENGINES
from scoring import Row, groups, score, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEASURES = ("F1", "exact", "title", "day", "minute", "authors", "source")
HERE = Path(__file__).parent


@dataclass
class Engine:
    """An extractor's process, and its scores so far."""

    name: str
    process: subprocess.Popen[str]
    rows: list[Row] = field(default_factory=list)
    cpu_s: float = 0.0
    slowest_s: float = 0.0
    errors: int = 0

    def read(self, truth: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {key: truth[key] for key in ("id", "url", "encoding")}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        self.rows.append(score(truth, said))
        self.cpu_s += said["cpu_s"]
        self.slowest_s = max(self.slowest_s, said["cpu_s"])
        self.errors += bool(said["error"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("peers_python")
    parser.add_argument("--every", type=int, default=1, help="take only every Nth page")
    parser.add_argument("--only", default=",".join(ENGINES), help="names of the extractors, parted by commas")
    given = parser.parse_args(arguments)
    truths = [json.loads(line) for line in (given.pages / "truth.jsonl").read_text("utf-8").split("\n") if line]
    engines = [engine for name in given.only.split(",") if (engine := start(name, given)) is not None]
    for place, truth in enumerate(truths[:: given.every]):
        for engine in engines:
            engine.read(truth)
        if place % 50 == 0:
            sys.stderr.write(f"\r{place * given.every} of {len(truths)} pages")
    sys.stderr.write("\n")
    sys.stdout.write("\n".join(table(engines)) + "\n")
    return 0


def start(name: str, given: argparse.Namespace) -> Engine | None:
    """The extractor's process; None: it isn't installed there."""
    python = sys.executable if name == "snapshotter" else given.peers_python
    command = [python, str(HERE / "engines.py"), name, str(given.pages / "pages")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return Engine(name, process) if process.stdout.readline() == "ready\n" else None


def table(engines: Sequence[Engine]) -> Iterable[str]:
    """A line an extractor and group, and the cost of each as a multiple of trafilatura's."""
    one = next((engine.cpu_s for engine in engines if engine.name == "trafilatura"), 0.0) or float("nan")
    for group in [group.name for group in groups([])]:
        yield f"{group:18}" + "".join(f"{measure:>9}" for measure in MEASURES) + f"{'CPU':>9}"
        for engine in engines:
            rows = next(found.rows for found in groups(engine.rows) if found.name == group)
            scores = summary(rows)
            cells = "".join(f"{scores[name]:9.1f}" if name in scores else f"{'–':>9}" for name in MEASURES)
            yield f"  {engine.name:16}{cells}{engine.cpu_s / one:9.2f}"
    for engine in engines:
        pages = len(engine.rows) or 1
        yield (
            f"{engine.name}: {1000 * engine.cpu_s / pages:.1f} ms a page, slowest {1000 * engine.slowest_s:.0f} ms, "
            f"{engine.errors} errors"
        )


if __name__ == "__main__":
    sys.exit(main())
