"""Every exception Snapshotter raises on purpose, in one tree.

SnapshotterError
├── UsageError              the call or a setting can't be used as given
├── SiteRuleError           a file of data/sites says something unreadable
├── FetchError              nothing usable came back
│   ├── NetworkError        DNS, connection, TLS, time-out
│   │   └── NotPublic       the host is of the local network, and a page led there
│   └── RobotsRefused       robots.txt forbids the URL
├── ExtractError            a page could not be read
│   ├── BadDate             it states a time that can't be one
│   └── WorkerLost          the worker died or hung on it
├── FormatError             a file or stream isn't what it says it is
│   ├── BadCdxj             not a line of a CDXJ index
│   ├── BadHttp             not an HTTP/1 message
│   ├── BadProof            not a proof, signed head or key of the proof log, or one that was altered
│   ├── BadRecord           not a line of snapshot JSON
│   ├── BadText             not the snapshot text format
│   ├── BadWacz             not a WACZ package, or one that isn't what it says
│   └── BadWarc             not a WARC record
└── ArchiveError            the archive folder
    ├── ArchiveNotFound     there is none at that place
    ├── SnapshotNotFound    it holds no such snapshot
    ├── CatalogTooNew       its catalog was written by a newer Snapshotter
    ├── DigestMismatch      a stored block isn't what its digest says
    ├── SearchTooLong       a search was ended, because it would have taken too long
    └── CannotWrite         disk full, read-only, not permitted
"""

from __future__ import annotations


class SnapshotterError(Exception):
    """Anything Snapshotter raises on purpose; its text says what to do next."""


class UsageError(SnapshotterError):
    """The call or a setting can't be used as given. Correct it and call again."""


class SiteRuleError(SnapshotterError):
    """A site rule file can't be read. The text names file and key; mend it there."""


class FetchError(SnapshotterError):
    """Nothing usable came back for a URL."""


class NetworkError(FetchError):
    """DNS, connection, TLS or time-out: no response. Trying again later may help."""


class NotPublic(NetworkError):
    """A page or redirect led to a host whose address isn't on the open internet. The text says how to allow it."""


class RobotsRefused(FetchError):
    """The site's robots.txt forbids the URL to our user agent."""


class ExtractError(SnapshotterError):
    """A page could not be read. It is archived all the same."""


class BadDate(ExtractError):
    """A page or feed states a time that can't be one. ``raw`` is its own text."""

    def __init__(self, raw: str, reason: str = "") -> None:
        self.raw = raw
        super().__init__(f"not a time: {raw[:80]!r}" + (f" ({reason})" if reason else ""))


class WorkerLost(ExtractError):
    """The worker process died or ran out of time on a page; the pool has a new one."""


class FormatError(SnapshotterError):
    """A file or stream isn't what it says it is."""


class BadCdxj(FormatError):
    """A line isn't one of a CDXJ index. Write the index anew from its WARC file."""


class BadHttp(FormatError):
    """The bytes aren't an HTTP/1 message."""


class BadProof(FormatError):
    """A proof, signed head or key isn't what it says, or was altered. The text says what."""


class BadRecord(FormatError):
    """A line isn't a snapshot record. The text says which key is wrong."""


class BadText(FormatError):
    """A text isn't in the snapshot text format. The text says at which line."""


class BadWacz(FormatError):
    """A file isn't a WACZ package, or a part of it isn't what its manifest says. Get another copy."""


class BadWarc(FormatError):
    """The bytes aren't a WARC record. The text says at which offset."""


class ArchiveError(SnapshotterError):
    """Something about the archive folder."""


class ArchiveNotFound(ArchiveError):
    """There is no archive at that place. Name another with --archive, or crawl first."""


class SnapshotNotFound(ArchiveError):
    """The archive holds no snapshot of that id or URL."""


class Withheld(ArchiveError):
    """What was asked for was taken down, or an access rule hides it. The text says why."""

    def __init__(self, reason: str, tombstone: str = "") -> None:
        self.tombstone = tombstone
        """What is left of the record, a line of JSON; empty where it wasn't taken down, but a rule hides it."""
        super().__init__(reason)


class CatalogTooNew(ArchiveError):
    """A newer Snapshotter wrote this catalog. Upgrade, or rebuild the catalog with this one."""


class DigestMismatch(ArchiveError):
    """A stored block isn't what its digest says. Restore the file from a copy, then verify again."""


class SearchTooLong(ArchiveError):
    """A search was ended, because it would have taken too long. Add a rarer word, or a filter."""


class CannotWrite(ArchiveError):
    """The archive can't be written: disk full, read-only or not permitted. Nothing stored is lost."""
