"""The snapshot text format (``.txt``): what a reader of the archive sees of one snapshot, and back.

A body is carried to the character, whatever it holds, copies of the format's own lines too: the head is read
from the text's start and the foot from its end, and the body is what lies between. Five things aren't carried
as they are, all of them white space that a browser shows no differently, or without a place in the format:

- A carriage return in the body is a line break, as in HTML, and a form feed, which parts the texts of a stream,
  a space.
- What has one line (title, category, source, archive, address, related articles) is written on one: line breaks
  within it become a space.
- Related articles are ten at most. One without a time, or with neither title nor excerpt, is left out; one with a
  title alone is read back as one with an excerpt alone.
- A guessed category isn't printed: the publisher didn't say it.
- A lone surrogate, which UTF-8 can't hold, is written as U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO
from zoneinfo import ZoneInfo

from snapshotter.errors import BadRecord, BadText
from snapshotter.formats.edition import (
    SHANGHAI,
    WORDINGS,
    Edition,
    Wording,
    is_local,
    published_local,
    to_local,
    to_utc,
)
from snapshotter.formats.utf8 import well_formed
from snapshotter.items import Related, Snapshot

EXTRACTOR = "snapshot-text@1"
"""``Snapshot.extractor`` of a record that was read from a text."""
MAX_TEXT_BYTES = 64 * 2**20
MAX_RELATED = 10
SEPARATOR = "\n\f\n"
"""Between two texts of one stream: a line that holds only U+000C."""

_NBSP = "\u00a0"
_BREAKS = re.compile(r"[\r\n\f]+")


def write(snapshot: Snapshot, *, edition: Edition) -> str:
    """The text of one snapshot, without a newline after its last line.

    Raises BadRecord if one of its times isn't one.
    """
    words = edition.wording
    it = carried(snapshot, edition=edition)
    published, captured = (to_local(time, edition.zone) for time in (it.published_at, it.captured_at))
    facts = (words.category + it.category, words.published + published, words.source + it.source_name)
    blocks = [
        f"• {words.subscriptions}\n  • {it.category}",
        it.title,
        _NBSP.join(facts),
        *([it.body_text] if it.body_text else []),
        it.title,
        it.archive.join(words.disclaimer),
        words.captured + captured,
        words.notice,
        words.url + it.url,
        "".join(_related_lines(it.related, edition.zone)) + it.category.join(words.more),
    ]
    return well_formed("\n\n".join(blocks))


def carried(snapshot: Snapshot, *, edition: Edition) -> Snapshot:
    """What the text format carries of a record: ``read`` of what ``write`` makes of it.

    The address is where the page was in the end (``final_url``). ``published_raw`` is the time as printed, whose zone
    the text doesn't state. Raises BadRecord if a time of the record isn't one.
    """
    url = _one_line(snapshot.final_url or snapshot.url)
    category = "" if snapshot.category_source == "guessed" else _one_line(snapshot.category)
    published = _printed("published_at", snapshot.published_at, edition.zone, snapshot.published_precision)
    return Snapshot(
        url=url,
        final_url=url,
        captured_at=to_utc(_printed("captured_at", snapshot.captured_at, edition.zone), edition.zone),
        title=_one_line(snapshot.title),
        category=category,
        category_source="page" if category else "",
        published_at=to_utc(published, edition.zone),
        published_raw=published,
        zone_source="assumed" if published else "",
        source_name=_one_line(snapshot.source_name),
        body_text=snapshot.body_text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " "),
        extractor=EXTRACTOR,
        archive=_one_line(snapshot.archive or edition.host),
        related=tuple(_carried_related(snapshot.related, edition.zone))[:MAX_RELATED],
    )


def read(text: str, *, zone: ZoneInfo = SHANGHAI) -> Snapshot:
    """The record of a text in either edition, its times read in ``zone``.

    A byte order mark, CRLF line ends and one newline at the end, as editors leave them, are let pass.
    Raises BadText, with the line, if it isn't the snapshot text format.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\n")
    if stray := re.search(r"[\r\f]", text):
        raise _bad(text, stray.start(), "a carriage return or form feed isn't part of a snapshot text")
    lines = text.split("\n", 7)
    words = _wording(lines)
    head = _read_head(lines, words, zone)
    return _read_foot(text, len("\n".join(lines[:7])) + 1, replace(head, extractor=EXTRACTOR), (words, zone))


