"""Lines that change by themselves: counters, relative times, update clocks, places of advertisements, share bars.

Told by the shape of the whole line, never by likeness: a sentence with a number in it is none of them, nor is a
number alone, which may be a table's. The words are those of the languages that news sites are read in here.
"""

from __future__ import annotations

import re

from snapshotter.patterns import pattern

LONGEST = 160
"""No line of more characters is noise."""
_BOILERPLATE_LONGEST = 240


def _any_of(vocabulary: str) -> str:
    """A group that matches any of the patterns, parted by white space; ``␣`` stands for white space."""
    return f"(?:{'|'.join(vocabulary.split())})".replace("␣", r"\s{1,3}")


_COUNT = r"\d(?:[\d.,’']{0,11}\d)?\s?(?:(?:k|m|mio|tsd|w)(?![^\W\d_])|[万萬亿億千천만])?\+?"
_COUNTED = _any_of(r"""
    views?\b reads\b comments?\b shares?\b likes?\b retweets?\b reposts?\b reactions?\b repl(?:y|ies)\b claps?\b
    upvotes?\b plays?\b bookmarks?\b followers?\b people␣(?:are␣)?(?:reading|watching|viewing)(?:␣this|␣now)*
    people␣(?:have␣)?joined␣the␣(?:discussion|conversation) min(?:ute)?s?\.?␣(?:read|lesezeit)\b
    people␣(?:have␣)?(?:like|love|liked|viewed|read|shared|saved|reacted␣to|commented␣on)␣this(?:␣(?:article|story|post))?\b
    aufrufe\b kommentare?\b vues?\b commentaires?\b partages?\b visitas?\b comentarios?\b lecturas?\b
    comentários?\b visualizações\b commenti?\b visualizzazioni\b condivisioni\b комментари\w{1,3} просмотр\w{0,3}
    次(?:阅读|閱讀|浏览|播放|点击|观看|转发|分享|访问|查看)
    人(?:参与|跟贴|评论|阅读|浏览|在看|看过|点赞|收藏|喜欢|已读|围观|在线)+(?:讨论|话题|互动)?
    条(?:评论|留言|跟贴|回复|评) [个個](?:赞|讚|评论) (?:阅读|浏览|点赞|评论|转发|收藏|分享|跟贴|播放|赞)
    件のコメント 回(?:視聴|再生|閲覧) いいね ビュー 개의␣?댓글 회␣?조회
""")
_COUNTER = _any_of(r"""
    views? reads hits comments? shares? likes? retweets? aufrufe kommentare commentaires vues visitas lecturas
    comentarios просмотров комментариев

    (?:总|文章|今日|累计|网友|全部|已)?(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|播放|查看|评论|評論|点赞|轉發|转发|分享|收藏|跟贴|人气|热度|在看|赞|粉丝|在线)(?:量|数|數|率|次数|人数)?
    閲覧数 再生回数 コメント 조회수? 댓글수?
""")
_READER = _any_of(r"""
    (?:estimated␣|average␣)?read(?:ing)?␣time\W{0,3}(?:about␣)?\d{1,3}\s?min(?:ute)?s?\b
    listen␣to␣(?:this|the)␣(?:article|story)\W{0,3}(?:\d{1,2}(?::\d\d|\s?min(?:ute)?s?\b))?
    (?:this␣(?:article|story|post|page)␣(?:has␣been|was)␣)?(?:viewed|read|shared|watched|played|visited)␣\d[\d.,]{0,11}[km]?␣times?\b
    no␣comments(?:␣yet)? be␣the␣first␣to␣comment 暂无评论 0?0:00\s?/\s?(?:\d{1,2}:)?\d{1,2}:\d\d
    (?:you␣have␣)?\d{1,2}␣free␣articles?␣(?:left|remaining)(?:␣this␣month)?
    lesezeit\W{0,3}\d{1,3}\s?min(?:uten?)?\b temps␣de␣lecture\W{0,3}\d{1,3}\s?min(?:utes?)?\b
    (?:(?:全文|本文)?(?:共|约|共计)\s?\d{1,6}\s?字)
    (?:预计|预估)?阅读(?:本文)?(?:时间|时长|需|需要|约需|大约需要)\W{0,3}约?\s?\d{1,3}\s?分钟
""")
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|[smhdwy])"
_AGO = _any_of(rf"""
    (?:about␣|over␣|almost␣|less␣than␣)?(?:an?␣|\d{{1,3}}\s?){_UNIT}␣ago\b just␣now\b moments?␣ago\b
    刚刚 剛剛 \d{{1,3}}\s?(?:秒|分|个?小时|個?小時|天|日|周|週|个?月|個月|年)[钟鐘]?(?:以|之)?前
    (?:今天|昨天|前天|今日|昨日)\s?\d{{1,2}}[:：]\d\d \d{{1,3}}\s?(?:時間|週間|[かカヶケ箇]月)前
    \d{{1,3}}\s?(?:초|분|시간|일|주|개월|년)\s?전
    vor␣(?:eine[rm]|\d{{1,3}})␣(?:sekunde|minute|stunde|tag|woche|monat|jahr)\w{{0,2}}
    il␣y␣a␣(?:une?|\d{{1,3}})␣\w{{1,9}}
    hace␣(?:una?|\d{{1,3}})␣\w{{1,9}} há␣(?:uma?|\d{{1,3}})␣\w{{1,9}}
    \d{{1,3}}␣(?:minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi])␣fa\b
    \d{{1,3}}␣(?:секунд|минут|час|дн|день|недел|месяц)\w{{0,3}}␣назад
""")
_STATED = _any_of(r"""
    (?:last␣)?(?:updated?|modified|edited)(?:␣(?:on|at))? (?:first␣)?(?:published|posted)(?:␣(?:on|at))?
    (?:zuletzt␣)?(?:aktualisiert|veröffentlicht)(?:␣am)? stand mis␣à␣jour(?:␣le)? publié(?:␣le)? actualizado(?:␣el)?
    publicado(?:␣el)? aggiornato(?:␣il)? atualizado(?:␣em)? обновлено опубликовано
    (?:最后|最近|最新|文章|内容|本文|页面)?(?:更新|发布|發佈|发表|修改|编辑)(?:时间|時間|日期|于|於|在)?
    (?:最終)?更新(?:日時?)? 公開(?:日時?)? (?:최종)?(?:수정|입력|업데이트|등록)
""")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|févr?|avr|jui|août|déc|ene|abr|ago|dic)"
_STAMP = _any_of(rf"""
    \d{{1,4}}(?:st|nd|rd|th)? [-/.:：T,+年月日时時分秒点년월일시] {_MONTH}\w{{0,6}}\.?
    (?:mon|tue|wed|thu|fri|sat|sun)\w{{0,6}}\.? (?:星期|周)[一二三四五六日天] 上午 下午 [ap]\.?m\b\.?
    (?:at|on|um|à|le|de|del|a␣las)\b
    (?:gmt|utc|[ecmp][sd]?t|cest|cet|bst|sgt|hkt|jst|kst|ist|z|uhr|h)\b (?:北京|当地)?时间
""")
_AD = _any_of(r"""
    advert(?:isement|ising)? sponsored(?:␣(?:content|post|links?))? promoted(?:␣content)?
    paid␣(?:post|content|partnership)
    (?:story|article|content)␣continue[sd]?␣(?:below|after)(?:␣th(?:is|e))?(?:␣ad(?:vertisement)?s?)?
    ads?(?:␣by␣google)?
    (?:skip|close)(?:␣this)?␣ad(?:vertisement)? continue␣reading␣the␣main␣story
    (?:商业)?广告(?:推广)? 廣告 推广(?:链接|信息)? 推廣 赞助(?:内容|商?链接)? 贊助 跳过(?:广告)? 关闭广告
    anzeige werbung publicité publicidad pubblicità publicidade реклама 広告 スポンサーリンク 광고
""")
_BAR = _any_of(r"""
    share␣(?:this(?:␣(?:article|story|post|page))?|on|via)
    (?:分享|转发)(?:到|至|给)(?:朋友圈|微信|微博|好友|QQ|空间|新浪)* 分享本文
    我要(?:评论|分享|收藏|举报|纠错) 扫一扫.{0,30}
    (?:微信)?(?:扫码|扫描|长按).{0,20}(?:二维码|关注|阅读|下载|分享).{0,10}

    (?:sign␣up|subscribe|register)␣(?:for|to)␣(?:our|the|my)\b[^.]{0,60}\b(?:newsletter|alerts?|emails?|channel)\b[^.]{0,30}
    (?:follow|like|find)␣us␣on\b.{0,60} download␣(?:our|the)\b[^.]{0,30}\bapps?\b[^.]{0,30}
""")
_BRAND = _any_of(r"""
    facebook twitter x whatsapp linkedin telegram reddit pinterest email e-mail print copy␣link weibo wechat line
    微信 微博 朋友圈 QQ空间 QQ 新浪微博 打印 收藏 举报 字号 大 中 小
""")

