"""A story that somebody wants gone, in an archive of others; takedowns; and what is in every file of a folder."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from captures import answer, capture, captures, page

from snapshotter.items import Article, Snapshot
from snapshotter.store import Archive
from snapshotter.store.withdraw import Subject, decision

A, B = "https://news.example/2024/07/a.html", "https://news.example/2024/07/b.html"
SECRET = "The minister's brother-in-law, it turns out, owns the quarry & the road."
REVISED = "After publication the minister denied every word of it, twice."
PAGE = f"<html><body><p>{SECRET}</p></body></html>".encode()


def article(*paragraphs: str, title: str = "The quarry affair") -> Article:
    return Article(title=title, body_text="\n\n".join(paragraphs), category="Politics")


def story(minute: int = 0, url: str = A):
    return capture(page(url, answer(PAGE), minute), article(SECRET))


def fill(archive: Archive) -> list[Snapshot]:
    """Two captures of the story, one of a revision, five other articles around them."""
    revised = answer(PAGE.replace(b"</p>", f"</p><p>{REVISED}</p>".encode()))
    batches = [
        captures(3), [story()], captures(2, minute=1), [story(2)],
        [capture(page(A, revised, 3), article(SECRET, REVISED))],
        [capture(page(B, answer(b"<p>redirected</p>"), 4, final_url="https://news.example/2024/07/moved.html"))],
    ]  # fmt: skip
    return [snapshot for batch in batches for snapshot in archive.add(batch)]


def do(folder: Path, deed, name: str, action: str = "hide", *, is_site: bool = False):
    """Opens the archive, takes down or restores, closes it."""
    with Archive.open(folder) as archive:
        entry = decision(action, "names a private person", "her lawyer")
        return deed(folder, archive.catalog, Subject(name, is_site), entry)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of an archive folder, decompressed, the catalog's records too."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        found[str(path.relative_to(folder))] = data
        if data[:2] == b"\x1f\x8b":
            found[f"{path.name} inflated"] = gzip.decompress(data)
        if path.name.startswith("catalog.db"):
            found[f"{path.name} records"] = b"".join(inflated(data))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                found |= {f"{path.name} {name}": package.read(name) for name in package.namelist()}
    return found


def inflated(data: bytes) -> Iterator[bytes]:
    """Whatever in a database file looks like a record and can be inflated, were it in a free page."""
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            yield zlib.decompressobj().decompress(data[match.start() : match.start() + 100_000])
        except zlib.error:
            continue


def holding(folder: Path, *sentences: str) -> list[str]:
    """The files that hold one of the sentences, or the start of one."""
    needles = [sentence[:24].encode() for sentence in sentences]
    return [name for name, data in content(folder).items() if any(needle in data for needle in needles)]
