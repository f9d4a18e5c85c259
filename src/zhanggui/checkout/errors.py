"""Why a cart or a purchase cannot go on (codes of the store-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class PointsNotApplicable(Problem):
    """`extra`: most, the points this order takes, and step."""

    code = "points_not_applicable"
    status = 409
    message = Text(
        "本单最多可用 {most} 积分，以 {step} 为单位", "This order takes at most {most} points, in steps of {step}"
    )


class PriceChanged(Problem):
    """`extra`: expected_total and total, so that the buyer can be asked again."""

    code = "price_changed"
    status = 409
    message = Text(
        "价格有变动，现在应付 {total}，请确认后再提交", "The price has changed to {total}; confirm and submit again"
    )


class NotForSale(Problem):
    """`extra`: sku."""

    code = "not_for_sale"
    status = 409
    message = Text("商品 {sku} 已下架或暂不可售", "{sku} is not for sale at present")


class CartClosed(Problem):
    """`extra`: order, the number it became."""

    code = "cart_closed"
    status = 409
    message = Text("这个购物车已经下单，请开始新的购物车", "This cart has become an order; start a new one")


class CartEmpty(Problem):
    code = "cart_empty"
    status = 409
    message = Text("购物车里还没有商品", "The cart is empty")


class DeliveryMissing(Problem):
    code = "delivery_missing"
    status = 409
    message = Text("请先填写收货信息", "Say first where to deliver")


class ProviderUnavailable(Problem):
    code = "payment_provider_unavailable"
    status = 409
    message = Text("支付方式 {provider} 暂不可用", "The payment way {provider} is not available")


class OnlyDelivered(Problem):
    """A supplier sends it to the buyer: it cannot be fetched. `extra.sku` is the first of such goods."""

    code = "only_delivered"
    status = 409
    message = Text(
        "「{title}」由供应商直接发货，不能自提，请改选快递配送",
        "{title} is sent by our supplier and cannot be picked up: choose delivery",
    )


class PointClosed(Problem):
    """`extra.point`: the pickup point that is closed or that there never was."""

    code = "pickup_point_closed"
    status = 409
    message = Text(
        "这个自提点已停用，请换一个自提点或改为快递", "This pickup point is closed; choose another one or delivery"
    )
