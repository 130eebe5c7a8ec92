"""Is it a good copy of an article, and if not, why: rules that would rather miss than accuse a real article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.listing import PICTURES, is_listing
from snapshotter.extract.words import any_of
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

SHORT = 500
"""A body of less weight (letters count 1, CJK characters 2) may be no article at all."""
TINY = 120
"""A page of less weight holds nothing."""
SMALL = 3_000
"""A page of less weight may be nothing but a refusal."""
_AROUND = 15
"""So many blocks before and behind the text may speak of what it costs."""

_NOISE = pattern(r"[\x00-\x08\x0e-\x1f]")


class Seen(NamedTuple):
    """A page, as far as it is judged."""

    layout: Layout
    body: Sequence[Block]
    """What was taken for the article's text."""
    title: str
    url: str = ""
    is_free: str = ""
    """``true`` or ``false`` as the page declares it."""


class Verdict(NamedTuple):
    """What a page is, as ``items.VERDICTS`` has it, and by which rule; the rule is empty for ``ok``."""

    name: str
    why: str = ""


def _phrases(vocabulary: str) -> re.Pattern[str]:
    return pattern(any_of(vocabulary), re.I)


_CAPTCHA = _phrases(r"""
    captcha verify␣(?:that␣)?you␣are␣(?:a␣)?human are␣you␣a␣(?:robot|human) not␣a␣robot
    checking␣(?:if␣the␣site|your␣browser)
    just␣a␣moment attention␣required access␣(?:to␣this␣page␣has␣been␣)?denied unusual␣traffic
    enable␣javascript␣and␣cookies␣to␣continue press␣(?:&|and)␣hold request␣(?:was␣)?blocked you␣have␣been␣blocked
    sicherheitsüberprüfung kein␣roboter vérification␣de␣sécurité n.êtes␣pas␣un␣robot verificando␣que␣no␣eres␣un␣robot
    安全验证 人机验证 请输入验证码 滑动验证 拖动(?:下方)?滑块 访问过于频繁 系统检测到您的 访问(?:被)?拒绝 环境异常
    完成验证后
    ロボットではありません 로봇이␣아닙니다
""")
_CONSENT = _phrases(r"""
    we␣(?:and␣our␣(?:\d+␣)?partners␣)?(?:use|value|process|store).{0,40}(?:cookies|privacy) before␣you␣continue
    (?:accept|agree␣to)␣(?:all␣)?cookies cookie␣(?:consent|einstellungen|settings)
    manage␣(?:your␣)?(?:cookie|privacy)␣(?:settings|preferences)
    mit␣werbung␣(?:weiter)?lesen akzeptieren␣und␣weiter zustimmen␣(?:und|&)␣weiter einwilligung
    wir␣(?:und␣unsere␣\d*␣?partner␣)?verwenden␣cookies
    accepter␣et␣continuer gérer␣(?:les|mes)␣cookies nous␣(?:et␣nos␣\d*␣?partenaires␣)?utilisons␣des␣cookies
    aceptar␣(?:todas␣las␣)?cookies accetta␣(?:tutti␣i␣)?cookie 请先同意 同意并继续 同意して続行
    クッキー(?:の使用)?に同意
""")
_PAYWALL = _phrases(r"""
    subscribe␣(?:now␣)?to␣(?:continue|read|unlock) subscri(?:be|ption)␣(?:is␣)?(?:required|to␣keep␣reading)
    already␣a␣subscriber to␣(?:continue|keep)␣reading for␣subscribers␣only (?:sign|log)␣in␣to␣(?:continue|read␣the)
    unlock␣(?:this|the␣full)␣(?:article|story) register␣(?:for␣free␣)?to␣(?:continue|read)
    this␣(?:article|content|story|post)␣is␣(?:for|only␣available␣to|reserved␣for)␣(?:our␣|paying␣|paid␣)?(?:subscribers|members)
    weiterlesen␣mit jetzt␣(?:abonnieren|weiterlesen) exklusiv␣für␣abonnenten réservé␣aux␣abonnés il␣vous␣reste␣\d+
    article␣réservé la␣suite␣est␣réservée contenido␣exclusivo␣para␣suscriptores exclusivo␣para␣assinantes
    riservato␣agli␣abbonati
    本文为付费 付费(?:阅读|内容|后) 订阅后(?:阅读|可读|查看) 开通会员 成为会员 登录后(?:可)?(?:阅读|查看)全文
    剩余.{0,6}需付费 订阅以继续 訂閱後 有料会員 会員限定 続きを読むには この記事は有料 유료␣?기사 구독자␣?전용
""")
_NOT_FOUND = _phrases(r"""
    (?:^|[\n|:–—-]␣?|error␣|http␣|status␣)404\b page␣(?:was␣)?not␣found
    page␣(?:doesn.t|does␣not|cannot␣be|can.t␣be)␣(?:exist|found)
    no␣longer␣(?:available|exists) not␣available␣anymore seite␣(?:wurde␣)?nicht␣gefunden
    page␣(?:introuvable|non␣trouvée) página␣no␣encontrada página␣não␣encontrada pagina␣non␣trovata страница␣не␣найдена
    页面(?:不存在|未找到|找不到|没有找到|已删除|丢失)
    (?:文章|内容|新闻|稿件|网页)(?:不存在|找不到|已(?:被?(?:发布者|作者|管理员)?(?:自行)?(?:删除|移除|下架)|下线|下架|过期|失效|不存在))
    您(?:访问|浏览|查看)的.{0,12}(?:不存在|已删除|找不到)
    找不到(?:网页|頁面|页面) 頁面不存在 ページが(?:見つかりません|存在しません) 記事は(?:存在しません|削除されました)
    페이지를␣찾을␣수␣없
""")
_NEEDS_SCRIPT = _phrases(r"""
    enable␣javascript␣to␣run you␣need␣to␣enable␣javascript javascript␣is␣(?:disabled|required|not␣enabled)
    请(?:开启|启用).{0,8}javascript JavaScriptを有効に
""")


