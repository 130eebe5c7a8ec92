"""Where damaged files are kept as they were found: ``DIR/quarantine/``. Nothing reads them but people."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from snapshotter.store.segments import sealed_name, sync_folder

FOLDER = "quarantine"
CATALOG = "catalog.db"


def quarantine(folder: Path, path: Path) -> Path:
    """Keeps a damaged WARC file or catalog, under a second name in the archive's quarantine; which one.

    The file stays where it is, too: the caller puts a mended one in its place, or removes it. Killed in
    the midst of it, there is a name too many and nothing lost. Raises OSError.
    """
    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    kept = home / f"{sealed_name(path)}.{now:%Y%m%dT%H%M%S.%fZ}"
    os.link(path, kept)
    sync_folder(home)
    sync_folder(folder)
    return kept


def expel(folder: Path, warc_file: str) -> int:
    """Destroys what the quarantine of an archive holds of a WARC file, as an erasure must; how many files.

    Catalogs there go with it: they may hold what was in the file. Raises OSError.
    """
    suspects = (f"{warc_file}.", f"{CATALOG}.")
    copies = [path for path in (folder / FOLDER).glob("*") if path.name.startswith(suspects)]
    for path in copies:
        path.unlink()
    if copies:
        sync_folder(folder / FOLDER)
    return len(copies)
