"""Refusals of members."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor, json_money, symbol_of
from zhanggui.kernel.problems import Problem


class TooManyAddresses(Problem):
    code = "too_many_addresses"
    status = 409
    message = Text("最多保存 {limit} 个收货地址", "At most {limit} addresses can be kept")


class TierInUse(Problem):
    """`count`: how many members have it; the first tier is everybody's."""

    code = "tier_in_use"
    status = 409
    message = Text(
        "还有 {count} 位会员在这个等级，或它是起始等级，不能删除",
        "{count} members have this tier, or it is the first one; it cannot be removed",
    )


class NotEnough(Problem):
    """`extra`: asset and available."""

    code = "points_not_enough"
    status = 409
    message = Text("可用积分或余额不足（现有 {available}）", "Not enough points or balance ({available} left)")


class BalanceNotEnough(Problem):
    """`extra`: available and missing, as money."""

    code = "balance_not_enough"
    status = 409
    message = Text(
        "余额不足：可用 {available}，还差 {missing}", "Not enough balance: {available} available, {missing} missing"
    )


def balance_not_enough(available: int, amount: int, currency: str) -> BalanceNotEnough:
    """The refusal of a payment of `amount` minor units by who has `available` of them."""
    held, missing = (f"{symbol_of(currency)}{format_minor(n, currency)}" for n in (available, amount - available))
    extra = {"available": json_money(available, currency), "missing": json_money(amount - available, currency)}
    return BalanceNotEnough(available=held, missing=missing, extra=extra)