_TELLING = pattern(
    rf"(?:(?:目前)?[已共]有?\s?)?{_COUNT}\s?{_COUNTED}|{_READER}|{_COUNTER}\s?[:：(（\[]?\s?{_COUNT}\s?[次人条個个]?(?![^\W_])|{_AGO}|(?P<ad>{_AD})(?![^\W_])"
    rf"|(?P<stated>{_STATED})\s?[:：|]?(?=\W*(?:.{{0,20}}\d\s?[-:：/.年月시]\s?\d|{_AGO}|{_MONTH}))|(?P<bar>{_BAR})",
    re.I,
)
_STAMPED = pattern(_STAMP, re.I)
_BRANDED = pattern(rf"{_BRAND}(?![^\W_])", re.I)
_NEITHER = pattern(r"[\W_]+")
_PARTED = pattern(r"\s*[|｜·•・]\s*")

_OTHERS = _any_of(r"""
    related(?:␣(?:articles?|posts?|stories|content|news|links|coverage|reading))?
    recommended(?:␣(?:for␣you|reading|stories))?
    read␣(?:more|next|also) also␣read see␣also further␣reading don.t␣miss trending(?:␣now)? what␣to␣read␣next
    more␣(?:from|on|in|like|stories|articles|news)\b.{0,40}
    (?:most|recent|latest|popular)␣(?:read|popular|posts?|articles?|news|stories)
    you␣(?:may|might)␣also␣(?:like|enjoy|be␣interested␣in) mehr␣zum␣thema lesen␣sie␣auch à␣lire␣aussi lire␣aussi
    te␣puede␣interesar lee␣también leggi␣anche leia␣(?:também|mais) читайте␣также

    (?:相关|推荐|延伸|热门|精彩|最新|更多|往期|相關|推薦)(?:阅读|新闻|文章|链接|推荐|报道|资讯|内容|回顾|新聞|閱讀|報導|精彩|热点)
    猜你喜欢 为您推荐 大家都在看
    関連(?:記事|リンク|ニュース) あわせて読みたい 관련␣?기사
""")
_RELATED = pattern(rf"^\W*(?:{_OTHERS}|{_AD})\s?(?P<end>$|[:：>»）)\]】|]\W*)", re.I)
_CREDIT = pattern(
    r"^\W*(?:(?:责任?编辑|責任編輯|编辑|編輯|责编|校对|审核|编审|监制|来源|來源|稿源|作者|版权|(?:免责|特别|版权)?声明|标签|关键词)[:：丨/].{0,90}"
    r"|.{0,80}(?:未经(?:授权|许可|允许)|不得转载|转载请注明|仅供参考|不代表本\w{1,6}(?:观点|立场)).{0,80}"
    r"|(?:©|copyright\b|all rights reserved).{0,120}|tags?[:：].{0,90}|版权所有.{0,60})\W*$",
    re.I,
)


