"""Names: taken apart, cleaned of what hangs on them, and told from what is none."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from snapshotter.extract.words import any_of, listed
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAMES = 20
"""More people wrote no article."""
_MAX_LIST = 2_000
"""A longer text is no list of names."""
_MAX_LISTS = 50
"""So many texts are looked at."""

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔常汤康易乔文牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟申耿欧"
    "焦关柳祝柯宁尚毕裴舒房季单屈包司柏左路桑卫卓车纪温芦穆骆褚辛管涂喻解游阮蓝翁宫项霍苗景冉甘凌盛童向简饶梅米符桂宗蒙瞿"
    "冷席艾冼井晏奚隋栗茅鲍应巩娄邬查裘仇濮寇佟扈蔺淳牟伊楼仲揭敖苑靳班连谷杭滕阎鞠臧辜祁匡湛郁窦植霞岑麻储粟巫亓牧宿"
    "張劉陳楊黃趙吳孫馬鄭許韓馮鄧蕭蔣餘葉蘇呂盧鐘鍾譚陸賈鄒閆龍賀顧龔萬錢戴嚴湯喬龐顏莊聶魯歐關寧畢單衛車紀溫蘆駱塗藍項遲練"
)
_DOUBLE_SURNAMES = frozenset(
    listed("欧阳 歐陽 上官 司马 司馬 诸葛 諸葛 皇甫 东方 令狐 慕容 尉迟 夏侯 公孙 端木 司徒 南宫")
)
_NEVER_SECOND = frozenset("的在从於于昨今近上下了是与和及有日月年时個个这那对就也说表称者会注长网站号")
_PLACES = any_of("""
    北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州
    云南 陕西
    甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台北 广州 深圳 南京 杭州 武汉 成都 西安 沈阳 大连 青岛 济南 郑州
    长沙 福州
    厦门 合肥 南昌 昆明 贵阳 兰州 哈尔滨 长春 石家庄 太原 海口 三亚 华盛顿 纽约 伦敦 巴黎 东京 柏林 莫斯科 桃園 新北
    高雄 台南
    台中 台東 花蓮 屏東 嘉義 彰化 宜蘭 基隆 苗栗 南投 雲林 新竹 臺北 臺中 臺南
""")
_PLACE = pattern(_PLACES)
_NOT_OF_NAME = any_of("""
    專電 綜合 综合 报道 報導 電 电 讯 訊 发自 連線 連日 实习生 通讯员 編譯 编译 摄影 攝影 特稿 撰文 文 攝 摄
""")
_BEHIND_NAME = pattern(rf"(?<=[\u4e00-\u9fff]{{2}})(?:{_PLACES}|{_NOT_OF_NAME})")
_CJK = pattern(r"[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_GAP = pattern(r"\s{4,}")
_WIDE = pattern(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]{1,4}([\u4e00-\u9fff])(?![\u4e00-\u9fff])")

_BETWEEN = pattern(
    r"\s*(?:[,，、;；/／|｜&＆•●]|\s·\s|\b(?:and|und|et|y|e|och|og|en|with|mit)\b(?=\s)|\s-\s|\s(?=[\u4e00-\u9fff]))\s*",
    re.I,
)
_BY = r"(?:by|von|par|por|di|door|av|af)\b[:\s]"
_LEADING = pattern(
    rf"(?:(?:written|posted|reported|published|authored|created|words|story|text|article|interview)\s+)?{_BY}"
    r"|(?:authors?|autor(?:in|en)?|auteurs?|autore|text|words|interview|story|redaktion|著者|文|記者|撰文|作者)\s?[:：●]"
    r"|(?:the\s)?staff\s(?:writer|reporter)s?[:\s]|from\s",
    re.I,
)
_CUT = pattern(
    r"\s+(?:on|in|at|am|le|el|for|last|updated?|published|posted|reviewed|edited|photo\w*|illustrat\w*|is|was|has)\b.*"
    r"|[\s,]+(?:on\s)?(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[\w.]*\s*\d.*"
    r"|\s*[-–—|•·⋅:(（]\s.*|\s?\xa0\s?\xa0.*|\s\xa0.*|\s*\(.*|\s+\d.*|[.,;:!]+$",
    re.I | re.S,
)
_ROLE_BEFORE = pattern(
    r"^[\u4e00-\u9fffA-Za-z·]{0,14}?"
    + any_of("""
    记者 記者 通讯员 通訊員 作者 编辑 編輯 评论员 評論員 撰稿人 专栏作家 专栏作者 主笔 新闻 研究员 编译 著者 文
