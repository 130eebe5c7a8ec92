"""That nothing was altered, made checkable by anyone: docs/proof.md is the specification.

An append-only Merkle tree with one leaf a capture (``merkle``, ``leaf``, ``log``), heads of it signed with the
archive's key (``notes``, ``heads``), a signed list of the archive's files (``manifest``), and the bundle that proves
one snapshot with no archive at hand (``bundle``). Nothing here knows the catalog: that is ``store.proofs``.
"""

from __future__ import annotations
