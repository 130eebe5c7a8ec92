"""``snapshotter explain``: why the record says what it says."""

import json
import subprocess
import sys

import pytest

PAGE = """<html lang="zh-CN"><head><title>县城老桥修好了_山河晚报</title>
<meta property="og:title" content="县城老桥修好了"></head><body><h1>县城老桥修好了</h1>
<p>2024-07-01 08:30 来源：山河晚报 作者：钟旖</p>
<p>县城里那座走了六十年的老桥，昨天重新放行，桥面比过去宽了一半，两边添了栏杆。</p>
<p>住在桥头的老人说，夜里再也听不见木板的响声了，孩子们上学也不用绕路。</p>
<p>责任编辑：王欣</p></body></html>"""


def snapshotter(*arguments, cwd):
    script = "from snapshotter.commands.main import main; main()"
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(PAGE, "utf-8")
    return file


def test_a_file_is_explained_field_by_field(page, tmp_path):
    shown = snapshotter("explain", "--html", str(page), "--url", "https://news.example.cn/a/1.html", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "title: 县城老桥修好了" in shown.stdout
    assert "h1" in shown.stdout
    assert "authors: 钟旖" in shown.stdout
    assert "source_name: 山河晚报" in shown.stdout


def test_as_json_the_first_candidate_won(page, tmp_path):
    shown = snapshotter(
        "explain", "--html", str(page), "--url", "https://news.example.cn/a/1.html", "--json", cwd=tmp_path
    )
    weighed = json.loads(shown.stdout)
    assert weighed["title"][0]["value"] == "县城老桥修好了"
    assert weighed["published_at"][0]["value"].startswith("2024-07-01 08:30")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "name one ID or URL"),
        (("--html", "missing.html", "--url", "https://e.com/"), 2, "can't read"),
        (("sn_0123456789abcdef",), 1, "no archive"),
    ],
)
def test_what_cannot_be_explained_says_why(arguments, status, said, tmp_path):
    shown = snapshotter("explain", *arguments, "-s", f"SNAPSHOTTER_ARCHIVE={tmp_path / 'archive'}", cwd=tmp_path)
    assert shown.returncode == status
    assert said in shown.stderr
    assert "Traceback" not in shown.stderr
