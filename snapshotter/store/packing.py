"""Captures of an archive for a WACZ package, and the key that signs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from snapshotter import __version__
from snapshotter.errors import ArchiveError, BadWarc
from snapshotter.formats.wacz import Capture, Signer, signer
from snapshotter.items import Snapshot
from snapshotter.proof.keys import signing_key
from snapshotter.store.members import members
from snapshotter.store.reader import ArchiveReader, cannot_write


def captures_of(
    archive: ArchiveReader, snapshots: Iterable[Snapshot], left_out: Callable[[Snapshot, str], None]
) -> Iterator[Capture]:
    """The snapshots with their records; ``left_out`` is told of each whose records can't be read, and why."""
    for snapshot in snapshots:
        try:
            found = members(archive.folder, archive.catalog, snapshot)
        except (ArchiveError, BadWarc) as error:
            left_out(snapshot, str(error))
        else:
            yield Capture(snapshot, tuple(found))


def package_signer(folder: Path, name: str) -> Signer:
    """Who signs the archive's packages, vouched for by the archive's own key, which is made if it never had one.

    Raises ArchiveError, CannotWrite.
    """
    try:
        key = signing_key(folder, name)
    except OSError as error:
        raise cannot_write(folder, error) from error
    made = signer(key.secret.private_bytes_raw(), "Snapshotter", __version__)
    return made.vouched(key.sign(f"signs WACZ packages of this archive\n{made.public_key}\n"))
