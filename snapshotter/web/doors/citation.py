"""A snapshot cited: BibTeX, RIS, and a sentence with the digest of its text."""

from __future__ import annotations

import re

from snapshotter.items import Snapshot
from snapshotter.web.jsonld import publisher

_BLANK = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


def bibtex(it: Snapshot, address: str, archive: str) -> str:
    """An ``@online`` entry; its key is the snapshot's id. ``address``: of the snapshot's page."""
    fields = {
        "title": f"{{{_tex(it.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in it.authors),
        "organization": _tex(publisher(it)),
        "date": it.published_at[:10],
        "url": _url(it.final_url),
        "urldate": it.captured_at[:10],
        "eprint": _url(address),
        "note": _tex(f"Archived by {archive} at {it.captured_at}, revision {it.revision}, SHA-256 {it.text_sha256}"),
        "langid": it.language,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{it.id},", *lines, "}", ""])


def ris(it: Snapshot, address: str, archive: str) -> str:
    """A record of type NEWS, its lines ended as the format has it."""
    fields = [
        ("TY", "NEWS"),
        ("TI", it.title),
        *(("AU", name) for name in it.authors),
        ("PB", publisher(it)),
        ("DA", it.published_at[:10].replace("-", "/")),
        ("PY", it.published_at[:4]),
        ("Y2", it.captured_at[:10].replace("-", "/")),
        ("UR", it.final_url),
        ("L2", address),
        ("DB", archive),
        ("LA", it.language),
        ("ID", it.id),
        ("N1", f"SHA-256 of title and text: {it.text_sha256}"),
    ]
    lines = [f"{tag}  - {line}" for tag, value in fields if (line := _line(value))]
    return "\r\n".join([*lines, "ER  - ", ""])


def plain(it: Snapshot, address: str, archive: str) -> str:
    """One sentence a person can paste, and a program can check."""
    who = ", ".join(filter(None, (*it.authors, publisher(it))))
    said = [
        f"{_line(who)}: “{_line(it.title)}”" if who else f"“{_line(it.title)}”",
        f"published {it.published_at[:10]}" if it.published_at else "",
        _line(it.final_url),
        f"archived {it.captured_at} by {_line(archive)} as {it.id}, revision {it.revision}",
        address,
        f"sha256:{it.text_sha256}" if it.text_sha256 else "",
    ]
    return ", ".join(filter(None, said)) + ".\n"


def _line(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _line(text))


def _url(url: str) -> str:
    """As it stands, but for what would end the field."""
    return _line(url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
