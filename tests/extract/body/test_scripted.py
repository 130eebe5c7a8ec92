"""A body that only a script holds is read there; one that the page shows is left where it is."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.extract import extract
from snapshotter.extract.blocks import lay_out
from snapshotter.extract.body.decision import find_body
from snapshotter.extract.body.scripted import MAX_DEPTH, MAX_SCRIPTS, find_scripted
from snapshotter.extract.evidence import gather
from snapshotter.extract.tree import parse

TEXTS = [
    f"On day {n} the divers found another anchor, and the harbour master wrote it down, as he had the ones before it."
    for n in range(6)
]
CHINESE = [f"第{n}天，潜水员又打捞起一只铁锚。港务长照例把它记在册子上，和之前的几只排在一起。" for n in range(6)]
MARKUP = "".join(f"<p>{text}</p>" for text in TEXTS)
SHELL = "<div id=root><h1>The anchors</h1><p>Loading…</p></div>"


def found(page: str) -> list[str]:
    """The texts taken from the page's scripts."""
    tree = parse(f"<html><body>{page}</body></html>")
    evidence = gather(tree)
    layout = lay_out(tree)
    body = [layout.blocks[index] for index in find_body(layout, "")]
    return [block.text for block in find_scripted(evidence, layout, body)]


def script(text: str, kind: str = "") -> str:
    return f"<script{kind and f' type={kind}'}>{text.replace('</', '<' + chr(92) + '/')}</script>"


def stated(body: str) -> str:
    return script(
        json.dumps({"@type": "NewsArticle", "headline": "The anchors", "articleBody": body}), "application/ld+json"
    )


