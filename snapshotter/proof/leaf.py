"""A capture as the proof log has it: what its leaf is made of, to the byte."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from snapshotter.errors import BadProof
from snapshotter.proof.merkle import leaf_hash

LEAF_HEAD = "snapshotter-leaf/1"
SALT_BYTES = 32
FIELDS = ("record_id", "url", "captured_at", "block_digest", "payload_digest", "record_digest")
"""In their order."""
_values = attrgetter(*FIELDS)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf commits to, each as it stands in the WARC records."""

    record_id: str
    """WARC-Record-ID of the response, or of the revisit that stands for it, with its angle brackets."""
    url: str
    """Its WARC-Target-URI."""
    captured_at: str
    """Its WARC-Date."""
    block_digest: str
    """Of its block: ``sha256:`` and 64 hex digits, as in our WARC-Block-Digest."""
    payload_digest: str
    """Of the entity body after transfer decoding, as in our WARC-Payload-Digest; the record's ``raw_sha256``."""
    record_digest: str
    """Of the snapshot's record, a line of JSON: the WARC-Block-Digest of its conversion."""

    def data(self, salt: bytes) -> bytes:
        """The leaf's bytes: a line a field behind LEAF_HEAD, the salt in hex last. Raises BadProof."""
        lines = "\n".join((LEAF_HEAD, *_values(self), salt.hex(), ""))
        if lines.count("\n") != len(FIELDS) + 2 or len(salt) != SALT_BYTES:
            raise BadProof("a leaf's field may hold no line break, and its salt has 32 bytes")
        return lines.encode("utf-8", "replace")

    def values(self) -> tuple[str, ...]:
        """The fields' values, in their order."""
        return tuple(_values(self))

    def hash(self, salt: bytes) -> bytes:
        """The leaf's hash in the tree."""
        return leaf_hash(self.data(salt))
