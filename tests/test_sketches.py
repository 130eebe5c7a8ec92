import random
import time

import pytest
from copying import mistyped, shortened, wrapped
from hypothesis import given
from hypothesis import strategies as st
from reprints import text

from snapshotter.copies import BANDS, LEAST_LIKENESS, SKETCH_BYTES, bands, likeness, sketch


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("edit", ["wrapped", "shortened", "mistyped", "all"])
def test_an_edited_copy_is_found_and_a_stranger_is_not(language, edit):
    rnd = random.Random(5)
    for seed in range(20):
        original = text(language, seed, sentences=60)
        copy = original
        if edit in {"shortened", "all"}:
            copy = shortened(copy, rnd)
        if edit in {"mistyped", "all"}:
            copy = mistyped(copy, rnd)
        if edit in {"wrapped", "all"}:
            copy = wrapped(copy, language)
        one, other = sketch(original), sketch(copy)
        assert likeness(one, other) >= LEAST_LIKENESS
        assert set(bands(one)) & set(bands(other))
        assert likeness(one, sketch(text(language, seed + 1000, sentences=60))) < LEAST_LIKENESS


def test_case_width_white_space_and_punctuation_do_not_count():
    body = text("en", 1)
    shown = body.upper().replace(" ", "\u3000\n").replace(",", "；")
    wide = "".join(chr(ord(it) + 0xFEE0) if it.isascii() and it.isalnum() else it for it in body)
    assert sketch(shown) == sketch(wide) == sketch(body)


@pytest.mark.parametrize(
    "body",
    ["", "短", "没有足够的字。" * 2, "a" * 100_000, "你好" * 50_000, "!?… " * 10_000, "\u0316\u0301" * 50_000],
    ids=["empty", "one", "few", "one letter", "two in turns", "punctuation", "marks"],
)
def test_what_says_too_little_has_no_sketch(body):
    assert sketch(body) == b""
    assert bands(b"") == []


@pytest.mark.parametrize("unit", ["a", "\ufdfa", "a\u0316\u0301", "漢字かな", "𝔘𝔫𝔦", "가"])
def test_a_giant_text_costs_no_more_than_a_long_one(unit):
    start = time.process_time()
    sketch(unit * (10_000_000 // len(unit)))
    assert time.process_time() - start < 1


def test_only_the_beginning_of_a_giant_text_counts():
    body = text("zh", 3, sentences=3000)
    assert len(body) > 100_000
    assert sketch(body) == sketch(body[:100_000]) == sketch(body + "x" * 1000)


def test_a_sketch_stays_what_it_is():
    """Those in a catalog are compared with new ones: where this fails, a migration must make them anew."""
    body = "今天的新闻是明天的历史，" + "".join(map(chr, range(0x4E00, 0x4E40)))
    assert sketch(body).hex().startswith("777f95ab0fe7e3235d1ecaeb1e4a62ff")


@given(st.binary(min_size=SKETCH_BYTES, max_size=SKETCH_BYTES), st.integers(0, BANDS - 1))
def test_sketches_that_agree_in_a_band_share_its_key(of, band):
    other = bytearray(byte ^ 1 for byte in of)
    other[band * 4 : band * 4 + 4] = of[band * 4 : band * 4 + 4]
    assert set(bands(of)) & set(bands(bytes(other))) == {bands(of)[band]}
    assert likeness(of, bytes(other)) == 4 / SKETCH_BYTES
    assert likeness(of, of) == 1
