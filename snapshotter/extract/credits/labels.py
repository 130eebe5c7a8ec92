"""Labelled lines: what stands behind 作者：, 来源：, 责编： and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshotter.extract.credits.names import is_chinese_name
from snapshotter.extract.words import any_of
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_KINDS = {
    "author": r"""
    作\s*者 撰\s*文 采写 撰稿人? 文字? 执笔 記者 记者 通讯员 通訊員 撰写 原作者 编译 編譯 取材・文 著者 執筆 ライター
    글쓴이
    """,
    "editor": r"""
    责任编辑 責任編輯 本文编辑 责\s*编 責\s*編 编\s*辑 編\s*輯 编\s*审 校\s*对 校\s*對 主编 值班编辑 值班主编 审\s*核
    复审 初审
    一审 二审 三审 审校 终审 新媒体编辑 流程编辑 核校 编校 編集
    """,
    "source": r"""
    (?:信息|文章|稿件|本文|新闻|消息|资料|内容|文字|作品|原文|文)?来\s*源于? 稿\s*源 (?:新聞|文章|資料)?來源 出\s*处
    出\s*處 転載元
    配信元 출처
    """,
    "from": r"""
    本文转自 本文轉自 转载自 轉載自 转自 轉自 本文转载自 原文转自 原载于? 原載 原文刊于 转载于
    """,
    "other": r"""
    摄影 攝影 摄像 图片? 图源 制图 设计 监\s*制 排版 策划 统筹 出品 审读 视频 剪辑 摄 供图 题图 封面 版式 美编 运营
    值班 实习生 写真
    撮影 사진
    """,
}
_LABELS = "|".join(f"(?P<{kind}>{any_of(words)})" for kind, words in _KINDS.items())
_LABEL = pattern(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=本报)|(?<=见习)|(?<=特约)|(?<=[网社报闻台]))(?:{_LABELS})"
    r"\s*(?P<mark>[:：/／丨|｜●＝=]|[\s\u3000](?=\S{2,4}(?:[\s\u3000(（)）】]|$)))\s*"
)
_HAS_LABEL = pattern("[作文撰采执記记通責责編编校主审核来來稿出転配转轉原글기出著執取ラ]")
_STOP = pattern(
    r"\s*[|｜│丨]|[)）\]】〕；;。]|\s*\d{4}\s*[-/.年]|\s*\d{1,2}:\d\d|\s{3,}|\xa0\xa0|\u3000{2,}|\s*"
    + any_of(r"""
    发布(?:时间|于) 发稿时间 时间 日期 字号 字体 编辑 点击 浏览 阅读 评论(?!员|家) 分享 我要 更新 【 \[ 原标题 关键词
    标签 举报 订阅
    关注 参与互动 扫一扫 微信 微博 版权 人气 网友评论 \(?www http 发表于 打印 收藏 手机看 来自 图集 查看
    """)
)
_COLON = pattern(r"\s*[:：]")
_EDGES = ' \t\u3000\xa0:：-—|｜"“”[]【】()（）<>《》、,，.●＝='
_SPACE_IN_CJK = pattern(r"(?<=[\u4e00-\u9fff》])[\s\u3000]+(?=[\u4e00-\u9fff])")
_WORD = pattern(r"[\s\u3000、，]+")
_NO_VALUE = pattern(r"[=<>{}]|[摄攝]$|供图$")


def read_labels(lines: Iterable[str]) -> dict[str, list[str]]:
    """What labelled lines say, by kind of label: ``author``, ``editor``, ``source``, ``from``, ``other``."""
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for line in lines:
        if not line.isascii() and _HAS_LABEL.search(line):
            _read_line(line, found)
    return found


def _read_line(line: str, found: dict[str, list[str]]) -> None:
    matches = list(_LABEL.finditer(line))
    ends = [match.start() for match in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=False):
        kind = next(name for name in _KINDS if match[name])
        value = _value(line[match.end() : min(end, match.end() + 100)])
        if kind in ("source", "from"):
            value = _SPACE_IN_CJK.split(value)[0]
        # Without a colon a word is a label only where names follow it.
        if value and not (match["mark"].isspace() and (kind in ("source", "from") or not _starts_with_name(value))):
            found[kind].append(value)


def _starts_with_name(value: str) -> bool:
    return is_chinese_name(_WORD.split(value)[0])


def _value(rest: str) -> str:
    """What stands behind a label, up to the next thing."""
    stop = _STOP.search(rest, 1) or _COLON.search(rest, 2)
    value = (rest[: stop.start()] if stop else rest).strip(_EDGES)
    return value if len(value) <= 60 and not _NO_VALUE.search(value) else ""
