"""Scrapy's feeds in our forms, published whole or not at all (FEED_EXPORTERS, FEED_STORAGES)."""

from __future__ import annotations

from snapshotter.exporters.records import JsonlExporter, TextExporter
from snapshotter.exporters.storage import WholeFileStorage

__all__ = ["JsonlExporter", "TextExporter", "WholeFileStorage"]
