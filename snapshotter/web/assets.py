"""Our own files: style sheet and icon, by name, kept by browsers for good."""

from __future__ import annotations

from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.codings import takes
from snapshotter.web.cache import gzipped
from snapshotter.web.rendering import STATIC

TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript", ".xsl": "text/xsl"}


async def static_file(request: Request) -> Response:
    """A file of ``static/``; 404 for what isn't there."""
    name = request.path_params["name"]
    files = _files()
    if name not in files:
        raise HTTPException(404)
    body, packed, kind = files[name]
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if takes("gzip", request.headers.get("accept-encoding", "")):
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
    return Response(body, headers=headers, media_type=kind)


@cache
def _files() -> dict[str, tuple[bytes, bytes, str]]:
    """All of them, read once: as they are, gzipped, and their media type."""
    found = [(path, path.read_bytes()) for path in STATIC.iterdir() if path.suffix in TYPES]
    return {path.name: (body, gzipped(body), TYPES[path.suffix]) for path, body in found}
