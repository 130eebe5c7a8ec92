"""The demo: serves the site, crawls it, lets the editor change it, crawls it again, and shows what was kept.

    .venv/bin/python data/demo/run.py [--archive DIR]

Exit status 0 only if the archive holds what the site's own list says, word for word. The records of the two crawls
are left in DIR/exports. At the end the archive is served as a site: until Ctrl-C on a terminal, else only to see that
it answers.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demo.check import faults, path_of
from demo.serve import PORT, Server, serving
from demo.story import FIRST, SECOND

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "data" / "demo-archive"
HOST, SITE_PORT = "demo.example", 8080
SETTINGS = {
    "SNAPSHOTTER_SITES": "data/demo/sites",
    "SNAPSHOTTER_REVISIT_AFTER_S": "0",  # the second crawl comes at once
    "AUTOTHROTTLE_ENABLED": "False",  # the server is ours; its robots.txt still counts
    "CONCURRENT_REQUESTS_PER_DOMAIN": "4",
    "SNAPSHOTTER_HOST": HOST,
    "LOG_LEVEL": "WARNING",
}
CHANGES = ("new", "revised", "unchanged", "gone")


class DemoFailed(Exception):
    """The demo did not go as it must; its text says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; its exit status."""
    parser = argparse.ArgumentParser(description="Crawl the demo's news site twice and show what was kept.")
    parser.add_argument("--archive", type=Path, help="an empty or new folder (data/demo-archive, emptied first)")
    archive = parser.parse_args(argv).archive
    started = time.monotonic()
    try:
        archive = _emptied(archive)
        with serving(_port()) as server:
            first, second = _visits(server, archive)
            edited = next(story for story in server.site.stories if story.edited)
        corrected = next(record for record in second if path_of(record) == edited.path)
        _counts(first, second)
        _text(archive, corrected)
        _next_steps(archive, corrected["url"])
        print(f"\n{_paint('The demo went well', '32')}: {time.monotonic() - started:.1f} s.")
        _site(archive, f"snapshot/{corrected['id']}")
    except DemoFailed as failure:
        sys.stderr.write(f"\n{_paint('The demo failed.', '31')} {failure}\n")
        return 1
    return 0


def crawl(server: Server, archive: Path, **settings: str) -> list[dict[str, Any]]:
    """The records of a crawl of the site as it is now. Raises DemoFailed if it ended badly or wrote none."""
    file = archive / "exports" / f"visit-{server.site.visit}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    starts = f"start={server.url},{server.url}sitemap.xml"
    command = ["crawl", "news", "-a", starts, "-O", str(file), "--archive", str(archive)]
    print(_paint(f"$ scrapy {' '.join(command)} …".replace(f"{ROOT}/", ""), "2"), flush=True)
    options = [part for name, value in {**SETTINGS, **settings}.items() for part in ("-s", f"{name}={value}")]
    status = subprocess.run([sys.executable, "-m", "scrapy", *command, *options], cwd=ROOT, check=False).returncode
    if status:
        raise DemoFailed(f"The crawl ended with exit status {status}.")
    if not file.exists():
        raise DemoFailed(f"The crawl wrote no {file}.")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _visits(server: Server, archive: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records of both crawls, each held against the site's own list. Raises DemoFailed."""
    print(f"{_paint('A news site', '1')}: {server.url} and {server.url}en/, {len(server.site.stories)} articles.")
    found = []
    for visit, title in (
        (FIRST, "First visit"),
        (SECOND, "The editors publish one article, correct one and withdraw one. Second visit"),
    ):
        server.site.visit = visit
        _headline(title)
        found.append(crawl(server, archive))
        if wrong := faults(found[-1], visit):
            raise DemoFailed(f"The records of visit {visit} aren't what the site has:\n  " + "\n  ".join(wrong))
    return found[0], found[1]


def _counts(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    _headline("Kept, and the same as the site's own list, word for word")
    print(f"  {'':<14}" + "".join(f"{change:>11}" for change in CHANGES))
    for name, records in (("first visit", first), ("second visit", second)):
        changes = Counter(record["change"] for record in records)
        print(f"  {name:<14}" + "".join(f"{changes[change] or '·':>11}" for change in CHANGES))
    for title, key in (("by verdict", "verdict"), ("by section", "category"), ("by encoding", "encoding")):
        counted = Counter(record[key] or "none" for record in first).most_common()
        print(f"  {title:<14}" + ", ".join(f"{name} {count}" for name, count in counted))


def _text(archive: Path, record: dict[str, Any]) -> None:
    """The corrected article as the archive shows it."""
    _headline("The corrected article, in the snapshot text format")
    code = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", code, "show", record["id"], "--format", "text", "--archive", str(archive)]
    shown = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if shown.returncode:
        raise DemoFailed(f"snapshotter show ended with exit status {shown.returncode}: {shown.stderr.strip()}")
    print("\n".join(f"  {line}".rstrip() for line in shown.stdout.rstrip("\n").split("\n")))


def _next_steps(archive: Path, url: str) -> None:
    _headline("Next, for example")
    snapshotter, where = ".venv/bin/snapshotter", f"--archive {archive}".replace(f"{ROOT}/", "")
    for command, about in (
        (f"{snapshotter} show {url} --history {where}", "both versions"),
        (f"{snapshotter} stats {where}", "what is in the archive"),
        (f"{snapshotter} verify {where}", "every digest, both ways"),
        (f"{snapshotter} export --format text --out /tmp/demo-export {where}", "all of it as text"),
        (f"{snapshotter} capture --no-archive --format text https://example.com/", "a page of your own"),
        (".venv/bin/python data/demo/serve.py", "the site, to look at"),
    ):
        print(f"  {_paint('# ' + about, '2')}\n  {command}")


def _site(archive: Path, path: str) -> None:
    """Serves the archive: on a terminal until it is interrupted, else until it has answered. Raises DemoFailed."""
    code = "from snapshotter.commands.main import main; main()"
    where = ["--archive", str(archive), "--port", str(_port(SITE_PORT)), "-s", f"SNAPSHOTTER_HOST={HOST}"]
    with subprocess.Popen([sys.executable, "-c", code, "serve", *where], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split(" ")[0]
        try:
            _headline("The archive as a site")
            for page in ("", path):
                urlopen(address + page, timeout=30).close()
                print(f"  {address}{page}", flush=True)
            if sys.stdout.isatty():
                print("  Ctrl-C ends it.")
                server.wait()
            else:
                serve = f".venv/bin/snapshotter serve --archive {archive}".replace(f"{ROOT}/", "")
                print(f"  It answers; to open it: {serve}")
        except (OSError, ValueError) as error:
            raise DemoFailed(f"The site doesn't answer: {error}") from error
        except KeyboardInterrupt:
            print()
        finally:
            server.terminate()


def _port(usual: int = PORT) -> int:
    """The usual port, so that addresses stay good; 0, any, where that is taken."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", usual)) == 0 else usual


def _emptied(archive: Path | None) -> Path:
    """The archive's folder, with nothing in it. Raises DemoFailed rather than remove what isn't the demo's own."""
    if archive is None:
        shutil.rmtree(ARCHIVE, ignore_errors=True)
        return ARCHIVE
    if archive.exists() and any(archive.iterdir()):
        raise DemoFailed(f"{archive} isn't empty; name another folder with --archive.")
    return archive.resolve()


def _headline(text: str) -> None:
    print(f"\n{_paint(text, '1')}", flush=True)


def _paint(text: str, code: str) -> str:
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return text if plain else f"\033[{code}m{text}\033[0m"


if __name__ == "__main__":
    sys.exit(main())