def write_all(snapshots: Iterable[Snapshot], file: BinaryIO, *, edition: Edition) -> int:
    """Writes texts to a stream, parted by SEPARATOR; how many. Raises BadRecord as ``write`` does."""
    count = 0
    for snapshot in snapshots:
        file.write(encode(snapshot, edition=edition, first=not count))
        count += 1
    return count


def encode(snapshot: Snapshot, *, edition: Edition, first: bool) -> bytes:
    """A text as bytes of a stream, the separator before it unless it is the first. Raises BadRecord."""
    return (("" if first else SEPARATOR) + write(snapshot, edition=edition)).encode()


def read_all(file: BinaryIO, *, zone: ZoneInfo = SHANGHAI) -> Iterator[Snapshot]:
    """The records of a stream of texts; none in an empty stream. Raises BadText, with the line in the stream."""
    for first_line, raw in _split(file):
        try:
            yield read(raw.decode("utf-8"), zone=zone)
        except UnicodeDecodeError as error:
            raise BadText(f"the text from line {first_line} on isn't UTF-8: {error}") from error
        except BadText as error:
            raise BadText(f"in the text from line {first_line} on, {error}") from error


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def _printed(key: str, moment: str, zone: ZoneInfo, precision: str = "") -> str:
    try:
        return published_local(moment, precision, zone)
    except ValueError as error:
        raise BadRecord(f"{key}: {error}") from error


def _carried_related(related: Iterable[Related], zone: ZoneInfo) -> Iterator[Related]:
    for item in related:
        published = to_utc(_printed("related", item.published_at, zone), zone)
        title, body = _one_line(item.title), _one_line(item.excerpt)
        if title and is_local(body):  # would end the article, as its time does
            body = ""
        if published and (title or body):
            yield Related(title, body, published) if body else Related("", title, published)


def _related_lines(related: Iterable[Related], zone: ZoneInfo) -> Iterator[str]:
    for item in related:
        lines = (item.title, item.excerpt, to_local(item.published_at, zone))
        yield "".join(f"{line}\n" for line in lines if line)


def _wording(lines: list[str]) -> Wording:
    for words in WORDINGS.values():
        if lines[0] == f"• {words.subscriptions}":
            return words
    firsts = " or ".join(f"“• {words.subscriptions}”" for words in WORDINGS.values())
    raise BadText(f"line 1: a snapshot text begins with {firsts}, not {lines[0][:40]!r}")


def _read_head(lines: list[str], words: Wording, zone: ZoneInfo) -> Snapshot:
    """Category, title, publish time and source, from the first seven lines."""
    if len(lines) < 8:
        raise BadText(f"line {len(lines)}: the text ends in its head")
    for number, blank in ((3, lines[2]), (5, lines[4]), (7, lines[6])):
        if blank:
            raise BadText(f"line {number}: should be blank, is {blank[:40]!r}")
    if not lines[1].startswith("  • "):
        raise BadText("line 2: should be two spaces, a bullet, a space and the category")
    category = lines[1].removeprefix("  • ")
    facts = _after(lines[5], f"{words.category}{category}{_NBSP}{words.published}", "line 6")
    published, mark, source = facts.partition(f"{_NBSP}{words.source}")
    if not mark:
        raise BadText(f"line 6: has no “{words.source}” after the time")
    return Snapshot(
        category=category,
        category_source="page" if category else "",
        title=lines[3],
        published_at=_read_time(published, zone, "line 6"),
        published_raw=published,
        zone_source="assumed" if published else "",
        source_name=source,
    )


