"""One extractor as a process: ids of pages in, what it says of them out, a JSON object a line.

    python engines.py NAME PAGES

Runs in the peers' own environment, or in ours; imports nothing of this project but for ``snapshotter`` itself.
A line of the answer: title, authors, published, source, body, ``cpu_s`` (this process's, for this page) and ``error``.
The peers get text in its right encoding; Snapshotter gets bytes.
"""

from __future__ import annotations

import gzip
import json
import logging
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

Page = tuple[bytes, str, str]
"""Its bytes, its text, its URL."""
Said = dict[str, Any]


def snapshotter() -> Any:
    from snapshotter.extract import extract

    def run(page: Page) -> Said:
        found = extract(page[0], url=page[2])
        return {
            "title": found.title, "authors": list(found.authors), "published": on_its_clock(found),
            "source": found.source_name, "body": found.body_text,
        }  # fmt: skip

    return run


def on_its_clock(found: Any) -> str:
    """The publish time as the page shows it: a truth without a zone is the page's clock time."""
    from snapshotter.errors import BadDate
    from snapshotter.extract.times.dates import Clock, read_moment

    try:
        moment = read_moment(found.published_raw, Clock("", found.language))
    except BadDate:
        return str(found.published_at)
    meant = datetime.fromisoformat(found.published_at).replace(tzinfo=None)
    readings = (moment.local, moment.swapped or moment.local)
    shown = min(readings, key=lambda reading: abs(reading - meant))  # day and month, as the page's other times tell
    return shown.date().isoformat() if found.published_precision == "day" else shown.isoformat(timespec="minutes")


def trafilatura() -> Any:
    from trafilatura import bare_extraction

    def run(page: Page) -> Said:
        found = bare_extraction(page[1], url=page[2], with_metadata=True)
        if found is None:
            return {}
        authors = (found.author or "").split("; ")
        return {"title": found.title, "authors": authors, "published": found.date, "source": found.sitename,
                "body": found.text}  # fmt: skip

    return run


def magic_html() -> Any:
    from lxml.html import fromstring
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()

    def run(page: Page) -> Said:
        found = extractor.extract(page[1], base_url=page[2])
        return {"title": found.get("title"), "body": lines_of(fromstring(found.get("html") or "<p></p>"))}

    return run


def readability() -> Any:
    from lxml.html import fromstring
    from readability import Document

    def run(page: Page) -> Said:
        document = Document(page[1])
        return {"title": document.short_title(), "body": lines_of(fromstring(document.summary() or "<p></p>"))}

    return run


def resiliparse() -> Any:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: {"body": extract_plain_text(page[1], main_content=True, alt_texts=False, links=False)}


def newspaper4k() -> Any:
    from newspaper import Article

    def run(page: Page) -> Said:
        article = Article(page[2] or "https://example.com/", fetch_images=False)
        article.download(input_html=page[1])
        article.parse()
        published = article.publish_date.isoformat() if article.publish_date else ""
        return {"title": article.title, "authors": article.authors, "published": published, "body": article.text}

    return run


def gne() -> Any:
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def run(page: Page) -> Said:
        found = extractor.extract(page[1])
        published = str(found.get("publish_time") or "").replace(" ", "T", 1)
        return {"title": found.get("title"), "authors": [found.get("author") or ""], "published": published,
                "body": found.get("content")}  # fmt: skip

    return run


def htmldate() -> Any:
    from htmldate import find_date

    return lambda page: {"published": find_date(page[1])}


def payload_of(pages: Path, page: str) -> bytes:
    """The bytes of a page, whether they lie there plain or gzipped."""
    plain = pages / f"{page}.html"
    return plain.read_bytes() if plain.exists() else gzip.decompress((pages / f"{page}.html.gz").read_bytes())


def lines_of(root: Any) -> str:
    return "\n".join(text.strip() for text in root.itertext() if text.strip())


ENGINES = {
    "snapshotter": snapshotter, "trafilatura": trafilatura, "magic-html": magic_html, "readability-lxml": readability,
    "resiliparse": resiliparse, "newspaper4k": newspaper4k, "gne": gne, "htmldate": htmldate,
}  # fmt: skip


def main(name: str, pages: str) -> None:
    logging.disable(logging.CRITICAL)
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        run = ENGINES[name]()
    except ImportError as missing:
        sys.exit(f"{name}: left out, {missing}")
    out.write("ready\n")
    out.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        payload = payload_of(Path(pages), asked["id"])
        page = (payload, payload.decode(asked["encoding"], "replace"), asked["url"] or "https://example.com/")
        error, started = "", time.process_time()
        try:
            said = run(page) or {}
        except Exception as problem:  # a peer's failure is its score, not ours to mend
            said, error = {}, f"{type(problem).__name__}: {problem}"[:200]
        said = {key: said.get(key) or "" for key in ("title", "published", "source", "body")} | {
            "authors": said.get("authors") or [], "cpu_s": time.process_time() - started, "error": error,
        }  # fmt: skip
        out.write(json.dumps(said) + "\n")
        out.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
