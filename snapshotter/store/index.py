"""The CDXJ indexes of an archive, ``DIR/index/{WARC file}.cdxj``: one for each sealed file, made from it.

They are for programs that replay WARC files, and can be made anew at any time. Captures that were taken
down aren't in them; access rules, which change with time, are applied to what leaves through a door of ours.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import select

from snapshotter.errors import BadWarc
from snapshotter.formats import cdxj, warc
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.proof.manifest import Manifest
from snapshotter.store.catalog import Catalog
from snapshotter.store.scan import Problem, scan
from snapshotter.store.segments import IMPORTED, OPEN_SUFFIX, lock, open_segment, sealed_name
from snapshotter.store.tables import snapshots
from snapshotter.store.takedowns import TAKEN_DOWN

FOLDER = "index"
SUFFIX = ".cdxj"
_PLACES = ("warc", IMPORTED)
REWRITE = "rebuild the catalog, which writes the indexes anew too"


def sealed_files(folder: Path) -> list[Path]:
    """The WARC files of an archive that are complete, ours and imported ones, in the order of their names."""
    found = [path for name in _PLACES for path in (folder / name).glob("*.warc.gz")]
    return sorted(found, key=lambda path: path.name)


def write_index(path: Path, catalog: Catalog) -> Path:
    """Makes the index of one WARC file of the archive; where it lies. For whoever is about to seal it, or changed it.

    Damaged stretches are passed over. Whole or not at all. Raises OSError.
    """
    target = _index_of(path)
    target.parent.mkdir(exist_ok=True)
    part = part_of(target.with_name(f"{target.name}.{os.getpid()}"))
    descriptor = lock(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    if descriptor is None:
        raise FileExistsError(errno.EEXIST, "another thread is writing it", str(part))
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.writelines(cdxj.in_order(_lines(path, hidden_in(catalog, sealed_name(path))), target.parent))
        Manifest(target.parent.parent).announce(target)
        put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)
        os.close(descriptor)
    return target


def drop_index(path: Path) -> None:
    """Removes the index of a WARC file that is about to say something else; ``complete_indexes`` makes it anew.

    Raises OSError.
    """
    _remove(_index_of(path))


def complete_indexes(folder: Path, catalog: Catalog, *, anew: bool = False) -> None:
    """Writes what indexes are missing, or with ``anew`` all, and removes those of files that aren't there.

    Raises OSError.
    """
    places = {f"{name}{SUFFIX}": part for part in _PLACES for name in _names_in(folder / part)}
    sealed = {name: part for name, part in places.items() if name.endswith(f".warc.gz{SUFFIX}")}
    there = _names_in(folder / FOLDER)
    for name in sorted(sealed if anew else sealed.keys() - there):
        write_index(folder / sealed[name] / name.removesuffix(SUFFIX), catalog)
    for path in (folder / FOLDER / name for name in there - sealed.keys()):
        if not _is_of_use(path):
            _remove(path)


def hidden_in(catalog: Catalog | None, name: str) -> set[int | str]:
    """The offsets and record ids of a WARC file's captures that were taken down."""
    place = select(snapshots.c.warc_offset, snapshots.c.warc_record_id)
    rows = catalog.rows(place.where(snapshots.c.warc_file == name, TAKEN_DOWN)) if catalog else []
    return {value for row in rows for value in row}


def check_index(path: Path, catalog: Catalog | None) -> Iterator[Problem]:
    """Whether the index of a sealed file is what it should be; reads the whole file. Raises OSError."""
    check = IndexCheck(path, catalog)
    for record in scan(path):
        if not isinstance(record, Problem):
            check.add(record)
    yield from check.problems()


class IndexCheck:
    """Compares a sealed file's index with its records, given one after the other. Memory: the index."""

    def __init__(self, path: Path, catalog: Catalog | None) -> None:
        self._path = path
        self._hidden = hidden_in(catalog, sealed_name(path))
        self._lines: list[cdxj.Line] = []

    def add(self, record: warc.Record) -> None:
        """Takes notice of a record."""
        if line := _line(record, sealed_name(self._path), self._hidden):
            self._lines.append(line)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the index, once all records were given."""
        target = _index_of(self._path)
        if self._path.name.endswith(OPEN_SUFFIX):
            return
        try:
            found = target.read_bytes()
        except FileNotFoundError:
            yield Problem(target.name, 0, "the index of a WARC file is missing", REWRITE)
        except OSError as error:
            yield Problem(target.name, 0, f"can't be read: {error.strerror}", REWRITE)
        else:
            if found != b"".join(cdxj.in_order(self._lines, target.parent)):
                yield Problem(target.name, 0, "the index isn't that of its WARC file", REWRITE)


def _names_in(folder: Path) -> set[str]:
    """Each run goes through all of the archive's files: a Path for each takes twice as long."""
    try:
        with os.scandir(folder) as found:
            return {entry.name for entry in found}
    except FileNotFoundError:
        return set()


def _index_of(path: Path) -> Path:
    return path.parent.parent / FOLDER / f"{sealed_name(path)}{SUFFIX}"


def _remove(path: Path) -> None:
    if path.exists():
        Manifest(path.parent.parent).announce(path)
        path.unlink(missing_ok=True)


def _is_of_use(path: Path) -> bool:
    """Whether it is the index of a file that is there, or one that a living run is writing."""
    if path.name.endswith(".part"):
        try:
            descriptor = lock(path)
        except FileNotFoundError:
            return True
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is None
    name = path.name.removesuffix(SUFFIX)
    try:
        open_segment(path.parent.parent / "warc", name).close()
    except FileNotFoundError:
        return False
    return True


def _lines(path: Path, hidden: set[int | str]) -> Iterable[cdxj.Line]:
    for record in scan(path):
        if not isinstance(record, Problem) and (line := _line(record, sealed_name(path), hidden)):
            yield line


def _line(record: warc.Record, name: str, hidden: set[int | str]) -> cdxj.Line | None:
    tie = record.get("WARC-Concurrent-To") if record.type == "resource" else record.get(warc.PAGE_OF)
    if record.offset in hidden or tie in hidden:
        return None
    try:
        return cdxj.line_of(record, name)
    except BadWarc:  # it has no date, and so no place in an index by time
        return None
