import json
from pathlib import Path

import pytest

from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import Edition
from snapshotter.items import Related, Snapshot

SAMPLES = sorted(Path(__file__).resolve().parents[3].glob("shared/seed/*.txt"))

SNAPSHOT = Snapshot(
    url="https://news.example/1.html",
    final_url="https://news.example/1.html",
    title="桥修好了",
    category="社会",
    category_source="page",
    published_at="2026-07-01T00:30:00Z",
    source_name="示例日报",
    body_text="第一段 “引号”。\n\n第二段  有空格 。",
    captured_at="2026-07-01T01:00:00Z",
    archive="snapshots.example",
    related=(Related("", "另一篇文章的开头", "2026-06-30T00:00:00Z"),),
)
TEXT = text.write(SNAPSHOT, edition=Edition()).encode()


def test_text_to_jsonl_to_text_is_byte_identical(run):
    as_jsonl = run("convert", "--to", "jsonl", stdin=TEXT).stdout
    assert json.loads(as_jsonl)["published_at"] == "2026-07-01T00:30:00Z"
    assert run("convert", "--to", "text", "-", stdin=as_jsonl).stdout == TEXT


def test_real_samples_survive_both_ways(run):
    for sample in SAMPLES:  # none where the project stands alone
        as_jsonl = run("convert", "--to", "jsonl", sample).stdout
        assert run("convert", "--to", "text", stdin=as_jsonl).stdout == sample.read_bytes()


def test_several_texts_in_one_stream(run):
    stream = TEXT + b"\n\x0c\n" + TEXT
    as_jsonl = run("convert", "--to", "jsonl", stdin=stream).stdout
    assert as_jsonl.count(b"\n") == 2
    assert run("convert", "--to", "text", stdin=as_jsonl).stdout == stream


def test_times_are_of_the_archives_zone(run):
    done = run("convert", "--to", "jsonl", "-s", "SNAPSHOTTER_TIMEZONE=UTC", stdin=TEXT)
    assert json.loads(done.stdout)["published_at"] == "2026-07-01T08:30:00Z"


def test_the_edition_is_chosen_by_locale(run):
    line = jsonl.dumps(SNAPSHOT).encode() + b"\n"
    done = run("convert", "--to", "text", "-s", "SNAPSHOTTER_LOCALE=en", stdin=line)
    assert "Category: 社会" in done.stdout.decode()


def test_nothing_is_nothing(run):
    done = run("convert", "--to", "text", stdin=b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", "")


@pytest.mark.parametrize(
    ("args", "stdin", "status", "message"),
    [
        (["--to", "text", "nowhere.jsonl"], b"", 2, "can't read nowhere.jsonl: No such file"),
        (["--to", "text", "a", "b"], b"", 2, "convert one FILE"),
        (["--to", "html"], b"", 2, "invalid choice"),
        (["--to", "text", "-s", "SNAPSHOTTER_TIMEZONE=Mars/Olympus"], b"", 2, "not a time zone"),
        (["--to", "text", "-s", "SNAPSHOTTER_LOCALE=xx"], b"", 2, "no edition in the locale"),
        (["--to", "text"], b"PK\x03\x04", 1, "neither JSON Lines nor a snapshot text"),
        (["--to", "text"], b'{"a": 1}\n', 1, "line 1: "),
        (["--to", "jsonl"], TEXT[:200], 1, "line "),
    ],
)
def test_bad_input_is_one_line_on_stderr(run, args, stdin, status, message):
    done = run("convert", *args, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.splitlines()[-1].startswith("snapshotter convert: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_records_before_a_torn_one_are_written(run):
    done = run("convert", "--to", "text", stdin=jsonl.dumps(SNAPSHOT).encode() + b'\n{"schema":')
    assert (done.returncode, done.stdout) == (1, TEXT)
    assert "line 2" in done.stderr


def test_a_full_disk_is_an_exit_status_of_its_own(run):
    with Path("/dev/full").open("wb") as full:
        done = run("convert", "--to", "jsonl", stdin=TEXT, stdout=full)
    assert done.returncode == 7
    assert "No space left" in done.stderr


def test_a_reader_that_leaves_is_no_error(command):
    with command("convert", "--to", "jsonl") as process:
        process.stdout.close()
        process.stdin.write(TEXT)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_scrapy_is_not_needed(run):
    done = run("convert", "--to", "jsonl", stdin=TEXT, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert "snapshotter.formats.text" in done.stderr
    assert not {"scrapy", "twisted", "lxml"} & {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
