from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "orders.view": Text("查看订单", "View orders"),
    "orders.note": Text("给订单加备注", "Add notes to orders"),
    "orders.cancel": Text("取消订单", "Cancel orders"),
    "orders.change_price": Text("修改未付款订单的价格", "Change the price of unpaid orders"),
    "orders.change_receiver": Text("修改收货信息", "Correct whom an order goes to"),
    "orders.remind": Text("催付款", "Remind buyers to pay"),
    "orders.answer": Text("回复买家催单", "Answer buyers who ask for their parcel"),
    "orders.place": Text("代客下单", "Place orders for buyers"),
}
