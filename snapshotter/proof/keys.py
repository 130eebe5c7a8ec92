"""The archive's keys: ``keys/proof.key``, made when it is first needed, and the public halves of all there were."""

from __future__ import annotations

import os
from pathlib import Path

from snapshotter.errors import ArchiveError, BadProof
from snapshotter.formats.files import sync
from snapshotter.proof.notes import PublicKey, SigningKey

MAX_KEY_BYTES = 1024


def signing_key(folder: Path, name: str = "") -> SigningKey:
    """The archive's private key; made, and called ``name``, if it never had one. ``folder``: the archive's.

    Raises ArchiveError if it is lost or damaged, OSError.
    """
    path, public = folder / "keys" / "proof.key", folder / "keys" / "proof.pub"
    if not path.exists():
        if public.exists():
            raise ArchiveError(
                f"{path} is lost: restore it from a copy; to go on with a new key, rename {public.name} to another .pub"
            )
        _make(path, name)
    try:
        key = SigningKey.parse(_line(path))
    except BadProof as error:
        raise ArchiveError(f"{path} can't be used: {error}; restore it from a copy") from error
    if not public.exists():
        _write(public, str(key.public), 0o644)
    return key


def public_keys(folder: Path) -> list[PublicKey]:
    """Every public key the archive ever signed with, the present one first; empty: none yet. Raises BadProof."""
    paths = sorted((folder / "keys").glob("*.pub"), key=lambda path: (path.name != "proof.pub", path.name))
    return [PublicKey.parse(_line(path)) for path in paths]


def key_problems(folder: Path) -> list[tuple[Path, str]]:
    """What is wrong with the keys: (file, what)."""
    found = []
    for path in sorted((folder / "keys").glob("*.pub")):
        try:
            PublicKey.parse(_line(path))
        except (BadProof, OSError) as error:
            found.append((path, str(error)))
    path, public = folder / "keys" / "proof.key", folder / "keys" / "proof.pub"
    if path.exists():
        try:
            key = SigningKey.parse(_line(path)).public
            if not found and str(key) != _line(public):
                found.append((public, "the public key isn't that of proof.key"))
        except (BadProof, OSError) as error:
            found.append((path, str(error)))
    return found


def _make(path: Path, name: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path, SigningKey.generate(name or "snapshotter").serialized(), 0o600)


def _write(path: Path, line: str, mode: int) -> None:
    """A new file, there whole or not at all; where another process was first, its file stays."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(descriptor)
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync(path.parent)


def _line(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_KEY_BYTES)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadProof("not a key") from error
    if not text.endswith("\n") or "\n" in text[:-1]:
        raise BadProof("not a key: one line, with a line break at its end")
    return text[:-1]
