"""What staff may do with parcels."""

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied

VIEW = "fulfilment.view"
PICK = "fulfilment.pick"
SHIP = "fulfilment.ship"
PRINT = "fulfilment.print"
TRACK = "fulfilment.track"
REVIEW = "fulfilment.review"
WAVES = "fulfilment.waves"
PACK = "fulfilment.pack"
INSERTS = "fulfilment.inserts"
HAND_OVER = "fulfilment.hand_over"

PERMISSIONS = {
    VIEW: Text("查看待发货订单与包裹", "See orders to ship and parcels"),
    PICK: Text("开始配货", "Start picking"),
    SHIP: Text("发货与自提交付", "Ship and hand over"),
    PRINT: Text("打印面单与发货清单", "Print waybill labels and packing slips"),
    TRACK: Text("录入物流信息", "Record the carrier's news"),
    REVIEW: Text("审单：放行、拦下、合并、拆分", "Review orders: pass, hold, merge, split"),
    WAVES: Text("建立波次与拣货", "Make waves and pick"),
    PACK: Text("在打包台验货装箱", "Check and pack at the station"),
    HAND_OVER: Text("自提点收件与取货核销", "Receive and hand over at pickup points"),
    INSERTS: Text("设置随单小礼", "Set what is put into parcels"),
}


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, naming what is missing."""
    if not actor.may(permission):
        meaning = PERMISSIONS[permission]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})
