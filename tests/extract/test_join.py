"""Joined pages: every word once, in order, and nothing else left out."""

from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.join import joined, says
from snapshotter.items import Article, Image

LONG = "桥上的人说,今天的风比往年都大,可是谁也不想先回家去。"


def page(*lines, **fields):
    html = "\n".join(f"<p>{line}</p>" for line in lines)
    return Article(title="县城老桥修好了", body_text="\n\n".join(lines), body_html=html, **fields)


def test_what_a_page_repeats_at_its_ends_is_there_once():
    standfirst, editor = "导语:老桥昨天重新放行。", "责任编辑:王欣"
    whole = joined(
        [
            page(standfirst, f"一{LONG}", editor, "上一页 1 2 3 下一页"),
            page("县城老桥修好了(2)", standfirst, f"二{LONG}", editor, "[1] [2] [3]"),
            page(standfirst, f"三{LONG}", "第3页 共3页"),
        ]
    )
    assert whole.body_text.split("\n\n") == [standfirst, f"一{LONG}", editor, f"二{LONG}", f"三{LONG}"]
    assert whole.body_html.count("<p>") == 5


def test_what_is_said_twice_in_the_middle_is_kept():
    middle = [f"{number}{LONG}" for number in range(5)]
    whole = joined(
        [page(*middle), page(*(f"又{line}" for line in middle), middle[2], *(f"再{line}" for line in middle))]
    )
    assert whole.body_text.split("\n\n").count(middle[2]) == 2


def test_fields_are_the_first_pages_and_what_it_lacks_a_later_ones():
    first = page("一", authors=("甲",), images=(Image("a"), Image("b")))
    later = page(
        "二", authors=("乙",), editors=("丙",), source_name="报", source_url="u", images=(Image("b"), Image("c"))
    )
    whole = joined([first, later])
    assert (whole.authors, whole.editors, whole.source_name, whole.source_url) == (("甲",), ("丙",), "报", "u")
    assert [image.url for image in whole.images] == ["a", "b", "c"]


def test_a_page_with_all_of_it_is_the_body():
    lines = [f"{number}{LONG}" for number in range(6)]
    assert joined([page(*lines[:2], images=(Image("a"),)), page(*lines)]).body_text == page(*lines).body_text


@given(st.lists(st.lists(st.text(st.characters(categories=["L"]), min_size=100, max_size=120), max_size=6), min_size=1))
def test_no_word_is_lost(pages):
    whole = joined([page(*lines) for lines in pages])
    for lines in pages:
        for line in lines:
            assert line in whole.body_text
    assert says(whole) >= frozenset().union(*(says(page(*lines)) for lines in pages))
