"""Pure rules of the collector: what a page view may say, who is a machine, where a visit came from."""

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from .types import PAGE_KINDS

MAX_EVENTS = 50
MAX_PAGE_SECONDS = 1_800  # a page left open counts half an hour at most
FIELDS = ("view", "visitor", "session", "kind", "ref", "referrer", "utm_source", "utm_medium", "seconds")
KINDS_WITH_REF = ("category", "product", "content")

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_REF = re.compile(r"[\w./-]{1,120}")
_LABEL = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._-]{0,29}")
#: Text that may be about a person: an e-mail address, or a run of digits as long as a telephone number.
_PERSONAL = re.compile(r"@|\d{7}")
_BOT = re.compile(
    r"bot\b|bot/|bots|crawl|spider|slurp|headless|lighthouse|phantom|scrap|preview|monitor|uptime|pingdom|externalhit"
    r"|^curl|^wget|python|httpx|go-http|^java/|libwww|node-fetch|axios|postman|^ruby|^php|^perl|scrapy|wrk|^ab/",
    re.IGNORECASE,
)
_PAID = {"cpc", "ppc", "cpm", "cps", "ad", "ads", "paid", "display", "banner", "feed"}
_MEDIA = {
    "email": "email",
    "mail": "email",
    "sms": "sms",
    "social": "social",
    "referral": "referral",
    "affiliate": "affiliate",
}
_SEARCH = ("baidu", "google", "bing", "sogou", "so.com", "sm.cn", "yahoo", "duckduckgo", "yandex", "toutiao")
_SOCIAL = (
    "weixin", "wechat", "weibo", "qq.com", "douyin", "xiaohongshu", "xhslink", "zhihu", "bilibili", "kuaishou", "douban",
    "facebook", "instagram", "twitter", "t.co", "x.com", "tiktok", "pinterest", "youtube", "linkedin", "reddit",
)  # fmt: skip


def is_bot(user_agent: str) -> bool:
    """True for crawlers, scripts and browsers without a name."""
    return not user_agent.strip() or bool(_BOT.search(user_agent[:1000]))


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 a single IPv6 line gets; empty if it is neither."""
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def clean_ref(kind: str, ref: str) -> str:
    """The product, category or article of a page: a path without query; empty for other pages and for doubtful text."""
    if kind not in KINDS_WITH_REF:
        return ""
    path = unquote(urlsplit(ref).path).strip("/")
    return path if _REF.fullmatch(path) and "@" not in path and not re.search(r"\d{11}", path) else ""


def source_of(
    *, referrer: str = "", utm_source: str = "", utm_medium: str = "", own_hosts: frozenset[str] = frozenset()
) -> str:
    """Where a visit came from, as `channel` or `channel:name`, at most 40 characters; empty for a page of the mall itself.

    Channels: ad, email, sms, social, affiliate, campaign (tagged links); search, social, referral (by referrer); direct.
    Of the referrer only the site's name is used.
    """
    if utm_source.strip():
        medium = utm_medium.strip().lower()
        channel = "ad" if medium in _PAID else _MEDIA.get(medium, "campaign")
        return _labelled(channel, utm_source.strip().lower())
    host = _host(referrer)
    if not host:
        return "direct"
    if host in own_hosts:
        return ""
    for channel, names in (("search", _SEARCH), ("social", _SOCIAL)):
        for name in names:
            if _is_site(host, name):
                return f"{channel}:{name}"
    return _labelled("referral", host.removeprefix("www."))


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


def _is_site(host: str, name: str) -> bool:
    """`google` is any google.*; `so.com` is that domain and what lies below it."""
    if "." in name:
        return host == name or host.endswith("." + name)
    return name in host.split(".")


def _labelled(channel: str, name: str) -> str:
    return f"{channel}:{name}" if _LABEL.fullmatch(name) and not _PERSONAL.search(name) else channel


def check_event(event: Any, place: int) -> list[FieldError]:
    """What is wrong with one page view, field by field; empty when it can be taken."""
    where = f"events.{place}"
    if not isinstance(event, Mapping):
        return [FieldError(where, "type", Text("应为对象", "must be an object"))]
    found = [
        FieldError(f"{where}.{str(name)[:40]}", "unknown", Text("没有这个字段", "no such field"))
        for name in event
        if name not in FIELDS
    ]
    for name in ("view", "visitor", "session"):
        value = event.get(name)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            text = Text("应为 8 到 64 位字母、数字、- 或 _", "must be 8 to 64 letters, digits, - or _")
            found.append(FieldError(f"{where}.{name}", "invalid", text))
    if event.get("kind") not in PAGE_KINDS:
        known = ", ".join(PAGE_KINDS)
        found.append(FieldError(f"{where}.kind", "invalid", Text(f"应为其中之一：{known}", f"must be one of: {known}")))
    for name, longest in (("ref", 2_000), ("referrer", 4_000), ("utm_source", 200), ("utm_medium", 200)):
        value = event.get(name, "")
        if not isinstance(value, str) or len(value) > longest or "\x00" in value:
            text = Text(f"应为不超过 {longest} 字的文本", f"must be text of at most {longest} characters")
            found.append(FieldError(f"{where}.{name}", "invalid", text))
    seconds = event.get("seconds", 0)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= 86_400:
        text = Text("应为 0 到 86400 之间的整数", "must be a whole number from 0 to 86400")
        found.append(FieldError(f"{where}.seconds", "range", text))
    return found
