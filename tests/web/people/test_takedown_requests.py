"""A takedown from the form to the tombstone: asked for by anyone, decided by the operator, 451 everywhere."""

import re
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
from answers import ask
from browser import served
from project import ROOT
from visitor import Visitor

from snapshotter.desk import Ask, Desk, Requests

WISH = {"why": "it says\nuntrue things", "contact": "wang@example.org", "who": "Wang Wu"}
MAIN = "from snapshotter.commands.main import main; main()"


def new_token(folder):
    command = [sys.executable, "-c", MAIN, "serve", "--new-operator-token", "--archive", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    return shutil.copytree(demo.folder, tmp_path_factory.mktemp("people") / "archive")


@pytest.fixture(scope="module")
def token(folder):
    return new_token(folder)


@pytest.fixture(scope="module")
def desk(folder, token):
    with served(folder, "-s", "SNAPSHOTTER_TRUSTED_PROXIES=127.0.0.1") as address:
        yield address


_hosts = iter(range(1, 250))


@pytest.fixture
def visitor(desk):
    return Visitor(desk, X_Forwarded_For=f"203.0.113.{next(_hosts)}")


@pytest.fixture
def operator(desk, token):
    visitor = Visitor(desk, X_Forwarded_For=f"203.0.113.{next(_hosts)}")
    assert visitor.submit("/operator/sign-in", {"token": token}).status == 303
    return visitor


def decide(operator, deed, reason="ruled <b>12/3"):
    number = re.findall(r'name="number" value="(\d+)"', operator.ask("/operator").text)[-1]
    fields = {"number": number, "deed": deed, "reason": reason}
    answer = operator.submit("/operator", fields, action="/operator/decide")
    assert answer.status == 303, answer.text
    return number


def places(record):
    it, article = record["id"], record["article_id"]
    return [f"/snapshot/{it}", f"/article/{article}", f"/original/{it}", f"/proof/{it}", f"/proof/{it}.json"]


def chosen(demo, index):
    good = [one for one in demo.good if one["change"] in {"new", "unchanged"} and one["id"] != demo.english["id"]]
    return good[index]


@pytest.mark.parametrize("case", [("hidden", 0, "url"), ("erased", 1, "id"), ("hidden", 2, "address")])
def test_what_the_operator_takes_down_is_451_everywhere_at_once(desk, demo, visitor, operator, case):
    deed, index, by = case
    mine = chosen(demo, index)
    subject = {"url": mine["url"], "id": mine["article_id"], "address": f"{desk}/article/{mine['article_id']}"}[by]
    sent = visitor.submit("/takedown", {**WISH, "subject": subject})
    receipt = sent.headers["Location"]
    followed = visitor.follow(sent)
    assert "等待处理" in followed.text
    assert followed.headers["Cache-Control"] == "no-store"
    assert [ask(desk, path).status for path in places(mine)] == [200] * 5

    queue = operator.ask("/operator").text
    assert mine["title"] in queue
    assert "wang@example.org" in queue
    decide(operator, deed)

    assert [ask(desk, path).status for path in places(mine)] == [451] * 5
    assert mine["title"] not in ask(desk, f"/snapshot/{mine['id']}").text
    listing = ["/", f"/channel/{mine['category']}", f"/search?q={mine['title'][:6]}", "/takedowns"]
    assert not any(mine["id"] in ask(desk, path).text for path in listing)
    told = ask(desk, receipt).text
    assert {"hidden": "已隐藏", "erased": "已彻底删除"}[deed] in told
    assert "ruled &lt;b&gt;12/3" in told


def test_the_public_log_names_no_person(desk, demo, visitor, operator):
    visitor.submit("/takedown", {**WISH, "subject": demo.english["id"]})
    number = decide(operator, "declined", "a public office")
    log = ask(desk, "/takedowns").text
    assert "a public office" in log
    assert f"<td>{number}</td>" in log
    assert not any(word in log for word in ("Wang", "wang@", "untrue"))
    assert ask(desk, f"/snapshot/{demo.english['id']}").status == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"subject": ""}, 400),
        ({"subject": "javascript:alert(1)"}, 400),
        ({"subject": "https://user:word@example.org/"}, 400),
        ({"subject": "http://[::1"}, 400),
        ({"subject": "sn_' OR 1=1 --"}, 400),
        ({"subject": "sn_0"}, 404),
        ({"subject": "https://elsewhere.example/nothing"}, 404),
        ({"why": " \n\u200b"}, 400),
        ({"contact": ""}, 400),
        ({"homepage": "https://spam.example"}, 400),
        ({"form_token": ""}, 403),
        ({"form_token": "0.0"}, 403),
        ({"form_token": "ff.é"}, 403),
    ],
)
def test_a_form_that_cannot_be_used_changes_nothing(demo, visitor, operator, change, status):
    before = operator.ask("/operator").text.count('name="number"')
    answer = visitor.submit("/takedown", {**WISH, "subject": demo.english["id"], **change})
    assert answer.status == status
    assert operator.ask("/operator").text.count('name="number"') == before


