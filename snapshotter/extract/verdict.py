"""Is it a good copy of an article, and if not, why: rules that would rather miss than accuse a real article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from snapshotter.extract.words import any_of, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

SHORT = 500
"""A body of less weight (letters count 1, CJK characters 2) may be no article at all."""
TINY = 120
"""A page of less weight holds nothing."""


_NOISE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")


def _phrases(vocabulary: str) -> re.Pattern[str]:
    return re.compile(any_of(vocabulary), re.I)


_CAPTCHA = _phrases(r"""
    captcha verify␣(?:that␣)?you␣are␣(?:a␣)?human are␣you␣a␣(?:robot|human) not␣a␣robot checking␣your␣browser
    just␣a␣moment attention␣required access␣(?:to␣this␣page␣has␣been␣)?denied unusual␣traffic
    enable␣javascript␣and␣cookies␣to␣continue 安全验证 人机验证 请输入验证码 滑动验证 访问过于频繁 系统检测到您的
    ロボットではありません
""")
_CONSENT = _phrases(r"""
    we␣(?:and␣our␣partners␣)?(?:use|value|process).{0,40}(?:cookies|privacy) before␣you␣continue
    accept␣(?:all␣)?cookies cookie␣(?:consent|einstellungen) mit␣werbung akzeptieren␣und␣weiter
    zustimmen␣(?:und|&)␣weiter accepter␣et␣continuer gérer␣(?:les|mes)␣cookies 请先同意 同意して続行
""")
_PAYWALL = _phrases(r"""
    subscribe␣(?:now␣)?to␣(?:continue|read|unlock) subscri(?:be|ption)␣(?:is␣)?(?:required|to␣keep␣reading)
    already␣a␣subscriber to␣(?:continue|keep)␣reading for␣subscribers␣only
    unlock␣(?:this|the␣full)␣(?:article|story)
    this␣(?:article|content|story)␣is␣(?:for|only␣available␣to|reserved␣for)␣(?:our␣)?(?:subscribers|members)
    weiterlesen␣mit jetzt␣(?:abonnieren|weiterlesen) réservé␣aux␣abonnés il␣vous␣reste␣\d+
    contenido␣exclusivo␣para␣suscriptores 本文为付费 付费(?:阅读|内容|后) 订阅后(?:阅读|可读|查看) 开通会员 成为会员
    剩余.{0,6}需付费 订阅以继续 有料会員 会員限定 続きを読むには この記事は有料 유료␣?기사 구독자␣?전용
""")
_NOT_FOUND = _phrases(r"""
    (?:^|[\n|:–—-]␣?|error␣|http␣|status␣)404\b page␣(?:was␣)?not␣found
    page␣(?:doesn.t|does␣not|cannot␣be|can.t␣be)␣(?:exist|found)
    no␣longer␣(?:available|exists) not␣available␣anymore seite␣(?:wurde␣)?nicht␣gefunden
    page␣(?:introuvable|non␣trouvée) página␣no␣encontrada pagina␣non␣trovata страница␣не␣найдена
    页面(?:不存在|未找到|找不到|没有找到|已删除)
    (?:文章|内容|新闻|稿件|网页)(?:不存在|已(?:被)?删除|已下线|已过期|找不到) 您访问的.{0,12}(?:不存在|已删除)
    找不到(?:网页|頁面|页面) ページが(?:見つかりません|存在しません) 記事は(?:存在しません|削除されました)
    페이지를␣찾을␣수␣없
""")


def judge(layout: Layout, body: Sequence[Block], title: str, evidence: Evidence, *, is_free: str = "") -> str:
    """``ok``, ``paywall``, ``consent``, ``captcha``, ``soft-404``, ``empty`` or ``not-article`` for what was read."""
    size = sum(weight(block.text) for block in body)
    total = sum(weight(block.text) for block in layout.blocks)
    if size < SHORT and (refusal := _refusal(layout, title, evidence, small=total < 3000)):
        return refusal
    if _is_paywalled(layout, size, is_free):
        return "paywall"
    if _is_noise(body):
        return "not-article"
    if not size:
        return "empty" if total < TINY or _calls_itself_article(evidence) else "not-article"
    return "not-article" if _is_listing(layout, body, size, evidence) else "ok"


def _refusal(layout: Layout, title: str, evidence: Evidence, *, small: bool) -> str:
    """What a page without much text says instead of an article; empty: nothing of the kind."""
    if _NOT_FOUND.search(f"{title}\n{evidence.title}"):
        return "soft-404"
    if not small or _calls_itself_article(evidence):
        return ""
    lines = (block.text for block in layout.blocks if len(block.text) < 600)
    said = "\n".join([title, evidence.title, *lines])[:20_000]
    kinds = (("soft-404", _NOT_FOUND), ("captcha", _CAPTCHA), ("consent", _CONSENT))
    return next((verdict for verdict, pattern in kinds if pattern.search(said)), "")


def _is_noise(body: Sequence[Block]) -> bool:
    """Bytes that were never text: too many of its characters are unreadable or for machines."""
    text = "".join(block.text for block in body)[:100_000]
    return len(_NOISE.findall(text)) > 0.05 * len(text)


def _calls_itself_article(evidence: Evidence) -> bool:
    return bool(evidence.article) or bool(evidence.first("article:published_time"))


def _is_paywalled(layout: Layout, size: int, is_free: str) -> bool:
    """Cut short where it asks for money; closed by its own word, if it is of some length."""
    if size > 6 * SHORT or (size > 2 * SHORT and is_free != "false"):
        return False
    return any(len(block.text) < 300 and _PAYWALL.search(block.text) for block in layout.blocks)


def _is_listing(layout: Layout, body: Sequence[Block], size: int, evidence: Evidence) -> bool:
    """Mostly links to elsewhere, with no text of an article's length among them."""
    if _calls_itself_article(evidence) or evidence.first("og:type").lower() == "article":
        return False
    linked = sum(block.link_chars for block in layout.blocks)
    total = sum(len(block.text) for block in layout.blocks) or 1
    longest = max((weight(block.text) for block in body), default=0)
    return longest < 160 and size < 3 * SHORT and linked > 0.6 * total and len(layout.blocks) > 40
