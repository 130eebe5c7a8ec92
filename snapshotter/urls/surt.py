"""A URL as web archives' indexes sort it: SURT, ``org,example)/path?query``.

The form is that of the Internet Archive's ``surt`` (DefaultIAURLCanonicalizer), which indexers and replay
tools look things up by; ``url_key`` says what is one article, and is another thing.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

from snapshotter.patterns import pattern

_PLAIN = pattern(
    r"https?://(?:www\d*\.)?+([a-z0-9-]+(?:\.[a-z0-9-]*[a-z][a-z0-9-]*)+)"
    r"((?:/[a-zA-Z0-9_~-]+(?:\.[a-zA-Z0-9_~-]+)*)+|/)"
)
"""What most URLs look like: no port, query or escape, nothing to leave out."""
_SCHEME = pattern(rb"([a-zA-Z][a-zA-Z0-9+.-]*):")
_REPEATED = pattern(rb"(?:https?://)+(?=https?://)")
_PARTS = pattern(rb"(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_WWW = pattern(rb"www\d*\.")
_NUMERIC_HOST = pattern(rb"\d+(?:\.\d+){0,3}")
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_MAX_CHARACTERS = 8192
_PORTS = {b"http": 80, b"https": 443}

_PATH_SESSIONS = tuple(
    pattern(rb"(.*/)" + session + rb"/([^?]+\.aspx.*)", re.I | re.DOTALL)
    for session in (rb"\((?:[a-z]\([0-9a-z]{24}\))+\)", rb"\([0-9a-z]{24}\)")
)
_QUERY_SESSIONS = tuple(
    pattern(rb"(.*)" + session + rb"(?:&(.*))?", re.I | re.DOTALL)
    for session in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The URL's key: host reversed, no scheme, user, ``www.`` or default port; lower case, parameters in order.

    ``-`` for an empty URL; what can't be taken apart, or is longer than any URL, is its own key. Never raises.
    """
    if len(url) > _MAX_CHARACTERS:
        return url
    if plain := _PLAIN.fullmatch(url):
        return f"{','.join(reversed(plain[1].split('.')))}){plain[2].lower()}"
    try:
        return _surt(url.encode()).decode()
    except ValueError:  # a port that is none, a host that can't be one, a lone surrogate
        return url


def _surt(raw: bytes) -> bytes:
    if not raw or raw.startswith(b"filedesc"):
        return raw or b"-"
    raw = re.sub(rb"[\n\r\t]", b"", raw.strip())
    raw = raw if not raw or _SCHEME.match(raw) else b"http://" + raw
    parts = _PARTS.fullmatch(_REPEATED.sub(b"", raw, count=1) if raw.startswith(b"http") else raw)
    if not parts or not parts[1]:
        raise ValueError("no URL")
    scheme, (host, port), path, query = parts[1], _authority(parts[2] or b""), parts[3], parts[4]
    if scheme.startswith(b"http") and not host and path:
        host, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    host = _host(host, is_web=scheme != b"dns") if host else b""
    path = _path(path, is_rooted=bool(host))
    query = _query(query) if query else b""
    place = scheme + b":"
    if host:
        shown = b":%d" % port if port and port != _PORTS.get(scheme.lower()) else b""
        place = b",".join(reversed(host.split(b"."))) + shown + b")"
    return place + (path or (b"/" if query else b"")) + (b"?" + query if query else b"")


def _authority(netloc: bytes) -> tuple[bytes, int]:
    """Host in lower case, and port (0: none is given). Raises ValueError."""
    netloc = netloc.rstrip(b":").rpartition(b"@")[2]
    _, opening, bracketed = netloc.partition(b"[")
    host, _, behind = bracketed.partition(b"]") if opening else netloc.partition(b":")
    port = behind.partition(b":")[2] if opening else behind
    if port and not (port.isdigit() and int(port) < 1 << 16):
        raise ValueError(f"no port: {port!r}")
    return host.lower(), int(port or 0)


def _host(host: bytes, *, is_web: bool) -> bytes:
    host = _unescaped(host)
    if not host.isascii():
        with suppress(ValueError):  # it stays as it is, escaped
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    if host.isdigit():
        host = socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4)).encode()
    elif _NUMERIC_HOST.fullmatch(host):
        host = _address(host)
    else:
        host = _escaped(host).lower()
    return _WWW.sub(b"", host, count=1) if is_web and _WWW.match(host) else host


def _address(host: bytes) -> bytes:
    """Dotted numbers as an IPv4 address: decimal or octal, the last one filling what is left."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
    except OSError:
        return host


def _path(path: bytes, *, is_rooted: bool) -> bytes:
    path = _unescaped(path)
    path = _escaped(_without_dots(path) if is_rooted else path).lower()
    for session in _PATH_SESSIONS:
        if b"(" in path and (found := session.fullmatch(path)):
            path = found[1] + found[2]
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _without_dots(path: bytes) -> bytes:
    kept: list[bytes] = []
    for part in path.split(b"/")[1:]:
        if part == b".." and kept:
            kept.pop()
        elif part != b".":
            kept.append(part)
    return b"/" + b"".join(part + b"/" for part in kept[:-1] if part) + (kept[-1] if kept else b"")


def _query(query: bytes) -> bytes:
    query = _escaped(_unescaped(query))
    for session in _QUERY_SESSIONS:
        if found := session.fullmatch(query):
            query = found[1] + (found[2] or b"")
    query = query.lower()
    if len(query) <= 1:
        return query
    return b"&".join(b"=".join(pair) for pair in sorted(pair.split(b"=", 1) for pair in query.split(b"&")))


def _unescaped(data: bytes) -> bytes:
    """With every escape undone, however often it was escaped. Each turn shortens it."""
    while b"%" in data and (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


def _escaped(data: bytes) -> bytes:
    return quote_from_bytes(data, safe=_SAFE).encode()
