"""What to request, what makes two URLs one article, and which URLs belong to one site."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import safe_url_string

from snapshotter.errors import UsageError
from snapshotter.patterns import pattern
from snapshotter.urls.words import TRACKING, TRACKING_PREFIXES, TRACKING_VALUES

if TYPE_CHECKING:
    from tldextract import TLDExtract

_AROUND = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u2028\u2029\u3000\ufeff"
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PLAIN = pattern(  # what safe_url_string would leave as it is, told at a tenth of its cost
    r"https?://(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,20}"
    r"/[A-Za-z0-9/_.,~+&=:%-]*(?:\?[A-Za-z0-9/_.,~+&=?:%-]+)?"
)
_PLAIN_HOST = pattern(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=/|$)")
_HOST = pattern(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]\.?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
_HOST_AND_PORT = pattern(r"(?:[a-z0-9._-]*[a-z0-9_-]|\[[0-9a-f:.]+\])(?::\d+)?")
_TWIN_HOST = pattern(r"(?:(?:www|m|mobile|wap|amp)\.)+(?=[^.]+\.[^.])")
_PLAIN_PORT = pattern(r":(?:80|443)?$")

_ODD_ESCAPE = pattern(  # RFC 3986 6.2.2: lower-case hex, escaped unreserved characters; and a lone %
    "%(?:[0-9A-Fa-f][a-f]|[a-f][0-9A-Fa-f]|2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE]|(?![0-9A-Fa-f]{2}))"
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SESSION_PATH = pattern(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([SAF]\([A-Za-z0-9]{8,}\)\)(?=/)", re.I)
_AMP_TAIL = pattern(r"(/)amp(?:\.html?)?$|\.amp(?=$|\.s?html?$)", re.I)
_ARTICLE_NAME = pattern(r"\d|-[^-]*-|\.[a-z]")
_TAIL = pattern(r"/(?:(?:index|default)\.(?:[sx]?html?|php|aspx?|jsp))?$", re.I)
_LONGEST_TAIL = len("/default.xhtml")

_SESSION_VALUE = pattern(r"[0-9a-fA-F]{24,}")


def clean(url: str) -> str:
    """The URL as it is requested and kept: no fragment, no user, quoted as browsers do, otherwise the publisher's own.

    Raises UsageError if it isn't an absolute http or https URL.
    """
    if _PLAIN.fullmatch(url):
        return url
    try:
        safe = safe_url_string(url.partition("#")[0].strip(_AROUND))
        parts = urlsplit(safe)
        usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.hostname or "")
    except ValueError as error:
        raise UsageError(f"not a URL: {url[:200]!r} ({error})") from error
    if not usable:
        raise UsageError(f"not an http or https URL: {url[:200]!r}; write it in full, as https://example.org/page")
    netloc = parts.netloc.rpartition("@")[2]  # a password isn't sent, and mustn't be kept
    return urlunsplit(parts._replace(netloc=netloc, path=parts.path or "/"))


def split_urls(urls: str) -> list[str]:
    """URLs that were given as one text: separated by commas, which may stand within one as well."""
    return [url.strip() for url in re.split(r",(?=\s*https?://)", urls) if url.strip()]


def url_key(url: str) -> str:
    """The key that makes two URLs the same article: host, path and what matters of the query.

    Left out: scheme, user, default port, ``www.`` and the mobile and AMP hosts' prefixes, session ids, AMP forms,
    ``index.html`` and a last slash, tracking parameters, fragment. Escapes are normal (RFC 3986 6.2.2), parameters
    stand in the order of their names. A URL without scheme is taken for http, so a key is its own key. Never raises:
    what isn't a web address is its own key, less white space around it and the fragment.
    """
    url = url.partition("#")[0].strip(_AROUND)
    text = url if _SCHEME.match(url) else f"http://{url}"
    try:
        scheme, netloc, path, query, _ = urlsplit(text if _PLAIN.fullmatch(text) else safe_url_string(text))
    except ValueError:
        scheme, netloc, path, query = "", "", "", ""
    name = _key_host(netloc)
    if scheme not in {"http", "https"} or not _HOST_AND_PORT.fullmatch(name):
        return url
    query = _key_query(query) if query else ""
    return f"{name}{_key_path(path)}?{query}" if query else f"{name}{_key_path(path)}"


def host(url: str) -> str:
    """The URL's host in lower case, without port; empty if it has none."""
    if plain := _PLAIN_HOST.match(url):
        return plain[1]
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(a: str, b: str) -> bool:
    """Whether two URLs are of one registered domain: ``news.example.co.uk`` and ``example.co.uk`` are.

    By the public suffix list that tldextract brings along; it is never fetched, and not even loaded where the last
    two labels tell. False if either URL has no host.
    """
    one, other = host(a).removeprefix("www."), host(b).removeprefix("www.")
    if one == other or not one or not other:
        return one == other != ""
    if one.endswith(f".{other}") or other.endswith(f".{one}"):
        return True
    if one.split(".")[-2:] != other.split(".")[-2:] or one[-1].isdigit():
        return False
    return _registered(one) == _registered(other)


def _key_host(netloc: str) -> str:
    name = _PLAIN_PORT.sub("", netloc.rpartition("@")[2].lower()).rstrip(".")
    return _TWIN_HOST.sub("", name, count=1) if _TWIN_HOST.match(name) else name


def _key_path(path: str) -> str:
    if "%" in path:
        path = _ODD_ESCAPE.sub(_usual_escape, path)
    if ";" in path or "/(" in path:
        path = _SESSION_PATH.sub("", path)
    while "//" in path:
        path = path.replace("//", "/")
    if "/." in path:
        path = _without_dots(path)
    while (shorter := _shorter(path)) != path:
        path = shorter
    return path or "/"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[max(len(kept) - 1, 1) :]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _shorter(path: str) -> str:
    if tail := _TAIL.search(path, max(0, len(path) - _LONGEST_TAIL)):
        path = path[: tail.start()]
    amp = _AMP_TAIL.search(path, len(path) - 10) if "amp" in path[-10:].lower() else None
    if amp is None:
        return path
    article = path[: amp.start()]
    if amp[1] and not _ARTICLE_NAME.search(article.rpartition("/")[2]):
        return path  # a page about amps
    return article + path[amp.end() :]


def _key_query(query: str) -> str:
    if "%" in query:
        query = _ODD_ESCAPE.sub(_usual_escape, query).replace("%20", "+")
    kept = [(name, pair) for pair in query.split("&") if pair and not _tracks(pair, name := pair.partition("=")[0])]
    if len(kept) > 1:
        kept.sort(key=lambda named: named[0])  # by name alone: a repeated parameter's order may mean something
    return "&".join(pair for _, pair in kept)


def _tracks(pair: str, name: str) -> bool:
    low = name.lower()
    if low in TRACKING or low.startswith(TRACKING_PREFIXES):
        return True
    value = pair[len(name) + 1 :]
    if low in TRACKING_VALUES:
        return value.lower() in TRACKING_VALUES[low]
    return low in {"sid", "s"} and _SESSION_VALUE.fullmatch(value) is not None


def _usual_escape(match: re.Match[str]) -> str:
    escape = match[0]
    if escape == "%":
        return "%25"
    character = chr(int(escape[1:], 16))
    return character if character in _UNRESERVED else escape.upper()


@lru_cache(maxsize=4096)
def _registered(name: str) -> str:
    return _suffixes()(name).top_domain_under_public_suffix or name


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415  (0.15 s of import, for the few pairs that need it)

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
