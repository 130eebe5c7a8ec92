"""takedown, restore and access rules, as an operator calls them."""

import json
import re
import shutil

import pytest
from project import ROOT
from takedowns import holding

STORY = "The quarry affair"
WORDS = "The minister's brother-in-law owns the quarry, it turns out."
QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory, session_run, session_site):
    """An archive of three articles; and their URLs, the story's first."""
    folder = tmp_path_factory.mktemp("filled")
    urls = [session_site.article("/news/affair.html", STORY, WORDS)]
    urls += [session_site.article(f"/news/{n}.html", f"Story {n}") for n in range(2)]
    done = session_run("capture", *urls, "--archive", folder / "kept", *QUICK)
    assert done.returncode == 0, done.stderr
    return folder / "kept", urls


@pytest.fixture
def kept(filled, tmp_path):
    """A copy of the archive, and the URLs."""
    shutil.copytree(filled[0], tmp_path / "kept")
    return tmp_path / "kept", filled[1]


def exported(run, folder, out) -> list[dict[str, str]]:
    done = run("export", "--out", out, "--archive", folder)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]


def test_taken_down_and_restored(run, kept, tmp_path):
    folder, urls = kept
    done = run("takedown", urls[0], "--reason", "court order 12/3", "--by", "Example Ltd", "--archive", folder)
    assert (done.returncode, done.stderr) == (0, "1 captures of 1 articles hidden\n")
    shown = run("show", urls[0], "--archive", folder)
    left = json.loads(shown.stdout)
    assert (shown.returncode, left["change"], left["url"], left["body_text"]) == (8, "withdrawn", urls[0], "")
    for form in (("--format", "text"), ("--format", "html"), ("--history", "--format", "text")):
        shown = run("show", urls[0], *form, "--archive", folder)
        assert shown.returncode == 8
        assert re.search(r"withdrawn 20\S+Z at the request of Example Ltd: court order 12/3\n", shown.stdout.decode())
    assert run("show", left["id"], "--revision", 1, "--archive", folder).returncode == 8
    assert {one["title"]: one["change"] for one in exported(run, folder, tmp_path / "a")} == {
        "Story 0": "new",
        "Story 1": "new",
        "": "withdrawn",
    }
    assert json.loads(run("stats", "--format", "json", "--archive", folder).stdout)["captures"] == 2
    assert run("proof", left["id"], "--archive", folder).returncode == 8
    assert run("verify", "--archive", folder).returncode == 0
    done = run("restore", urls[0], "--archive", folder)
    assert (done.returncode, done.stderr) == (0, "1 captures of 1 articles shown again\n")
    assert json.loads(run("show", urls[0], "--archive", folder).stdout)["title"] == STORY
    assert {one["change"] for one in exported(run, folder, tmp_path / "a")} == {"new"}


def test_erased(run, kept):
    folder, urls = kept
    exported(run, folder, folder / "exports" / "today")
    others = [json.loads(run("show", url, "--archive", folder).stdout)["id"] for url in urls[1:]]
    assert holding(folder, WORDS)
    done = run("takedown", urls[0], "--erase", "--reason", "names a minor", "--archive", folder)
    assert (done.returncode, done.stderr) == (0, "1 captures of 1 articles erased\n")
    assert holding(folder, WORDS, STORY) == []
    assert run("restore", urls[0], "--archive", folder).returncode == 1
    again = run("capture", urls[0], "--archive", folder, *QUICK)
    assert json.loads(again.stdout)["change"] == "withdrawn"
    assert (again.returncode, "names a minor" in again.stderr) == (8, True)
    assert holding(folder, WORDS, STORY) == []
    for name in others:
        proof = folder.parent / f"{name}.json"
        made = run("proof", name, "--archive", folder)
        assert made.returncode == 0, made.stderr
        proof.write_bytes(made.stdout)
        checked = run("verify", "--proof", proof)
        assert checked.returncode == 0, checked.stderr
    verified = run("verify", "--archive", folder)
    assert (verified.returncode, verified.stdout) == (0, b""), verified.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ((), 2, "--reason"),
        (("--reason", "x"), 2, "name one ID or URL, or a --site"),
        (("https://a.example/", "--site", "b", "--reason", "x"), 2, "name one ID or URL, or a --site"),
        (("https://a.example/", "--reason", ""), 2, "say why"),
        (("https://a.example/", "--reason", "x"), 1, "holds no snapshot of https://a.example/"),
        (("--site", "a.example", "--reason", "x"), 1, "holds no snapshot of site a.example"),
    ],
)
def test_wrong_calls(run, filled, arguments, status, says):
    done = run("takedown", *arguments, "--archive", filled[0])
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["takedown", "restore"])
def test_no_archive_is_made_by_it(run, tmp_path, name):
    reason = ["--reason", "x"] if name == "takedown" else []
    done = run(name, "https://a.example/", *reason, "--archive", tmp_path / "none")
    assert done.returncode == 1
    assert "no archive in" in done.stderr
    assert not (tmp_path / "none").exists()


def test_restored_while_another_takedown_hides_it(run, kept):
    folder, urls = kept
    snapshot = json.loads(run("show", urls[0], "--archive", folder).stdout)
    for name in (urls[0], snapshot["id"]):
        assert run("takedown", name, "--reason", "x", "--archive", folder).returncode == 0
    done = run("restore", urls[0], "--archive", folder)
    assert done.stderr == "0 captures of 0 articles shown again\n1 still hidden by another takedown\n"
    assert run("show", urls[0], "--archive", folder).returncode == 8