""")
    + r"[:：\s]*(?=[\u4e00-\u9fff·]{2,8}$)"
)
_ROLE_BEHIND = pattern(
    r"(?<=[\u4e00-\u9fff\uac00-\ud7af]{2})(?<![报報网網社台刊闻聞])\s*"
    + any_of("记者 記者 通讯员 编辑 编译 인턴기자 기자 특파원 撰文 著 氏")
    + "$"
)
_ROLES = any_of(r"""
    editors? writers? reporters? correspondents? staff contributors? columnists? managers? directors? experts?
    founders? co-founders? ceo cto coo producers? analysts? specialists? authors? professors? journalists? officers?
    president consultants? strategists? redakteur(?:in)? journalist(?:in)? dietitian nutritionist attorney engineers?
    news press agencies online deputy head lead university admin team redaktion editorial desk newsroom magazine
""")
_ROLE = pattern(rf"\b{_ROLES}\b|^(?-i:(?:[A-Z]\.?){{2,6}})$|^(?:Ph\.?D|M\.?Sc|Jr|Sr|Esq)\.?$|^E-RYT", re.I)
_ROLE_AT_END = pattern(
    r"(?<=[a-z.]\s)(?:(?:senior|chief|staff|guest|contributing|managing|freelance|head|lead|associate|former|sponsored)\s+)*"
    r"(?:writer|editor|reporter|founder|co-founder|contributor|ceo|author|sponsored|journalist|correspondent|view|profile|"
    r"follow)\b.*",
    re.I,
)
_NO_NAME = pattern(
    r"^https?$|^\d|//|www\.|[@=<>{}\\\[\]#?!。！？：:…]|\d{3}|^\W*$|[\u4e00-\u9fff]{13}|^.{60}"
    r"|\b(?:min(?:ute)?s?|read|share[sd]?|comments?|updated|published|posted|ago|subscribe|cookies?|click)\b"
    r"|(?:记者|通讯员|编辑|评论员|专栏作者|报道|查看历史)$"
    r"|^(?:admin(?:istrator)?|staff|editor|author|guest|user|name|no author|anonymous|unknown|none|null|n/a|images?|by|"
    r"red|in|publisher|webmaster|root|default|page\.\S+)$"
    r"|^(?:佚名|匿名|未知|网络|本站|转载|原创|不详|小编|管理员|无|时间|时长|关注|注册|发布时间|名片|登录|举报|更多|全部|作者|关于|评论|来源|著者|イラスト)$",
    re.I,
)
_BESIDE = r"[\s.,:：\-–—|·•()（）\[\]【】《》「」\"“”]+"
_EDGES = pattern(rf"^{_BESIDE}|{_BESIDE}$")
_PARTICLES = "de|del|della|di|da|do|dos|du|van|von|der|den|ter|la|le|el|al|bin|ibn|ben|zu|y|v\\."
_WORD = r"[^\W\d_a-z\u3041-\u9fff][\w'’.\-\xad]*"
_LATIN = pattern(rf"(?:(?:Dr|Prof|Mr|Mrs|Ms|Sir|Dame|Rev|St)\.?\s+)*{_WORD}(?:\s+(?:{_WORD}|{_PARTICLES})){{0,4}}")
_NO_LATIN = pattern(
    any_of(r"""
    the this that your our my an? its? their his her all more home news blog menu search login sign follow about
    contact
    share read how why what when where get by new best top back next previous skip january february march april may
    june
    july august september october november december monday tuesday wednesday thursday friday saturday sunday tags?
    categor\w+ advertisement photos? image source credit print email save listen watch video table contents facebook
    twitter instagram linkedin pinterest whatsapp reddit mastodon tiktok youtube copy link last updated published
    posted
    written estimated using clicking continuing signing subscribing submitting entering providing checking joining
    registering visiting accessing reading following sharing adding having being making taking view learn show see
    fact
    advertiser key thank expert live latest full download reviewed edited free