def state(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def pushed(stream: str, size: int = 120) -> str:
    parts = [stream[start : start + size] for start in range(0, len(stream), size)]
    return "".join(script(f"self.__next_f.push([1,{state(part)}])") for part in parts)


PARAGRAPHS = {"article": {"id": 5, "slug": "the-anchors", "blocks": [{"type": "p", "text": text} for text in TEXTS]}}
WHOLE = {"article": {"id": 5, "body": MARKUP}}
QUOTED = state(WHOLE).replace("\\", "\\\\").replace("'", "\\'")

HELD = {
    "JSON-LD, lines": stated("\n\n".join(TEXTS)),
    "JSON-LD, markup": stated(MARKUP),
    "JSON-LD, escaped markup": stated(MARKUP.replace("<", "&lt;").replace(">", "&gt;")),
    "Next.js data, paragraphs": script(state({"props": {"pageProps": PARAGRAPHS}}), "application/json"),
    "Next.js data, markup": script(state({"props": {"pageProps": WHOLE}}), "application/json"),
    "a React stream, objects": pushed('0:["$","div",null,{}]\n1:' + state(["$", "$L2", None, PARAGRAPHS]) + "\n"),
    "a React stream, a text": pushed(f"0:[]\n5:T{len(MARKUP):x},{MARKUP}"),
    "a React stream, a text with more behind it": pushed(f'0:[]\n5:T{len(MARKUP):x},{MARKUP}6:["$","i",{{}}]\n'),
    "JSON.parse, double quotes": script(f"var data = JSON.parse({state(state(WHOLE))});"),
    "JSON.parse, single quotes": script(f"var data = JSON.parse('{QUOTED}');"),
    "a state assigned": script(f"window.__STATE__ = {state(WHOLE)};"),
    "a state among others": script(f"var b = [1, 2];\nwindow.__STATE__={state(PARAGRAPHS)};(function(){{}})()"),
    "more lines than it has related ones": script(
        f"window.__STATE__ = {state({**PARAGRAPHS, 'related': [{'summary': text * 3} for text in TEXTS]})};"
    ),
}  # fmt: skip


@pytest.mark.parametrize("held", HELD.values(), ids=HELD.keys())
def test_a_body_in_a_script_is_read(held):
    assert found(SHELL + held) == TEXTS


def test_chinese_in_a_script_is_read():
    assert found(SHELL + script(f"window.__STATE__ = {state({'content': CHINESE})}")) == CHINESE


def test_the_record_holds_what_the_script_holds():
    article = extract((SHELL + HELD["JSON-LD, lines"]).encode(), url="https://www.example.com/a/1.html")
    assert (article.title, article.body_text, article.verdict) == ("The anchors", "\n\n".join(TEXTS), "ok")
    assert article.body_html == "\n".join(f"<p>{text}</p>" for text in TEXTS)


def test_markup_of_a_script_is_sanitised_like_any_other():
    evil = MARKUP + "<script>alert(1)</script><p onclick=x><img src=javascript:x>Ends here.</p>"
    article = extract((SHELL + stated(evil)).encode(), url="https://www.example.com/a/1.html")
    assert "Ends here." in article.body_html
    assert not any(word in article.body_html for word in ("script", "onclick", "alert"))


NOT_TAKEN = {
    "the page shows the article": f"<article>{MARKUP * 3}</article>" + stated(MARKUP * 3 + "<p>And more.</p>"),
    "the page shows its beginning, and not much less": f"<article>{MARKUP[:500]}</article>" + stated(MARKUP),
    "the page shows it elsewhere": f"{SHELL}<footer><p>{TEXTS[0]}</p></footer>" + stated(MARKUP),
    "what is stated is short": SHELL + stated("The divers found an anchor, and wrote it down."),
    "the state holds comments": SHELL + script(f"x = {state({'comments': [{'text': text} for text in TEXTS]})}"),
    "it is a URL": SHELL + script(f"x = {state({'article': {'next': 'https://www.example.com/' + 'a' * 2000}})}"),
    "it is no prose": SHELL + script(f"x = {state({'article': {'hash': 'ab01' * 500}})}"),
    "it is no JSON": SHELL + script("x = {article: 'single'}; JSON.parse('{'); y = [" + "1," * 500),
    "the body is a list": SHELL + script(state({"@type": "Article", "articleBody": [TEXTS]}), "application/ld+json"),
    "there is no script": SHELL,
}  # fmt: skip


@pytest.mark.parametrize("page", NOT_TAKEN.values(), ids=NOT_TAKEN.keys())
def test_nothing_is_taken_where(page):
    assert found(page) == []


def test_a_short_body_gives_way_only_to_what_is_stated():
    lines = [f"Line {n} of a notice that the harbour master pinned to the door, in ink." for n in range(6)]
    shown = "<article>" + "".join(f"<p>{line}</p>" for line in lines)
    long = [text + " It was heavy, and it was old." for text in TEXTS * 3]
    assert found(f"{shown}</article>" + script(f"x = {state({'body': long})}")) == []
    assert found(f"{shown}</article>" + stated("\n".join(long))) == long


OUT_OF_BOUNDS = {
    "too much script": script("/*" + "x" * 900_000 + "*/") * (MAX_SCRIPTS // 900_000 + 1) + HELD["a state assigned"],
    "too deep": script("x = " + '{"a":' * (MAX_DEPTH + 1) + state(WHOLE) + "}" * (MAX_DEPTH + 1)),
    "deeper than JSON is read": script("x = " + "[" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("page", OUT_OF_BOUNDS.values(), ids=OUT_OF_BOUNDS.keys())
def test_what_is_out_of_bounds_is_left(page):
    assert found(SHELL + page) == []


ENDLESS = {
    "deep in a stream": pushed("0:" + "[" * 100_000, 5_000),
    "many values": script("x = [" + "[0]," * 200_000 + state(WHOLE) + "]"),
    "quotes never closed": script("JSON.parse('" + "\\'" * 200_000),
    "many streams of nothing": "<script>self.__next_f.push([1,\"" * 3_000 + "</script>",
    "text chunks by the thousand": pushed("\n".join(f"{n:x}:T9," for n in range(20_000)), 5_000),
    "assignments by the thousand": script("x = [" * 100_000),
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("page", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_script_takes_more_than_its_share_of_time(page):
    began = time.process_time()
    found(SHELL + page)
    assert time.process_time() - began < 10  # a second or two now


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from([*TEXTS, MARKUP]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON, st.sampled_from(["x = {}", "JSON.parse({})", "self.__next_f.push([1,{}])", "{}"]))
@settings(max_examples=150, deadline=None)
def test_no_state_makes_it_raise(value, wrapping):
    text = json.dumps(value).replace("</", "<\\/")
    for taken in found(SHELL + f"<script>{wrapping.replace('{}', text)}</script>"):
        assert taken
