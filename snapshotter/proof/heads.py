"""Tree heads: how large the log was, and its root, signed (C2SP ``tlog-checkpoint``)."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from snapshotter.errors import BadProof
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.proof.notes import PublicKey, SigningKey, opened, unbase64

SUFFIX = ".head"
STAMP_SUFFIX = ".tsr"
"""An RFC 3161 timestamp reply over the head of the same name."""
MAX_HEAD_BYTES = 4096

_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/=]{44})\ntime ([0-9TZ:-]{20})\n")


@dataclass(frozen=True, slots=True)
class Head:
    """A state of the log."""

    origin: str
    """The log's name: that of the key that signs it."""
    size: int
    """Leaves."""
    root: bytes
    signed_at: str
    """RFC 3339, UTC: what the signer's clock said. Only a timestamp of another's proves it."""

    def text(self) -> str:
        """The text that is signed: origin, size, root in base64, and the time as an extension line."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\ntime {self.signed_at}\n"

    def signed(self, key: SigningKey) -> bytes:
        """The head as a signed note."""
        return key.sign(self.text()).encode()

    @property
    def name(self) -> str:
        """Its file's; in the order of names, heads are in the order of their sizes and times."""
        return f"{self.size:012}-{re.sub('[^0-9]', '', self.signed_at)}{SUFFIX}"


def read_head(note: bytes, keys: Iterable[PublicKey]) -> Head:
    """A signed head. Raises BadProof."""
    if len(note) > MAX_HEAD_BYTES:
        raise BadProof("not a tree head: it is too long")
    text, key = opened(note, keys)
    parts = _TEXT.fullmatch(text)
    if not parts or parts[1] != key.name:
        raise BadProof("not a tree head: origin, size, root and time, a line each")
    return Head(parts[1], int(parts[2]), unbase64(parts[3]), parts[4])


class Heads:
    """The folder of a log's signed heads, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, head: Head, key: SigningKey) -> Path:
        """Signs a head and puts it there, whole or not at all. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / head.name
        part_of(path).write_bytes(head.signed(key))
        put_in_place(part_of(path), path)
        return path

    def paths(self) -> list[Path]:
        """All of them, oldest first."""
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def last(self) -> Path | None:
        """The last one; None: there is none."""
        name = max(self._names(), default="")
        return self.folder / name if name else None

    def last_size(self) -> int:
        """How many leaves the last one covers, by its name; 0: there is none."""
        return max((_size(name) for name in self._names()), default=0)

    def last_signed_at(self) -> str:
        """When the last one was signed, by its name: ``YYYYMMDDhhmmss``; empty: there is none."""
        return max((name.removesuffix(SUFFIX).partition("-")[2] for name in self._names()), default="")

    def covering(self, index: int) -> Iterator[Path]:
        """Those that cover a leaf, oldest first."""
        return (path for path in self.paths() if _size(path.name) > index)

    def _names(self) -> list[str]:
        try:
            with os.scandir(self.folder) as found:
                return [entry.name for entry in found if entry.name.endswith(SUFFIX)]
        except FileNotFoundError:
            return []


def _size(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0
