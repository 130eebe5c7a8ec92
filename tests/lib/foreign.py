"""WARC files as other programs write them."""

from __future__ import annotations

from snapshotter.formats import warc

SENTENCE = (
    "The harbour master of Port Lissen said on Monday that ship {number} had been repaired and would sail again. "
)
HTTP = "application/http; msgtype=response"


def article(number: int) -> bytes:
    """A page with an article on it."""
    text = "".join(f"<p>{SENTENCE.format(number=number) * 2}</p>" for _ in range(5))
    title = f"Ship {number} sails again from Port Lissen"
    return f"<html><title>{title}</title><body><article><h1>{title}</h1>{text}</article></body></html>".encode()


def http(body: bytes, status: str = "200 OK", *headers: str, content_type: str = "text/html; charset=utf-8") -> bytes:
    """A response block."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def url_of(number: int) -> str:
    return f"https://lissen.example/2020/03/ship-{number}.html"


def record(kind: str, number: int, url: str, block: bytes, *fields: tuple[str, str]) -> bytes:
    """One record of a foreign file, its id and time made from ``number``; WARC/1.1 dates with fractions."""
    stated = dict(fields)
    content_type = stated.pop("Content-Type", HTTP)
    return warc.pack(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<urn:uuid:{number:08}>"),
            ("WARC-Date", f"2020-03-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.250Z"),
            ("WARC-Target-URI", url),
            *stated.items(),
            ("Content-Type", content_type),
        ],
        block,
    )


def responses(numbers: range) -> bytes:
    """A file of articles."""
    info = record("warcinfo", 9999, "", b"software: somebody else's\r\n", ("Content-Type", "application/warc-fields"))
    return info + b"".join(record("response", n, url_of(n), http(article(n))) for n in numbers)
