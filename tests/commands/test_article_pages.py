"""An article of several pages becomes one record, whichever way its pages are found."""

import io
import json

import pytest
from bridge import STEM, TITLE, document, pager, paragraphs, text, url_of

from snapshotter.formats import warc
from snapshotter.store import ArchiveReader
from snapshotter.store.members import members

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]


@pytest.fixture
def bridge(site):
    """An article of three pages."""
    for page in (1, 2, 3):
        site.html(url_of(page), document(page, pager(page, 3)))
    return site


@pytest.fixture
def capture(run):
    def capture(*args, **options):
        done = run("capture", *args, *QUICK, **options)
        return done, [json.loads(line) for line in done.stdout.splitlines()]

    return capture


def test_the_pages_are_joined_and_each_is_kept(bridge, capture, run):
    done, (record,) = capture(bridge.url + url_of(1))
    assert done.returncode == 0, done.stderr
    assert record["body_text"] == text(1, 2, 3)
    assert record["body_html"].count("<p>") == 13
    assert [image["url"] for image in record["images"]] == [f"{bridge.url}/{n}.jpg" for n in (1, 2, 3)]
    assert (record["verdict"], record["title"], record["editors"]) == ("ok", TITLE, ["王小明"])
    assert record["warnings"] == ["pages: 3 of 3"]
    assert [path for path in bridge.asked if path != "/robots.txt"] == [url_of(n) for n in (1, 2, 3)]
    assert run("verify").returncode == 0


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (404, "ok", ["pages: 2 of 3", "page 2: http-404"]),  # the site has no more to say
        (
            503,
            "truncated",
            ["pages: 1 of 3", "page 2: http-503", "page 3: not fetched, as the one before didn't come"],
        ),
    ],
)
def test_a_page_that_is_missing_is_said(bridge, capture, status, verdict, said):
    bridge.html(url_of(2), "<h1>Sorry</h1>", status)
    _, (record,) = capture(bridge.url + url_of(1))
    assert (record["verdict"], record["warnings"]) == (verdict, said)
    assert len([path for path in bridge.asked if "bridge" in path]) == (3 if verdict == "ok" else 2)
    assert record["body_text"] == (text(1, 3) if verdict == "ok" else text(1))


def test_robots_txt_holds_for_further_pages(bridge, capture):
    bridge.pages["/robots.txt"] = (200, "text/plain", f"User-agent: *\nDisallow: {url_of(2)}".encode())
    _, (record,) = capture(bridge.url + url_of(1))
    assert (record["verdict"], record["warnings"]) == ("ok", ["pages: 2 of 3", "page 2: robots"])
    assert url_of(2) not in bridge.asked


def test_a_further_page_asked_for_itself_is_that_article(bridge, capture, run):
    _, (whole,) = capture(bridge.url + url_of(1))
    done, (record,) = capture(bridge.url + url_of(3))
    assert done.returncode == 0, done.stderr
    assert (record["article_id"], record["change"], record["body_text"]) == (
        whole["article_id"], "unchanged", whole["body_text"]
    )  # fmt: skip
    assert (record["url"], record["final_url"]) == (bridge.url + url_of(3), bridge.url + url_of(1))
    assert bridge.asked.count(url_of(3)) == 2, "once for each capture"

    assert run("rebuild").returncode == 0
    shown = run("show", bridge.url + url_of(2), "--format", "json")
    assert json.loads(shown.stdout)["article_id"] == whole["article_id"], (
        "a page's URL leads to it after a rebuild, too"
    )
    assert run("verify").returncode == 0


def test_a_change_on_a_further_page_is_a_revision_and_none_is_none(bridge, capture, run):
    _, (first,) = capture(bridge.url + url_of(1))
    _, (same,) = capture(bridge.url + url_of(1))
    bridge.html(url_of(2), document(2, pager(2, 3), words=[*paragraphs(2), "更正:大桥全长两千五百米。"]))
    _, (revised,) = capture(bridge.url + url_of(1))
    assert [one["change"] for one in (first, same, revised)] == ["new", "unchanged", "revised"]
    assert len({one["raw_sha256"] for one in (first, same, revised)}) == 1, "the first page's payload is what it was"
    assert (first["etag"], first["last_modified"]) == ("", ""), "they would hold for the first page alone"
    done = run("explain", revised["id"])
    assert f"{len(revised['body_text'])} characters of text" in done.stdout.decode()
    assert run("verify").returncode == 0


@pytest.mark.parametrize("lost", [2, 3])
def test_a_further_page_that_fails_at_a_later_visit_is_no_revision(bridge, capture, run, lost):
    _, (first,) = capture(bridge.url + url_of(1))
    bridge.html(url_of(lost), "<h1>Sorry</h1>", 503)
    _, (cut,) = capture(bridge.url + url_of(1))
    shown = run("show", bridge.url + url_of(1), "--format", "json")
    bridge.html(url_of(lost), document(lost, pager(lost, 3)))
    _, (again,) = capture(bridge.url + url_of(1))
    assert [(one["verdict"], one["revision"]) for one in (first, cut, again)] == [
        ("ok", 1),
        ("truncated", 1),
        ("ok", 1),
    ]
    assert {cut["change"], again["change"]} == {"unchanged"}
    assert json.loads(shown.stdout)["body_text"] == first["body_text"]
    assert run("verify").returncode == 0


def test_the_lost_first_page_of_a_further_one_is_a_failure(bridge, capture):
    bridge.html(url_of(1), "<h1>Sorry</h1>", 503)
    done, (record,) = capture(bridge.url + url_of(2))
    assert done.returncode == 3
    assert (record["verdict"], record["id"]) == ("network", "")
    assert url_of(1) in record["warnings"][0]