def _read_foot(text: str, start: int, head: Snapshot, edition: tuple[Wording, ZoneInfo]) -> Snapshot:
    """The head's record with what stands after line 7: the body, and from the end upwards the rest."""
    words, zone = edition
    blocks, end = [], len(text)
    for _ in range(5):
        cut = text.rfind("\n\n", start, end)
        if cut < 0:
            raise _bad(text, end, "the text ends in the middle")
        blocks.append((_place(text, cut + 2), text[cut + 2 : end]))
        end = cut
    (last, tail), (url_at, url), (notice_at, notice), (captured_at, captured), (disclaimer_at, disclaimer) = blocks
    if notice != words.notice:
        raise BadText(f"{notice_at}: should be “{words.notice}”")
    address = _after(url, words.url, url_at)
    return replace(
        head,
        url=address,
        final_url=address,
        captured_at=_read_time(_after(captured, words.captured, captured_at), zone, captured_at),
        archive=_between(disclaimer, words.disclaimer, disclaimer_at),
        body_text=_body(text, start, end, head.title),
        related=_read_related(tail, head.category.join(words.more), zone, last),
    )


def _body(text: str, start: int, end: int, title: str) -> str:
    above = text[start:end]
    body = above.removesuffix(title)
    if not above.endswith(title) or (body and not body.endswith("\n\n")):
        raise _bad(text, end, "above the disclaimer should be the title again, between blank lines")
    return body[:-2]


def _read_related(tail: str, more: str, zone: ZoneInfo, place: str) -> tuple[Related, ...]:
    *lines, last = tail.split("\n")
    if last != more:
        raise BadText(f"the last line should be “{more[:80]}”, is {last[:40]!r}")
    found: list[Related] = []
    above: list[str] = []
    for line in lines:
        if above and is_local(line):
            title, excerpt = ["", *above][-2:]
            found.append(Related(title, excerpt, _read_time(line, zone, place)))
            above = []
        else:
            above.append(line)
        if len(above) > 2 or len(found) > MAX_RELATED:
            raise BadText(f"from {place} on: a related article is a title, an excerpt and a time; ten of them at most")
    if above:
        raise BadText(f"from {place} on: the last related article has no time")
    return tuple(found)


def _read_time(local: str, zone: ZoneInfo, place: str) -> str:
    try:
        return to_utc(local, zone)
    except ValueError as error:
        raise BadText(f"{place}: {error}") from error


def _after(line: str, label: str, place: str) -> str:
    if not line.startswith(label):
        raise BadText(f"{place}: should begin with “{label[:80]}”, is {line[:40]!r}")
    return line.removeprefix(label)


def _between(line: str, around: tuple[str, str], place: str) -> str:
    value = _after(line, around[0], place)
    if not value.endswith(around[1]):
        raise BadText(f"{place}: should end with “{around[1]}”")
    return value.removesuffix(around[1])


def _place(text: str, offset: int) -> str:
    return f"line {text.count(chr(10), 0, offset) + 1}"


def _bad(text: str, offset: int, what: str) -> BadText:
    return BadText(f"{_place(text, offset)}: {what}")


def _split(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The texts of a stream, each with the number of its first line."""
    lines: list[bytes] = []
    size, first = 0, 1
    for number, line in enumerate(iter(lambda: file.readline(MAX_TEXT_BYTES + 1), b""), 1):
        if line.rstrip(b"\r\n") == b"\f":
            yield first, b"".join(lines)
            lines, size, first = [], 0, number + 1
            continue
        lines.append(line)
        size += len(line)
        if size > MAX_TEXT_BYTES:
            raise BadText(f"the text from line {first} on is over {MAX_TEXT_BYTES} bytes long")
    if lines or first > 1:
        yield first, b"".join(lines)
