"""Language: what the page declares, against what its text is written in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from snapshotter.extract.words import listed
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from snapshotter.extract.evidence import Evidence
    from snapshotter.sites import Site

_LANGUAGE = pattern(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*(?![A-Za-z0-9=])")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xx", "utf"})
_SCRIPTS = (
    ("ko", pattern(r"[\uac00-\ud7af]+")),
    ("zh", pattern(r"[\u4e00-\u9fff]+")),
    ("ru", pattern(r"[\u0400-\u04ff]+")),
    ("ar", pattern(r"[\u0600-\u06ff]+")),
    ("th", pattern(r"[\u0e00-\u0e7f]+")),
    ("el", pattern(r"[\u0370-\u03ff]+")),
    ("he", pattern(r"[\u0590-\u05ff]+")),
)
_BEYOND = pattern(r"[\u0370-\u1fff\u3041-\uffff]")
"""What is in one of the scripts told here."""
_KANA = pattern(r"[\u3041-\u30ff]+")
_OWN_SCRIPT = ("ja", "ko", "th", "el", "he")
_TRADITIONAL = frozenset("這個們來為國說時會對過發後經麼學現當沒動還進樣開從實軍與無長關點業兩間問應戰頭體見產話內給")
_SIMPLIFIED = frozenset("这个们来为国说时会对过发后经么学现当没动还进样开从实军与无长关点业两间问应战头体见产话内给")
_FREQUENT = {
    "en": "the of and to in is that was for with on it are from this be as at by have not which has his they",
    "de": "der die und das ist nicht den von mit sich des ein eine auf dem für auch als wie wird bei nach aus sind",
    "fr": "le la les des est et dans que pour qui sur une pas du au par plus sont avec ce il cette être aux ont",
    "es": "el los las que en una por con para del se no es como más su al lo pero sus fue este ha son sobre",
    "it": "il che di è per una con sono non della del si da dei alla come anche più nel ma questo gli delle ha",
    "pt": "o os que em uma para com não por dos da do das se no na mais como ao foi são pela é um seu",
    "nl": "de het een van en dat niet zijn op voor met te aan er ook als bij door naar maar wordt heeft uit om",
    "sv": "och att det som är på en av för med till den har inte om ett från var men också kan efter sig vid",
    "pl": "w i na się nie że do jest to z jak po co ale od przez dla za tym przy być oraz są który jego",
    "tr": "bir ve bu için ile de da olarak daha çok olan gibi sonra kadar ne en var ancak her değil göre oldu",
    "id": "yang dan di untuk dengan dari ini itu pada tidak dalam akan adalah juga ke oleh ada sebagai telah bisa",
}
_WORDS: dict[str, list[str]] = {}
for _code, _vocabulary in _FREQUENT.items():
    for _word in listed(_vocabulary):
        _WORDS.setdefault(_word, []).append(_code)
_TOKEN = pattern(r"[^\W\d_]+")
_ENOUGH = 12
"""So many frequent words tell a language."""


def find_language(evidence: Evidence, site: Site | None, sample: str) -> str:
    """BCP 47: what the text is written in where that tells, else as the page or the site's rule declares it.

    ``sample``: the start of the text. A declaration is kept, region and all, unless the text contradicts it. Empty:
    neither says.
    """
    declared = evidence.language or evidence.first("content-language", "og:locale", "language", "dc.language")
    match = _LANGUAGE.match(declared[:35])
    stated = _tag(match[0]) if match else site.language if site is not None else ""
    script = _script(sample)
    if not script:
        return _latin(stated, sample)
    if stated.split("-")[0] == script:
        return stated
    if script == "zh":
        return "zh-Hant" if _count(_TRADITIONAL, sample) > _count(_SIMPLIFIED, sample) else "zh-Hans"
    # A script that several languages share contradicts only a declaration that can't be in it.
    return script if script in _OWN_SCRIPT or stated[:2] in ("", "en", "zh") else stated


def _tag(text: str) -> str:
    """``zh_cn`` → ``zh-CN``, ``zh-cmn-Hans`` → ``zh-Hans``; empty for what is no language."""
    language, *rest = text.replace("_", "-").split("-")
    if language.lower() in _NO_LANGUAGE:
        return ""
    rest = [part for part in rest if part.lower() != "cmn"]
    cased = (part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest)
    return "-".join([language.lower(), *cased])


def _script(sample: str) -> str:
    """The language, or one of those, whose script most letters are of; empty: Latin, or none."""
    if sample.isascii():
        return ""
    if _BEYOND.search(sample) is None:
        return ""
    letters = sum(map(str.isalpha, sample)) or 1
    if _letters(_KANA, sample) > 0.1 * letters:
        return "ja"
    return next((name for name, script in _SCRIPTS if _letters(script, sample) > 0.4 * letters), "")


def _letters(script: re.Pattern[str], sample: str) -> int:
    """How many letters there are in runs of a script."""
    return sum(map(len, script.findall(sample)))


def _count(characters: Iterable[str], sample: str) -> int:
    return sum(map(sample.count, characters))


def _latin(stated: str, sample: str) -> str:
    """The language by its frequent words, where none is stated or the stated one has next to none of them."""
    words = _TOKEN.findall(sample[:1_200].lower())
    own = stated.partition("-")[0]
    if own in _FREQUENT and sum(own in _WORDS.get(word, ()) for word in words) > 0.2 * len(words):
        return stated
    counts = Counter(code for word in words for code in _WORDS.get(word, ()))
    if not counts:
        return stated
    best, count = counts.most_common(1)[0]
    if count < _ENOUGH or own == best:
        return stated
    contradicts = own in _FREQUENT and count > 4 * counts[own]
    return best if not own or contradicts else stated
