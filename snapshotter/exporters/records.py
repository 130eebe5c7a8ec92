"""Snapshots into a feed: ``-O x.jsonl`` the records, ``-O x.txt:snapshot`` the snapshot texts."""

from __future__ import annotations

from abc import abstractmethod
from typing import IO, Any, Self

from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter

from snapshotter.errors import SnapshotterError, UsageError
from snapshotter.extensions.runreport import FEED_ERRORS
from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import Edition
from snapshotter.items import Snapshot


class SnapshotExporter(BaseItemExporter):
    """An exporter of whole snapshots; Scrapy's choice of fields and its indent don't apply."""

    def __init__(self, file: IO[bytes], crawler: Crawler, **options: Any) -> None:
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **options: Any) -> Self:
        """Made by Scrapy's FeedExporter, once a feed."""
        return cls(file, crawler, **options)

    def export_item(self, item: Any) -> None:
        """Writes one snapshot. Raises UsageError for another item, BadRecord for one that the form can't hold."""
        try:
            if not isinstance(item, Snapshot):
                raise UsageError(f"this feed takes snapshots, not {type(item).__name__}; use a format of Scrapy's own")
            data = self.encode(item)
        except SnapshotterError:
            self.crawler.stats.inc_value(FEED_ERRORS)
            raise
        self.file.write(data)

    @abstractmethod
    def encode(self, snapshot: Snapshot) -> bytes:
        """What stands for the snapshot in the feed."""


class JsonlExporter(SnapshotExporter):
    """The records, one a line, as ``formats.jsonl`` writes them."""

    def encode(self, snapshot: Snapshot) -> bytes:
        """A line."""
        return jsonl.dumps(snapshot).encode() + b"\n"


class TextExporter(SnapshotExporter):
    """The snapshot texts, parted by a line that holds only U+000C, in the edition of the settings."""

    def __init__(self, file: IO[bytes], crawler: Crawler, **options: Any) -> None:
        super().__init__(file, crawler, **options)
        settings = crawler.settings
        self.edition = Edition.of(
            settings["SNAPSHOTTER_LOCALE"], settings["SNAPSHOTTER_TIMEZONE"], settings["SNAPSHOTTER_HOST"]
        )
        self.first = not (file.seekable() and file.tell())

    def encode(self, snapshot: Snapshot) -> bytes:
        """A text, with the separator before it unless it is the feed's first; nothing for a tombstone."""
        if snapshot.change == "withdrawn":
            return b""
        data = text.encode(snapshot, edition=self.edition, first=self.first)
        self.first = False
        return data
