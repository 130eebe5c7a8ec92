"""What a search finds, in which order, and what it shows of it."""

from zoneinfo import ZoneInfo

import pytest
from library import ARTICLES, gone, names, told, url

from snapshotter.errors import SearchTooLong
from snapshotter.items import Article
from snapshotter.search import Query, SearchIndex, find, text_of
from snapshotter.store import Archive, ArchiveReader


@pytest.mark.parametrize(("text", "found"), [
    ("重庆", {"school"}),  # not bridge, which has 重 and 庆 apart
    ("重慶", {"school"}),
    ("庆", {"school", "bridge"}),
    ("重", {"school", "bridge"}),
    ("图书馆", {"taiwan"}),
    ("圖書館", {"taiwan"}),
    ("东京", {"tokyo"}),
    ("タワー", {"tokyo"}),
    ("서울시", {"seoul"}),
    ("시", {"seoul"}),
    ("种菜", {"school"}),
    ("种菜老师", set()),  # a paragraph lies between them
    ("种菜。老师", {"school"}),
    ("cafe", {"cafe"}),
    ("cafes", {"cafe"}),
    ("CAFÉS", {"cafe"}),
    ("caf*", {"cafe"}),
    ("covid-19", {"cafe"}),
    ("old town", {"cafe", "harbour"}),
    ('"the old town"', {"cafe", "harbour"}),
    ('"town old"', set()),
    ("old -harbour", {"cafe"}),
    ("harbour OR 大桥", {"harbour", "bridge"}),
    ("(harbour OR cafe) 2024", {"harbour"}),
    ("2024", {"harbour"}),
    ("202", set()),
    ("title:harbour", {"harbour"}),
    ("title:town", set()),
    ("author:王小米", {"school"}),
    ("author:王", {"school"}),
    ("author:ann", {"cafe"}),
    ("author:lind", {"cafe"}),
    ("lind", set()),  # no text has the name
    ("-the -of", {"school", "bridge", "taiwan", "tokyo", "seoul"}),
    ("", set(ARTICLES)),
    ("，", set(ARTICLES)),
    ("xyzzy", set()),
])  # fmt: skip
def test_a_word_finds_all_and_only_what_holds_it(library, text, found):
    reader, index = library
    results = index.search(Query(text), reader)
    assert set(names(index, reader, text)) == found
    assert (results.total, results.is_capped) == (len(found), False)


@pytest.mark.parametrize(("filters", "found"), [
    ({"channel": "教育"}, {"school"}),
    ({"channel": "文化"}, {"taiwan", "tokyo"}),
    ({"channel": "文"}, set()),
    ({"source": "The Courier"}, {"cafe", "harbour"}),
    ({"site": "news.example"}, set(ARTICLES)),
    ({"site": "example"}, set()),
    ({"language": "zh"}, {"school", "bridge", "taiwan"}),
    ({"language": "en-US"}, {"cafe", "harbour"}),
    ({"since": "2024-06-02"}, {"tokyo", "seoul", "cafe", "harbour"}),  # captured in July, where nothing else is stated
    ({"since": "2024-05-01", "until": "2024-05-01"}, {"bridge"}),
    ({"until": "2024-06-30"}, set(ARTICLES) - {"harbour"}),
    ({"since": "nonsense"}, set(ARTICLES)),
    ({"channel": "文化", "language": "ja", "since": "2024-06-01"}, {"tokyo"}),
])  # fmt: skip
@pytest.mark.parametrize("text", ["", "town OR 重庆 OR 的 OR 大桥 OR 東京 OR 서울"])
def test_filters_choose(library, filters, found, text):
    reader, index = library
    assert set(names(index, reader, text, **filters)) == found


def test_a_day_is_one_of_the_zone_that_the_index_was_opened_with(library):
    reader, _ = library
    with SearchIndex.open(reader.folder, ZoneInfo("Asia/Shanghai")) as index:
        assert set(names(index, reader, "", since="2024-07-01")) == {"cafe", "harbour"}


