"""The ways to pay, one file each. `gateway(name)` is the only door."""

from functools import cache

from zhanggui.kernel import mall_settings

from ..errors import ProviderOff
from ..types import Gateway, Provider


@cache
def _all() -> dict[str, Gateway]:
    from . import (  # the crypto libraries load on first use only
        alipay,
        balance,
        bank_transfer,
        simulator,
        unionpay,
        wechat,
    )

    return {
        Provider.ALIPAY: alipay.Alipay(),
        Provider.WECHAT: wechat.WeChatPay(),
        Provider.UNIONPAY: unionpay.UnionPay(),
        Provider.BANK_TRANSFER: bank_transfer.BankTransfer(),
        Provider.BALANCE: balance.Balance(),
        Provider.SIMULATOR: simulator.Simulator(),
    }


def gateway(name: str) -> Gateway:
    """The provider of that name; raises ProviderOff for an unknown one."""
    found = _all().get(name)
    if found is None:
        raise ProviderOff(provider=name[:40])
    return found


def offered() -> list[str]:
    """The ways to pay that the mall offers now."""
    names = [name for name in mall_settings.get("payments.providers") if name in set(Provider) - {Provider.SIMULATOR}]
    return [*names, Provider.SIMULATOR.value] if mall_settings.get("payments.simulator_enabled") else names


def require_offered(name: str) -> None:
    """Raises ProviderOff unless the mall offers this way to pay now."""
    on = mall_settings.get("payments.simulator_enabled") if name == Provider.SIMULATOR else name in offered()
    if not on:
        raise ProviderOff(provider=name[:40])
