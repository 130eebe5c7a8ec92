"""What machines ask of any site."""

import json
from urllib.robotparser import RobotFileParser

import pytest
from answers import ask
from lxml import etree


def test_crawlers_may_read_the_pages_but_not_the_copies(doors, filled):
    robots = RobotFileParser()
    robots.parse(ask(doors, "/robots.txt").text.splitlines())
    it = filled.records[0].id
    may = {
        path: robots.can_fetch("a", doors + path) for path in (f"/snapshot/{it}", "/", f"/original/{it}", "/web/2024/x")
    }
    assert [*may.values()] == [True, True, False, False]
    assert robots.site_maps() == [f"{doors}/sitemap.xml"]


def test_the_sitemap_lists_every_revision(doors, filled):
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    (part,) = [one.text for one in etree.fromstring(ask(doors, "/sitemap.xml").body).iter(name)]
    listed = [one.text for one in etree.fromstring(ask(doors, part.removeprefix(doors)).body).iter(name)]
    assert sorted(listed) == sorted(f"{doors}/snapshot/{one.id}" for one in filled.records)
    assert ask(doors, "/sitemap-2.xml").status == ask(doors, "/sitemap-99999999.xml").status == 404


def test_the_archive_says_what_it_is(doors):
    said = json.loads(ask(doors, "/.well-known/snapshotter.json").body)
    assert (said["name"], said["record_schema"]) == ("archive.example", "snapshotter/1")
    assert len(said["proof_keys"]) == 1
    assert said["doors"]["cdx"] == f"{doors}/cdx?url={{url}}"
    description = etree.fromstring(ask(doors, "/opensearch.xml").body)
    assert description.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"


def test_security_txt_is_there_where_there_is_a_contact(doors):
    answer = ask(doors, "/.well-known/security.txt")
    assert answer.status in {200, 404}
    assert answer.status == 404 or {"Contact", "Expires"} <= {line.split(":")[0] for line in answer.text.splitlines()}


def test_a_snapshot_is_embedded_by_its_title(doors, filled):
    it = filled.records[3]
    said = json.loads(ask(doors, f"/oembed?url={doors}/snapshot/{it.id}").body)
    assert (said["type"], said["title"]) == ("link", "B & <b>b</b>")


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 404), ("url=https://evil.example/snapshot/sn_1", 404), ("url=sn_1&format=xml", 501), ("url=%00%ff", 404)],
)
def test_nothing_else_is_embedded(doors, query, status):
    assert ask(doors, f"/oembed?{query}").status == status
