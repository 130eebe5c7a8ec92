"""WACZ 1.1.1: WARC files, their index and a list of pages in one ZIP file, that ReplayWeb.page and others open.

::

    archive/*.warc.gz                        stored, so that a reader can pick a record out of the ZIP file
    indexes/index.cdx.gz, indexes/index.idx  CDXJ in gzip members, and where each of them starts
    pages/pages.jsonl                        what to look at: URL, time, title, text
    datapackage.json                         each file's bytes and SHA-256
    datapackage-digest.json                  that one's SHA-256, signed with the archive's key
"""

from __future__ import annotations

from snapshotter.formats.wacz.read import Warc, check, warc_of, warcs
from snapshotter.formats.wacz.signature import Signer, signer
from snapshotter.formats.wacz.write import Capture, Written, write

__all__ = ["Capture", "Signer", "Warc", "Written", "check", "signer", "warc_of", "warcs", "write"]
