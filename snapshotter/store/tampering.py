"""What the proof log and the signed list of files say about an archive: has anything been altered?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import select

from snapshotter.errors import ArchiveError, BadProof
from snapshotter.proof.heads import Heads, read_head
from snapshotter.proof.keys import key_problems, public_keys
from snapshotter.proof.log import NO_SALT, Log
from snapshotter.proof.manifest import NAME, Manifest
from snapshotter.proof.merkle import Frontier, place, root
from snapshotter.proof.notes import PublicKey
from snapshotter.store.catalog import Catalog
from snapshotter.store.proofs import committed, leaf_of
from snapshotter.store.scan import FROM_A_COPY, Event, Problem
from snapshotter.store.segments import lock
from snapshotter.store.tables import snapshots

LOG = "proof/hashes"
ENTRIES = "proof/entries"
_CHUNK = 500


class LeafCheck:
    """Compares captures, as they stand in the WARC files, with their leaves. One a process."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        """Raises OSError."""
        self._log = Log(folder / "proof") if (folder / "proof" / "hashes").exists() else None
        self._size = committed(folder, catalog)
        self._near = 0

    def wrong(self, found: Event) -> str:
        """What is wrong with a capture's leaf; empty: nothing, or it has none yet, or its salt was destroyed.

        Cheap for events in the order of a WARC file. Raises ArchiveError, OSError.
        """
        if self._log is None or found.answer is None:
            return ""
        index = self._log.find(found.snapshot.id, self._size, near=self._near)
        if index is None:
            return ""
        self._near = index
        salt, leaf = self._log.salt(index), leaf_of(found.answer, found.snapshot.raw_sha256, found.line)
        if salt == NO_SALT or leaf.hash(salt) == self._log.leaf_hash(index):
            return ""
        return f"{found.snapshot.id} isn't what its leaf {index} in the proof log says"

    def close(self) -> None:
        """Lets go of the log."""
        if self._log:
            self._log.close()


def check_proofs(folder: Path, catalog: Catalog, keys: Sequence[PublicKey] = ()) -> Iterator[Problem]:
    """What is wrong with keys, heads and tree, and which captures of the log the catalog doesn't have.

    That each capture is what its leaf says is ``LeafCheck``'s. With ``keys``, only their signatures count. May run
    beside a crawl. Memory: some hundred leaves. Raises ArchiveError, OSError.
    """
    for path, what in key_problems(folder):
        yield _problem(str(path.relative_to(folder)), what)
    known = list(keys) or _known_keys(folder)
    size = committed(folder, catalog)
    if not size and not Heads(folder / "proof" / "heads").paths():
        return
    try:
        with Log(folder / "proof") as log:
            yield from _of_tree(log, size)
            yield from _of_captures(log, size, catalog)
            yield from _of_heads(folder, log, size, known)
    except OSError as error:
        yield _problem(LOG, f"the proof log can't be read: {error.strerror}")
    except ArchiveError as error:
        yield _problem(LOG, str(error))


def check_manifest(folder: Path, keys: Sequence[PublicKey] = ()) -> Iterator[Problem]:
    """Which files of the archive aren't what they were when the last run closed it. Reads all of them. Raises OSError.

    While a run is on, or after one that was killed, only what nobody may have changed since is looked at.
    """
    manifest = Manifest(folder)
    if _is_lost(manifest):
        yield _problem(NAME, "is missing")
        return
    try:
        listed = manifest.listed(list(keys) or _known_keys(folder))
    except BadProof as error:
        yield _problem(NAME, str(error))
        return
    for one in listed:
        if what := manifest.altered(one):
            yield _problem(unquote(one.path), what)


def unchecked(folder: Path) -> str:
    """What of the archive's files can't be checked, in words; empty: nothing, all of them are listed. Reads none."""
    manifest = Manifest(folder)
    if _is_lost(manifest):  # told by check_manifest
        return ""
    if not manifest.is_closed:
        return (
            "a run is on, or was killed: files that it may have changed can't be checked until the next one has ended"
        )
    try:
        names = manifest.unlisted(manifest.listed(_known_keys(folder)))
    except BadProof:
        return ""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return f"aren't on the list of files yet, so can't be checked: {', '.join(names[:3])}{more}" if names else ""


def _is_lost(manifest: Manifest) -> bool:
    """Whether the list is gone though a head was signed. The first run signs heads before it, if it takes days."""
    if manifest.exists or not Heads(manifest.folder / "proof" / "heads").paths():
        return False
    try:
        descriptor = lock(manifest.folder / "lock" / "archive", os.O_RDONLY)
    except FileNotFoundError:
        return True
    if descriptor is None:  # a run is on
        return False
    os.close(descriptor)
    return not manifest.exists  # that run may have ended since


def _of_tree(log: Log, size: int) -> Iterator[Problem]:
    """Every leaf's and every subtree's hash against those it is made of."""
    if log.whole() < size:
        yield _problem(LOG, f"has {log.whole()} leaves, the catalog counts {size}")
        size = log.whole()
    frontier = Frontier()
    for index in range(size):
        made = frontier.append(log.leaf_hash(index))
        for level, value in enumerate(made[1:], 1):
            at = place(level, index >> level)
            if log.hash(at) != value:
                yield Problem(LOG, at * 32, f"the hash of {1 << level} leaves up to {index} is altered", FROM_A_COPY)


def _of_captures(log: Log, size: int, catalog: Catalog) -> Iterator[Problem]:
    """Leaves of captures that the catalog doesn't have, unless their salt was destroyed."""
    waiting: dict[str, int] = {}
    for index, (name, salt) in enumerate(log.entries(size)):
        if salt != NO_SALT:
            waiting[name] = index
        if len(waiting) >= _CHUNK or (index == size - 1):
            found = {row.id for row in catalog.rows(select(snapshots.c.id).where(snapshots.c.id.in_(waiting)))}
            for missing in waiting.keys() - found:
                what = f"leaf {waiting[missing]} is that of {missing}, which the archive doesn't have"
                yield Problem(ENTRIES, waiting[missing] * 44, what, FROM_A_COPY)
            waiting.clear()


def _of_heads(folder: Path, log: Log, size: int, keys: list[PublicKey]) -> Iterator[Problem]:
    for path in Heads(folder / "proof" / "heads").paths():
        name = str(path.relative_to(folder))
        try:
            head = read_head(path.read_bytes(), keys)
        except BadProof as error:
            yield _problem(name, str(error))
            continue
        if head.name != path.name:
            yield _problem(name, f"it is the head that is called {head.name}")
        elif head.size > size:
            yield _problem(name, f"covers {head.size} leaves, the log has {size}")
        elif root(head.size, log.hash) != head.root:
            yield _problem(name, f"the log's first {head.size} leaves aren't those that were signed")


def _known_keys(folder: Path) -> list[PublicKey]:
    try:
        return public_keys(folder)
    except BadProof:  # told by key_problems
        return []


def _problem(file: str, what: str, remedy: str = FROM_A_COPY) -> Problem:
    return Problem(file, 0, what, remedy)
