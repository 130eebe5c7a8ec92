import pytest
from hypothesis import given
from snapshot_strategies import texts

from snapshotter.formats.excerpt import excerpt


@pytest.mark.parametrize(
    ("body", "start", "shown"),
    [
        ("字" * 200, 0, "字" * 89),
        ("字" * 200, 50, "..." + "字" * 87),
        ("字" * 30, 0, "字" * 30),  # no ellipsis at the end
        ("短文", 1, "...文"),
        ("\n\n  正文", 4, "正文"),  # nothing but white space before it: it starts at the first character
        ("客户端\n\n王欣悦\n近日", 0, "客户端王欣悦近日"),  # a break between wide characters goes
        ("他说。”\n\n记者", 0, "他说。”记者"),
        ("First.\n\n“Second\tand  third.”\n“Fourth”", 0, "First. “Second and third.” “Fourth”"),
        ("重庆 2024\n年", 0, "重庆 2024 年"),
        (" \n ", 0, ""),
        ("", 5, ""),
    ],
)
def test_an_excerpt_is_89_characters_or_an_ellipsis_and_87(body, start, shown):
    assert excerpt(body, start) == shown


@given(texts)
def test_an_excerpt_has_one_line(body):
    assert len(excerpt(body)) <= 89
    assert not set("\n\r\f\u2028") & set(excerpt(body))
