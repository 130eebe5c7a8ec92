"""Words of the frame around every page, of the readers' pages, and of errors."""

from __future__ import annotations

PAGES = {
    "language": ("中文", "English"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "home": ("首页", "Front page"),
    "search": ("搜索", "Search"),
    "search_hint": ("搜索快照", "Search the snapshots"),
    "subscriptions": ("我的订阅", "My subscriptions"),
    "about": ("关于本站", "About"),
    "statistics": ("统计", "Statistics"),
    "takedown": ("申请删除", "Request a takedown"),
    "takedowns": ("删除公示", "Takedown log"),
    "contact": ("联系我们", "Contact"),
    "error_400": ("请求有误", "That request can't be used"),
    "error_404": ("没有这个页面", "There is no such page"),
    "error_404_text": (
        "本站没有这个地址的内容。可以搜索标题,或从首页找起。",
        "This site has nothing at that address. Search for a title, or begin at the front page.",
    ),
    "error_500": ("出错了", "Something went wrong"),
    "error_500_text": (
        "我们的服务器出了差错,已记入日志。请稍后再试。",
        "It is our fault and it is in our log. Please try again later.",
    ),
    "error_other": ("无法完成请求", "The request can't be done"),
    "request_id": ("请求编号", "Request"),
    "withheld": ("此快照不再公开", "This snapshot is withheld"),
}
