"""The demo's archive, crawled once, and the site over it."""

import pytest
from browser import served
from demo.run import crawl
from demo.serve import serving
from demo.story import SECOND


class Demo:
    """The archive that the demo leaves, with the records of both visits."""

    def __init__(self, folder, first, second):
        self.folder = folder
        self.first, self.second = first, second
        self.revised = next(record for record in second if record["change"] == "revised")
        self.gone = next(record for record in second if record["change"] == "gone")
        self.english = next(record for record in second if record["language"] == "en" and record["verdict"] == "ok")

    @property
    def good(self):
        return [record for record in self.second if record["verdict"] == "ok"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "archive"
    with serving() as server:
        first = crawl(server, folder)
        server.site.visit = SECOND
        second = crawl(server, folder)
    return Demo(folder, first, second)


@pytest.fixture(scope="session")
def site(demo):
    with served(demo.folder, "-s", "SNAPSHOTTER_HOST=demo.example") as address:
        yield address


@pytest.fixture
def pages(demo):
    """A page of each kind, by its name."""
    it, article, of = demo.revised["id"], demo.revised["article_id"], demo.revised
    return {
        "front": "/", "channel": f"/channel/{of['category']}", "source": f"/source/{of['source_name']}",
        "search": "/search?q=灯塔", "nothing-found": "/search?q=qqqq", "snapshot": f"/snapshot/{it}",
        "snapshot-en": f"/snapshot/{demo.english['id']}?lang=en", "versions": f"/article/{article}",
        "reprints": f"/article/{article}/reprints", "channels": "/channels", "sources": "/sources",
        "gone": f"/snapshot/{demo.gone['id']}", "diff": f"/article/{article}/diff",
        "proof": f"/proof/{it}", "about": "/about", "statistics": "/statistics", "not-found": "/nothing",
        "takedown": "/takedown", "takedowns": "/takedowns", "subscribe": "/subscribe?q=灯塔",
        "captures": f"/captures?url={of['final_url']}", "captures-of-many": f"/web/*/{of['final_url'][:22]}*",
    }  # fmt: skip
