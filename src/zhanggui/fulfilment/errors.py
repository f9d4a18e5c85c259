"""Refusals of fulfilment."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class WaybillUsed(Problem):
    """The waybill belongs to another parcel, or to this order with other contents."""

    code = "waybill_used"
    status = 409
    message = Text("运单号 {waybill_no} 已用于包裹 {parcel}", "Waybill {waybill_no} already belongs to parcel {parcel}")


class WrongDelivery(Problem):
    """An order for self-pickup is handed over, not shipped; and the other way round."""

    code = "wrong_delivery_method"
    status = 409
    message = Text("订单的配送方式是{method}，不能这样发货", "The order is for {method}; it cannot leave this way")


class NoChineseFont(Problem):
    """Papers are set in Chinese, and this machine has no font for it."""

    code = "no_chinese_font"
    status = 503
    message = Text(
        "服务器上没有中文字体，无法打印。请安装字体（如 apt-get install fonts-noto-cjk），或把字体文件放入 {folder}",
        "This machine has no Chinese font to print with. Install one (apt-get install fonts-noto-cjk), or put its file into {folder}",
    )
