"""What the HTML page says in each locale, and how it looks."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "untitled": "(无标题)",
        "banner": "资讯信息快照,由 <strong>{host}</strong> 于 {time} 采集并收录,未对信息做任何修改。原文地址:{link}",
        "category": "类别:",
        "published": "发布时间:",
        "modified": "更新时间:",
        "source": "来源:",
        "authors": "作者:",
        "editors": "编辑:",
        "republished": "转载自:",
        "comma": "、",
        "images": "图片",
        "related": "相关资讯",
        "provenance": "快照凭据",
        "id": "快照编号",
        "url": "请求地址",
        "canonical": "规范地址",
        "status": "HTTP 状态",
        "verdict": "判定",
        "raw_sha256": "原始内容 SHA-256",
        "text_sha256": "正文 SHA-256",
        "warc": "WARC 文件",
        "extractor": "提取方法",
    },
    "en": {
        "untitled": "(untitled)",
        "banner": "A snapshot, taken by <strong>{host}</strong> at {time} and altered in nothing. Original: {link}",
        "category": "Category: ",
        "published": "Published: ",
        "modified": "Modified: ",
        "source": "Source: ",
        "authors": "By: ",
        "editors": "Edited by: ",
        "republished": "Republished from: ",
        "comma": ", ",
        "images": "Images",
        "related": "Related",
        "provenance": "Provenance",
        "id": "Snapshot",
        "url": "Requested URL",
        "canonical": "Canonical URL",
        "status": "HTTP status",
        "verdict": "Verdict",
        "raw_sha256": "SHA-256 of the payload",
        "text_sha256": "SHA-256 of the text",
        "warc": "WARC file",
        "extractor": "Extractor",
    },
}

STYLE = """
:root{color-scheme:light dark;--ink:#1d2125;--soft:#5b6570;--line:#d9dde1;--paper:#fdfdfb;--tint:#f1f3f0;--link:#0a5ca8}
@media(prefers-color-scheme:dark){
:root{--ink:#e4e6e8;--soft:#a3abb3;--line:#3a4046;--paper:#16191c;--tint:#20252a;--link:#7db8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:1.0625rem/1.8 "Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,Georgia,"Times New Roman",serif}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
aside,.facts,section,details,small{font:.875rem/1.6 system-ui,
"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
aside{background:var(--tint);border-inline-start:.25rem solid var(--link);padding:.6rem .9rem;border-radius:.25rem}
h1{font-size:1.75rem;line-height:1.35;margin:2rem 0 .5rem}
h2{font-size:1.25rem;line-height:1.4;margin:2rem 0 .5rem}
section h2{font-size:1rem;margin:0 0 .5rem}
.subtitle{font-size:1.125rem;color:var(--soft);margin:0 0 .5rem}
.facts{color:var(--soft);border-bottom:1px solid var(--line);padding-bottom:1rem;margin:0 0 1.5rem}
.facts span{display:inline-block;margin-inline-end:1.25rem}
.body p{margin:0 0 1.1em;white-space:pre-line}
a[href]{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:.15rem solid var(--link);outline-offset:.15rem}
blockquote{margin:1.2em 0;padding-inline-start:1rem;border-inline-start:.2rem solid var(--line);color:var(--soft)}
figure{margin:1.2em 0}figcaption{font-size:.875rem;color:var(--soft)}
pre{overflow-x:auto;background:var(--tint);padding:.75rem}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid var(--line);padding:.3rem .6rem}
section,details{border-top:1px solid var(--line);padding-top:1rem;margin-top:2rem}
section ul{list-style:none;padding:0;margin:0}section li{margin:0 0 .9rem}
section li strong,section li span,section li small{display:block}section li small{color:var(--soft)}
summary{cursor:pointer;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.75rem 0 0}
dt{color:var(--soft)}dd{margin:0;font-family:ui-monospace,monospace}
@media print{body{background:#fff;color:#000}details{display:none}}
"""
