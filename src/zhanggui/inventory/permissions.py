"""What staff may do with stock."""

from zhanggui.kernel.i18n import Text

VIEW = "inventory.view"
CHANGE = "inventory.change"
WAREHOUSES = "inventory.warehouses"
TRANSFER = "inventory.transfer"
LOCK = "inventory.lock"
LIMITS = "inventory.limits"
COUNT = "inventory.count"
APPROVE_COUNT = "inventory.approve_count"

PERMISSIONS = {
    VIEW: Text("查看库存与出入库流水", "See stock and its movements"),
    CHANGE: Text("入库、移位、调整、残损、报损和样品", "Receive, move, adjust, write off and sample stock"),
    WAREHOUSES: Text(
        "设置仓库、库位和商品的批次与序列号要求",
        "Set up warehouses, locations, and which goods need batches and serials",
    ),
    TRANSFER: Text("仓间调拨", "Transfer stock between warehouses"),
    LOCK: Text("锁定和解锁库存", "Lock stock and let it go"),
    LIMITS: Text("设置库存预警的上下限", "Set what is too little and too much"),
    COUNT: Text("发起盘点、盘点和过账", "Begin stock-takes, count, and post what was found"),
    APPROVE_COUNT: Text("审批盘点差异", "Approve the differences of stock-takes"),
}
