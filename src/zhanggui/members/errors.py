"""Refusals of members."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class TooManyAddresses(Problem):
    code = "too_many_addresses"
    status = 409
    message = Text("最多保存 {limit} 个收货地址", "At most {limit} addresses can be kept")
