"""A search that can't be answered says so in the reader's language."""

import asyncio
from dataclasses import replace

import pytest
from starlette.requests import Request

from snapshotter.errors import ArchiveError, SearchTooLong
from snapshotter.search import SearchIndex
from snapshotter.store import Archive, ArchiveReader
from snapshotter.web.context import Context, Site
from snapshotter.web.pages.results import Results


class Failing(SearchIndex):
    """An index whose searches end as those of a very large archive, or of a damaged file, do."""

    def __init__(self, error):
        self.error = error

    def search(self, *_):
        raise self.error


@pytest.mark.parametrize(
    ("error", "language", "told"),
    [
        (SearchTooLong("the search took longer than 2 s"), "zh", "搜索用时过长"),
        (SearchTooLong("the search took longer than 2 s"), "en", "add a rarer word"),
        (ArchiveError("/srv/archive/search.db can't be read"), "en", "Try again later"),
    ],
)
def test_a_search_that_fails_is_told_in_the_readers_words(tmp_path, error, language, told):
    with Archive.open(tmp_path):
        pass
    with ArchiveReader.open(tmp_path) as reader:
        context = Context.of(reader, Site("x", "", "zh-CN", "Asia/Shanghai", "http://127.0.0.1"))
        page = Results(replace(context, search=Failing(error))).page
        headers = [(b"accept-language", language.encode())]
        scope = {"type": "http", "method": "GET", "path": "/search", "query_string": b"q=x", "headers": headers}
        answer = asyncio.run(page(Request(scope)))
    assert answer.status_code == 503
    assert told in answer.body.decode()
    assert "/srv/archive" not in answer.body.decode()
