"""A snapshot's proof, put together from the archive; and whether the log still begins with a head kept elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from snapshotter.errors import ArchiveError, BadProof, BadWarc, SnapshotNotFound
from snapshotter.formats import warc
from snapshotter.items import Snapshot
from snapshotter.proof.bundle import Parts, checked, written
from snapshotter.proof.heads import STAMP_SUFFIX, Head, Heads, read_head
from snapshotter.proof.keys import public_keys
from snapshotter.proof.log import NO_SALT, Log
from snapshotter.proof.merkle import consistency, inclusion, is_consistent, root
from snapshotter.proof.notes import PublicKey
from snapshotter.store.catalog import unpacked
from snapshotter.store.proofs import committed, leaf_of
from snapshotter.store.reader import ArchiveReader
from snapshotter.store.segments import open_segment
from snapshotter.store.tables import snapshots


def prove(archive: ArchiveReader, id_or_url: str) -> bytes:
    """The proof of a snapshot; for a URL, of the one that ``get`` finds.

    Raises SnapshotNotFound, ArchiveError where no signed head covers it, BadWarc, BadProof if it wouldn't pass.
    """
    snapshot = archive.get(id_or_url)
    keys = public_keys(archive.folder)
    try:
        log = Log(archive.folder / "proof")
    except FileNotFoundError as error:
        raise ArchiveError(f"{archive.folder} has no proof log: the next run that writes to it makes one") from error
    with log:
        index = log.find(snapshot.id, committed(archive.folder, archive.catalog))
        salt = NO_SALT if index is None else log.salt(index)
        if index is None or salt == NO_SALT:
            raise SnapshotNotFound(f"{snapshot.id} has no leaf in the proof log, or its salt was destroyed")
        path = _head_covering(archive.folder, index)
        note = path.read_bytes()
        head = read_head(note, keys)
        hashes = inclusion(index, head.size, log.hash)
    line = _line(archive, snapshot)
    members = _members(archive, snapshot)
    stamp = path.with_suffix(STAMP_SUFFIX)
    parts = Parts(
        id=snapshot.id,
        record=line,
        leaf=leaf_of(_record(members["response"]), snapshot.raw_sha256, line),
        index=index,
        salt=salt,
        path=hashes,
        head=note,
        timestamp=stamp.read_bytes() if stamp.exists() else b"",
        public_key=next(key for key in keys if key.name == head.origin),
        members=members,
    )
    bundle = written(parts)
    checked(bundle)
    return bundle


def check_since(archive: ArchiveReader, note: bytes, keys: Sequence[PublicKey] = ()) -> tuple[Head, int]:
    """That the log, as it is, begins with the log that a head of long ago was signed over: (that head, leaves now).

    ``keys``: those whose signature counts; none given: the archive's own. Raises BadProof if it doesn't, or if the
    head isn't one of the archive's; ArchiveError.
    """
    head = read_head(note, keys or public_keys(archive.folder))
    size = committed(archive.folder, archive.catalog)
    if head.size > size:
        raise BadProof(f"the log has {size} leaves, that head covers {head.size}: leaves are lost")
    try:
        with Log(archive.folder / "proof") as log:
            path = consistency(head.size, size, log.hash)
            now = (size, root(size, log.hash))
    except OSError as error:
        raise ArchiveError(f"the proof log of {archive.folder} can't be read: {error.strerror}") from error
    if not is_consistent((head.size, head.root), now, path):
        raise BadProof(f"the log's first {head.size} leaves aren't those of that head: the log was rewritten")
    return head, size


def last_head(folder: Path) -> bytes:
    """The last signed head, as a note. Raises ArchiveError: there is none."""
    paths = Heads(folder / "proof" / "heads").paths()
    if not paths:
        raise ArchiveError(f"no head of the proof log of {folder} is signed yet: the end of the next run signs one")
    return paths[-1].read_bytes()


def _head_covering(folder: Path, index: int) -> Path:
    """The earliest head that covers a leaf; an earliest one with a timestamp goes before."""
    paths = list(Heads(folder / "proof" / "heads").covering(index))
    if not paths:
        raise ArchiveError(f"no signed head covers leaf {index} yet: the end of the run signs one, or proof --sign")
    return next((path for path in paths if path.with_suffix(STAMP_SUFFIX).exists()), paths[0])


def _line(archive: ArchiveReader, snapshot: Snapshot) -> str:
    """The snapshot's record to the byte."""
    ((packed,),) = archive.catalog.rows(select(snapshots.c.record).where(snapshots.c.id == snapshot.id))
    return unpacked(packed)


def _members(archive: ArchiveReader, snapshot: Snapshot) -> dict[str, bytes]:
    """The WARC records of a capture as they lie in the files."""
    folder = archive.folder / "warc"
    response = _member(folder, snapshot.warc_file, snapshot.warc_offset)
    found = {"request": _request(archive, snapshot, _record(response)), "response": response}
    answer = _record(response)
    if answer.type == "revisit":
        columns = snapshots.c
        query = select(columns.warc_file, columns.warc_offset).where(
            columns.article_id == snapshot.article_id,
            columns.warc_record_id == answer.get("WARC-Refers-To"),
            columns.is_revisit == 0,
            archive.shown(),
        )
        for file, offset in archive.catalog.rows(query):
            found["original"] = _member(folder, file, offset)
    return found


def _request(archive: ArchiveReader, snapshot: Snapshot, answer: warc.Record) -> bytes:
    """The request's member, which lies between the capture before and the response; empty: it isn't there."""
    columns = snapshots.c
    before = select(func.max(columns.warc_offset)).where(
        columns.warc_file == snapshot.warc_file, columns.warc_offset < snapshot.warc_offset
    )
    start = int(archive.catalog.rows(before)[0][0] or 0)
    with open_segment(archive.folder / "warc", Path(snapshot.warc_file).name) as stream:
        for record in warc.read(stream, start, max_block=0):
            if record.offset >= snapshot.warc_offset:
                break
            if record.type == "request" and record.id == answer.get("WARC-Concurrent-To"):
                stream.seek(record.offset)
                return stream.read(record.length)
    return b""


def _member(folder: Path, file: str, offset: int) -> bytes:
    """The bytes of the gzip member at a place. Raises ArchiveError, BadWarc."""
    try:
        with open_segment(folder, Path(file).name) as stream:
            record = next(warc.read(stream, offset, max_block=0), None)
            if record is None:
                raise BadWarc(f"{file} ends before {offset}: verify the archive")
            stream.seek(offset)
            return stream.read(record.length)
    except FileNotFoundError as error:
        raise ArchiveError(f"{file} isn't in {folder}: restore it from a copy") from error


def _record(member: bytes) -> warc.Record:
    return next(warc.read(io.BytesIO(member)))
