"""What staff may do with prices."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "pricing.view"
VIEW_COST = "pricing.view_cost"
CHANGE = "pricing.change"
FREIGHT = "pricing.freight"
BELOW_FLOOR = "pricing.below_floor"
RULES = "pricing.rules"
APPROVE = "pricing.approve"

PERMISSIONS = {
    VIEW: Text("查看价格与价格历史", "See prices and their history"),
    VIEW_COST: Text("查看成本价", "See costs"),
    CHANGE: Text("改价和设置定时价格", "Change and schedule prices"),
    FREIGHT: Text("设置运费模板", "Set freight templates"),
    RULES: Text("设置底价、最低毛利和分类价格规则", "Set floors, least margins and the price rules of categories"),
    APPROVE: Text("审批他人的改价申请", "Decide about price changes others ask for"),
    BELOW_FLOOR: Text(
        "突破价格底线（低于成本或降幅上限）", "Sell below the floor: below cost, or further down than is allowed"
    ),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})
