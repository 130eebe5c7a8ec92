import time
from dataclasses import dataclass, replace

import pytest

from snapshotter.change import continues, doubt, folded, only_read_otherwise, says_the_same


@dataclass(frozen=True)
class Text:
    title: str = "城东新桥通车"
    body_text: str = ""
    body_html: str = ""


FIRST = "城东新桥今天上午正式通车，事故死亡人数为3人，另有12人受伤。"
SECOND = "市交通局局长表示，大桥全长一千二百米，双向六车道。"
THIRD = "The bridge cost 120 million, said the mayor, and took “two years”."
BODY = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


@pytest.mark.parametrize(
    "other",
    [
        f"{FIRST}\n\n阅读 1234\n\n{SECOND}\n\n{THIRD}",
        f"3分钟前\n\n{BODY}",
        f"{FIRST}\n\nAdvertisement\n\n{SECOND}\n\n{THIRD}\n\n更新时间：2024-05-01 10:03",
        BODY.replace("\n\n", "\n"),
        BODY.replace("，", ", "),
        BODY.replace("“", '"').replace("”", '"'),
        BODY.replace("said the", "said\u00a0the").replace("mayor", "ma\u00adyor"),
        BODY.replace(" bridge ", "  \t bridge \u3000 "),
        f"{BODY}\n\n（责任编辑：王芳）",
    ],
)
def test_noise_alone_says_the_same(other):
    assert says_the_same(Text(body_text=BODY), Text(body_text=other))
    assert says_the_same(Text(body_text=other), Text(body_text=BODY))


@pytest.mark.parametrize(
    "other",
    [
        BODY.replace("3人", "4人"),
        BODY.replace("120", "12.0"),
        BODY.replace("正式", ""),
        BODY.replace("said the", "said he the"),
        BODY.replace("took", "to ok"),
        BODY.replace("bridge cost", "bridgecost"),
        BODY.replace("12人受伤。", "12人受伤？"),
        f"{SECOND}\n\n{FIRST}\n\n{THIRD}",
        f"{FIRST}\n\n{THIRD}",
        f"{BODY}\n\n更正：本文此前把伤者人数写错了。",
        f"{BODY}\n\n广告法的修订明年生效。",
        BODY.replace("12", "１２"),
    ],
)
def test_any_word_of_the_text_tells(other):
    assert not says_the_same(Text(body_text=BODY), Text(body_text=other))


def test_a_word_of_the_title_tells():
    assert not says_the_same(Text(body_text=BODY), Text("城西新桥通车", BODY))
    assert says_the_same(Text(body_text=BODY), Text("城东新桥通车 ", BODY))


def listed(*titles: str, heading: str = "相关阅读") -> Text:
    items = "".join(f'<li><a href="https://n.example/{title}">{title}</a></li>' for title in titles)
    text = "\n\n".join([FIRST, heading, *titles, SECOND])
    return Text(body_text=text, body_html=f"<p>{FIRST}</p>\n<h3>{heading}</h3>\n<ul>{items}</ul>\n<p>{SECOND}</p>")


def test_lists_of_other_pages_may_be_others():
    assert says_the_same(listed("one page", "two pages"), listed("three pages"))
    assert says_the_same(listed("a b", "c d", "e f", heading="此外"), listed("k l", "m n", "o p", "q", heading="此外"))


def test_a_link_or_two_of_the_text_tell():
    assert not says_the_same(listed("the report", heading="此外"), listed("the other report", heading="此外"))


def test_a_listed_page_under_the_same_address_keeps_its_title():
    one = Text(
        body_text="A\n\nB\n\nC",
        body_html='<p><a href="u:1">A</a></p><p><a href="u:2">B</a></p><p><a href="u:3">C</a></p>',
    )
    assert not says_the_same(one, Text(body_text="A\n\nB\n\nD", body_html=one.body_html.replace("C", "D")))


def test_one_article_goes_on_under_its_title_or_with_a_third_of_its_lines():
    before = Text("A title", BODY)
    assert continues(before, Text("a title", "Quite another text."))
    assert continues(before, Text("Another", f"{FIRST}\n\nMore of it."))
    assert not continues(before, Text("Another", "Quite another text.\n\nAnd more."))


LONG = "\n\n".join(f"第{number}段：{SECOND}{FIRST}" for number in range(20))


@pytest.mark.parametrize(
    ("after", "verdict", "is_doubted"),
    [
        (Text(body_text=LONG), "ok", False),
        (Text(body_text=LONG[: len(LONG) // 2]), "ok", False),
        (Text(body_text=LONG[:60]), "truncated", True),
        (Text(body_text=LONG[:60] + "…"), "truncated", True),
        (Text("n.example", "Welcome to our new site."), "not-article", True),
        (Text(body_text="本文经查证与事实不符，现予撤下，并向读者致歉。"), "ok", True),
    ],
)
def test_little_text_is_doubted(after, verdict, is_doubted):
    kind, warning = doubt(Text(body_text=LONG), after)
    assert (kind, bool(warning)) == (verdict, is_doubted)


def test_a_short_text_can_not_collapse():
    assert doubt(Text(body_text=BODY), Text(body_text="一句话。")) == ("ok", "")


def shown(*lines: str) -> set[str]:
    return {folded(line) for line in lines}


@pytest.mark.parametrize(
    ("before", "after", "on_both"),
    [
        (BODY, f"{FIRST}\n\n{SECOND}", (FIRST, SECOND, THIRD)),
        (f"{SECOND}\n\n{THIRD}", BODY, (FIRST, SECOND, THIRD)),
    ],
)
def test_what_the_other_page_shows_too_was_only_read_otherwise(before, after, on_both):
    one, other = Text(body_text=before), Text(body_text=after)
    assert only_read_otherwise(one, other, shown(*on_both), shown(*on_both))


def test_what_a_page_does_not_show_any_more_was_changed():
    one, other = Text(body_text=BODY), Text(body_text=f"{FIRST}\n\n{SECOND}")
    assert not only_read_otherwise(one, other, shown(FIRST, SECOND, THIRD), shown(FIRST, SECOND))
    assert not only_read_otherwise(other, one, shown(FIRST, SECOND), shown(FIRST, SECOND, THIRD))


def test_another_order_is_another_text():
    everything = shown(FIRST, SECOND, THIRD)
    moved = Text(body_text=f"{SECOND}\n\n{FIRST}\n\n{THIRD}")
    assert not only_read_otherwise(Text(body_text=BODY), moved, everything, everything)


def test_another_title_for_a_listed_page_is_no_other_reading():
    one, other = listed("one page"), listed("one page")
    other = replace(
        other, body_text=other.body_text.replace("one page", "a page"), body_html=other.body_html.replace(">one", ">a")
    )
    assert not only_read_otherwise(one, other, shown(), shown())


@pytest.mark.parametrize(
    "text", [" " * 200_000, "a" + " " * 200_000 + "b", "<a " * 50_000, "1 " * 100_000, "\n" * 100_000]
)
def test_a_hostile_text_takes_no_long(text):
    began = time.process_time()
    says_the_same(
        Text(body_text=text, body_html=f'<a href="{text}'), Text(body_text=f"{text}.", body_html=f"<p>{text}")
    )
    assert time.process_time() - began < 2
