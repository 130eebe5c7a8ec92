"""The site as a program sees it: statuses, headers, languages; live, and a takedown is effective at once."""

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from answers import ask
from browser import served
from captures import capture, page
from project import ROOT

from snapshotter.items import Article
from snapshotter.store import Archive
from snapshotter.web.headers import DEFAULTS, ORIGINAL_POLICY


def test_every_kind_of_page_answers(site, pages):
    expected = {"not-found": 404}
    assert {name: ask(site, path).status for name, path in pages.items()} == {
        name: expected.get(name, 200) for name in pages
    }


def test_every_answer_is_armoured(site, pages):
    for path in [*pages.values(), "/static/site.css", "/static/none"]:
        headers = ask(site, path).headers
        for name, value in DEFAULTS.items():
            assert headers.get_all(name) == [value], (path, name)
        assert len(headers["X-Request-Id"]) == 16
        assert headers["Server"] is None


def test_who_has_the_page_is_spared_it(site, pages):
    first = ask(site, pages["snapshot"])
    again = ask(site, pages["snapshot"], If_None_Match=f'"other", {first.headers["ETag"]}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert ask(site, pages["snapshot"], If_None_Match='"other"').status == 200
    assert ask(site, pages["snapshot"], "HEAD").body == b""
    assert ask(site, pages["snapshot"], "POST").status == 405


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "zh-CN"),
        ("", {"Accept_Language": "en-GB,en;q=0.9,zh;q=0.8"}, "en"),
        ("", {"Accept_Language": "fr, zh-TW;q=0.5, en;q=0.2"}, "zh-CN"),
        ("", {"Accept_Language": "en;q=x,,;;" + "q" * 5000}, "zh-CN"),
        ("", {"Accept_Language": "en", "Cookie": "lang=zh-CN"}, "zh-CN"),
        ("?lang=en", {"Cookie": "lang=zh-CN"}, "en"),
        ("?lang=<script>", {}, "zh-CN"),
    ],
)
def test_the_language_is_the_readers(site, query, headers, language):
    answer = ask(site, f"/about{query}", **headers)
    assert f'<html lang="{language}">' in answer.text
    kept = answer.headers["Set-Cookie"]
    assert (kept is None) == (query != "?lang=en")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/snapshot/sn_0", 404),
        ("/snapshot/../../etc/passwd", 404),
        ("/snapshot/sn_%27%20OR%201=1", 404),
        ("/snapshot/" + "s" * 9000, 404),
        ("/article/ar_0", 404),
        ("/article/sn_0", 404),
        ("/original/sn_0", 404),
        ("/proof/sn_0", 404),
        ("/proof/sn_0.json", 404),
        ("/channel/", 404),
        ("/channel/%00%ff", 404),
        ("/channel/" + "x" * 400, 404),
        ("/source/' OR 1=1 --", 404),
        ("/static/..%2fapp.py", 404),
        ("/static/%2e%2e/app.py", 404),
        ("/search?q=" + "(" * 5000, 200),
        ("/search?q=%00%ff%ed%a0%80&page=-1&order=x&since=never", 200),
        ("/search?page=99999999999999999999&q=a", 200),
        ("/?before=%00", 200),
    ],
)
def test_odd_addresses_are_answered_calmly(site, path, status):
    answer = ask(site, path)
    assert answer.status == status
    assert b"<script" not in answer.body


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/about/", "/about"), ("/search/?q=%E4%B8%80", "/search?q=%E4%B8%80"), ("/nothing//", "/nothing"),
        ("//evil.example/", "/evil.example"), ("/%5Cevil.example/", "/evil.example"), ("//", "/"),
        ("/a%23b%3Fc%25d/", "/a%23b%3Fc%25d"),
    ],
)  # fmt: skip
def test_a_slash_too_many_leads_on_within_the_site(site, path, to):
    answer = ask(site, path, Host="news.example.org")
    assert (answer.status, answer.headers["Location"]) == (307, to)


@pytest.mark.parametrize(("path", "ways"), [("/takedown", "GET, HEAD, POST"), ("/about", "GET, HEAD")])
def test_a_method_that_is_none_is_told_which_are(site, path, ways):
    answer = ask(site, path, "PUT")
    assert (answer.status, answer.headers["Allow"]) == (405, ways)


def test_a_takedown_is_asked_for_from_the_snapshot_itself(site, demo):
    page = ask(site, f"/snapshot/{demo.revised['id']}").text
    (form,) = re.findall(r'href="(/takedown\?[^"]+)"', page)
    assert f'value="{demo.revised["id"]}"' in ask(site, form).text


