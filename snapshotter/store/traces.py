"""What an erased capture left elsewhere in the archive folder: earlier exports, feeds, run reports."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from snapshotter.errors import FormatError, SnapshotterError
from snapshotter.formats import jsonl, package, warc
from snapshotter.formats.compression import compressed, opened
from snapshotter.formats.edition import Edition
from snapshotter.formats.files import part_of, put_in_place, remove
from snapshotter.items import Snapshot
from snapshotter.proof.manifest import Manifest
from snapshotter.store.takedowns import tombstone

OWN = (
    *("imported", "index", "keys", "lock", "proof", "quarantine", "warc"),
    *(f"{name}.db{beside}" for name in ("catalog", "search", "site", "state") for beside in ("", "-wal", "-shm")),
)
"""What the archive itself keeps; anything else in its folder was made of it."""

_LINES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_REPORT = re.compile(r"run-.*\.json")
_RUN = re.compile(r"[^&<>\"'\\\s][^&<>\"'\\\r\n\t]*[^&<>\"'\\\s]")
_READ_BYTES = 1 << 20
_NEEDLE = slice(80)
_LEAST = 8


@dataclass(frozen=True, slots=True)
class _Gone:
    """What is erased, and how to tell that a file holds it."""

    left: dict[str, Snapshot]
    """By id: the tombstone."""
    needles: list[bytes]
    """Words of title and body. None where it has no text to speak of."""
    marks: list[bytes]
    """Those, and the ids of the captures and of their WARC records: for files that hold no tombstones."""


def erase_traces(folder: Path, gone: Sequence[Snapshot]) -> None:
    """Rewrites or removes whatever in the archive folder shows one of the captures. May be called again.

    Records in JSON Lines give way to tombstones; an export in another form, a feed, a package that holds one goes as
    a whole: it can be made again. In run reports, what was said of their URLs goes. Raises OSError.
    """
    if not gone:
        return
    needles = _needles(gone)
    what = _Gone({one.id: tombstone(one) for one in gone}, needles, [*needles, *_ids(gone)])
    for report in sorted((folder / "log").glob("run-*.json")):
        _erase_from_report(report, {url for one in gone for url in (one.url, one.final_url, one.canonical_url)})
    for manifest in sorted(_files(folder, package.MANIFEST)):
        _erase_from_export(manifest.parent, what)
    for path in sorted(_files(folder, "*")):
        if path.parent.name == "log" and (path.name == "takedowns.jsonl" or _REPORT.fullmatch(path.name)):
            continue
        if path.name.endswith(_LINES) and _erase_lines(path, what):
            continue
        if _shows(path, what):
            path.unlink()


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name not in OWN:
            found = top.rglob(pattern) if top.is_dir() and not top.is_symlink() else [top] * top.match(pattern)
            yield from (path for path in found if path.is_file() and not path.is_symlink())


def _erase_from_export(out: Path, what: _Gone) -> None:
    """An export's records as they are now; where it isn't whole, or in a form of texts, it goes if it holds one."""
    package.settle(out)
    try:
        manifest = package.manifest_of(out)
    except FormatError:
        return
    files = [out / file.name for file in manifest.files]
    if not any(path.is_file() and _shows(path, what) for path in files):
        return
    try:
        if manifest.form not in {"text", "html"}:
            records = (what.left.get(record.id, record) for record in package.read(out))
            package.export(records, out, form=manifest.form, edition=Edition.of("en", "UTC", ""), run=manifest.run)
            return
    except SnapshotterError:  # altered since: what is in it is looked for file by file
        pass
    for path in [*(out / name for name in package.PAPERS), *files, *{path.parent for path in files} - {out}]:
        remove(path)


def _shows(path: Path, what: _Gone) -> bool:
    """Whether a file, of any form, shows one of them. A file of records that can't be read does."""
    if not path.name.endswith(_LINES):
        return (path.suffix in {".txt", ".html"} and path.stem in what.left) or _holds(path, what)
    try:
        with opened(path) as lines:
            return any(_id_of(line) in what.left or _quotes(line, what) for line in _lines(lines))
    except FormatError:
        return True


def _erase_lines(path: Path, what: _Gone) -> bool:
    """Replaces records in a file of them; every other line stays as it is. Whether that leaves nothing to look for.

    Not so in a damaged file, nor where a line that is no capture's record has their words.
    """
    part, changed, quoted = part_of(path), False, False
    try:
        with opened(path) as lines, part.open("wb") as file, compressed(file, path.suffix) as stream:
            for line in _lines(lines):
                record = what.left.get(_id_of(line))
                changed |= record is not None
                quoted = quoted or _quotes(line, what)
                stream.write(jsonl.dumps(record).encode() + b"\n" if record else line)
        if changed:
            put_in_place(part, path)
    except FormatError:
        return False
    finally:
        remove(part)
    return not quoted


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.readline(jsonl.MAX_LINE_BYTES), b"")


def _quotes(line: bytes, what: _Gone) -> bool:
    """Whether a line has their words and isn't the record of another capture, which may quote them."""
    return any(needle in line for needle in what.needles) and not str(_record(line).get("id")).startswith("sn_")


def _id_of(line: bytes) -> str:
    """The id that a record states; empty where a line is none, or a tombstone."""
    record = _record(line)
    is_tombstone = record.get("change") == "withdrawn" and not (record.get("title") or record.get("body_text"))
    return "" if is_tombstone else str(record.get("id", ""))


def _record(line: bytes) -> dict[str, Any]:
    """A line's JSON object; empty where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if type(found) is dict else {}


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
    Manifest(path.parent.parent).announce(path)
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


def _ids(gone: Iterable[Snapshot]) -> Iterator[bytes]:
    for snapshot in gone:
        for name in (snapshot.id, snapshot.warc_record_id, warc.record_id("conversion", snapshot.id)):
            if name:
                yield name.encode()


def _holds(path: Path, what: _Gone) -> bool:
    """Whether a file, decompressed, holds one of them. One that can't be read to its end is taken for one that does."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package_:
                names = package_.namelist()
                return any(PurePosixPath(name).stem in what.left or _in_member(package_, name, what) for name in names)
        with opened(path) as stream:
            return _in_stream(stream, what.marks if path.suffix == ".html" else what.needles)
    except (FormatError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return True


def _in_member(package_: zipfile.ZipFile, name: str, what: _Gone) -> bool:
    with package_.open(name) as member:
        if not name.endswith(".gz"):
            return _in_stream(member, what.marks)
        with GzipFile(fileobj=member) as content:
            return _in_stream(content, what.marks)


def _in_stream(stream: IO[bytes] | Any, needles: Sequence[bytes]) -> bool:
    overlap, tail = max(map(len, needles), default=0), b""
    while data := stream.read(_READ_BYTES):
        window = tail + data
        if any(needle in window for needle in needles):
            return True
        tail = window[-overlap:]
    return False
