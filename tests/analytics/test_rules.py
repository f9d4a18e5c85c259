"""Pure rules of the collector, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.visits import BROWSER, event
from zhanggui.analytics import rules

WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50"
)


@pytest.mark.parametrize(
    "agent",
    [
        "", "   ", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0",
        "python-requests/2.34", "python-httpx/0.28", "Go-http-client/2.0", "Mozilla/5.0 HeadlessChrome/156.0", "Sogou web spider/4.0",
        "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; Bytespider)", "Wget/1.24", "UptimeRobot/2.0",
    ],
)  # fmt: skip
def test_machines_are_known(agent: str) -> None:
    assert rules.is_bot(agent)


@pytest.mark.parametrize(
    "agent", [BROWSER, WECHAT, "Mozilla/5.0 (Macintosh) Firefox/148.0", "ZhangguiApp/1.0 (Android 16; okhttp)"]
)
def test_people_are_known(agent: str) -> None:
    assert not rules.is_bot(agent)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unknown", ""),
        ("", ""),
        ("203.0.113.9, 10.0.0.1", ""),
    ],
)
def test_an_address_is_an_ipv4_or_an_ipv6_line(address: str, network: str) -> None:
    assert rules.network_of(address) == network


@pytest.mark.parametrize(
    ("kind", "ref", "kept"),
    [
        ("product", "green-vase", "green-vase"),
        ("product", "/products/lvluo?token=secret#top", "products/lvluo"),
        ("product", "https://mall.example/p/12?mobile=13800138000", "p/12"),
        ("product", "%E7%BB%BF%E8%90%9D", "绿萝"),
        ("content", "guide/plants", "guide/plants"),
        ("content", "hello@example.com", ""),
        ("content", "u/13800138000", ""),
        ("category", "a b", ""),
        ("product", "x" * 121, ""),
        ("product", "<script>", ""),
        ("home", "anything", ""),
        ("checkout", "orders/2611", ""),
        ("other", "account/ann", ""),
    ],
)
def test_only_the_thing_shown_is_kept_of_a_page(kind: str, ref: str, kept: str) -> None:
    assert rules.clean_ref(kind, ref) == kept


OWN = frozenset({"mall.example"})


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, "direct"),
        ({"referrer": "https://www.baidu.com/s?wd=%E7%BB%BF%E8%90%9D"}, "search:baidu"),
        ({"referrer": "https://www.google.com.hk/"}, "search:google"),
        ({"referrer": "https://www.so.com/s?q=a"}, "search:so.com"),
        ({"referrer": "https://notso.com/"}, "referral:notso.com"),
        ({"referrer": "https://mp.weixin.qq.com/s/abc"}, "social:weixin"),
        ({"referrer": "https://www.xiaohongshu.com/explore/1?user=13800138000"}, "social:xiaohongshu"),
        ({"referrer": "https://t.co/x"}, "social:t.co"),
        ({"referrer": "https://www.blog.example/path/ann@example.com?x=1"}, "referral:blog.example"),
        ({"referrer": "https://mall.example/cart?token=1"}, ""),
        ({"referrer": "android-app://com.example"}, "referral:com.example"),
        ({"referrer": "http://[broken"}, "direct"),
        ({"referrer": "https://1234567.example/"}, "referral"),
        ({"utm_source": "Spring-2026", "utm_medium": "CPC"}, "ad:spring-2026"),
        ({"utm_source": "newsletter", "utm_medium": "email"}, "email:newsletter"),
        ({"utm_source": "双十一"}, "campaign:双十一"),
        ({"utm_source": "ann@example.com", "utm_medium": "email"}, "email"),
        ({"utm_source": "13800138000"}, "campaign"),
        ({"utm_source": "x" * 80}, "campaign"),
        ({"utm_source": "weibo", "utm_medium": "social", "referrer": "https://mall.example/"}, "social:weibo"),
    ],
)
def test_a_source_is_a_channel_and_a_name(given: dict[str, str], source: str) -> None:
    assert rules.source_of(own_hosts=OWN, **given) == source


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_a_source_is_short_and_holds_no_query(referrer: str, utm_source: str, utm_medium: str) -> None:
    source = rules.source_of(referrer=referrer, utm_source=utm_source, utm_medium=utm_medium)
    assert len(source) <= 40
    assert not set(source) & set("?&=@#/ \n")


@pytest.mark.parametrize(
    ("broken", "where", "code"),
    [
        ("not an object", "events.3", "type"),
        (event(kind="homepage"), "events.3.kind", "invalid"),
        (event() | {"visitor": "short"}, "events.3.visitor", "invalid"),
        (event() | {"session": 12345678}, "events.3.session", "invalid"),
        (event() | {"view": "ann@example.com"}, "events.3.view", "invalid"),
        (event(seconds=-1), "events.3.seconds", "range"),
        (event(seconds=True), "events.3.seconds", "range"),
        (event(seconds=2.5), "events.3.seconds", "range"),
        (event(ref="x" * 2_001), "events.3.ref", "invalid"),
        (event(referrer=None), "events.3.referrer", "invalid"),
        (event(referrer="\x00"), "events.3.referrer", "invalid"),
        (event(mobile="13800138000"), "events.3.mobile", "unknown"),
        (event(path="/cart?x=1"), "events.3.path", "unknown"),
    ],
)
def test_junk_is_named_field_by_field(broken: Any, where: str, code: str) -> None:
    assert [(e.loc, e.code) for e in rules.check_event(broken, 3)] == [(where, code)]


def test_a_good_event_has_nothing_wrong() -> None:
    assert rules.check_event(event(kind="product", ref="vase", referrer="", seconds=15), 0) == []
