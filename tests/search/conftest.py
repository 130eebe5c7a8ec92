import pytest
from library import shelve

from snapshotter.search import SearchIndex
from snapshotter.store import ArchiveReader


def opened(folder):
    shelve(folder)
    with ArchiveReader.open(folder) as reader, SearchIndex.open(folder) as index:
        index.catch_up(reader)
        yield reader, index


@pytest.fixture
def shelf(tmp_path):
    """An archive of ARTICLES, open to be read, and its index."""
    yield from opened(tmp_path)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The same, for tests that change nothing."""
    yield from opened(tmp_path_factory.mktemp("library"))
