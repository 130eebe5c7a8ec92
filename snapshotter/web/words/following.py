"""Words of having a subscription's news sent."""

from __future__ import annotations

FOLLOWING = {
    "following": ("推送", "Have it sent"),
    "following_intro": (
        "有新收录、改动或原文被删时通知您，每次一条消息，几分钟内送达。",
        "Told within minutes of what is new, was revised or is gone, in one message at a time.",
    ),
    "following_webhook": ("Webhook", "Webhook"),
    "following_mail": ("电子邮件", "E-mail"),
    "following_is_on": ("已开启", "on"),
    "following_is_waiting": ("即将寄出确认邮件", "a question will be sent"),
    "following_is_asked": ("等待您点击邮件中的链接", "waits for the link in the e-mail to be opened"),
    "following_is_given-up": (
        "多日无法送达，已停止；可取消后重新添加",
        "couldn't be reached for days: end it, add it again",
    ),
    "following_failing": ("最近未能送达，起于", "hasn't been reached since"),
    "following_told_at": ("最近送达", "last reached"),
    "following_end": ("停止推送", "Stop"),
    "follow_webhook": ("Webhook 网址（https）", "A webhook's https URL"),
    "follow_webhook_button": ("添加 Webhook", "Add webhook"),
    "follow_mail": ("邮箱地址", "An e-mail address"),
    "follow_mail_button": ("寄到邮箱", "Add e-mail"),
    "follow_on": ("Webhook 已添加", "The webhook is on"),
    "follow_key": (
        "请立即保存下面的密钥，它只显示这一次。每条消息都用它签名：",
        "Keep this key: it is shown only now. Every message is signed with it:",
    ),
    "follow_verify": (
        "请求头 X-Snapshotter-Signature 应等于下式；时间戳与当前相差过大的消息应拒收。",
        "The header X-Snapshotter-Signature must be this; refuse what has an old X-Snapshotter-Timestamp.",
    ),
    "follow_asked": ("请查收邮件", "An e-mail is on its way"),
    "follow_asked_text": (
        "几分钟后会寄来一封邮件，打开其中的链接确认后才会开始推送。",
        "In some minutes it brings a link: nothing more is sent before you have confirmed it there.",
    ),
    "follow_bad": ("未能添加", "It wasn't added"),
    "follow_bad_webhook": (
        "请填写互联网上的 https 网址，不含用户名或特殊端口。",
        "Give an https URL on the open internet, without a user name or an odd port.",
    ),
    "follow_bad_mail": ("请填写一个有效的邮箱地址。", "Give one e-mail address."),
    "follow_bad_other": ("请选择 Webhook 或电子邮件。", "Choose webhook or e-mail."),
    "follow_known": ("这个地址已经添加过了。", "It is there already."),
    "follow_too_many": (
        "已达数量上限，请先停止其中一个。",
        "There are as many as may be: stop one of them first.",
    ),
    "follow_back": ("返回我的订阅", "Back to the subscription"),
    "confirm_title": ("确认接收邮件", "Have the news sent to this address?"),
    "confirm_button": ("确认", "Yes, send it"),
    "confirm_done": ("已确认", "Confirmed"),
    "confirm_done_text": ("今后的新动态会寄到这个邮箱。", "From now on the news is sent to this address."),
    "stop_title": ("停止推送", "Send nothing more there?"),
    "stop_button": ("停止", "Stop"),
    "stop_done": ("已停止", "Stopped"),
    "stop_done_text": ("不会再有消息，地址已清除。", "Nothing more is sent, and the address is forgotten."),
}
