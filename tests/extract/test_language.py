"""What language a page is in, whatever it says."""

import pytest

from snapshotter.extract.evidence import Evidence
from snapshotter.extract.language import find_language

ENGLISH = (
    "The old stone bridge was opened again on Monday, and the people who have been waiting for it came to see it. "
)
GERMAN = "Die alte Brücke ist wieder offen, und auch die Kinder sind mit dem Rad über den Fluss gefahren, wie es war. "
SPANISH = (
    "El puente de piedra fue abierto este lunes por los vecinos que lo han visto cerrado para las obras en la ciudad. "
)


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("en-us", ENGLISH, "en-US"),
        ("zh_cn", "老桥今日重新开放。", "zh-CN"),
        ("zh-cmn-Hans", "老桥今日重新开放。", "zh-Hans"),
        ("en", "老桥今日重新开放，两岸居民说这是好事。", "zh-Hans"),
        ("", "老橋今日重新開放，兩岸居民說這是好事。", "zh-Hant"),
        ("en", "港に新しい灯台が、この夏から公開される。", "ja"),
        ("en", "오래된 다리가 다시 열렸다.", "ko"),
        ("uk", "Старий міст відкрито знову.", "uk"),
        ("", "Старый мост снова открыт.", "ru"),
        # Latin letters: by frequent words, where nothing is declared or something else.
        ("", ENGLISH * 2, "en"),
        ("", GERMAN * 2, "de"),
        ("en", GERMAN * 2, "de"),
        ("en-US", SPANISH * 2, "es"),
        ("de-CH", GERMAN * 2, "de-CH"),
        ("fi", ENGLISH, "fi"),  # a language whose words aren't known is believed
        ("en", "Ruckelnd, krachend.", "en"),  # too little to tell
        ("x y", ENGLISH * 2, "en"),
        ("lang=", "", ""),
        ("und", "", ""),
        ("", "", ""),
    ],
)
def test_language(declared, text, language):
    assert find_language(Evidence(language=declared), None, text) == language


def test_meta_declares_too():
    assert find_language(Evidence(meta={"og:locale": ["pt_BR"]}), None, "A ponte abriu.") == "pt-BR"
