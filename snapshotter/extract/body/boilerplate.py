"""The words by which pages name what isn't the article: in class names, in headings, in lines of their own."""

from __future__ import annotations

import re
from functools import lru_cache

from snapshotter.extract.words import any_of
from snapshotter.patterns import pattern

_PART_NAMES = r"""
    comments? disqus repl(?:y|ies) respond share shares sharing share[-_]?this addtoany socials? sns follow
    newsletter subscri(?:be|ption) sign[-_]?up login register donat(?:e|ion)s? ratings? votes? likes? feedback
    survey quiz poll

    relate relate[d] relevant recommend(?:ed|ations?|s)? recirc(?:ulation)? read[-_]?(?:more|next|also) see[-_]?also
    more[-_]?(?:news|stories|from|on|like|reading) next[-_]?up up[-_]?next popular trending latest hot[-_]?news
    teasers? most[-_]?(?:read|viewed|popular) similar further[-_]?reading also[-_]?(?:read|like) you[-_]?may rss
    excerpts? xgxw xiangguan tuijian pinglun fenxiang outbrain taboola

    sidebar side[-_]?rail right[-_]?rail rail breadcrumbs? crumbs? nav navbar navigation mega[-_]?menu menu submenu
    pagination pager paging page[-_]?nav footer footer[-_]\w+ copyright dis?claimer dsclmr popup pop[-_]?up modal
    overlay toolbar search toc table[-_]of[-_]contents screen[-_]?reader[-_]?text visually[-_]?hidden sr[-_]only
    no[-_]?print qrcode erweima ewm

    promo(?:tion|tions|ted)? sponsor(?:ed)? advert(?:isement|ising|orial)? ads? adsense banner cta
    call[-_]?to[-_]?action

    tags tag[-_]?(?:list|cloud|links) keywords topics byline dateline timestamp meta meta[-_]?data post[-_]?meta
    entry[-_]?meta author[-_]+(?:bio|box|info|card|about|profile|desc|description|name|details?|content|block)
    about[-_]?(?:the[-_])?author bio biography saboxplugin[-_]wrap zebian editor[-_]?(?:name|info)
"""
_NAME_ENDINGS = r"""
    list box wrap(?:per)? container section block area bar links? items? module content inner outer widget buttons?
    btns? header title group row col news posts? articles? stories story text panel component component_ tool icons?
    label holder unit slot form embed teaser
"""
_PREFIXES = "onetrust ot-pc ot-sdk cli- cookie sourcepoint didomi usercentrics cmplz gdpr cmp- consent privacy"

