# ruff: noqa: E501
"""What is thrown at the site: pages to archive, fields of records, addresses, queries. ``TRAP`` is where a success
would be heard of: a server that counts what it is asked.
"""

TRAP = "http://127.0.0.1:{port}/caught"

_ACT = "document.title='caught';fetch('TRAP?f');new Image().src='TRAP?i';alert(1)"

PAGES = [
    f"<script>{_ACT}</script>",
    f"<script src='TRAP?s'></script><script>{_ACT}</script>",
    f"<script type=module>import 'TRAP?m';{_ACT}</script>",
    f'<body onload="{_ACT}">',
    f'<img src=x onerror="{_ACT}">',
    "<img src='TRAP?img' srcset='TRAP?set 2x'>",
    f"<svg onload=\"{_ACT}\"><image href='TRAP?svg'/><use href='TRAP?use#a'/></svg>",
    f'<svg><script>{_ACT}</script><animate onbegin="{_ACT}" attributeName=x dur=1s></svg>',
    f'<math><mtext><img src=x onerror="{_ACT}"></mtext></math>',
    f'<details open ontoggle="{_ACT}">x</details>',
    f"<video autoplay src='TRAP?v' poster='TRAP?p' onerror=\"{_ACT}\"></video>",
    f"<audio autoplay src='TRAP?a' onerror=\"{_ACT}\"></audio>",
    f'<input autofocus onfocus="{_ACT}">',
    f'<marquee onstart="{_ACT}">x</marquee>',
    f'<iframe srcdoc="<script>{_ACT}</script>"></iframe>',
    "<iframe src='TRAP?frame'></iframe>",
    f'<iframe src="javascript:{_ACT}"></iframe>',
    "<object data='TRAP?o'></object><embed src='TRAP?e'><applet code='TRAP?ap'></applet>",
    "<meta http-equiv=refresh content='0;url=TRAP?refresh'>",
    f'<meta http-equiv=refresh content="0;url=data:text/html,<script>{_ACT}</script>">',
    "<meta http-equiv=Content-Security-Policy content=\"default-src * 'unsafe-inline'\"><script src='TRAP?csp'></script>",
    "<base href='TRAP?base/'><img src=a><script src=b></script>",
    "<link rel=stylesheet href='TRAP?css'><link rel=preload as=image href='TRAP?pre'>",
    "<link rel=prefetch href='TRAP?fetch'><link rel=dns-prefetch href='TRAP?dns'><link rel=preconnect href='TRAP?con'>",
    "<link rel=modulepreload href='TRAP?mod'><link rel=icon href='TRAP?icon'><link rel=manifest href='TRAP?man'>",
    "<style>@import 'TRAP?import';body{background:url(TRAP?bg)}@font-face{font-family:x;src:url(TRAP?font)}p{font-family:x}"
    "</style><p>x",
    "<style>@import url('TRAP?i2');li{list-style:url(TRAP?li)}a{cursor:url(TRAP?c),auto}</style><li><a>x</a>",
    "<p style=\"background:url('TRAP?style');border-image:url(TRAP?bi)\">x",
    "<body background='TRAP?body'><table background='TRAP?table'><td>x</table>",
    "<form id=f action='TRAP?form'><input name=a value=b></form><script>f.submit()</script>",
    "<form action='TRAP?auto' method=post><button autofocus>x</button></form>",
    "<script>navigator.sendBeacon('TRAP?beacon');new WebSocket('ws://127.0.0.1/');location='TRAP?loc'</script>",
    "<script>window.open('TRAP?open');top.location='TRAP?top';new EventSource('TRAP?es')</script>",
    "<script>navigator.serviceWorker.register('/original/x');new Worker('TRAP?w')</script>",
    "<script>document.cookie='operator=x';localStorage.x=1;fetch('/operator')</script>",
    "<template><script>1</script></template><noscript><img src='TRAP?noscript'></noscript>",
    "<noscript><meta http-equiv=refresh content='0;url=TRAP?nosc'></noscript>",
    "<a ping='TRAP?ping' href='TRAP?a' id=a>x</a><script>a.click()</script>",
    "<portal src='TRAP?portal'></portal><fencedframe src='TRAP?ff'></fencedframe>",
    "<?xml-stylesheet href='TRAP?xsl' type='text/xsl'?><x>",
    "<!--><script src='TRAP?comment'></script>-->",
    "<scr\0ipt>alert(1)</scr\0ipt><script\x0csrc='TRAP?ff'></script>",
    "<plaintext><script src='TRAP?plain'></script>",
    "<title></title><textarea></textarea><img src='TRAP?late'>" + "<b>" * 5000,
]
"""Bodies of pages that are archived. Nothing of them runs, and nothing of them asks for anything."""

