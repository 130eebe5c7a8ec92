"""What those who copy an article do to its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

WRAPPERS = {
    "zh": (
        "本文转自：晨报客户端　记者 李明 北京报道\n\n",
        "\n\n责任编辑：王华\n来源：晨报\n声明：本文仅代表作者个人观点，与本网无关。文中陈述未经本站证实，请读者仅作参考。"
        "\n相关阅读：\n多地出台新办法方便居民出行\n前三季度用电量平稳增长\n",
    ),
    "en": (
        "This article was first published by The Morning Paper and is republished with permission.\n\n",
        "\n\nEdited by Jane Doe. Copyright 2026 The Morning Paper. All rights reserved. Follow us on every network.\n"
        "Read more: Rates rise as prices slow\nWhat is known of the vote so far\n",
    ),
}


def wrapped(body: str, language: str) -> str:
    """In a reprint's wrapper: where it is from before it; editor, disclaimer, links behind it."""
    before, behind = WRAPPERS[language]
    return before + body + behind


def shortened(body: str, rnd: random.Random) -> str:
    """Without a tenth of its sentences."""
    sentences = [one for one in re.split(r"(?<=[。！？!?\n.])", body) if one]
    drop = set(rnd.sample(range(len(sentences)), max(1, round(len(sentences) / 10)))) if len(sentences) > 1 else set()
    return "".join(one for place, one in enumerate(sentences) if place not in drop)


def mistyped(body: str, rnd: random.Random) -> str:
    """With 2 % of its characters changed."""
    characters = list(body)
    for place in rnd.sample(range(len(body)), max(1, round(len(body) / 50))):
        characters[place] = rnd.choice(body)
    return "".join(characters)
