"""The words of e-mails, in the languages of the site."""

from __future__ import annotations

WORDS = {
    "zh-CN": {
        "subject": "{} 篇新动态",
        "subject_of_one": "1 篇新动态",
        "new": "新收录",
        "revised": "内容有改动",
        "gone": "原文已删除",
        "more": "还有 {} 篇，见您的订阅页。",
        "one_more": "还有 1 篇，见您的订阅页。",
        "untitled": "（无标题）",
        "stop": "不再接收邮件，请打开：",
        "ask_subject": "请确认邮件订阅",
        "ask": "有人请“{}”把订阅的新动态寄到这个邮箱。如果是您，请打开下面的网页确认：",
        "ignore": "如果不是您，请不必理会：不确认就不会再收到邮件，{} 天后这个邮箱地址将被清除。",
    },
    "en": {
        "subject": "{} articles",
        "subject_of_one": "1 article",
        "new": "new",
        "revised": "revised",
        "gone": "gone from its site",
        "more": "{} more are on your subscription's page.",
        "one_more": "1 more is on your subscription's page.",
        "untitled": "(no title)",
        "stop": "To get no more of these, open:",
        "ask_subject": "confirm your e-mails",
        "ask": "Somebody asked {} to send a subscription's news to this address. If that was you, confirm it there:",
        "ignore": "If not, do nothing: nothing more will be sent, and in {} days the address is forgotten.",
    },
}
