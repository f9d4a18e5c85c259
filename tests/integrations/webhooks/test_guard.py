"""Where webhooks may go: never into our own network, however the address is dressed."""

from __future__ import annotations

from typing import Any

import pytest

from zhanggui.integrations.webhooks import guard, services
from zhanggui.integrations.webhooks.errors import ForbiddenAddress
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import ValidationFailed


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::",
        "192.0.2.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_walls_are_not_public(address: str) -> None:
    assert not guard.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_addresses_in_the_world_are_public(address: str) -> None:
    assert guard.is_public(address)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com", "https://", "https://user:pw@example.com/", "https://example.com:99999/",
        "https://exa mple.com/", "https://例子.测试/", "javascript:alert(1)", "", "https://example.com/" + "a" * 500, "https://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_for_us_is_refused_when_it_is_entered(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        services.create_endpoint(url, ["*"], actor=SYSTEM)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"]
)
def test_a_name_that_leads_inside_is_refused_when_it_is_called(url: str) -> None:
    with pytest.raises((ForbiddenAddress, OSError)):
        guard.resolve(url, allow_private=False)


def test_a_name_is_resolved_once_and_that_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers another address the second time (DNS rebinding) gains nothing."""
    asked = []

    def lookup(host: str, port: int, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr(guard.socket, "getaddrinfo", lookup)
    target = guard.resolve("https://example.com:8443/a?b=c", allow_private=False)
    assert (target.url, target.authority) == ("https://93.184.216.34:8443/a?b=c", "example.com:8443")
    assert asked == ["example.com"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *a, **k: answers)
    with pytest.raises(ForbiddenAddress):
        guard.resolve("https://example.com/", allow_private=False)


@pytest.mark.django_db
@pytest.mark.parametrize("events", [[], [""], ["a b"], ["x" * 81], ["订单"]])
def test_events_are_named_sensibly(events: list[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_endpoint("https://example.com/", events, actor=SYSTEM)
    assert [e.loc for e in refused.value.errors] == ["events"]
