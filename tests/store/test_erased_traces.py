"""Earlier exports, feeds, packages and reports in the archive folder say nothing of what was erased."""

import json
import zipfile
from dataclasses import replace

import pytest
from captures import answer, capture, captures, page
from takedowns import REVISED, SECRET, A, article, do, fill, holding, story

from snapshotter.desk import Desk, Requests
from snapshotter.desk.requests import Ask
from snapshotter.formats import html, jsonl, package, text, wacz
from snapshotter.formats.edition import Edition
from snapshotter.items import Article
from snapshotter.schedule import places
from snapshotter.schedule.intervals import Place
from snapshotter.state import State
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.packing import captures_of, package_signer
from snapshotter.store.withdraw import take_down
from snapshotter.verify import verify

EDITION = Edition.of("zh-CN", "Asia/Shanghai", "td.example")


@pytest.fixture
def exported(tmp_path):
    """An archive with exports of all forms in its folder, of all of it and of what doesn't hold the story."""
    with Archive.open(tmp_path) as archive:
        fill(archive)
        records = list(archive.snapshots())
    others = [one for one in records if one.url != A]
    for form in package.FORMS:
        package.export(records, tmp_path / "exports" / form, form=form, edition=EDITION, run="r")
        package.export(others, tmp_path / "exports" / "others" / form, form=form, edition=EDITION, run="r")
    return tmp_path, records, others


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_records_of_an_export_give_way_to_tombstones(exported, form):
    folder, records, _ = exported
    do(folder, take_down, A, "erase")
    assert holding(folder, SECRET, REVISED) == []
    found = {one.id: one for one in package.read(folder / "exports" / form)}  # its manifest is that of what is there
    assert found.keys() == {one.id for one in records}
    assert all(found[one.id] == one for one in records if one.url != A)
    assert {found[one.id].change for one in records if one.url == A} == {"withdrawn"}
    assert package.manifest_of(folder / "exports" / form).run == "r"
    assert list(verify(folder)) == []


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_export_in_another_form_goes_as_a_whole(exported, form):
    folder, _, others = exported
    do(folder, take_down, A, "erase")
    assert list((folder / "exports" / form).iterdir()) == []
    assert len(list(package.read(folder / "exports" / "others" / form))) == len(others)


def test_what_does_not_hold_it_is_not_touched(exported):
    folder, _, _ = exported
    before = {path: path.read_bytes() for path in (folder / "exports" / "others").rglob("*") if path.is_file()}
    do(folder, take_down, A, "erase")
    assert {path: path.read_bytes() for path in (folder / "exports" / "others").rglob("*") if path.is_file()} == before


def feeds(folder, records):
    """Files as feeds, packages and people leave them: (path, whether it stays)."""
    folder = folder / "exports"
    story = next(one for one in records if one.url == A)
    other = next(one for one in records if one.url != A)
    folder.mkdir(exist_ok=True)
    lines = "".join(jsonl.dumps(one) + "\n" for one in records).encode()
    (folder / "feed.jsonl").write_bytes(lines + b"not a record\n[1]\n")
    (folder / "feed.txt").write_bytes(text.encode(story, edition=EDITION, first=True))
    (folder / "page.html").write_text(html.write(story, edition=EDITION))
    (folder / "other.txt").write_bytes(text.encode(other, edition=EDITION, first=True))
    (folder / "urls.txt").write_text(A + "\n")
    for name, held in (("story.wacz", lines), ("other.wacz", b"x")):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as package_:
            package_.writestr("pages/pages.jsonl", held)
    (folder / "torn.jsonl.gz").write_bytes(b"\x1f\x8b\x08torn")
    return {"feed.jsonl", "other.txt", "urls.txt", "other.wacz"}


def test_feeds_and_packages(tmp_path):
    with Archive.open(tmp_path) as archive:
        records = fill(archive)
    stay = feeds(tmp_path, records)
    do(tmp_path, take_down, A, "erase")
    assert {path.name for path in (tmp_path / "exports").iterdir()} == stay
    lines = (tmp_path / "exports" / "feed.jsonl").read_bytes().splitlines()
    assert lines[-2:] == [b"not a record", b"[1]"]
    found = [jsonl.loads(line) for line in lines[:-2]]
    assert [one.id for one in found] == [one.id for one in records]
    assert [one for one in found if one.url != A] == [one for one in records if one.url != A]
    assert holding(tmp_path, SECRET, REVISED) == []


def test_run_reports_lose_what_they_said_of_it(tmp_path):
    with Archive.open(tmp_path) as archive:
        fill(archive)
    said = {"url": A, "site": "news.example", "reason": "paywall", "detail": SECRET}
    kept = {**said, "url": "https://news.example/2024/07/0.html", "detail": "of another"}
    report = {"schema": "snapshotter-run/1", "failures": [said, kept], "bad_copies": [said], "errors": []}
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "run-1.json").write_text(json.dumps(report))
    (tmp_path / "log" / "run-2.json").write_text("not JSON")
    do(tmp_path, take_down, A, "erase")
    assert json.loads((tmp_path / "log" / "run-1.json").read_text()) == {**report, "failures": [kept], "bad_copies": []}
    assert holding(tmp_path, SECRET) == []


BARE = "https://news.example/2024/07/bare.html"
NAME = "Jane Roe"
"""In the bytes of a page that was archived unread, with no title or text to look for."""