@pytest.mark.parametrize("form", ["json", "text", "html", "warc"])
@pytest.mark.parametrize("by", ["takedown", "rule"])
def test_a_capture_that_may_not_be_shown_says_why(run, kept, tmp_path, by, form):
    folder, urls = kept
    if by == "takedown":
        assert run("takedown", urls[0], "--reason", "court order", "--archive", folder).returncode == 0
    else:
        (tmp_path / "access.toml").write_text(f'[[rule]]\naccess = "block"\nurl = "{urls[0]}"\n')
    done = run("capture", urls[0], "--format", form, "--archive", folder, *QUICK)
    assert done.returncode == 8, done.stderr
    assert f"snapshotter capture: {urls[0]}: " in done.stderr
    assert ("court order" if by == "takedown" else "an access rule hides it") in done.stderr
    assert [json.loads(line)["body_text"] for line in done.stdout.splitlines()] == [""] * (form == "json")
    if form == "text":
        done = run("capture", *urls[:2], "--format", form, "--archive", folder, *QUICK)
        assert done.returncode == 1
        assert (b"about Story 0" in done.stdout, STORY.encode() in done.stdout) == (True, False)


@pytest.mark.parametrize("inside", ["warc", "index/today", "proof", "imported/x", "keys", "quarantine", "log", "lock"])
@pytest.mark.parametrize("form", ["jsonl", "wacz"])
def test_no_export_into_the_archives_own_folders(run, kept, inside, form):
    folder, _ = kept
    before = sorted(folder.rglob("*"))
    done = run("export", "--format", form, "--out", folder / "exports" / ".." / inside, "--archive", folder)
    assert (done.returncode, "is the archive's own" in done.stderr) == (2, True), done.stderr
    assert sorted(folder.rglob("*")) == before


def test_what_is_not_taken_down_can_not_be_restored(run, filled):
    done = run("restore", filled[1][1], "--archive", filled[0])
    assert (done.returncode, "isn't taken down" in done.stderr) == (1, True)


def test_access_rules_hold_for_every_command(run, kept, tmp_path):
    folder, urls = kept
    rules = tmp_path / "access.toml"  # beside the archive folder: found without a setting
    rules.write_text(f'[[rule]]\naccess = "block"\nurl = "{urls[0]}"\nreason = "by agreement"\n')
    shown = run("show", urls[0], "--archive", folder)
    assert (shown.returncode, shown.stdout.decode()) == (8, f"{urls[0]}: blocked by an access rule: by agreement\n")
    assert {one["title"] for one in exported(run, folder, tmp_path / "a")} == {"Story 0", "Story 1"}
    assert json.loads(run("stats", "--format", "json", "--archive", folder).stdout)["articles"] == 2
    assert run("proof", urls[0], "--archive", folder).returncode == 8
    rules.write_text("default = 'all'")
    for command in (["show", urls[0]], ["stats"], ["export", "--out", tmp_path / "b"]):
        done = run(*command, "--archive", folder)
        assert (done.returncode, "access.toml: default: 'all' should be" in done.stderr) == (2, True)


def test_a_crawls_feed_carries_what_may_be_seen(run, site, tmp_path):
    urls = [site.article("/news/affair.html", STORY), site.article("/news/0.html", "Story 0")]
    (tmp_path / "rules.toml").write_text(f'[[rule]]\naccess = "embargo"\ndays = 30\nurl = "{urls[0]}"\n')
    (tmp_path / "urls.txt").write_text("\n".join(urls))
    settings = ["-s", f"SNAPSHOTTER_ACCESS={tmp_path}/rules.toml", "-s", f"SNAPSHOTTER_ARCHIVE={tmp_path}/kept", *QUICK]
    feed = tmp_path / "new.jsonl"
    done = run("crawl", "capture", "-a", f"urls={tmp_path}/urls.txt", "-O", f"{feed}:jsonl", *settings)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["title"] for line in feed.read_text().splitlines()] == ["Story 0"]
    assert json.loads(run("stats", "--format", "json", "--archive", tmp_path / "kept").stdout)["captures"] == 2


def test_every_command_opens_the_archive_where_rules_are_applied():
    opens = re.compile(r"ArchiveReader\.open\(")
    sources = (ROOT / "snapshotter" / "commands").glob("*.py")
    assert {path.name for path in sources if opens.search(path.read_text())} <= {"base.py", "proofs.py"}


def test_what_is_taken_down_is_not_asked_for_again(run, site, tmp_path):
    paths = [f"/2026/07/story-{n}.html" for n in range(2)]
    urls = [site.article(path, f"A story of some length, number {n}") for n, path in enumerate(paths)]
    site.html("/", "<h1>News</h1>" + "".join(f'<li><a href="{path}">A story, as listed</a></li>' for path in paths))
    crawl = ["crawl", "news", "-a", f"start={site.url}/", "-s", f"SNAPSHOTTER_ARCHIVE={tmp_path}/kept", *QUICK]
    crawl += ["-s", "SNAPSHOTTER_REVISIT_AFTER_S=0"]
    assert run(*crawl).returncode == 0
    assert set(paths) <= set(site.asked)
    done = run("takedown", urls[0], "--reason", "x", "--erase", "--archive", tmp_path / "kept")
    assert done.returncode == 0, done.stderr
    site.asked.clear()
    assert run(*crawl).returncode == 0
    assert paths[0] not in site.asked
    assert paths[1] in site.asked
    reports = sorted((tmp_path / "kept" / "log").glob("run-*.json"))
    assert json.loads(reports[-1].read_text())["totals"]["skipped"].get("taken down") == 1