_LAST_HEADINGS = r"""
    related(?:␣(?:articles?|posts?|stories|content|topics|reading|news|links|coverage|resources|products|videos?))?
    recommended(?:␣(?:for␣you|reading|articles|stories|posts))? read␣(?:more|next|also) further␣reading
    more␣(?:from|on|in|like|stories|articles|news|to␣read|reading|posts)\b.{0,40}
    you␣(?:may|might)␣also␣(?:like|enjoy|be␣interested␣in) about␣the␣authors? tags topics
    (?:most|recent|latest|popular|trending)␣?(?:read|popular|posts|articles|news|stories)?
    \d*␣?(?:comments?|responses?|replies)(?:␣\(?\d+\)?)? leave␣a␣(?:reply|comment)
    join␣the␣(?:conversation|discussion) share␣(?:this|on|your)\b.{0,30} follow␣us.{0,30} sign␣up\b.{0,60}
    subscribe\b.{0,60}

    mehr␣(?:zum␣thema|von|aus|dazu).{0,30} lesen␣sie␣auch.{0,20} weitere␣(?:artikel|themen|nachrichten).{0,20}
    das␣könnte␣(?:sie|dich)␣auch␣interessieren kommentare? à␣lire␣aussi lire␣aussi sur␣le␣même␣(?:sujet|thème)
    voir␣aussi commentaires? te␣puede␣interesar lee␣también más␣noticias leggi␣anche potrebbe␣interessarti.{0,20}
    leia␣(?:também|mais) читайте␣также.{0,20} по␣теме

    相关(?:阅读|新闻|文章|链接|推荐|报道|资讯|专题|内容) 推荐(?:阅读|文章|新闻) 延伸(?:阅读|閱讀) 推薦閱讀
    看更多.{0,10} 相關(?:新聞|文章|閱讀|報導|報道|連結).{0,6} 更多(?:新闻|精彩|相关|推荐|新聞|相關).{0,8} 猜你喜欢
    为您推荐 大家都在看 (?:热门|最新|精彩|网友|全部)?(?:评论|評論|留言|跟贴)(?:\(?\d*\)?)?
    (?:热点|热门|精彩)(?:推荐|新闻) 你可能[還也还].{0,10} 関連(?:記事|リンク|ニュース|キーワード|タグ)
    あわせて読みたい おすすめ.{0,8} この記事(?:を|に|の).{0,16} 人気記事.{0,6} アクセスランキング 최신␣?기사
    관련␣?기사 많이␣본␣뉴스 댓글
"""
_FURNITURE = r"""
    advertisement ad anzeige werbung publicité publicidad share(?:␣(?:it|this|on|via|now|article))?.{0,20} tweet
    shares? print email comments? table␣of␣contents contents in␣this␣article jump␣to.{0,30}
    listen␣to␣this␣article.{0,30} play read␣more:?.{0,120} read␣next:?.{0,120} read␣also:?.{0,120}
    (?:à␣)?lire␣aussi␣?:.{0,120} lesen␣sie␣auch:.{0,120} lea␣(?:también|además):.{0,120} leggi␣anche:.{0,120}
    leia␣(?:também|mais):.{0,120} lees␣ook:.{0,120} les␣også:.{0,120} läs␣(?:också|även|mer):.{0,120}
    (?:zobacz|czytaj)␣(?:też|także|również):.{0,120} читайте␣(?:также|також):.{0,120}
    (?:see␣)?also:.{0,120} related:.{0,120} more:.{0,100}
    (?:sign␣up|subscribe|follow␣(?:us|me|our)|click␣here|join␣(?:us|our)|like␣us)\b.{0,90} 分享(?:到|至)?.{0,20}
    扫一扫.{0,40} (?:上|下)一篇.{0,60} \d+人(?:参与|跟贴).{0,20} 打印 字号 收藏 举报 返回.{0,10} 查看更多 展开全文
    阅读全文 点击(?:查看|进入|阅读).{0,20} (?:シェア|ツイート|印刷|保存).{0,12}
"""
_ABOUT = r"""
    (?:last␣)?(?:updated|published|posted|modified|reviewed)\b.{0,50} by\b.{2,60} written␣by.{0,60}
    posted␣(?:on|by)\b.{0,80} \d+␣min(?:ute)?s?(?:␣read)? (?:reading␣time|lesezeit).{0,20} image:.{0,60}
    (?:tags?|categor(?:y|ies)|filed␣under|topics):?.{0,100} 版权所有.{0,60} (?:copyright|©|all␣rights␣reserved).{0,120}
    download\b.{0,90} \(?(?:责任编辑|责编|编辑).{0,30} 最終更新.{0,30}
    [\[(（【]?(?:责任?编辑|責任編輯|编辑|編輯|责编|校对|审核|编审|监制|作者|记者|記者|原标题|标签|关键词)[:：\s_)）\]】].{0,90}
    [\[(（【]?(?:(?:文章|本文)?来源|來源|稿源|(?:发布|发表)?时间|版权|(?:免责|特别)?声明)[:：\s_)）\]】].{0,90}
    [\[(（【]?(?:分享|点击|阅读|浏览|微信|关注)[:：\s_)）\]】].{0,90}
"""


def _line(vocabulary: str) -> re.Pattern[str]:
    """A pattern for whole lines."""
    return pattern(rf"^\W*{_any_of(vocabulary)}\W*$", re.I)


