"""The end of a run on an archive: the signed list of its files, by whoever is the last to leave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from snapshotter.proof.heads import STAMP_SUFFIX, Heads
from snapshotter.proof.keys import signing_key
from snapshotter.proof.manifest import Manifest
from snapshotter.store.segments import lock


def close_manifest(folder: Path, name: str = "") -> bool:
    """Signs the list of the archive's files; False: another run is on, and will do it when it ends.

    For the end of all that writes into the archive folder. Files that nobody touched since the last list aren't
    read. ``name``: what the archive's key is called if one has to be made. Raises OSError, ArchiveError.
    """
    for folder_name in ("lock", "proof"):
        (folder / folder_name).mkdir(parents=True, exist_ok=True)
    manifest = Manifest(folder)
    descriptor = lock(folder / "lock" / "archive", os.O_RDWR | os.O_CREAT)  # held for a moment: are we alone?
    if descriptor is None:
        return False
    try:
        part = manifest.begin()
    finally:
        os.close(descriptor)
    return manifest.finish(part, signing_key(folder, name))


def stamp_last_head(folder: Path, url: str) -> Path | None:
    """Has the last head timestamped by the authority at ``url``; None: it was before, or there is none.

    ``close_manifest`` comes after it. Raises as ``stamp`` does.
    """
    from snapshotter.proof.stamps import stamp  # noqa: PLC0415  (brings an HTTP client along)

    head = Heads(folder / "proof" / "heads").last()
    if head is None or head.with_suffix(STAMP_SUFFIX).exists():
        return None
    Manifest(folder).announce(head.with_suffix(STAMP_SUFFIX))
    return stamp(head, url)


@contextmanager
def written_into(folder: Path, out: Path) -> Iterator[None]:
    """While files are written to ``out``: where that lies in the archive folder, the list of its files follows.

    Raises OSError, ArchiveError.
    """
    if not out.resolve().is_relative_to(folder.resolve()):
        yield
        return
    Manifest(folder).invalidate()
    yield
    close_manifest(folder)
