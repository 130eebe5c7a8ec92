"""Earlier exports, feeds, packages and reports in the archive folder say nothing of what was erased."""

import json
import zipfile

import pytest
from takedowns import REVISED, SECRET, A, do, fill, holding

from snapshotter.formats import html, jsonl, package, text
from snapshotter.formats.edition import Edition
from snapshotter.store import Archive
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
