"""Is every paragraph that we read the page's own? A browser's innerText is the judge.

    python bench/verbatim.py PAGES [--count N] [--browser chromium]

``PAGES``: a folder with ``truth.jsonl`` and ``pages/ID.html.gz``. Each page is shown in a frame without scripts and
without network; white space is folded as a browser does, and capitals are let pass, since a style may write them.
Exit status 1 below 99.9 %.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapshotter.extract import extract
from snapshotter.extract.decode import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

DRIVER = """<!doctype html><meta charset=utf-8><iframe id=f sandbox=allow-same-origin style="width:1200px;height:900px">
</iframe><script>
const frame = document.getElementById("f");
async function show(url) {
  const seen = new Promise(done => { frame.onload = done; setTimeout(done, 8000); });
  frame.src = url;
  await seen;
  try {
    const body = frame.contentDocument.body;
    return body.innerText + "\\0" + body.textContent;
  } catch (error) { return ""; }
}
(async () => {
  for (const id of await (await fetch("/ids")).json())
    await fetch("/text/" + id, { method: "POST", body: await show("/page/" + id) });
  await fetch("/done", { method: "POST" });
})();
</script>"""
_WHITE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
Shown = tuple[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--browser", default="chromium")
    given = parser.parse_args(arguments)
    lines = (given.pages / "truth.jsonl").read_text("utf-8").split("\n")
    ids = [json.loads(line)["id"] for line in lines if line]
    pages = {
        name: gzip.decompress((given.pages / "pages" / f"{name}.html.gz").read_bytes())
        for name in ids[:: max(1, len(ids) // given.count)][: given.count]
    }
    paragraphs = found = hidden = altered = 0
    for name, shown in rendered(pages, given.browser):
        text, all_text = (folded(part) for part in (shown + "\0").split("\0")[:2])
        own = [line for line in extract(pages[name], url="https://example.com/").body_text.split("\n") if line.strip()]
        unseen = [line for line in own if folded(line) not in text]
        missing = [line for line in unseen if folded(line) not in all_text]
        paragraphs, found, hidden = paragraphs + len(own), found + len(own) - len(unseen), hidden + len(unseen)
        altered += len(missing)
        for line in missing[:3]:
            print(f"{name}: {line[:100]!r}")
    share = 100 * (paragraphs - altered) / (paragraphs or 1)
    print(
        f"{len(pages)} pages, {paragraphs} lines: {found} as the browser shows them; a style hides {hidden - altered}"
    )
    print(f"word for word the page's: {share:.2f} %")
    return 0 if share >= 99.9 else 1


def folded(text: str) -> str:
    return _WHITE.sub(" ", text).strip().casefold()


def rendered(pages: dict[str, bytes], browser: str) -> list[Shown]:
    """(id, innerText) of each page."""
    texts: queue.Queue[Shown | None] = queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(pages, texts))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}",
            "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--disable-features=HttpsUpgrades", "--remote-debugging-port=0",
            f"http://127.0.0.1:{server.server_address[1]}/",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return list(iter(lambda: texts.get(timeout=120), None))
        finally:
            process.kill()
            process.wait()
            server.shutdown()


def handler(pages: dict[str, bytes], texts: queue.Queue[Shown | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/ids":
                self.answer("application/json", json.dumps(list(pages)).encode())
            elif self.path.startswith("/page/"):
                text = decode(pages.get(self.path[6:], b"")).text
                self.answer("text/html; charset=utf-8", text.encode("utf-8", "replace"))
            else:
                self.answer("text/html", DRIVER.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
            texts.put((self.path[6:], body) if self.path.startswith("/text/") else None)
            self.answer("text/plain", b"")

        def answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


if __name__ == "__main__":
    sys.exit(main())
