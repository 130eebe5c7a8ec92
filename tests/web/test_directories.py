"""Lists that the front page and the snapshot page only begin: all channels, all sources, all reprints."""

import re
from urllib.parse import quote

import pytest
from answers import ask
from browser import served
from captures import capture, page

from snapshotter.items import Article
from snapshotter.store import Archive

BODY = "\n\n".join(
    f"The board voted on item {number} of its list: the lighthouse stays lit through winter {number + 1900}, "
    f"and {number * 7} fishermen of harbour {number} pay for it."
    for number in range(12)
)
SITES = 11


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "archive"
    with Archive.open(folder) as archive:
        copies = [
            capture(
                page(f"https://paper{n}.example/a.html", None, n), _said("The light", BODY, source_name=f"Paper {n}")
            )
            for n in range(SITES)
        ]
        others = [
            capture(
                page(f"https://news.example/{n}.html", None, 60 + n),
                _said(f"Title {n}", f"Text of {n}.", category=f"Channel <{n}>", source_name=f"Wire {n}"),
            )
            for n in range(30)
        ]
        records = [snapshot for one in [*copies, *others] for snapshot in archive.add([one])]
    with served(folder) as address:
        yield address, records


def _said(title, body, **more):
    return Article(title=title, body_text=body, language="en", **{"category": "Harbour", **more})


@pytest.mark.parametrize(("kind", "name"), [("channel", "Channel <{}>"), ("source", "Wire {}")])
def test_every_channel_and_source_is_listed_and_leads_to_its_page(many, kind, name):
    address, _ = many
    assert f'href="/{kind}s"' in ask(address, "/").text
    links = re.findall(rf'href="(/{kind}/[^"]+)"', ask(address, f"/{kind}s").text)
    assert {f"/{kind}/{quote(name.format(n))}" for n in range(30)} <= set(links)
    assert len(links) == len(set(links))


def test_all_reprints_of_an_article_are_a_page(many):
    address, records = many
    it = records[3]
    path = f"/article/{it.article_id}/reprints"
    assert f'href="{path}"' in ask(address, f"/snapshot/{it.id}").text
    text = ask(address, path).text
    assert re.findall(r'href="/snapshot/(sn_\w+)"><time', text) == [one.id for one in records[:SITES]]
    assert text.count("本篇") == 1


def test_an_article_that_nobody_reprinted_says_so(many):
    address, records = many
    assert "没有发现其他网站" in ask(address, f"/article/{records[-1].article_id}/reprints").text
    assert ask(address, "/article/ar_none/reprints").status == 404
