"""What can go wrong with money, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class PaymentFailed(Problem):
    """The payment (or a question about it) did not come through; nothing is lost, another attempt may be made."""

    code = "payment_failed"
    status = 402
    message = Text("支付没有成功：{reason}", "The payment did not come through: {reason}")


class ProviderOff(PaymentFailed):
    """The way to pay is unknown, switched off, or has no merchant keys yet."""

    message = Text("支付方式 {provider} 目前不可用", "Payment provider {provider} is not available")


class GatewayUnreachable(PaymentFailed):
    """No verified answer from the gateway: the outcome is unknown and must be asked for again."""

    message = Text(
        "支付网关暂时没有应答，请稍后再试（{reason}）",
        "The payment gateway did not answer; try again shortly ({reason})",
    )


class GatewayRefused(PaymentFailed):
    """A definite refusal by the gateway. `refusal` is its own code."""

    message = Text("支付网关拒绝了请求：{refusal} {reason}", "The payment gateway refused: {refusal} {reason}")


class BadNotification(Problem):
    """A notification that is not what it claims: wrong signature, wrong merchant, or unreadable. It changes nothing."""

    code = "bad_notification"
    status = 400
    message = Text("通知未通过验证：{reason}", "The notification is not genuine: {reason}")


class AlreadyPaid(Problem):
    code = "already_paid"
    status = 409
    message = Text("{reference} 已经支付过了", "{reference} is paid already")


class RefundTooLarge(Problem):
    """More than was captured and is not yet refunded or being refunded."""

    code = "refund_too_large"
    status = 409
    message = Text("最多还能退 {refundable} 分", "At most {refundable} minor units can still be refunded")