def test_the_newest_come_first_where_that_is_asked_for(library):
    reader, index = library
    assert names(index, reader, "", order="newest") == list(reversed(ARTICLES))
    assert names(index, reader, "old", order="newest") == ["harbour", "cafe"]
    assert index.search(Query("old", order="newest"), reader).order == "newest"


def test_by_relevance_a_title_counts_for_more(library):
    reader, index = library
    assert names(index, reader, "harbour OR cafes") == ["harbour", "cafe"]
    assert index.search(Query("harbour"), reader).order == "relevance"


def test_very_common_words_are_shown_newest_first(library, monkeypatch):
    monkeypatch.setattr(find, "COUNTED", 1)
    monkeypatch.setattr(find, "RANKED", 1)
    reader, index = library
    results = index.search(Query("old"), reader)
    assert (results.total, results.is_capped, results.order) == (1, True, "newest")
    assert [hit.snapshot.url for hit in results.hits] == [url("harbour"), url("cafe")]
    assert index.search(Query("harbour"), reader).order == "relevance"


def test_single_characters_are_shown_newest_first_and_what_they_stand_in_by_relevance(library):
    reader, index = library
    assert index.search(Query("重"), reader).order == "newest"
    assert index.search(Query("harbour OR 重"), reader).order == "newest"
    assert index.search(Query("重庆"), reader).order == "relevance"
    assert index.search(Query("2024年"), reader).order == "relevance"


def test_pages_follow_one_another(library):
    reader, index = library
    pages = [names(index, reader, "", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [name for page in pages for name in page] == list(reversed(ARTICLES))
    assert names(index, reader, "", limit=-1, offset=-5) == []


def test_what_takes_too_long_is_ended(library, monkeypatch):
    monkeypatch.setattr(find, "MAX_SECONDS", -1)
    monkeypatch.setattr(find, "_STEPS", 1)
    reader, index = library
    with pytest.raises(SearchTooLong, match="rarer word"):
        index.search(Query("old"), reader)
    monkeypatch.undo()
    assert names(index, reader, "harbour") == ["harbour"]


def test_matches_are_marked_in_title_and_excerpt(library):
    reader, index = library
    (hit,) = index.search(Query("covid grants"), reader).hits
    assert [piece.text for piece in hit.title if piece.is_match] == ["COVID", "grants"]
    assert [piece.text for piece in hit.excerpt if piece.is_match] == ["grants"]
    assert text_of(hit.title) == hit.snapshot.title
    (hit,) = index.search(Query("图书馆"), reader).hits
    assert [piece.text for piece in hit.title if piece.is_match] == ["圖書館"]


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """The harbour was rewritten twice, then removed; the café was removed and is back."""
    one, two = (
        Article(title="Harbour opens", body_text=f"The harbour has {what} now.") for what in ("two cranes", "tolls")
    )
    cafe = ARTICLES["cafe"]
    tmp_path = tmp_path_factory.mktemp("revised")
    with Archive.open(tmp_path) as archive:
        archive.add(
            [told("harbour", ARTICLES["harbour"]), told("harbour", one, 5), told("cafe", cafe), told("harbour", two, 6)]
        )
        archive.add([gone("harbour", 7), gone("cafe", 7), told("cafe", cafe, 8)])
    with ArchiveReader.open(tmp_path) as reader, SearchIndex.open(tmp_path) as index:
        index.catch_up(reader)
        yield reader, index


@pytest.mark.parametrize(("text", "state", "found"), [
    ("harbour", "", [3]),
    ("cranes", "", []),  # no longer there
    ("cranes", "all", [2]),
    ("harbour", "all", [3, 2, 1]),
    ("harbour", "gone", [3]),
    ("cafes", "gone", []),
    ("cafes OR harbour", "revised", [3]),
    ("", "gone", [3]),
    ("", "all", [3, 1, 2, 1]),
])  # fmt: skip
def test_the_latest_revision_stands_for_an_article_unless_others_are_asked_for(revised, text, state, found):
    reader, index = revised
    hits = index.search(Query(text, state=state, order="newest"), reader).hits
    assert [hit.snapshot.revision for hit in hits] == found
