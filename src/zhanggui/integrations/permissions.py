"""What staff may be allowed to bring in from outside."""

from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "catalog.import": Text("导入商品（连同价格与库存）", "Import products, with their prices and stock"),
    "imports.history": Text("导入历史订单与买家", "Import past orders and their buyers"),
}
