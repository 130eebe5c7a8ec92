"""``convert``: snapshot text to JSON Lines and back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import Output, edition_of
from snapshotter.errors import FormatError, UsageError
from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import Edition
from snapshotter.items import Snapshot

PEEK_BYTES = 4096


class Command(BaseCommand):
    """Converts between the two forms of a record."""

    summary = "turn snapshot texts into JSON Lines, or back"
    arguments = "--to jsonl|text [FILE|-]"
    description = """
Reads snapshot records in either form, told apart by how they begin, and
writes them in the form asked for. Several texts in one stream are parted by
a line that holds only a form feed (U+000C). Text to JSON Lines to text is
byte-identical. Times in texts are in SNAPSHOTTER_TIMEZONE.

exit status: 0 converted, 1 the input is damaged (the message says where; the
records before it are written), 2 usage, 7 stdout can't be written"""
    examples = (
        "--to jsonl snapshot.txt",
        "--to text records.jsonl > snapshots.txt",
        "--to jsonl snapshot.txt | jq .title",
        "--to text -s SNAPSHOTTER_LOCALE=en -s SNAPSHOTTER_TIMEZONE=Europe/London records.jsonl",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--to", choices=("jsonl", "text"), required=True, help="the form to write")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Convert one stream."""
        if len(args) > 1:
            self.wrong("convert one FILE, or - for stdin")
        edition = edition_of(self.settings)
        output = Output("json" if opts.to == "jsonl" else "text", edition)
        with _opened(args[0] if args else "-") as stream:
            for snapshot in _records(stream, edition):
                output.write(snapshot)
        output.end()
        return 0


def _records(stream: BinaryIO, edition: Edition) -> Iterator[Snapshot]:
    """The records of a stream in either form. Raises BadRecord or BadText, and FormatError for neither form."""
    start = stream.peek(PEEK_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")  # type: ignore[attr-defined]
    if start.startswith(b"{"):
        return jsonl.read_all(stream)
    if start.startswith("•".encode()):
        return text.read_all(stream, zone=edition.zone)
    if start:
        raise FormatError(f"neither JSON Lines nor a snapshot text: it begins {start[:20]!r}")
    return iter(())


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield cast("BinaryIO", sys.stdin.buffer)
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115  (it is closed below)
    except OSError as error:
        raise UsageError(f"can't read {name}: {error.strerror}") from error
    with stream:
        yield stream
