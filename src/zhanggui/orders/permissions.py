from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "orders.view": Text("查看订单", "View orders"),
    "orders.note": Text("给订单加备注", "Add notes to orders"),
    "orders.cancel": Text("取消订单", "Cancel orders"),
    "orders.change_price": Text("修改未付款订单的价格", "Change the price of unpaid orders"),
    "orders.place": Text("代客下单", "Place orders for buyers"),
}
