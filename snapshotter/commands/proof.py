"""``proof``: what anybody can check, without this archive and without trusting it, that a snapshot wasn't altered."""

from __future__ import annotations

import argparse
import sys

from snapshotter.commands.base import BaseCommand


class Command(BaseCommand):
    """Proves a snapshot."""

    summary = "prove that a snapshot is unchanged since it was logged"
    arguments = "ID|URL"
    description = """
Prints the proof of a snapshot as one line of JSON: its record, its leaf in
the archive's log, the path from there to a signed head of the log, and the
WARC records. `snapshotter verify --proof FILE` checks it anywhere, and so
does tools/verify_proof.py; docs/proof.md says how to write another verifier.
Publish the key and the heads: who kept them can tell if the log is rewritten.

exit status: 0 printed, 1 no archive or no such snapshot there, or no head
covers it yet, 2 usage, 7 the archive can't be written"""
    examples = (
        "https://example.com/news/1.html > proof.json",
        "sn_0123456789abcdef01234567 > proof.json",
        "--key > archive.pub    # the archive's public key",
        "--head > today.head    # the last signed head; see verify --since",
        "--sign    # sign a head now, as the end of each run does",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What in place of a proof."""
        parser.add_argument("--key", action="store_true", help="print the archive's public key")
        parser.add_argument("--head", action="store_true", help="print the last signed head of the log")
        parser.add_argument("--sign", action="store_true", help="sign a head of the log as it is now, and print it")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it."""
        if len(args) + opts.key + opts.head + opts.sign != 1:
            self.wrong("name one ID or URL, or --key, --head or --sign")
        if args:
            self._print_proof(args[0])
        elif opts.key:
            self._print_key()
        else:
            self._print_head(sign=opts.sign)
        return 0

    def _print_proof(self, name: str) -> None:
        from snapshotter.store.proving import prove  # noqa: PLC0415

        with self.reader() as archive:
            bundle = prove(archive, name)
        sys.stdout.flush()
        sys.stdout.buffer.write(bundle)

    def _print_key(self) -> None:
        from snapshotter.errors import ArchiveError  # noqa: PLC0415
        from snapshotter.proof.keys import public_keys  # noqa: PLC0415

        keys = public_keys(self.folder)
        if not keys:
            raise ArchiveError(f"{self.folder} has no key yet: the first run that writes to it makes one")
        print(keys[0])

    def _print_head(self, *, sign: bool) -> None:
        from snapshotter.store import Archive  # noqa: PLC0415
        from snapshotter.store.closing import close_manifest, stamp_last_head  # noqa: PLC0415
        from snapshotter.store.proving import last_head  # noqa: PLC0415

        if sign:
            with Archive.open(self.folder, archive_name=self.settings.get("SNAPSHOTTER_HOST") or ""):
                pass  # closing it signs
            if url := self.settings.get("SNAPSHOTTER_TIMESTAMP_URL"):
                stamp_last_head(self.folder, url)
                close_manifest(self.folder)
        sys.stdout.write(last_head(self.folder).decode())
