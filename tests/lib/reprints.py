"""Texts of our own making, in Chinese and English, to be copied."""

from __future__ import annotations

import random

_ZH = (
    "市政府周一宣布",
    "新的地铁线路将在明年春天通车",
    "沿线居民等待了整整七年",
    "工程师说隧道已经全部贯通",
    "票价会与公交车保持一致",
    "也有商户担心施工影响生意",
    "交通部门答应给予补偿",
    "专家认为客流会超过预期",
    "记者在现场看到工人正在铺设轨道",
    "首班车清晨五点半发出",
    "学校和医院附近都设有出口",
    "环保组织要求公布噪声数据",
    "去年的洪水曾使工地停工两个月",
    "预算因此增加了一成",
    "议会将在下周表决",
    "市长没有回答提问",
)
_EN = (
    "The council said on Monday that",
    "a new tram line would open in spring",
    "residents had waited for seven years",
    "engineers had finished the last tunnel",
    "fares will match those of the buses",
    "some shopkeepers fear for their trade",
    "the ministry promised compensation",
    "experts expect more riders than planned",
    "workers were seen laying the track",
    "the first train leaves before dawn",
    "schools and clinics get their own exits",
    "campaigners asked for noise figures",
    "a flood stopped the works for two months",
    "the budget grew by a tenth",
    "a vote is due next week",
    "the mayor took no questions",
)


def text(language: str, seed: int, sentences: int = 24) -> str:
    """An article's text, different for each seed: no sentence comes twice with the same figures."""
    rnd = random.Random(seed)
    parts, stop, between = (_ZH, "。", "，") if language == "zh" else (_EN, ". ", ", ")
    found = []
    for _ in range(sentences):
        figures = "".join(rnd.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(14))
        name = "".join(chr(rnd.randrange(0x4E00, 0x9FA0)) for _ in range(14)) if language == "zh" else figures
        found.append(between.join((rnd.choice(parts), name, rnd.choice(parts))) + stop)
    return "\n\n".join("".join(found[at : at + 4]) for at in range(0, sentences, 4))