""")
    + r"\b",
    re.I,
)
_TEAM = pattern(r"(?:the\s+)?(?:[\w'’&.-]+\s+){0,3}(?:team|editors?|staff|desk|contributors?|newsroom|redaktion)", re.I)


def names(values: Iterable[str]) -> list[str]:
    """Single names, in order, each once. Two-character names that a page sets wide (方 敏) are closed up."""
    lists = (value for value in islice(values, _MAX_LISTS) if "://" not in value and len(value) <= _MAX_LIST)
    return list(dict.fromkeys(name for value in lists for name in _names(value)))[:MAX_NAMES]


@lru_cache(maxsize=2048)
def _names(value: str) -> tuple[str, ...]:
    value = _WIDE.sub(r"\1\2", _GAP.sub("   ", value))
    parts = [_bare(part) for part in _BETWEEN.split(value)[: 2 * MAX_NAMES]]
    kept = [name for name in parts if len(name) > 1 and not _NO_NAME.search(name) and not _PLACE.fullmatch(name)]
    # What follows the first may be what they are: Ana Reyes, Staff Writer.
    return tuple(name for name in kept if name is parts[0] or not _ROLE.search(name))


def _bare(part: str) -> str:
    """A name without what was said before and behind it; once, where it is there twice."""
    name = part.strip()
    half = len(name) // 2
    if len(name) > 6 and name[:half].strip() == name[half:].strip():
        name = name[:half].strip()
    if match := _LEADING.match(name):
        name = name[match.end() :].strip()
    if _CJK.search(name):
        name = _ROLE_BEHIND.sub("", _ROLE_BEFORE.sub("", name))
    else:
        name = _ROLE_AT_END.sub("", _CUT.sub("", name))
    return _EDGES.sub("", name)


def has_cjk(text: str) -> bool:
    """Whether any of it is Chinese, Japanese or Korean."""
    return not text.isascii() and _CJK.search(text) is not None


@lru_cache(maxsize=2048)
def is_chinese_name(text: str) -> bool:
    """Whether it looks like a Chinese person's full name: a known surname and one or two characters more."""
    if not 2 <= len(text) <= 4 or text[1] in _NEVER_SECOND or _NO_NAME.search(text):
        return False
    if text[:2] in _DOUBLE_SURNAMES:
        return len(text) > 2
    return len(text) < 4 and text[0] in _SURNAMES and text[1] >= "\u4e00"


def leading_chinese_name(run: str) -> str:
    """The name that a run of characters starts with (邱俊欽桃園傳真 → 邱俊欽); empty: none that is known to be one."""
    cut = _BEHIND_NAME.search(run)
    run = run[: cut.start()] if cut else run
    if is_chinese_name(run) or (len(run) == 4 and run[0] in _SURNAMES):
        return run
    return next((run[:size] for size in (3, 2) if is_chinese_name(run[:size])), "")


@lru_cache(maxsize=2048)
def is_latin_name(text: str) -> bool:
    """Whether it looks like a person's name in a script with capitals: one to five words, capitalised."""
    if not 2 < len(text) < 45 or _LATIN.fullmatch(text) is None:
        return False
    return not _NO_LATIN.match(text) and not _NO_NAME.search(text)


def is_team(text: str) -> bool:
    """Whether a byline's name stands for several people: the Harbour Post staff."""
    return len(text) < 45 and _TEAM.fullmatch(text) is not None


def is_full_name(text: str) -> bool:
    """Whether it looks like a person's name with both its parts, of any script."""
    return is_chinese_name(text) or (" " in text and is_latin_name(text) and not _ROLE.search(text))
