"""What people ask of the site, in the archive's ``site.db``: not derivable, and partly personal.

The file is its owner's alone (0600); who holds an address of it is known by the SHA-256 of a token. Methods raise
ArchiveError where it can't be read, CannotWrite where it can't be written.
"""

from __future__ import annotations

from snapshotter.desk.book import NAME, Desk
from snapshotter.desk.requests import DECISIONS, Ask, Request, Requests
from snapshotter.desk.tokens import digest, new_token

__all__ = ["DECISIONS", "NAME", "Ask", "Desk", "Request", "Requests", "digest", "new_token"]
