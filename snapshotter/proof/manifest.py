"""The signed list of an archive's files, so that one changed byte anywhere is noticed, and which file it is in.

``proof/manifest`` is written when the last run on an archive has ended. A run that begins renames it to
``manifest.open``: what it says of files that are never changed, and of those that nobody touched, holds on.
Written, it is a signed note: a line a file, ``sha256 size mtime_ns path``, the path percent-encoded. What that costs
doesn't grow with the archive's age: the lines of old files lie in parts that are never touched again (``lists``), and
of the folders that get a file with each run only what was announced is looked at, but once a day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import BadProof
from snapshotter.formats.files import sync
from snapshotter.proof.listing import SHARED, TOLD_FOLDERS, Listed, is_kept, read, written
from snapshotter.proof.lists import closed, latest, lines_of
from snapshotter.proof.notes import MAX_NOTE_BYTES, PublicKey, SigningKey, opened
from snapshotter.proof.walk import encoded, files, local, sha256, status_of

NAME, OPEN_NAME = "proof/manifest", "proof/manifest.open"
READ_AT_ONCE = 64 << 20
"""Bytes. A larger file that was written to is read again only once in a while: every second for each PAID_BYTES."""
PAID_BYTES = 1_000_000

_TITLE = "/files"
_MISSING = "is missing"
_DAY_S = 86400
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class _Note:
    """What was signed last; empty: nothing, or it was altered (which verify tells, as long as it is there)."""

    signed_at: datetime = _NEVER
    lines: tuple[Listed, ...] = ()


class Manifest:
    """An archive's list of files, as last signed."""

    def __init__(self, folder: Path) -> None:
        """``folder``: the archive's."""
        self.folder = folder
        self._closed, self._open = folder / NAME, folder / OPEN_NAME
        self._announced = folder / "proof" / "manifest.released"

    def invalidate(self) -> None:
        """Says that files are about to change. Whoever writes to an archive does this first. Raises OSError."""
        for part in self._closed.parent.glob("manifest.*.part"):  # another's, who takes the archive for closed
            part.unlink(missing_ok=True)
        if self._closed.exists():
            self._closed.replace(self._open)

    def begin(self) -> Path:
        """Claims the writing of a new one: to be called while nobody else has the archive open. Raises OSError."""
        part = self._closed.with_name(f"manifest.{os.getpid()}-{os.urandom(4).hex()}.part")
        part.touch(exist_ok=False)
        return part

    def finish(self, part: Path, key: SigningKey) -> bool:
        """Writes what ``begin`` claimed; False: a run has begun meanwhile, and will. Raises OSError."""
        announced = self._names()
        now = utc_now()
        listed = _Round(self.folder, self._last(key.public), now).listed(announced)
        text = f"{key.public.name}{_TITLE}\ntime {rfc3339(now)}\n{written(listed)}"
        try:
            with part.open("r+b") as file:
                file.write(key.sign(text).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._closed)
        except FileNotFoundError:
            return False
        self._open.unlink(missing_ok=True)
        if self._names() == announced:
            self._announced.unlink(missing_ok=True)
        sync(self._closed.parent)
        return True

    def announce(self, *paths: Path) -> None:
        """Says that files are about to be written, rewritten, moved or removed: the next manifest looks at them anew.

        What is on the list is struck off. The archive is open to be written. Raises OSError.
        """
        self._announced.parent.mkdir(exist_ok=True)
        with self._announced.open("a", encoding="utf-8") as file:
            file.write("".join(f"{encoded(self.folder, path)}\n" for path in paths))
            file.flush()
            if any(path.exists() for path in paths):  # a new one that a power cut hides is found within a day
                os.fsync(file.fileno())

    @property
    def exists(self) -> bool:
        """Whether there is one, of a run that has ended or from before one that is on."""
        return any(path.exists() for path in (self._closed, self._open, self._closed))  # it may be renamed meanwhile

    @property
    def is_closed(self) -> bool:
        """Whether all files should be as it says: no run has begun since it was written."""
        return self._closed.exists()

    def listed(self, keys: list[PublicKey]) -> list[Listed]:
        """What it lists, its closed parts among it; empty: there is none. Raises BadProof if it was altered.

        Of a part that was altered, or is lost, the files aren't named; the part is.
        """
        announced = self._names()
        return [one for one in latest(self.folder, self._signed(keys).lines) if one.path not in announced]

    def altered(self, one: Listed) -> str:
        """What is wrong with a listed file; empty: nothing, or nothing can be said while a run is on. Raises OSError.

        Reads the file. A manifest that a run invalidates meanwhile says nothing of files it may change.
        """
        if one.may_change and not (self._is_untouched(one) and os.access(local(self.folder, one.path), os.R_OK)):
            return ""
        what = self._altered(one)
        holds = self.is_closed and not one.may_change
        if not what or holds or one.is_for_good or (one.is_to_stay and what == _MISSING):
            return what
        return what if self._is_untouched(one) else ""

    def unlisted(self, listed: list[Listed]) -> list[str]:
        """Files that it doesn't list: nothing can be said of them. Their names as in the manifest."""
        known = {one.path for one in listed}
        return [path for path, _ in files(self.folder) if path not in known and path not in SHARED]

    def _altered(self, one: Listed) -> str:
        path = local(self.folder, one.path)
        if not path.is_file():
            return _MISSING
        size = path.stat().st_size
        if size != one.size and not (size > one.size and one.may_grow):
            return f"has {size} bytes, not the {one.size} it was closed with"
        return "isn't what it was closed with" if sha256(path, one.size) != one.sha256 else ""

    def _is_untouched(self, one: Listed) -> bool:
        try:
            status = local(self.folder, one.path).stat()
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (one.size, one.mtime_ns)

    def _last(self, key: PublicKey) -> _Note:
        try:
            return self._signed([key])
        except BadProof:
            return _Note()

    def _signed(self, keys: list[PublicKey]) -> _Note:
        for path in (self._closed, self._open):
            try:
                with path.open("rb") as file:
                    return _parsed(file.read(MAX_NOTE_BYTES + 1), keys)
            except FileNotFoundError:
                continue
        return _Note()

    def _names(self) -> dict[str, None]:
        """What was announced, in that order."""
        try:
            return dict.fromkeys(self._announced.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return {}


class _Round:
    """What a new manifest lists. What nobody touched isn't read again: altered, it stays noticed."""

    def __init__(self, folder: Path, last: _Note, now: datetime) -> None:
        self._folder, self._last, self._now = folder, last, now

    def listed(self, announced: dict[str, None]) -> list[Listed]:
        """Closed parts, then what came into TOLD_FOLDERS since, in that order, then all else."""
        parts = [one for one in self._last.lines if one.is_list]
        known = {one.path: one for one in self._last.lines if one.path not in announced and not one.is_list}
        kept = [one for one in known.values() if one.is_kept]
        kept += (self._told(path) for path in announced if is_kept(path))
        if self._is_past(_DAY_S):
            kept = self._compared(parts, kept)
        more, kept = closed(self._folder, kept)
        rest = {one.path: one for one in self._rest(known, announced)}
        lost = [one for one in known.values() if one.is_to_stay and not one.is_kept and one.path not in rest]
        return [*parts, *more, *kept, *rest.values(), *lost]

    def _told(self, path: str) -> Listed:
        status = status_of(self._folder, path)
        return self._looked_at(path, status) if status else Listed.gone(path)

    def _compared(self, parts: list[Listed], kept: list[Listed]) -> list[Listed]:
        """With what nobody announced: files that came, and files that may go and went.

        Left for another day while a part is damaged: what it lists would be taken for new.
        """
        old: dict[str, Listed] = {}
        for part in parts:
            if (lines := lines_of(self._folder, part)) is None:
                return kept
            old |= {one.path: one for one in lines}
        there = [path for path, _ in files(self._folder) if is_kept(path)]
        listed = {path: one for path, one in (old | {one.path: one for one in kept}).items() if not one.is_gone}
        went = {path for path, one in listed.items() if not one.is_to_stay} - set(there)
        came = [path for path in there if path not in listed]
        gone = [Listed.gone(path) for path in old if path in went]
        return [one for one in kept if one.path not in went.union(came)] + gone + [self._told(path) for path in came]

    def _rest(self, known: dict[str, Listed], announced: dict[str, None]) -> Iterator[Listed]:
        """All that isn't kept, as far as it can be told now."""
        left_out = () if self._is_past(_DAY_S) else TOLD_FOLDERS
        for path, entry in files(self._folder, left_out):
            if is_kept(path):
                continue
            try:
                status = entry.stat()
            except FileNotFoundError:  # it was removed meanwhile
                continue
            if one := self._seen(path, status, known.get(path)):
                yield one
        for path in dict.fromkeys([*known, *announced]):
            if is_kept(path) or not path.startswith(tuple(f"{folder}/" for folder in left_out)):
                continue
            found = status_of(self._folder, path)
            if found and (one := self._seen(path, found, known.get(path))):
                yield one

    def _seen(self, path: str, status: os.stat_result, known: Listed | None) -> Listed | None:
        """None: it is large, and will be read another time."""
        stamp = (status.st_size, status.st_mtime_ns)
        if known and (known.is_for_good or stamp == (known.size, known.mtime_ns)):
            return known
        is_due = status.st_size < READ_AT_ONCE or self._is_past(status.st_size / PAID_BYTES)
        return self._looked_at(path, status) if is_due else None

    def _looked_at(self, path: str, status: os.stat_result) -> Listed:
        return Listed(path, sha256(local(self._folder, path), status.st_size), status.st_size, status.st_mtime_ns)

    def _is_past(self, seconds: float) -> bool:
        """Whether the last manifest was signed in another period of that many seconds."""
        return self._now.timestamp() // seconds != self._last.signed_at.timestamp() // seconds


def _parsed(note: bytes, keys: list[PublicKey]) -> _Note:
    text, key = opened(note, keys)
    head, _, rest = text.partition("\n")
    time, _, lines = rest.partition("\n")
    if head != key.name + _TITLE or not time.startswith("time "):
        raise BadProof("not a list of an archive's files")
    try:
        signed_at = datetime.fromisoformat(time.removeprefix("time "))
    except ValueError as error:
        raise BadProof("not a list of an archive's files") from error
    return _Note(signed_at.astimezone(UTC), tuple(read(lines)))