def test_a_crawl_makes_one_article_of_what_a_section_lists_page_by_page(bridge, command, run, tmp_path):
    lines = "".join(f"<li><a href='{url_of(n)}'>{TITLE}:今后过江只要十分钟 第{n}页</a></li>" for n in (2, 1, 3))
    bridge.html("/", f"<title>新闻</title><h1>要闻</h1><ul>{lines}</ul>")
    done = run("crawl", "news", "-a", f"start={bridge.url}/", "-O", "out.jsonl", *QUICK)
    assert done.returncode == 0, done.stderr
    (record,) = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert (record["body_text"], record["warnings"], record["url"]) == (
        text(1, 2, 3),
        ["pages: 3 of 3"],
        bridge.url + url_of(1),
    )


def test_what_a_file_would_have_followed_is_said(tmp_path, run):
    (tmp_path / "page.html").write_text(document(1, pager(1, 3)))
    url = "https://news.example" + STEM
    done = run("capture", "--html", "page.html", "--url", f"{url}.html")
    assert json.loads(done.stdout)["warnings"] == ["pages: 1 of 3"]
    said = [line.partition(": ")[2] for line in done.stderr.splitlines()]
    assert said == [f"would follow: {url}_2.html", f"would follow: {url}_3.html"]


def test_further_pages_of_what_was_taken_down_are_in_no_index(bridge, capture, run, tmp_path):
    _, (record,) = capture(bridge.url + url_of(1))
    (index,) = (tmp_path / "data/archive/index").iterdir()
    assert "bridge_2" in index.read_text()
    assert run("takedown", record["url"], "--reason", "asked").returncode == 0
    assert "bridge" not in index.read_text()
    assert run("verify").returncode == 0


def records(folder):
    for path in sorted((folder / "warc").iterdir(), key=lambda path: path.stat().st_mtime_ns):
        with path.open("rb") as stream:
            yield from warc.read(stream)


def answers(folder):
    """(kind, page's number) of each answer, in order."""
    found = [one for one in records(folder) if one.type in {"response", "revisit"}]
    page = {url_of(n): n for n in (1, 2, 3)}
    return [(one.type, page["/" + one.get("WARC-Target-URI").split("/", 3)[3]]) for one in found]


def test_further_pages_that_come_back_as_they_were_are_revisits(bridge, capture, run, tmp_path):
    archive = tmp_path / "data/archive"
    _, (first,) = capture(bridge.url + url_of(1))
    _, (same,) = capture(bridge.url + url_of(1))
    bridge.html(url_of(2), document(2, pager(2, 3), words=[*paragraphs(2), "更正:大桥全长两千五百米。"]))
    _, (revised,) = capture(bridge.url + url_of(1))
    _, (last,) = capture(bridge.url + url_of(1))
    assert [one["change"] for one in (first, same, revised, last)] == ["new", "unchanged", "revised", "unchanged"]
    assert answers(archive) == [
        *(("response", 2), ("response", 3), ("response", 1)),
        *(("revisit", 2), ("revisit", 3), ("revisit", 1)),
        *(("response", 2), ("revisit", 3), ("revisit", 1)),
        *(("revisit", 2), ("revisit", 3), ("revisit", 1)),
    ]
    repeated = [one.get(warc.REPEATS) for one in records(archive) if one.get(warc.REPEATS)]
    assert repeated == [*[first["id"]] * 3, revised["id"], first["id"]]
    for check in ("verify", "rebuild", "verify"):
        assert run(check).returncode == 0
    for one in (first, same, last):
        done = run("explain", one["id"])
        assert f"{len(one['body_text'])} characters of text" in done.stdout.decode()
    with ArchiveReader.open(archive) as opened:
        carried = members(archive, opened.catalog, opened.get(last["id"]))
    found = list(warc.read(io.BytesIO(b"".join(carried))))
    ids = {one.id for one in found}
    assert {one.get("WARC-Refers-To") for one in found if one.type == "revisit"} <= ids, "what it repeats goes along"
    assert len(ids) == len(found)


def test_no_capture_loses_a_page_by_the_erasure_of_another(bridge, capture, run, tmp_path):
    _, (first,) = capture(bridge.url + url_of(1))
    bridge.html(url_of(1), document(1, pager(1, 3), words=[*paragraphs(1), "更正:大桥全长两千五百米。"]))
    _, (revised,) = capture(bridge.url + url_of(1))
    assert run("takedown", first["id"], "--erase", "--reason", "asked").returncode == 0
    assert answers(tmp_path / "data/archive") == [("response", 2), ("response", 3), ("response", 1)]
    assert f"{len(revised['body_text'])} characters of text" in run("explain", revised["id"]).stdout.decode()
    assert run("verify").returncode == 0
    capture(bridge.url + url_of(1))
    assert run("takedown", revised["id"], "--erase", "--reason", "asked").returncode == 0
    assert answers(tmp_path / "data/archive") == []
    assert run("verify").returncode == 0


def test_a_repeated_page_that_isnt_there_is_told(bridge, capture, run, tmp_path):
    _, (first,) = capture(bridge.url + url_of(1))
    capture(bridge.url + url_of(1))
    (lost,) = (tmp_path / "data/archive/warc").glob(first["warc_file"])
    lost.rename(tmp_path / "lost.warc.gz")
    done = run("verify")
    assert done.returncode != 0
    assert b"a further page of" in done.stdout
    assert b"repeats a response that isn't there" in done.stdout
    (tmp_path / "lost.warc.gz").rename(lost)
    assert run("verify").returncode == 0