def judge(seen: Seen, evidence: Evidence) -> Verdict:
    """``ok``, ``paywall``, ``consent``, ``captcha``, ``soft-404``, ``empty`` or ``not-article`` for what was read."""
    size = sum(block.weight for block in seen.body)
    claims = _calls_itself_article(evidence)
    if refusal := _refusal(seen, evidence, size):
        return refusal
    if asked := _asks_money(seen, size):
        return Verdict("paywall", f"says {asked!r}")
    if _is_noise(seen.body):
        return Verdict("not-article", "noise")
    if not size:
        return _of_nothing(seen.layout, claims=claims)
    if claims or evidence.first("og:type").lower() == "article":
        return Verdict("ok")
    why = is_listing(seen.layout, seen.body, evidence, seen.url)
    return Verdict("not-article", why) if why else Verdict("ok")


def _of_nothing(layout: Layout, *, claims: bool) -> Verdict:
    """A page without a text: empty, or full of something else."""
    if sum(len(block.images) for block in layout.blocks) >= PICTURES and not claims:
        return Verdict("not-article", "pictures without text")
    shown = sum(block.weight for block in layout.blocks)
    return Verdict("empty" if shown < TINY or claims else "not-article", "no text")


def _refusal(seen: Seen, evidence: Evidence, size: int) -> Verdict | None:
    """What a page without much text says instead of an article; None: nothing of the kind."""
    layout, body, title = seen.layout, seen.body, seen.title
    claims = _calls_itself_article(evidence)
    headline = f"{title}\n{evidence.title}"
    match = _NOT_FOUND.search(headline) if size < (SHORT if claims else SMALL) else None
    if match and (size < SHORT or len(title) < 2 * len(match[0])):  # An article's title says more.
        return Verdict("soft-404", f"its title says {match[0].strip()!r}")
    if claims or size >= SMALL or sum(block.weight for block in layout.blocks) >= SMALL:
        return None
    # Beside a text of its own a banner refuses nothing.
    lines = [block.text for block in (body if size >= TINY else layout.blocks) if len(block.text) < 600]
    return _said("\n".join([headline, *lines])[:20_000], size)


def _said(text: str, size: int) -> Verdict | None:
    kinds = (("soft-404", _NOT_FOUND), ("captcha", _CAPTCHA), ("consent", _CONSENT), ("empty", _NEEDS_SCRIPT))
    for name, words in kinds if size < SHORT else ():
        if match := words.search(text):
            return Verdict(name, f"says {match[0].strip()!r}")
    asked = {match.lower() for match in _CONSENT.findall(text)}
    return Verdict("consent", f"says {min(asked)!r} and more") if len(asked) > 2 else None


def _is_noise(body: Sequence[Block]) -> bool:
    """Bytes that were never text: too many of its characters are unreadable or for machines."""
    text = "".join([block.text for block in body[:500]])[:50_000]
    machine = 0 if text.isprintable() else len(_NOISE.findall(text))
    return machine + text.count("\ufffd") > 0.05 * len(text)


def _calls_itself_article(evidence: Evidence) -> bool:
    return bool(evidence.article) or bool(evidence.first("article:published_time"))


def _asks_money(seen: Seen, size: int) -> str:
    """What it asks for, of a text that is cut short near the text, or of some length that declares itself closed."""
    if size > 6 * SHORT or (size > 2 * SHORT and seen.is_free != "false"):
        return ""
    blocks, body = seen.layout.blocks, seen.body
    if body:
        places = {id(block): index for index, block in enumerate(blocks)}
        first, last = places.get(id(body[0]), 0), places.get(id(body[-1]), len(blocks))
        blocks = blocks[max(0, first - _AROUND) : last + 1 + _AROUND]
    found = (match[0] for block in blocks if len(block.text) < 300 and (match := _PAYWALL.search(block.text)))
    return next(found, "")