MARK = "h0st1le"
FIELDS = [
    f"<script>document.title='{MARK}'</script>",
    f'"><img src=x onerror="document.title=\'{MARK}\'">',
    f"'><svg/onload=document.title='{MARK}'>",
    f"</title></head><body><script>document.title='{MARK}'</script>",
    f"</textarea></style><script>document.title='{MARK}'</script>",
    f"javascript:document.title='{MARK}'",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "]]><script>1</script><![CDATA[",
    "a\r\nSet-Cookie: x=1\r\n\r\n<script>1</script>",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\ud800\udfff lone \udc00",
    "Ą́̂" + "́" * 3000,
    "x" * 100_000,
    "\x00\x01\x1b[31m\x7f\x85",
]
"""Put into every field of a record that is a text."""

PATHS = [
    "/../../../../etc/passwd", "/static/../../../settings.py", "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py",
    "/static/..%5c..%5capp.py", "/static//etc/passwd", "/static/site.css%00.svg", "/snapshot/..%2f..%2fcatalog.db",
    "/snapshot/sn_%27%20OR%20%271%27=%271", "/snapshot/sn_1;DROP%20TABLE%20snapshots", "/snapshot/sn_%00",
    "/snapshot/sn_1%0d%0aSet-Cookie:%20x=1", "/article/ar_%3Cscript%3Ealert(1)%3C/script%3E", "/original/sn_..%2f",
    "/original/file:%2f%2f%2fetc%2fpasswd", "/proof/sn_1%2f..%2f..%2fkeys.json", "/proof/..%2f..%2fkeys%2fsecret",
    "/channel/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/channel/%ff%fe%fd", "/channel/..", "/channel/%2e%2e%2f%2e%2e",
    "/source/%27%20UNION%20SELECT%20*%20FROM%20meta--", "/source/" + "%F0%9F%92%A9" * 300, "//evil.example/",
    "/%2f%2fevil.example/", "/%5c%5cevil.example", "/me/../operator", "/me/" + "a" * 32, "/me/" + "a" * 4000,
    "/feed/me/%3Cscript%3E.atom", "/feed/me/" + "a" * 32 + ".exe", "/takedown/%27", "/takedown/" + "%00" * 32,
    "/save/%2e%2e", "/save/" + "-" * 32, "/api/capture/" + "_" * 32, "/operator/../operator", "/operator/%2e%2e",
    "/operator//", "/site.db", "/catalog.db", "/.git/config", "/keys/", "/%", "/%zz", "/\u202e", "/" + "a/" * 2000,
]  # fmt: skip
"""Paths of requests."""

QUERIES = [
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/search?q=%22%22%22", "/search?q=((((((((((", "/search?q=NEAR(a%20b,99999999)",
    "/search?q=" + "a%20OR%20" * 60, "/search?q=" + "*" * 300, "/search?q=%22" + "a" * 290, "/search?q=title:x%20AND%20NOT",
    "/search?q=%00", "/search?q=%ff%fe", "/search?q=" + "%E9%87%8D" * 2000, "/search?q=a&q=b&q=c", "/search?q=a&page=-1",
    "/search?q=a&page=99999999999999999999", "/search?q=a&page=%D9%A1", "/search?q=a&since=9999-99-99&until=x",
    "/search?q=a&order='%3B--", "/search?q=a&state=%00", "/search?channel=%27%20OR%201=1", "/search?q=(a%2B)%2B%24" + "a" * 200,
    "/?lang=%3Cscript%3E", "/?lang=en%0d%0aX-Injected:%201", "/about?lang=" + "z" * 5000, "/channel/x?before=%27--",
    "/channel/x?before=" + "9" * 5000, "/article/ar_0/diff?from=%3Cscript%3E&to=%00", "/article/ar_0/diff?from=../../x&to=sn_1",
    "/takedown?of=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/takedown?of=" + "%F0%9F%92%A9" * 1500,
    "/subscribe?channel=%3Cscript%3E&q=%22%3E%3Cscript%3E", "/subscribe?" + "channel=x&" * 1500, "/save?url=%22%3E%3Cscript%3E",
    "/save?url=javascript:alert(1)", "/takedowns?" + "a" * 8000, "/statistics?%00=%00", "/operator?next=//evil.example",
]  # fmt: skip
"""Paths with queries."""
