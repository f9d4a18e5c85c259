"""What staff roles can be allowed to do with money."""

from zhanggui.kernel.i18n import Text

VIEW = "payments.view"
CONFIRM_TRANSFER = "payments.confirm_transfer"
REFUND = "payments.refund"
RECONCILE = "payments.reconcile"

PERMISSIONS = {
    VIEW: Text("查看支付、退款和对账", "See payments, refunds and reconciliation"),
    CONFIRM_TRANSFER: Text("确认银行转账到账和退回", "Confirm bank transfers that came in or went back"),
    REFUND: Text("发起和重试退款", "Request and retry refunds"),
    RECONCILE: Text("运行对账、处理差异", "Run the reconciliation and settle differences"),
}
