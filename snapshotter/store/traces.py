"""What an erased capture left elsewhere in the archive folder: earlier exports, feeds, run reports."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any

from snapshotter.errors import FormatError, SnapshotterError
from snapshotter.formats import jsonl, package
from snapshotter.formats.compression import compressed, opened
from snapshotter.formats.edition import Edition
from snapshotter.formats.files import part_of, put_in_place, remove
from snapshotter.items import Snapshot
from snapshotter.store.takedowns import tombstone

OWN = (
    "catalog.db",
    "catalog.db-wal",
    "catalog.db-shm",
    "imported",
    "index",
    "keys",
    "lock",
    "proof",
    "quarantine",
    "warc",
)
"""What the archive itself keeps; anything else in its folder was made of it."""

_LINES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_REPORT = re.compile(r"run-.*\.json")
_RUN = re.compile(r"[^&<>\"'\\\s][^&<>\"'\\\r\n\t]*[^&<>\"'\\\s]")
_READ_BYTES = 1 << 20
_NEEDLE = slice(80)
_LEAST = 8


def erase_traces(folder: Path, gone: Sequence[Snapshot]) -> None:
    """Rewrites or removes whatever in the archive folder shows one of the captures. May be called again.

    Records in JSON Lines give way to tombstones; an export in another form, a feed, a package that holds one goes as
    a whole: it can be made again. In run reports, what was said of their URLs goes. Raises OSError.
    """
    if not gone:
        return
    needles = _needles(gone)
    left = {snapshot.id: tombstone(snapshot) for snapshot in gone}
    for report in sorted((folder / "log").glob("run-*.json")):
        _erase_from_report(report, {url for one in gone for url in (one.url, one.final_url, one.canonical_url)})
    for manifest in sorted(_files(folder, package.MANIFEST)):
        _erase_from_export(manifest.parent, left, needles)
    for path in sorted(_files(folder, "*")):
        if path.parent.name == "log" and (path.name == "takedowns.jsonl" or _REPORT.fullmatch(path.name)):
            continue
        if path.name.endswith(_LINES):
            _erase_lines(path, left)
        if path.exists() and _holds(path, needles):
            path.unlink()


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name not in OWN:
            found = top.rglob(pattern) if top.is_dir() and not top.is_symlink() else [top] * top.match(pattern)
            yield from (path for path in found if path.is_file() and not path.is_symlink())


def _erase_from_export(out: Path, left: Mapping[str, Snapshot], needles: Sequence[bytes]) -> None:
    """An export's records as they are now; where it isn't whole, or in a form of texts, it goes if it holds one."""
    package.settle(out)
    try:
        manifest = package.manifest_of(out)
    except FormatError:
        return
    files = [out / file.name for file in manifest.files]
    if not any(path.is_file() and _holds(path, needles) for path in files):
        return
    try:
        if manifest.form not in {"text", "html"}:
            records = (left.get(record.id, record) for record in package.read(out))
            package.export(records, out, form=manifest.form, edition=Edition.of("en", "UTC", ""), run=manifest.run)
            return
    except SnapshotterError:  # altered since: what is in it is looked for file by file
        pass
    for path in [*(out / name for name in package.PAPERS), *files, *{path.parent for path in files} - {out}]:
        remove(path)


def _erase_lines(path: Path, left: Mapping[str, Snapshot]) -> None:
    """Replaces records in a file of them; every other line stays as it is. A damaged file is left to the search."""
    part, changed = part_of(path), False
    try:
        with opened(path) as lines, part.open("wb") as file, compressed(file, path.suffix) as stream:
            for line in iter(lambda: lines.readline(jsonl.MAX_LINE_BYTES), b""):
                record = left.get(_id_of(line))
                changed |= record is not None
                stream.write(jsonl.dumps(record).encode() + b"\n" if record else line)
        if changed:
            put_in_place(part, path)
    except FormatError:
        pass
    finally:
        remove(part)


def _id_of(line: bytes) -> str:
    try:
        found = json.loads(line)
        return str(found.get("id", "")) if type(found) is dict else ""
    except (ValueError, RecursionError):
        return ""


def _erase_from_report(path: Path, urls: set[str]) -> None:
    """A run report without the failures and bad copies of these URLs."""
    try:
        report: Any = json.loads(path.read_bytes())
        lists = {key: report[key] for key in ("failures", "bad_copies") if type(report.get(key)) is list}
    except (ValueError, RecursionError, AttributeError):
        return
    kept = {
        key: [one for one in found if not (type(one) is dict and one.get("url") in urls)]
        for key, found in lists.items()
    }
    if kept == lists:
        return
    part = part_of(path)
    part.write_text(json.dumps(report | kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    put_in_place(part, path)


def _needles(gone: Iterable[Snapshot]) -> list[bytes]:
    """What tells that a file holds one of them: words from title and body that no form writes otherwise.

    Not the id: tombstones have it, too.
    """
    found: dict[str, None] = {}
    for snapshot in gone:
        paragraphs = sorted(snapshot.body_text.split("\n\n"), key=len)[-3:]
        for text in (snapshot.title, snapshot.body_text, *paragraphs):
            words = max(_RUN.findall(text.strip()[_NEEDLE].split("\n")[0]), key=len, default="")
            if len(words) >= _LEAST:
                found[words] = None
    return [needle.encode() for needle in found]


def _holds(path: Path, needles: Sequence[bytes]) -> bool:
    """Whether a file, decompressed, holds one of them. One that can't be read to its end is taken for one that does."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package_:
                return any(_in_member(package_, name, needles) for name in package_.namelist())
        with opened(path) as stream:
            return _in_stream(stream, needles)
    except (FormatError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return True


def _in_member(package_: zipfile.ZipFile, name: str, needles: Sequence[bytes]) -> bool:
    with package_.open(name) as member:
        if not name.endswith(".gz"):
            return _in_stream(member, needles)
        with GzipFile(fileobj=member) as content:
            return _in_stream(content, needles)


def _in_stream(stream: IO[bytes] | Any, needles: Sequence[bytes]) -> bool:
    overlap, tail = max(map(len, needles), default=0), b""
    while data := stream.read(_READ_BYTES):
        window = tail + data
        if any(needle in window for needle in needles):
            return True
        tail = window[-overlap:]
    return False
