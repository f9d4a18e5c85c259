"""What staff may do with carriers and waybills."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "carriage.view"
MANAGE = "carriage.manage"
WAYBILLS = "carriage.waybills"
BILLS = "carriage.bills"

PERMISSIONS = {
    VIEW: Text("查看承运商、线路资费与运单", "See carriers, their lanes and waybills"),
    MANAGE: Text("设置承运商、线路资费、面单账户与选择规则", "Set up carriers, lanes, label accounts and rules"),
    BILLS: Text("导入、核对与结算承运商账单", "Take carriers' bills in, check and settle them"),
    WAYBILLS: Text("取运单号与取消运单", "Ask for waybills and cancel them"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})