def test_an_original_that_is_lost_is_no_error_of_the_site(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    for file in (folder / "warc").rglob("*.warc.gz*"):
        file.write_bytes(b"x" * file.stat().st_size)
    with served(folder) as address:
        it = demo.revised["id"]
        assert ask(address, f"/original/{it}").status == 503
        assert ask(address, f"/snapshot/{it}").status == 200


def test_a_proof_that_is_not_there_names_no_folder_of_ours(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    shutil.rmtree(folder / "proof")
    with served(folder) as address:
        it = demo.revised["id"]
        page = ask(address, f"/proof/{it}", Accept_Language="zh")
        assert (page.status, ask(address, f"/proof/{it}.json").status) == (200, 404)
    assert "存证在采集运行结束时签署" in page.text
    assert str(tmp_path) not in page.text


def test_a_channel_goes_on_where_its_last_page_ended(site, demo):
    name = demo.revised["category"]
    assert ask(site, f"/channel/{name}?before=9999-01-01T00:00:00Z~sn_0").text.count("<article") > 3
    assert ask(site, f"/channel/{name}?before=2000-01-01T00:00:00Z~sn_0").status == 200
    assert ask(site, f"/channel/{name}?before=' OR 1=1").status == 200


def test_a_difference_is_of_one_article(site, demo):
    mine, other = demo.revised, next(one for one in demo.good if one["article_id"] != demo.revised["article_id"])
    where = f"/article/{mine['article_id']}/diff"
    assert ask(site, f"{where}?from={other['id']}&to={mine['id']}").status == 400
    assert ask(site, f"{where}?from=x&to=y").status == 400
    assert ask(site, f"{where}?from=sn_0&to=sn_1").status == 404
    assert ask(site, f"/article/{other['article_id']}/diff").status == 404
    assert "<ins>" in ask(site, where).text


def test_the_original_is_what_was_archived_and_locked_in(site, demo):
    gbk = next(record for record in demo.first if record["encoding"].lower().startswith(("gb", "big5")))
    answer = ask(site, f"/original/{gbk['id']}")
    assert answer.headers.get_all("Content-Security-Policy") == [ORIGINAL_POLICY]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    charset = answer.headers.get_content_charset()
    assert gbk["title"] in answer.body.decode(charset)


def test_the_proof_can_be_checked_by_a_stranger(site, demo, tmp_path):
    answer = ask(site, f"/proof/{demo.revised['id']}.json")
    (tmp_path / "proof.json").write_bytes(answer.body)
    done = subprocess.run([sys.executable, "tools/verify_proof.py", tmp_path / "proof.json"], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert json.loads(answer.body)["id"] == demo.revised["id"]


def places(record):
    it, article = record["id"], record["article_id"]
    return [f"/snapshot/{it}", f"/article/{article}", f"/original/{it}", f"/proof/{it}", f"/proof/{it}.json"]


def test_a_takedown_is_effective_at_once_everywhere(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    mine = demo.revised
    with served(folder) as site:
        listing = [
            "/",
            f"/channel/{mine['category']}",
            f"/source/{mine['source_name']}",
            f"/search?q={mine['title'][:4]}",
        ]
        neighbours = [one for one in demo.good if mine["id"] in ask(site, f"/snapshot/{one['id']}").text]
        assert len(neighbours) > 2
        listing += [f"/snapshot/{one['id']}" for one in neighbours if one["article_id"] != mine["article_id"]]
        diff = f"/article/{mine['article_id']}/diff"
        assert [ask(site, path).status for path in (*places(mine), diff)] == [200] * 6
        assert all(mine["id"] in ask(site, path).text for path in listing)

        code = "from snapshotter.commands.main import main; main()"
        command = [sys.executable, "-c", code, "takedown", mine["url"], "--reason", "wrong & <b>hurtful</b>"]
        subprocess.run([*command, "--archive", folder], cwd=ROOT, check=True)

        assert [ask(site, path).status for path in (*places(mine), diff)] == [451] * 6
        told = ask(site, places(mine)[0]).text
        assert "wrong &amp; &lt;b&gt;hurtful" in told
        assert mine["title"] not in told
        assert not any(mine["id"] in ask(site, path).text for path in listing)


def test_what_is_captured_meanwhile_is_there_at_once(tmp_path):
    def caught(minute):
        said = Article(title=f"第{minute}条<i>", body_text="甲。\n\n乙。", category="a/b&c", source_name="日报/社")
        return capture(page(f"https://news.example/{minute}.html", minute=minute), said)

    with Archive.open(tmp_path) as archive, served(tmp_path) as site:
        assert "这里还没有快照" in ask(site, "/").text
        (first,) = archive.add([caught(1)])
        assert "第1条&lt;i&gt;" in ask(site, "/").text
        assert ask(site, f"/snapshot/{first.id}").status == 200
        archive.add([caught(2)])
        assert "第2条" in ask(site, "/channel/a/b&c").text
        assert "第2条" in ask(site, "/source/日报/社").text
        assert ask(site, f"/proof/{first.id}").status == 200  # no signed head covers it yet
        assert ask(site, f"/proof/{first.id}.json").status == 404


def test_an_error_of_ours_is_told_with_the_requests_id(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog, catalog:
        catalog.execute("UPDATE snapshots SET record = x'00'")
    with served(folder, log=tmp_path / "log") as site:
        answer = ask(site, f"/snapshot/{demo.revised['id']}")
        assert answer.status == 500
        assert answer.headers["X-Request-Id"] in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers.get_all("Content-Security-Policy") == [DEFAULTS["content-security-policy"]]
    assert f"request {answer.headers['X-Request-Id']}: GET" in (tmp_path / "log").read_text()


def test_no_link_of_an_odd_address_leads_away(site):
    for path in ("//evil.example/x", "/%5cevil.example", "/%2f%2fevil.example", "/x%3Fa=1"):
        answer = ask(site, path)
        assert answer.status == 404
        assert 'href="//' not in answer.text
        assert 'href="/\\' not in answer.text


def test_what_became_of_an_article_is_said_before_its_text(site, demo):
    kept = next(one for one in demo.first if one["article_id"] == demo.gone["article_id"])
    paid = next(one for one in demo.first if one["verdict"] == "paywall")
    old = next(one for one in demo.first if one["article_id"] == demo.revised["article_id"])
    for one in (demo.gone, kept, paid, old):
        page = ask(site, f"/snapshot/{one['id']}").text
        assert 0 < page.index('class="notice"') < page.index("<main"), one["id"]
    assert 'class="notice"' not in ask(site, f"/snapshot/{demo.english['id']}").text
