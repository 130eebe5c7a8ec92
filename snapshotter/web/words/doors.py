"""Words of the page that lists the captures of a URL, and of searches and proofs that fail."""

from __future__ import annotations

DOORS = {
    "captures_of": ("网址的采集记录", "Captures of a URL"),
    "captures_find": ("按网址查找", "Look up a URL"),
    "captures_url": ("网址", "URL"),
    "captures_count": ("采集次数", "Captures"),
    "captures_last": ("最近一次", "Latest"),
    "captures_help": (
        "输入网址，查看本站何时采集过它；以 * 结尾，则列出以此开头的所有网址。",
        "Type a URL to see when it was captured; with a * at its end, all URLs that begin so are listed.",
    ),
    "search_too_long": (
        "搜索用时过长，已中止：请加一个更少见的词，或缩小范围。",
        "The search took too long and was ended: add a rarer word, or a filter.",
    ),
    "search_failed": ("搜索暂时不可用，请稍后再试。", "The search can't answer right now. Try again later."),
    "proof_due": ("存证在采集运行结束时签署。", "The end of a run signs it."),
    "proof_broken": (
        "存证记录与归档内容不一致，本站运营者须核查。",
        "The proof log and the archive don't fit together: whoever runs the site has to look into it.",
    ),
    "captures_more": ("此处只列出一部分；全部见：", "There are more than are listed here; all of them:"),
}