@pytest.fixture
def bare(tmp_path):
    """An archive with an unread page, in earlier exports of every form, with one of others beside each."""
    with Archive.open(tmp_path) as archive:
        others = archive.add(captures(2))
        block = answer(f"<p>{NAME}</p>".encode())
        (unread,) = archive.add([capture(page(BARE, block), Article(title="Roe", body_text="", category=NAME))])
    out = tmp_path / "exports"
    for form in package.FORMS:
        package.export([*others, unread], out / form, form=form, edition=EDITION, run="r")
        package.export(others, out / "others" / form, form=form, edition=EDITION, run="r")
    out.joinpath("copy").mkdir()
    out.joinpath("copy", f"{unread.id}.txt").write_bytes(text.encode(unread, edition=EDITION, first=True))
    out.joinpath("copy", "page.html").write_text(html.write(unread, edition=EDITION))
    with ArchiveReader.open(tmp_path) as archive:
        for name, chosen in (("all", [*others, unread]), ("others", others)):
            records = captures_of(archive, chosen, lambda *_: pytest.fail("left out"))
            wacz.write(records, out / f"{name}.wacz", title="t", about={}, signer=package_signer(tmp_path, "h"))
    with zipfile.ZipFile(out / "texts.zip", "w") as zipped:
        zipped.write(out / "text" / "snapshots" / f"{unread.id}.txt", f"snapshots/{unread.id}.txt")
    return tmp_path, others, unread


def test_what_has_no_text_is_known_by_its_ids(bare):
    folder, others, unread = bare
    do(folder, take_down, BARE, "erase")
    out = folder / "exports"
    assert {path.name for path in out.iterdir()} == {*package.FORMS, "others", "others.wacz", "copy"}
    assert list(out.joinpath("copy").iterdir()) == []
    for form in ("text", "html"):
        assert list((out / form).iterdir()) == []
    for form in ("jsonl", "jsonl.gz", "jsonl.zst"):
        found = {one.id: one for one in package.read(out / form)}
        assert {one.id: found.get(one.id) for one in others} == {one.id: one for one in others}
        assert (found[unread.id].change, found[unread.id].title) == ("withdrawn", "")
    for form in package.FORMS:
        assert len(list(package.read(out / "others" / form))) == len(others)
    assert holding(folder, NAME) == []


@pytest.fixture
def quoted(tmp_path):
    """An archive with a page that quotes the story's title; the story is in no file of ``exports``."""
    with Archive.open(tmp_path) as archive:
        archive.add([story()])
        archive.add([capture(page(BARE), article("They wrote: The quarry affair.", title="Of other papers"))])
        records = list(archive.snapshots())
    return tmp_path, records


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_a_file_of_records_stays_where_another_page_quotes_it(quoted, form):
    folder, records = quoted
    out = folder / "exports"
    package.export(records, out, form=form, edition=EDITION, run="r")
    package.export(records[1:], out / "others", form=form, edition=EDITION, run="r")
    before = {path: path.read_bytes() for path in out.joinpath("others").iterdir()}
    (out / "feed.jsonl").write_text("".join(jsonl.dumps(one) + "\n" for one in records))
    do(folder, take_down, A, "erase")
    for found in (list(package.read(out)), list(map(jsonl.loads, (out / "feed.jsonl").read_text().splitlines()))):
        assert [one.change for one in found if one.url == A] == ["withdrawn"]
        assert [one for one in found if one.url != A] == records[1:]
    assert {path: path.read_bytes() for path in out.joinpath("others").iterdir()} == before
    assert holding(folder, SECRET) == []


@pytest.mark.parametrize("stray", ['{"id": "sn_torn", "body_text": "%s', '{"id": "1", "text": "%s"}', '["%s"]'])
def test_a_line_that_is_no_record_and_holds_it_takes_the_file_with_it(quoted, stray):
    folder, records = quoted
    package.export(records, folder / "exports", form="jsonl", edition=EDITION, run="r")
    for path in (folder / "feed.jsonl", folder / "exports" / "records.jsonl"):
        with path.open("a") as file:
            file.write(stray % SECRET + "\n")
    do(folder, take_down, A, "erase")
    assert not (folder / "feed.jsonl").exists()
    assert list((folder / "exports").iterdir()) == []  # its papers went with it
    assert holding(folder, SECRET) == []


def test_an_export_with_tombstones_stays_as_it_is(quoted):
    folder, records = quoted
    do(folder, take_down, A)
    with ArchiveReader.open(folder) as archive:
        left = list(archive.withdrawn())
    package.export([*records[1:], *left], folder / "exports", form="jsonl", edition=EDITION, run="r")
    do(folder, take_down, A, "erase")
    assert list(package.read(folder / "exports")) == [*records[1:], *left]
    assert replace(left[0], warnings=()) != left[0]


def test_the_books_of_the_operator_and_of_readers_stay_though_they_quote_it(exported):
    folder, _, _ = exported
    desk, state = Desk(folder), State(folder)
    token = Requests(desk).send(Ask(A, "her lawyer", SECRET, "lawyer@example.org"))
    with state.transaction() as connection:
        places.save(connection, Place("td.example", "https://td.example/feed", "feed", "", 900, etag=SECRET))
    desk.close()
    state.close()  # what they hold is in the files themselves by now
    do(folder, take_down, A, "erase")
    desk = Desk(folder)
    assert Requests(desk).of(token).why == SECRET
    desk.close()
    assert (folder / "state.db").read_bytes().count(SECRET.encode()) == 1