def _any_of(vocabulary: str) -> str:
    """As ``any_of``, and faster: by first letter, so that one letter rules out many words. Which matches isn't told."""
    groups: dict[str, list[str]] = {}
    for word in vocabulary.split():
        first = word[0] if word[0].isalnum() and word[1:2] not in "?*+{" else ""
        groups.setdefault(first, []).append(word[len(first) :])
    return any_of(" ".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items()))


# From hyphen to hyphen a name ends in one of the endings, in anything with a digit, or in what __ begins: told a word
# at a time, so that there is one way to read a name and not thousands.
_ENDING = _any_of(_NAME_ENDINGS)
_PIECE = rf"{_ENDING}(?:_+{_ENDING})*(?:__\w+)?"
_TAIL = rf"(?:_[^\W\d]*\d\w*|(?:_+{_ENDING})*(?:__\w+)?)(?:-+(?:[^\W\d]*\d\w*|_[^\W\d]+(?!\w)|{_PIECE}))*"
_PART = pattern(
    rf"(?:^|[\s_-](?<!has[\s_-])(?<!with[\s_-])(?<!no[\s_-])){_any_of(_PART_NAMES)}{_TAIL}(?:$|\s)"
    rf"|(?:^|\s){_any_of(_PREFIXES)}|cookie-?(?:banner|notice|consent|law|bar)"
)
_ADVERTISEMENT = pattern(r"(?:^|\s)(?:ads?|advert(?:isement|ising)?s?|adsbygoogle|guanggao)(?:$|[\s_-])")
_CONSENT = pattern(
    r"(?:^|\s)(?:onetrust|ot-(?:pc|sdk)|didomi|usercentrics|cmplz|sourcepoint|cybotcookiebot|cky|truste|qc-cmp2?)(?:$|[\s_-])"
    r"|(?:^|[\s_-])(?:cookies?|gdpr|cmp)[-_]?(?:banner|notice|consent|law|bar|popup|dialog|modal|wall)(?:$|[\s_-])"
)
_LAST = _line(_LAST_HEADINGS)
_ANYWHERE = _line(_FURNITURE)
_AT_ENDS = _line(_ABOUT)
_FULL_STOPS = ("。", "！", "？", "。”", "！”", "？”", "。」")
_SPEAKERS = ("记者：", "记者:", "記者：", "記者:")
_DATE_LINE = pattern(
    r"^(?:https?://\S{1,80}\s)?[^。！？.!?]{0,50}(?:19|20)\d\d(?:\s?[-/.年]\s?\d{1,2}|$|\D{0,3}$).{0,60}$"
)


def names_a_part(names: str) -> bool:
    """Whether an element's classes and id say that it is a part beside the article: share bar, menu, byline…"""
    return bool(names) and _PART.search(names) is not None


def ends_article(line: str) -> bool:
    """Whether a line is the heading of what follows an article: "Read next", 相关阅读, "3 comments"…"""
    return len(line) < 100 and _LAST.match(line) is not None


@lru_cache(maxsize=4096)
def names_advertisement(names: str) -> bool:
    """Whether an element's classes and id say that it is an advertisement's place."""
    return bool(names) and _ADVERTISEMENT.search(names) is not None


@lru_cache(maxsize=4096)
def names_consent(names: str) -> bool:
    """Whether an element's classes and id say that it asks for consent to cookies."""
    return bool(names) and _CONSENT.search(names) is not None


def is_furniture(line: str) -> bool:
    """Whether a line is none of the article's wherever it stands: "Advertisement", "Read more: …", 分享到…"""
    return len(line) < 160 and _ANYWHERE.match(line) is not None


def is_about(line: str) -> bool:
    """Whether a line at one of an article's ends speaks of it: date, author, editor, source, copyright.

    What a reporter says in an interview, a sentence behind 记者：, is the article's.
    """
    if len(line) >= 160 or (line.startswith(_SPEAKERS) and line.endswith(_FULL_STOPS)):
        return False
    return _AT_ENDS.match(line) is not None or is_date_line(line)


def is_date_line(line: str) -> bool:
    """Whether a short line is there for the date in it; a Chinese sentence, full stop and all, isn't."""
    return len(line) < 140 and not line.endswith(_FULL_STOPS) and _DATE_LINE.match(line) is not None
