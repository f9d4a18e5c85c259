"""What staff may do with stock."""

from zhanggui.kernel.i18n import Text

VIEW = "inventory.view"
CHANGE = "inventory.change"
WAREHOUSES = "inventory.warehouses"

PERMISSIONS = {
    VIEW: Text("查看库存与出入库流水", "See stock and its movements"),
    CHANGE: Text("入库、调整和报损", "Receive, adjust and write off stock"),
    WAREHOUSES: Text("设置仓库", "Set up warehouses"),
}
