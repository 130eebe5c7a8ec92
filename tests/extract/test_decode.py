"""Bytes → text: the encoding that really reads them, whatever is declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.decode import MAX_BYTES, decode

ZH = "七月一日上午，江边小城的老石桥重新开放。停用九年之后，两岸的居民终于不必再绕行三公里。"
ZH_HANT = "七月一日上午，江邊小城的老石橋重新開放。停用九年之後，兩岸的居民終於不必再繞行三公里。"
JA = "港の入り口に建てられた新しい灯台が、この夏から一般に公開されることになった。"
KO = "항구 입구에 새로 지어진 등대가 이번 여름부터 일반에 공개되기로 했다. 높이는 이십팔 미터이다."
RU = "Старый каменный мост снова открыт, и жителям обоих берегов больше не нужно идти в обход."
EL = "Η παλιά πέτρινη γέφυρα άνοιξε ξανά και οι κάτοικοι δεν χρειάζεται πια να κάνουν τον γύρο."
FR = "Le vieux pont de pierre a été rouvert à la circulation : « c’est une fête », a-t-on déclaré."
DE = "Die alte Brücke ist wieder geöffnet, für Fußgänger und Räder – nach über neun Jahren."
PL = "Stary kamienny most został ponownie otwarty i mieszkańcy nie muszą już iść naokoło, gdyż źródło żyje."
HE = "הגשר הישן נפתח מחדש לתנועה לאחר תשע שנים"

WRITTEN = [
    (ZH, "gb18030", "gb18030"),
    (ZH, "gbk", "gb18030"),
    (ZH, "gb2312", "gb18030"),
    (ZH_HANT, "big5", "big5-hkscs"),
    (JA, "shift_jis", "shift_jis"),
    (JA, "euc_jp", "euc-jp"),
    (JA, "iso2022_jp", "iso-2022-jp"),
    (KO, "euc_kr", "euc-kr"),
    (RU, "cp1251", "windows-1251"),
    (RU, "koi8_u", "koi8-u"),
    (FR, "cp1252", "windows-1252"),
    (DE, "cp1252", "windows-1252"),
    (ZH, "utf-8", "utf-8"),
    (ZH, "utf-8-sig", "utf-8"),
    (FR, "utf-8", "utf-8"),
    (ZH, "utf-16", "utf-16le"),
    (ZH, "utf-16-le", "utf-16le"),
    (ZH, "utf-16-be", "utf-16be"),
    (ZH, "utf-32", "utf-32le"),
]
IDS = [f"{codec}-{index}" for index, (_, codec, _) in enumerate(WRITTEN)]
LIES = [
    "",
    "text/html; charset=ISO-8859-1",
    "text/html; charset=utf-8",
    "text/html; charset=GB2312",
    "x; charset=nonsense",
]


def page(text: str, meta: str = "") -> str:
    declared = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{declared}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("content_type", LIES)
@pytest.mark.parametrize(("text", "codec", "name"), WRITTEN, ids=IDS)
def test_bytes_are_read_rightly_whatever_the_header_says(text, codec, name, content_type):
    decoded = decode(page(text).encode(codec), content_type)
    assert decoded.text == page(text)
    assert decoded.encoding == name


@pytest.mark.parametrize("meta", ["gb2312", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(("text", "codec", "name"), WRITTEN, ids=IDS)
def test_bytes_are_read_rightly_whatever_the_meta_says(text, codec, name, meta):
    decoded = decode(page(text, meta).encode(codec))
    assert decoded.text == page(text, meta)
    assert decoded.encoding == name


@pytest.mark.parametrize(
    ("text", "codec", "label", "name"),
    [
        (PL, "cp1250", "windows-1250", "windows-1250"),
        (PL, "iso8859_2", "ISO-8859-2", "iso-8859-2"),
        (EL, "cp1253", "windows-1253", "windows-1253"),
        (HE, "cp1255", "windows-1255", "windows-1255"),
        (RU, "koi8_r", "koi8-r", "koi8-r"),
        (FR.replace("’", "'"), "iso8859_15", "iso-8859-15", "iso-8859-15"),
        (JA, "shift_jis", "x-sjis", "shift_jis"),
        (ZH, "gbk", "GBK", "gb18030"),
    ],
)
def test_rarer_encodings_are_believed_when_declared(text, codec, label, name):
    decoded = decode(page(text).encode(codec), f"text/html; charset={label}")
    assert (decoded.text, decoded.encoding, decoded.source) == (page(text), name, "header")


@pytest.mark.parametrize(
    ("payload", "content_type", "source"),
    [
        (b"\xef\xbb\xbf<p>\xe4\xbd\xa0", "text/html; charset=gbk", "bom"),
        (page(ZH, "gbk").encode("gbk"), "text/html; charset=gbk", "header"),
        (page(ZH, "gbk").encode("gbk"), "text/html", "meta"),
        (page(ZH, "gbk").encode("gbk"), "text/html; charset=iso-8859-1", "meta"),
        (page(ZH, "iso-8859-1").encode("gbk"), "", "sniffed"),
        (page(ZH, "gb2312").encode(), "", "sniffed"),
        (page(ZH, "gb2312").encode(), "text/html; charset=UTF-8", "header"),
        (b"<!-- <meta charset=big5> --><p>plain", "", "sniffed"),
    ],
)
def test_the_evidence_that_won_is_named(payload, content_type, source):
    assert decode(payload, content_type).source == source


def test_a_lie_is_a_warning():
    assert decode(page(ZH, "gb2312").encode()).warnings == ("declared as gb2312, read as utf-8",)
    assert decode(page(ZH, "gb2312").encode("gbk")).warnings == ()


def test_a_few_broken_bytes_dont_unseat_utf_8():
    cut = page(ZH * 3).encode()[:-60]
    decoded = decode(cut[:200] + b"\xff" + cut[200:])
    assert decoded.encoding == "utf-8"
    assert decoded.warnings
    assert ZH in decoded.text


def test_no_more_than_the_bound_is_read():
    decoded = decode(b"a" * (MAX_BYTES + 5))
    assert len(decoded.text) == MAX_BYTES
    assert decoded.warnings


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_are_read_as_something(payload, content_type):
    decoded = decode(payload, content_type)
    decoded.text.encode("utf-8")
    assert decoded.source in ("bom", "header", "meta", "sniffed")
