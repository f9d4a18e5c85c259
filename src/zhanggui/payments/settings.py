"""Numbers and switches of payments that a mall may change."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "payments.providers",
        ["alipay", "wechat", "unionpay", "bank_transfer", "balance"],
        "json",
        Text("开放的支付方式", "Ways to pay that are offered"),
    ),
    Setting(
        "payments.simulator_enabled",
        False,
        "bool",
        Text(
            "开放模拟支付（下单即付款，仅供演示和测试）",
            "Offer the simulator, which pays at once (demo and tests only)",
        ),
    ),
    Setting(
        "payments.bank_account",
        {"holder": "", "bank": "", "number": ""},
        "json",
        Text("银行转账收款账户", "Account that receives bank transfers"),
    ),
    Setting(
        "payments.intent_minutes",
        30,
        "int",
        Text("一次支付尝试的有效分钟数", "Minutes an attempt to pay stays open"),
        minimum=1,
        maximum=60 * 24 * 7,
    ),
    Setting(
        "payments.gateway_timeout_seconds",
        8,
        "int",
        Text("等待支付网关应答的秒数", "Seconds to wait for a gateway's answer"),
        minimum=1,
        maximum=60,
    ),
    Setting(
        "payments.query_after_seconds",
        60,
        "int",
        Text("未收到通知时，多少秒后主动查询", "Seconds without a notification before we ask the gateway"),
        minimum=5,
        maximum=3600,
    ),
    Setting(
        "payments.refund_retry_seconds",
        30,
        "int",
        Text("退款未有结果时首次重试的秒数（逐次加倍）", "Seconds before a refund is asked about again (doubling)"),
        minimum=1,
        maximum=3600,
    ),
]
