"""What stands behind a snapshot: the page as it was archived, and the proof that it is unaltered."""

from __future__ import annotations

import logging

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.codings import content
from snapshotter.errors import ArchiveError, BadHttp, BadProof, BadWarc, SnapshotNotFound, Withheld
from snapshotter.http1 import payload, read_head
from snapshotter.items import Snapshot
from snapshotter.proof.bundle import Proven, checked
from snapshotter.store.proving import prove
from snapshotter.store.reader import ArchiveReader
from snapshotter.web.context import Context
from snapshotter.web.headers import ORIGINAL_POLICY
from snapshotter.web.rendering import unless_held

log = logging.getLogger(__name__)

MAX_BYTES = 16 << 20
"""Of an original, decoded; what is beyond isn't shown."""
READERS = 2
TEXTS = {"text/html": "text/html", "application/xhtml+xml": "text/html"}
"""What a browser may show of the archived media types; anything else is shown as plain text or only downloaded."""


class Evidence:
    """``/original/…`` and ``/proof/…``."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._renderer = context.renderer
        self._limiter = CapacityLimiter(READERS)

    async def original(self, request: Request) -> Response:
        """The archived page under a policy that runs no script and asks nothing of the network.

        Raises SnapshotNotFound, Withheld; HTTPException 404 where nothing was archived, 503 where it can't be read.
        """
        name = request.path_params["id"]
        try:
            snapshot, body = await to_thread.run_sync(_archived, self._reader, name, limiter=self._limiter)
        except (SnapshotNotFound, Withheld):
            raise
        except (ArchiveError, BadWarc) as error:
            log.error("%s: %s; `verify` says what is wrong", request.url.path, error)  # noqa: TRY400  (it says all)
            raise HTTPException(503) from error
        self._reader.get(name)  # it may have been taken down meanwhile
        headers = {
            "Content-Security-Policy": ORIGINAL_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "no-cache",
            "X-Robots-Tag": "noindex, nofollow",
            "Content-Type": _media_type(snapshot),
        }
        return unless_held(request, Response(body, headers=headers))

    async def proof(self, request: Request) -> Response:
        """What is proven of a snapshot, and how to check it. Raises SnapshotNotFound, Withheld."""
        name = request.path_params["id"]
        snapshot = self._reader.get(name)
        try:
            proven, size = await to_thread.run_sync(_proven, self._reader, name, limiter=self._limiter)
        except Withheld:
            raise
        except (ArchiveError, BadProof, BadWarc) as error:
            log.warning("%s: %s", request.url.path, error)  # names folders: not for the page
            why = "proof_due" if isinstance(error, ArchiveError) else "proof_broken"
            missing = {"record": snapshot, "proven": None, "missing": self._renderer.words(request)[why]}
            return self._renderer.answer(request, "proof.html", missing)
        return self._renderer.answer(request, "proof.html", {"record": snapshot, "proven": proven, "size": size})

    async def proof_file(self, request: Request) -> Response:
        """The proof itself. Raises SnapshotNotFound, Withheld; HTTPException 404 where there is none yet."""
        name = request.path_params["id"]
        try:
            bundle = await to_thread.run_sync(prove, self._reader, name, limiter=self._limiter)
        except (SnapshotNotFound, Withheld):
            raise
        except (ArchiveError, BadProof, BadWarc) as error:
            raise HTTPException(404) from error
        headers = {"Content-Disposition": f'attachment; filename="{name}.proof.json"', "Cache-Control": "no-cache"}
        return unless_held(request, Response(bundle, headers=headers, media_type="application/json"))


def _archived(reader: ArchiveReader, name: str) -> tuple[Snapshot, bytes]:
    snapshot = reader.get(name)
    block = reader.response_block(snapshot)
    try:
        head = read_head(block)
    except BadHttp as error:
        raise HTTPException(404) from error
    coding = ",".join(head.get_all("content-encoding"))
    return snapshot, content(payload(block, head), coding, MAX_BYTES)[0]


def _media_type(snapshot: Snapshot) -> str:
    """With the charset that the page was read in, whatever its header said."""
    kind = TEXTS.get(snapshot.content_type.partition(";")[0].strip().lower(), "text/plain")
    charset = snapshot.encoding if snapshot.encoding.replace("-", "").replace("_", "").isalnum() else "utf-8"
    return f"{kind}; charset={charset}"


def _proven(reader: ArchiveReader, name: str) -> tuple[Proven, int]:
    """A snapshot's proof, checked as any stranger would check it; and its size in bytes."""
    bundle = prove(reader, name)
    return checked(bundle), len(bundle)
