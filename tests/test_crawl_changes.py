"""What became of articles, from a server that changes between two crawls to the archive."""

from __future__ import annotations

from small_site import SENTENCE, SmallSite

from snapshotter.store import ArchiveReader


def story(number: int) -> str:
    return f"/2026/11/story-{number}.html"


class Changing(SmallSite):
    """Says other things the second time."""

    is_later = False

    def _article(self, number: int) -> bytes:
        body = super()._article(number)
        if not self.is_later:
            return body.replace(b"</article>", b"<p>3 comments</p></article>").replace(
                b"<p>", b"<p>17 minutes ago</p><p>", 1
            )
        if number == 1:
            return body.replace(b"Tuesday", b"Monday", 1)
        if number == 2:
            return b"<title>Page not found</title><h1>Page not found</h1><p>Sorry!</p>"
        if number == 3:
            teaser = SENTENCE.format(number=number)
            return body[: body.index(b"<p>")] + f"<p>{teaser}</p></article>".encode()
        return body.replace(b"</article>", b"<p>5 comments</p><p>Advertisement</p></article>").replace(
            b"<p>", b"<p>2 hours ago</p><p>", 1
        )

    def answer(self, path: str) -> bytes | None:
        path = path.replace("/2026/12/moved-", "/2026/11/story-")
        return None if self.is_later and path == story(4) else super().answer(path)


def test_a_second_crawl_tells_what_became_of_each(scrapy, tmp_path):
    with Changing(8) as site:
        start = ("crawl", "news", "-a", f"start={site.url}/")
        scrapy(*start, ROBOTSTXT_OBEY=False, DOWNLOAD_DELAY=0)
        site.is_later = True
        site.moved = {story(5): "/", story(6): "/page/1", story(7): "/2026/12/moved-7.html"}
        scrapy(*start, ROBOTSTXT_OBEY=False, DOWNLOAD_DELAY=0, SNAPSHOTTER_REVISIT_AFTER_S=0)
        with ArchiveReader.open(tmp_path / "archive") as archive:
            said = {number: archive.history(site.url + story(number)) for number in range(8)}
    assert {number: [(one.change, one.verdict) for one in history] for number, history in said.items()} == {
        0: [("new", "ok"), ("unchanged", "ok")],
        1: [("new", "ok"), ("revised", "ok")],
        2: [("new", "ok"), ("gone", "soft-404")],
        3: [("new", "ok"), ("unchanged", "truncated")],
        4: [("new", "ok"), ("gone", "http-status")],
        5: [("new", "ok"), ("gone", "soft-404")],
        6: [("new", "ok"), ("gone", "soft-404")],
        7: [("new", "ok"), ("unchanged", "ok")],
    }
    first, moved = said[7]
    assert moved.url_key.endswith("/2026/12/moved-7.html")
    assert moved.article_id == first.article_id
