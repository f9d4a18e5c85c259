"""Refusals of webhooks."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class ForbiddenAddress(Problem):
    """The URL points (or resolves) into a network we do not call."""

    code = "forbidden_address"
    status = 422
    message = Text("不能投递到这个地址：{reason}", "This address is not allowed: {reason}")
