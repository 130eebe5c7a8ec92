"""A raw-socket server of odd answers, and the tunnels that lead to it: what it sends is known to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import gzip
import ipaddress
import ssl
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HTML = (
    "<!doctype html><html><head><title>怪事 Odd things</title></head><body><h1>Odd things</h1>"
    + "<p>The server sent this paragraph exactly so, 一字不差, and nothing about it may change.</p>" * 20
    + "</body></html>"
).encode()


@dataclass(frozen=True)
class Odd:
    """One answer: its bytes, and what the server does after them."""

    sent: bytes
    status: int = 200
    truncated: str = ""
    """What the archive should call it."""
    closes: bool = False
    sane: bool = True
    """Whether a replay tool can be expected to make sense of it."""
    pieces: int = field(default=1)


def _plain(*lines: bytes, body: bytes = HTML) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"Content-Type: text/html; charset=utf-8", *lines)) + b"\r\n\r\n" + body


def _chunked(
    data: bytes, *, extension: bytes = b"", trailer: bytes = b"", size: int = 700, eol: bytes = b"\r\n"
) -> bytes:
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    chunks = b"".join(b"%X" % len(part) + extension + eol + part + eol for part in parts)
    return chunks + b"0" + eol + trailer + eol


_LENGTH = b"Content-Length: %d" % len(HTML)
_CHUNKED = b"Transfer-Encoding: chunked"


def _coded(name: bytes, data: bytes) -> bytes:
    return _plain(b"Content-Encoding: " + name, b"Content-Length: %d" % len(data), body=data)


ODD: dict[str, Odd] = {
    "plain": Odd(_plain(_LENGTH)),
    "in-many-pieces": Odd(_plain(_LENGTH), pieces=40),
    "repeated-set-cookie": Odd(_plain(b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"set-cookie: a=3", _LENGTH)),
    "odd-case": Odd(_plain(b"x-OdD-cAsE: Yes", b"CONTENT-LENGTH: %d" % len(HTML))),
    "no-reason": Odd(b"HTTP/1.1 200\r\nContent-Type: text/html\r\n" + _LENGTH + b"\r\n\r\n" + HTML),
    "odd-reason": Odd(
        b"HTTP/1.1 200 Tr\xe8s bien, merci\r\nContent-Type: text/html\r\n" + _LENGTH + b"\r\n\r\n" + HTML
    ),
    "latin-1-header": Odd(_plain(b"X-Stadt: M\xfcnchen", _LENGTH)),
    "line-without-colon": Odd(_plain(b"this is no header", _LENGTH)),
    "folded-header": Odd(_plain(b"X-Long: first\r\n second", _LENGTH)),
    "no-space-after-colon": Odd(_plain(b"X-Tight:yes", b"X-Wide:   yes  ", _LENGTH)),
    "bare-lf": Odd(b"HTTP/1.1 200 OK\nContent-Type: text/html\n" + _LENGTH + b"\n\n" + HTML, sane=False),
    "empty-header-value": Odd(_plain(b"X-Empty:", _LENGTH)),
    "chunked": Odd(_plain(_CHUNKED, body=_chunked(HTML))),
    "chunked-in-pieces": Odd(_plain(_CHUNKED, body=_chunked(HTML, size=33)), pieces=90),
    "chunk-extensions": Odd(_plain(_CHUNKED, body=_chunked(HTML, extension=b';name="value"'))),
    "trailers": Odd(_plain(_CHUNKED, b"Trailer: X-Sum", body=_chunked(HTML, trailer=b"X-Sum: 42\r\n")), sane=False),
    "chunks-of-bare-lf": Odd(_plain(_CHUNKED, body=_chunked(HTML, eol=b"\n")), sane=False),
    "gzip": Odd(_coded(b"gzip", gzip.compress(HTML, mtime=0))),
    "gzip-chunked": Odd(
        _plain(_CHUNKED, b"Content-Encoding: gzip", body=_chunked(gzip.compress(HTML, mtime=0), size=100))
    ),
    "deflate": Odd(_coded(b"deflate", zlib.compress(HTML))),
    "raw-deflate": Odd(_coded(b"deflate", zlib.compress(HTML)[2:-4]), sane=False),
    "br": Odd(_coded(b"br", brotli.compress(HTML))),
    "zstd": Odd(_coded(b"zstd", zstandard.compress(HTML)), sane=False),
    "gzip-that-is-not": Odd(_coded(b"gzip", HTML), sane=False),
    "no-content": Odd(b"HTTP/1.1 204 No Content\r\nX-Nothing: here\r\n\r\n", status=204),
    "not-modified": Odd(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', status=304, sane=False),
    "http-1.0": Odd(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML, closes=True),
    "until-closed": Odd(_plain(b"Connection: close"), closes=True),
    "cut-in-the-body": Odd(_plain(_LENGTH)[:-500], truncated="disconnect", closes=True, sane=False),
    "cut-in-a-chunk": Odd(
        _plain(_CHUNKED, body=_chunked(HTML))[:-300], truncated="disconnect", closes=True, sane=False
    ),
    "cut-in-the-head": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Cut: he", truncated="disconnect", closes=True, sane=False
    ),
    "continue": Odd(b"HTTP/1.1 100 Continue\r\n\r\n" + _plain(_LENGTH), sane=False),
    "early-hints": Odd(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + _plain(_LENGTH), sane=False),
    "not-found": Odd(
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n" + _LENGTH + b"\r\n\r\n" + HTML, status=404
    ),
    "empty-body": Odd(_plain(b"Content-Length: 0", body=b"")),
    "two-lengths": Odd(_plain(_LENGTH, _LENGTH)),
}
"""By the path they are served under."""


class OddServer:
    """Serves ODD on loopback over http, https and as a proxy (CONNECT and absolute URLs), from a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.requests: dict[str, bytes] = {}
        """The last request for each path, byte for byte."""
        self.connections = 0
        self._tls = _server_context(folder, self.authority)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> OddServer:
        self._thread.start()
        self.http, self.https, self.proxy = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> tuple[str, str, str]:
        self._servers = [
            await asyncio.start_server(self._serve, "127.0.0.1", 0),
            await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls),
            await asyncio.start_server(self._tunnel, "127.0.0.1", 0),
        ]
        ports = [server.sockets[0].getsockname()[1] for server in self._servers]
        return f"http://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}", f"http://127.0.0.1:{ports[2]}"

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(3):  # transports close in later turns of the loop
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError), _closing(writer):
            while await self._answer(await reader.readuntil(b"\r\n\r\n"), writer):
                pass

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        name = request.split(b" ", 2)[1].decode().rpartition("/")[2]
        self.requests[name] = request
        odd = ODD.get(name, Odd(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
        step = -(-len(odd.sent) // odd.pieces)
        for start in range(0, len(odd.sent), step):
            writer.write(odd.sent[start : start + step])
            await writer.drain()
        return not odd.closes

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), _closing(writer):
            request = await reader.readuntil(b"\r\n\r\n")
            if request.startswith(b"CONNECT "):
                self.requests["CONNECT"] = request
                await _join(request, reader, writer)
            while await self._answer(request, writer):
                request = await reader.readuntil(b"\r\n\r\n")


async def _join(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, _, port = request.split(b" ", 2)[1].decode().rpartition(":")
    inner_reader, inner_writer = await asyncio.open_connection(host, int(port))
    with _closing(inner_writer):
        writer.write(b"HTTP/1.0 200 Connection established\r\n\r\n")
        await asyncio.gather(_pour(reader, inner_writer), _pour(inner_reader, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError), _closing(writer):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


@contextlib.contextmanager
def _closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        writer.close()


def _server_context(folder: Path, authority: Path) -> ssl.SSLContext:
    """A server's context with a certificate for 127.0.0.1 that ``authority`` (written here) vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd server")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    authority.write_bytes(certificate)
    pem = folder / "server.pem"
    pem.write_bytes(
        certificate
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