def without_noise(line: str) -> str:
    """A line without what changes by itself; empty: it holds nothing else.

    Where separators part it (``By N.N. | 3 hours ago``), each part is looked at.
    """
    if len(line) > LONGEST:
        return line
    parts = _PARTED.split(line)
    kept = [part for part in parts if part and not _is_noise(part)]
    return line if len(kept) == len(parts) else " | ".join(kept)


def is_boilerplate(line: str) -> bool:
    """Whether a line at an article's end speaks of who edited it, whose it is, and what mustn't be done with it."""
    return len(line) <= _BOILERPLATE_LONGEST and _CREDIT.match(line) is not None


def heads_others(line: str) -> re.Match[str] | None:
    """Whether it names what follows as other pages (``Related``, ``相关阅读：…``, ``Advertisement``); how far."""
    return _RELATED.match(line) if len(line) <= LONGEST else None


def _is_noise(part: str) -> bool:
    """Whether nothing but telling phrases stand in it, and what may stand behind one of them."""
    at, follows = 0, None
    told = False
    while at < len(part):
        if space := _NEITHER.match(part, at):
            at = space.end()
            continue
        if found := _TELLING.match(part, at):
            told, follows = True, _behind(found)
        elif follows is None or not (found := follows.match(part, at)):
            return False
        if found.end() == at:
            return False
        at = found.end()
    return told


def _behind(found: re.Match[str]) -> re.Pattern[str] | None:
    if found["stated"]:
        return _STAMPED
    return _BRANDED if found["bar"] else None
