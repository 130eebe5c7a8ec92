"""Records on stdout, in the form that was asked for."""

from __future__ import annotations

import sys
from typing import BinaryIO

from snapshotter.commands.base import Settings
from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import Edition
from snapshotter.items import Snapshot

FORMATS = ("json", "text", "html")


def edition_of(settings: Settings) -> Edition:
    """The edition that the settings ask for. Raises UsageError if there is none such."""
    return Edition.of(
        settings.get("SNAPSHOTTER_LOCALE"), settings.get("SNAPSHOTTER_TIMEZONE"), settings.get("SNAPSHOTTER_HOST")
    )


class Output:
    """Writes records to stdout: a line of JSON, a text, or an HTML page."""

    def __init__(self, form: str, edition: Edition) -> None:
        self.form = form
        self.edition = edition
        self._stream: BinaryIO = sys.stdout.buffer
        self._written = 0

    def write(self, snapshot: Snapshot) -> None:
        """Write one record. Raises OSError where stdout can't take it."""
        self._written += 1
        self._stream.write(self._encoded(snapshot))

    def flush(self) -> None:
        """Hand on what was written so far, to a reader that waits for it. Raises OSError as ``write``."""
        self._stream.flush()

    def end(self) -> None:
        """Leave a terminal's prompt on a line of its own."""
        if self.form != "json" and self._written and sys.stdout.isatty():
            self._stream.write(b"\n")

    def _encoded(self, snapshot: Snapshot) -> bytes:
        if self.form == "json":
            return (jsonl.dumps(snapshot) + "\n").encode()
        if self.form == "text":
            return text.encode(snapshot, edition=self.edition, first=self._written == 1)
        from snapshotter.formats import html  # noqa: PLC0415  (nothing else here needs it)

        return html.write(snapshot, edition=self.edition).encode()
