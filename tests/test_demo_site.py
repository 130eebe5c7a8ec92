"""The demo's own site: what a crawl of it is held to must be what it serves."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html import unescape

import pytest
from demo.check import faults, truth
from demo.serve import serving
from demo.story import CONTENT, SECOND, stories
from demo.website import PRIVATE, Website

BASE = "http://127.0.0.1:1"
FIRST_STORIES = {story.slug: story for story in stories()}


def page(path: str, visit: int = 1) -> str:
    answer = Website(visit).answer(path, BASE)
    assert answer.status == 200
    story = next((story for story in stories(visit) if story.path == path), None)
    return answer.body.decode(story.encoding if story else "utf-8")


def visible(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_has_some_thirty_articles_over_many_sections_in_two_languages():
    found = stories(SECOND)
    assert 30 <= len(found) <= 45
    assert len({story.section for story in found if story.paper == "zh"}) >= 5
    assert len({story.section for story in found if story.paper == "en"}) >= 4


@pytest.mark.parametrize("slug", [slug for slug, story in FIRST_STORIES.items() if story.kind != "listing"])
def test_a_page_shows_every_word_of_its_article(slug):
    story = FIRST_STORIES[slug]
    shown = visible(page(story.path))
    positions = [shown.find(text) for text in (story.title, *story.paragraphs)]
    assert -1 not in positions
    assert all(name in shown for name in (*story.authors, *story.editors, story.source, story.category))


@pytest.mark.parametrize("slug", sorted(FIRST_STORIES))
def test_an_article_is_written_with_care(slug):
    story = FIRST_STORIES[slug]
    body = story.body_text
    assert story.kind in {"listing", "paywall"} or len(story.paragraphs) - len(story.figures) >= 4
    if story.paper == "zh":
        assert not re.search(r"[\u4e00-\u9fff][,.;:!?]|[\"']", body), "half-width punctuation in Chinese"
        assert body.count("“") == body.count("”")
    else:
        assert not re.search(r"[\"']|  ", body), "typewriter quotes"


def test_the_second_visit_brings_one_new_one_edited_and_one_withdrawn_article():
    changes = Counter(story.change(SECOND) for story in stories(SECOND))
    assert changes == {"new": 1, "revised": 1, "gone": 1, "unchanged": len(stories()) - 2}
    gone = next(story for story in stories(SECOND) if story.withdrawn)
    assert Website(1).answer(gone.path, BASE).status == 200
    assert Website(SECOND).answer(gone.path, BASE).status == 410
    assert gone.path not in page(f"/{gone.section}/", SECOND)


def test_pages_that_were_not_edited_stay_as_they_are_byte_for_byte():
    first, second = Website(1), Website(SECOND)
    for story in stories():
        same = first.answer(story.path, BASE).body == second.answer(story.path, BASE).body
        edited = next(other for other in stories(SECOND) if other.slug == story.slug).edited
        assert same == (not (story.counter or story.withdrawn or edited)), story.path


def test_sections_and_their_pages_list_every_article_once():
    site = Website()
    for paper, pages in (("zh", "/{}/index_{}.html"), ("en", "/en/{}/?page={}")):
        for section in {story.section for story in stories() if story.paper == paper}:
            listed = []
            for number in range(1, 9):
                answer = site.answer(pages.format(section, number), BASE)
                if answer.status == 404:
                    break
                main = re.search(r'class="(?:list|archive)">.*?class="(?:pages|pager)"', answer.body.decode(), re.S)
                listed += re.findall(r'<h[23]><a href="([^"]+)"', main[0])
            wanted = [story.listed_path for story in stories() if story.section == section]
            assert listed == wanted


@pytest.mark.parametrize(
    "path", ["/rss.xml", "/en/feed.atom", "/sitemap.xml", "/sitemap-news.xml", "/sitemap-2024-10.xml"]
)
def test_feeds_and_sitemaps_are_xml_with_addresses_on_the_host_that_was_asked(path):
    text = Website().answer(path, BASE).body.decode()
    ET.fromstring(text.encode())
    assert f"{BASE}/" in text


def test_the_sitemap_lists_every_article_and_the_json_feed_is_one():
    listed = re.findall(r"<loc>(.*?)</loc>", Website().answer("/sitemap-2024-10.xml", BASE).body.decode())
    assert sorted(listed) == sorted(BASE + story.listed_path for story in stories())
    assert json.loads(Website().answer("/en/feed.json", BASE).body)["items"][0]["title"] == stories()[0].title


def test_one_article_has_several_addresses():
    site = Website()
    geese, canteen = FIRST_STORIES["geese-at-night"], FIRST_STORIES["canteen-six"]
    assert f'rel="canonical" href="{BASE}{geese.path}"' in site.answer(f"{geese.path}/amp", BASE).body.decode()
    assert site.answer(f"{geese.path}?utm_source=rss", BASE).body == site.answer(geese.path, BASE).body
    moved = site.answer(canteen.listed_path, BASE)
    assert (moved.status, moved.location) == (301, canteen.path)


@pytest.mark.parametrize(
    ("slug", "header", "declared", "real"),
    [
        ("40042", "text/html", "gb2312", "gbk"),  # the declared one lacks two of its characters
        ("40024", "text/html; charset=ISO-8859-1", "gb2312", "gb2312"),  # the header is wrong, the meta element right
        ("40043", "text/html; charset=big5", "big5", "big5"),
    ],
)
def test_some_pages_are_in_other_encodings_than_they_say(slug, header, declared, real):
    answer = Website().answer(FIRST_STORIES[slug].path, BASE)
    assert answer.content_type == header
    assert f"charset={declared}" in answer.body.decode(real)
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


@pytest.fixture
def get():
    with serving() as server:
        client = http.client.HTTPConnection("127.0.0.1", server.server_port)

        def ask(path, method="GET", **headers):
            client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = client.getresponse()
            return response.status, response.headers, response.read()

        yield ask
        client.close()


def test_the_server_speaks_http_as_it_should(get):
    path = FIRST_STORIES["40011"].path
    status, headers, body = get(path)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert gzip.decompress(get(path, Accept_Encoding="gzip")[2]) == body
    assert get(path, "HEAD")[::2] == (200, b"")
    assert get(path, If_None_Match=headers["ETag"])[0] == 304
    assert get(path, If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert get(path, If_None_Match='"other"')[::2] == (200, body)


def test_the_server_has_what_a_news_site_has(get):
    assert get("/no/such/page.html")[0] == 404
    assert get("/css/zh.css")[0] == 200
    assert get("/img/ferry-dusk.png")[2].startswith(b"\x89PNG")
    assert get(PRIVATE)[0] == 200
    assert b"Disallow: /neibu/" in get("/robots.txt")[2]


def test_the_check_finds_what_a_crawl_leaves_out_doubles_invents_and_gets_wrong():
    def record(story):
        return truth(story) | {"url": BASE + story.path, "final_url": "", "canonical_url": "", "change": "new"}

    records = [record(story) for story in stories()]
    assert faults(records, 1) == []
    records[1] |= {"body_text": "…"}
    invented = records[2] | {"url": f"{BASE}/rili/2024-10.html"}
    found = [line.split(":")[0] for line in faults([*records[1:], records[3], invented], 1)]
    assert found == ["twice", "not an article of the site", "missing", stories()[1].path]


def test_content_files_are_no_longer_than_an_article():
    assert all(file.stat().st_size < 8000 for file in CONTENT.glob("*/*.txt"))