def test_what_was_typed_comes_back_escaped(visitor):
    typed = '"><script>alert(1)</script>'
    answer = visitor.submit("/takedown", {**WISH, "subject": "", "why": f"</textarea>{typed}", "who": typed})
    assert answer.status == 400
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    assert '">' + "<script" not in visitor.ask("/takedown?of=%22%3E%3Cscript%3E").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_other_sites_pages_send_no_form(visitor, demo, headers):
    assert visitor.submit("/takedown", {**WISH, "subject": demo.english["id"]}, **headers).status == 403


def test_a_form_is_of_who_was_given_it(desk, demo, visitor):
    other = Visitor(desk)
    stolen = other.hidden("/takedown")
    visitor.ask("/takedown")
    assert visitor.submit("/takedown", {**WISH, **stolen, "subject": demo.english["id"]}).status == 403
    for purpose in ("/operator/sign-in",):
        mine = visitor.hidden(purpose)
        assert visitor.submit("/takedown", {**WISH, **mine, "subject": demo.english["id"]}).status == 403


def test_a_body_is_bounded_and_a_form(visitor):
    form = "application/x-www-form-urlencoded"
    assert visitor.ask("/takedown", "POST", b"a=" + b"b" * 64_000, Content_Type=form).status == 413
    assert visitor.ask("/takedown", "POST", b"&".join([b"a=1"] * 300), Content_Type=form).status == 400
    assert visitor.ask("/takedown", "POST", b"\xff=1", Content_Type=form).status == 400
    assert visitor.ask("/takedown", "POST", b"{}", Content_Type="application/json").status == 415
    assert visitor.ask("/takedown", "POST", b"a=1").status == 415


def test_who_asks_too_often_is_told_when_to_ask_again(desk, demo):
    eager = Visitor(desk, X_Forwarded_For="198.51.100.9")
    sent = [eager.submit("/takedown", {**WISH, "subject": "sn_0"}) for _ in range(6)]
    assert [answer.status for answer in sent] == [404] * 5 + [429]
    assert 1 <= int(sent[-1].headers["Retry-After"]) <= 600
    faked = Visitor(desk, X_Forwarded_For="203.0.113.250, 198.51.100.9")
    assert faked.submit("/takedown", {**WISH, "subject": "sn_0"}).status == 429
    assert Visitor(desk, X_Forwarded_For="198.51.100.10").submit("/takedown", {**WISH, "subject": "sn_0"}).status == 404


def test_nobody_but_the_operator_comes_in(desk, visitor, operator, token):
    for path in ("/operator", "/operator/sources"):
        assert visitor.ask(path).headers["Location"] == "/operator/sign-in"
    assert visitor.ask("/operator/decide", "POST", b"", Content_Type="application/x-www-form-urlencoded").status == 303
    assert visitor.submit("/operator/sign-in", {"token": token + "x"}).status == 403
    visitor.cookies["operator"] = "0" * 32
    assert visitor.ask("/operator").status == 303
    cookie = next(line for line in visitor.submit("/operator/sign-in", {"token": token}).headers.get_all("Set-Cookie"))
    assert {"HttpOnly", "SameSite=strict", "Path=/operator"} <= set(cookie.split("; "))
    assert visitor.ask("/operator").status == 200
    kept = visitor.cookies["operator"]
    assert visitor.submit("/operator", {}, action="/operator/sign-out").status == 303
    visitor.cookies["operator"] = kept
    assert visitor.ask("/operator").status == 303
    assert operator.ask("/operator/sources").status == 200


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"number": "999999", "deed": "hidden", "reason": "x"}, 404),
        ({"number": "1' OR 1=1", "deed": "hidden", "reason": "x"}, 400),
        ({"number": "١", "deed": "hidden", "reason": "x"}, 400),
        ({"number": "1", "deed": "restore", "reason": "x"}, 400),
        ({"number": "1", "deed": "hidden", "reason": " "}, 400),
        ({"number": "1", "deed": "hidden", "reason": "x", "form_token": "1.2"}, 403),
    ],
)
def test_a_decision_that_cannot_be_used_changes_nothing(demo, visitor, operator, fields, status):
    visitor.submit("/takedown", {**WISH, "subject": demo.gone["id"]})
    answer = operator.submit("/operator", fields, action="/operator/decide")
    assert answer.status == status
    decide(operator, "declined", "tidy")


def test_without_a_token_there_is_no_operator(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive", ignore=shutil.ignore_patterns("site.db*"))
    with served(folder) as address:
        assert [ask(address, path).status for path in ("/operator", "/operator/sign-in")] == [404, 404]
        first = new_token(folder)
        visitor = Visitor(address)
        assert visitor.submit("/operator/sign-in", {"token": first}).status == 303
        assert visitor.ask("/operator").status == 200
        new_token(folder)
        assert visitor.ask("/operator").status == 303


def test_a_server_that_starts_erases_personal_data_that_is_due(demo, tmp_path):
    folder = shutil.copytree(demo.folder, tmp_path / "archive")
    with closing(Desk(folder)) as desk:
        book = Requests(desk)
        number = book.of(book.send(Ask("sn_0", "Wang", "why", "w@example.org"))).number
        book.decide(number, "declined", "no")
        with served(folder, "-s", "SNAPSHOTTER_TAKEDOWN_KEEP_DAYS=0") as address:
            while book.numbered(number).who:
                assert ask(address, "/takedowns").status == 200


def test_the_archive_stays_whole(folder):
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "verify", "--archive", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
