"""Why a campaign cannot be announced; codes are stable (ops-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class CampaignsMeet(Problem):
    """Its goods are in other campaigns at the same time, and nobody has said why that is right. `extra.campaigns` are their ids."""

    code = "campaigns_meet"
    status = 409
    message = Text(
        "商品与同期活动重复：{which}。请调整商品或时间，或写明原因",
        "Its goods are in other campaigns at the same time: {which}. Change goods or dates, or say why",
    )
