"""Signed notes (C2SP ``signed-note``), with Ed25519: a text, an empty line, a line a signature.

What is read must be what would be written: a note, key or number that only means the same is refused, so that
no byte of a file can be changed without being noticed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from snapshotter.errors import BadProof

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MAX_NOTE_BYTES = 64 << 20

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signs: a name and an Ed25519 key."""

    name: str
    raw: bytes
    """The key's 32 bytes."""

    def __str__(self) -> str:
        """``NAME+ID+KEY``: the form in which C2SP's tools exchange keys."""
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.raw)}"

    @property
    def id(self) -> bytes:
        """Four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Reads ``NAME+ID+KEY``. Raises BadProof."""
        name, _, rest = text.partition("+")
        key = cls(name, _raw(rest))
        if not _is_name(name) or len(key.raw) != 32 or str(key) != text:
            raise BadProof(f"not a public key as `snapshotter proof --key` prints one: {text[:120]!r}")
        return key

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether a signature is this key's over the text."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (13 ms that reading doesn't need)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half."""

    public: PublicKey
    secret: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A new key. What a name may not hold (white space, ``+``) becomes ``-``."""
        secret = _ed25519().generate()
        name = re.sub(r"[\s+\x00-\x1f]+", "-", name) or "snapshotter"
        return cls(PublicKey(name, secret.public_key().public_bytes_raw()), secret)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Reads what ``serialized`` wrote. Raises BadProof, which doesn't hold the text."""
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        raw = _raw(rest)
        if len(raw) == 32:
            secret = _ed25519().from_private_bytes(raw)
            key = cls(PublicKey(name, secret.public_key().public_bytes_raw()), secret)
            if key.serialized() == text:
                return key
        raise BadProof("not a private key as Snapshotter writes one")

    def serialized(self) -> str:
        """``PRIVATE+KEY+NAME+ID+KEY``, as Go's ``sumdb/note`` has it."""
        raw = _base64(_ED25519 + self.secret.private_bytes_raw())
        return f"{_PRIVATE}{self.public.name}+{self.public.id.hex()}+{raw}"

    def sign(self, text: str) -> str:
        """The signed note of a text, which ends with a line break."""
        signature = self.public.id + self.secret.sign(text.encode())
        return f"{text}\n— {self.public.name} {_base64(signature)}\n"


def opened(note: bytes, keys: Iterable[PublicKey]) -> tuple[str, PublicKey]:
    """A signed note's text, and which of the keys signed it. Raises BadProof: why it can't be trusted."""
    try:
        text, _, last = note.decode().removesuffix("\n").rpartition("\n")
    except UnicodeDecodeError as error:
        raise BadProof(f"not a signed note: {error}") from error
    line = _SIGNATURE.fullmatch(last)
    if not line or not text.endswith("\n") or len(note) > MAX_NOTE_BYTES or not note.endswith(b"\n"):
        raise BadProof("not a signed note: it ends without a line of one signature")
    name, signature = line[1], unbase64(line[2])
    for key in keys:
        if (key.name, key.id) == (name, signature[:4]):
            if key.has_signed(text, signature[4:]):
                return text, key
            raise BadProof(f"the signature of {name} doesn't fit the text: one of both was altered")
    raise BadProof(f"signed by {name} with a key that isn't known: compare the keys")


def unbase64(text: str) -> bytes:
    """Decodes what ``base64`` writes, and nothing else that means the same. Raises BadProof."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadProof(f"not base64: {text[:80]!r}") from error
    if _base64(data) != text:
        raise BadProof(f"not base64 as it is written: {text[:80]!r}")
    return data


def _ed25519() -> type[Ed25519PrivateKey]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    return Ed25519PrivateKey


def _raw(rest: str) -> bytes:
    """The key's bytes of ``ID+KEY``; empty where it isn't that."""
    try:
        return unbase64(rest.partition("+")[2])[1:]
    except BadProof:  # who asked says what was expected
        return b""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _is_name(name: str) -> bool:
    return bool(name) and not re.search(r"[\s+\x00-\x1f]", name)
