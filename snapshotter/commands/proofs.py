"""What ``verify`` does with a proof, a head or a key that somebody kept."""

from __future__ import annotations

import sys
from pathlib import Path

from snapshotter.errors import BadProof, UsageError
from snapshotter.proof.bundle import MAX_BUNDLE_BYTES, Proven, checked
from snapshotter.proof.heads import MAX_HEAD_BYTES
from snapshotter.proof.keys import MAX_KEY_BYTES
from snapshotter.proof.notes import PublicKey
from snapshotter.proof.stamps import stamped_at
from snapshotter.report.terminal import paint

MAX_PEM_BYTES = 1 << 20


def key_of(name: str | None) -> PublicKey | None:
    """The public key that a file of that name holds, or the name itself is; None for None. Raises UsageError."""
    if not name:
        return None
    try:
        return PublicKey.parse(name if "+" in name else _read(name, MAX_KEY_BYTES).decode("utf-8", "replace").strip())
    except BadProof as error:
        raise UsageError(f"--key {name}: {error}") from error


def check_proof(name: str, key: PublicKey | None, authority: str | None = None) -> None:
    """Checks a proof (``-`` is stdin), and says what it proves. Raises BadProof, UsageError.

    ``authority``: a file of certificates that a timestamp has to be signed under; None: its signature isn't checked.
    """
    data = sys.stdin.buffer.read(MAX_BUNDLE_BYTES + 1) if name == "-" else _read(name, MAX_BUNDLE_BYTES)
    try:
        proven = checked(data, key)
        time = _time(proven, authority)
    except BadProof as error:
        raise BadProof(f"{name}: {error}") from error
    sys.stderr.write("\n".join(_said(proven, time, is_known=key is not None)) + "\n")


def check_head(folder: Path, name: str, key: PublicKey | None) -> None:
    """Checks that the archive's log begins with the log of a head, and says so. Raises BadProof, ArchiveError."""
    from snapshotter.store import ArchiveReader  # noqa: PLC0415
    from snapshotter.store.proving import check_since  # noqa: PLC0415

    with ArchiveReader.open(folder) as archive:
        try:
            head, size = check_since(archive, _read(name, MAX_HEAD_BYTES), [key] if key else ())
        except BadProof as error:
            raise BadProof(f"{name}: {error}") from error
    said = f"the log of {folder}, {size:,} leaves, begins with the {head.size:,} of that head ({head.signed_at})"
    sys.stderr.write(paint(said, "green", sys.stderr) + "\n")


def _time(proven: Proven, authority: str | None) -> str:
    """What is to be said of the bundle's timestamp. Raises BadProof, UsageError."""
    parts = proven.parts
    if not parts.timestamp:
        if authority:
            raise BadProof("there is no timestamp in it")
        return "none in the proof: when it was logged is the archive's own word"
    roots = _read(authority, MAX_PEM_BYTES) if authority else b""
    try:
        time = stamped_at(parts.head, parts.timestamp, roots)
    except UsageError as error:
        if authority:
            raise
        return f"not checked: {error}"
    return f"{time}, " + ("by the authority given" if authority else "its signature isn't checked (--authority)")


def _said(proven: Proven, time: str, *, is_known: bool) -> list[str]:
    parts, head = proven.parts, proven.head
    lines = [
        paint(f"{parts.id} is what {head.origin} logged", "green", sys.stderr),
        f"URL         {parts.leaf.url}",
        f"Captured    {parts.leaf.captured_at}, as the archive says",
        f"Logged      leaf {parts.index:,} of {head.size:,}, signed {head.signed_at}, as the archive says",
        f"Timestamp   {time}",
        f"Key         {parts.public_key}",
    ]
    if not is_known:
        lines.append("            the one in the proof: compare it with the one that the archive publishes (--key)")
    if not proven.has_payload:
        lines.append("Payload     isn't in the proof: only its digest is proven")
    return lines


def _read(name: str, limit: int) -> bytes:
    """A file that was named on the command line; of one too long, a byte too much. Raises UsageError."""
    try:
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}") from error
