"""What staff may do with parcels."""

from zhanggui.kernel.i18n import Text

VIEW = "fulfilment.view"
PICK = "fulfilment.pick"
SHIP = "fulfilment.ship"
PRINT = "fulfilment.print"
TRACK = "fulfilment.track"
CARRIERS = "fulfilment.carriers"

PERMISSIONS = {
    VIEW: Text("查看待发货订单与包裹", "See orders to ship and parcels"),
    PICK: Text("开始配货", "Start picking"),
    SHIP: Text("发货与自提交付", "Ship and hand over"),
    PRINT: Text("打印面单与发货清单", "Print waybill labels and packing slips"),
    TRACK: Text("录入物流信息", "Record the carrier's news"),
    CARRIERS: Text("设置承运商", "Set up carriers"),
}
