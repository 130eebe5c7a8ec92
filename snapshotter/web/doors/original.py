"""The bytes of an archived answer as an answer of ours, that does nothing in a browser and says what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.responses import Response

from snapshotter.codings import content, takes
from snapshotter.errors import BadHttp, SnapshotNotFound
from snapshotter.http1 import Head, payload, read_head
from snapshotter.store import ArchiveReader
from snapshotter.web.headers import ORIGINAL_POLICY

MAX_BYTES = 16 << 20
"""Of a payload that must be decoded for who asks."""
MOST_HEADERS, LONGEST_HEADERS = 60, 16 << 10

_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]+")
_SHOWN = {"text/html": "text/html", "application/xhtml+xml": "text/html"} | {
    name: name for name in ("image/png", "image/jpeg", "image/gif", "image/webp")
}
_CODINGS = {"gzip", "br", "zstd", "deflate"}


def raw(reader: ArchiveReader, name: str, accepts: str) -> Response:
    """The payload of a capture, its own headers as ``X-Archive-Orig-…``.

    Its content coding is kept for who accepts it, and undone for others where that gives all of it. Raises
    SnapshotNotFound, Withheld, ArchiveError.
    """
    block = reader.response_block(reader.get(name))
    try:
        head = read_head(block)
    except BadHttp as error:
        raise SnapshotNotFound(f"nothing of {name} is archived") from error
    coding = ",".join(head.get_all("content-encoding")).strip().lower()
    body = payload(block, head)
    keeps = coding in _CODINGS and takes(coding, accepts)
    if coding and not keeps:
        decoded, is_whole = content(body, coding, MAX_BYTES)
        body, keeps = (decoded, False) if is_whole else (body, coding in _CODINGS)
    answer = Response(body, _status(head.status))
    answer.raw_headers = [
        *((name, value) for name, value in answer.raw_headers if name == b"content-length"),
        (b"content-type", _media_type(head).encode("latin-1")),
        (b"content-security-policy", ORIGINAL_POLICY.encode()),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"cache-control", b"no-cache"),
        (b"vary", b"accept-encoding"),
        *([(b"content-encoding", coding.encode())] if keeps else []),
        *_archived(head),
    ]
    return answer


def _status(archived: int) -> int:
    """As archived, but for those that would lead on or have no body."""
    return archived if 200 <= archived < 600 and archived not in {204, 205} and archived // 100 != 3 else 200


def _archived(head: Head) -> Iterator[tuple[bytes, bytes]]:
    """Its headers, as many as clients put up with, that can't be taken for ours or end the head."""
    size = 0
    for name, value in head.headers[:MOST_HEADERS]:
        size += len(name) + len(value)
        if _NAME.fullmatch(name) and size <= LONGEST_HEADERS:
            yield b"x-archive-orig-" + name.lower(), _CONTROL.sub(b" ", value).strip()


def _media_type(head: Head) -> str:
    """What a browser may show as it is; text as plain text, all else as bytes to keep."""
    kind, _, rest = head.get("content-type").lower().partition(";")
    kind = kind.strip()
    found = re.search(r"charset\s*=\s*[\"']?([a-z0-9_.:-]{1,40})", rest)
    shown = _SHOWN.get(kind) or ("text/plain" if kind.startswith("text/") or "json" in kind else "")
    charset = f"; charset={found[1]}" if found and shown.startswith("text/") else ""
    return f"{shown or 'application/octet-stream'}{charset}"
