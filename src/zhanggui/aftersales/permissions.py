"""What staff may do with cases."""

from zhanggui.kernel.i18n import Text

VIEW = "aftersales.view"
REQUEST = "aftersales.request"
DECIDE = "aftersales.decide"
RECEIVE = "aftersales.receive"
REFUND = "aftersales.refund"
GUARANTEE = "aftersales.guarantee"
POLICY = "aftersales.policy"

PERMISSIONS = {
    VIEW: Text("查看售后单", "See after-sales cases"),
    REQUEST: Text("代客申请售后", "Open cases for buyers"),
    DECIDE: Text("同意或拒绝售后", "Approve and reject cases"),
    GUARANTEE: Text("核定别处比价的价保", "Decide about claims that it costs less elsewhere"),
    RECEIVE: Text("退货验收入库", "Receive returned goods"),
    POLICY: Text("维护售后规则", "Keep the after-sales rules of categories"),
    REFUND: Text("执行退款", "Send money back"),
}
