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


class ReviewHolds(Problem):
    """The review holds the order: somebody has to look at it before anything of it leaves."""

    code = "order_held_by_review"
    status = 409
    message = Text(
        "订单在审单中被拦下，放行后才能配货发货",
        "The review holds the order; it has to be passed before it is picked or shipped",
    )


class ReviewOver(Problem):
    """The warehouse has begun with the order, or it is over: the review decides nothing any more."""

    code = "review_over"
    status = 409
    message = Text("仓库已开始处理这一单，或订单已结束", "The warehouse has begun with this order, or it is over")


class NotOneBox(Problem):
    """Only orders of one buyer to one address that nobody has begun travel in one box."""

    code = "orders_not_mergeable"
    status = 409
    message = Text("{why}，不能合并", "{why}: they cannot go in one box")


class NothingForWave(Problem):
    """No passed order fits what was asked for."""

    code = "wave_empty"
    status = 409
    message = Text("没有符合条件的已审订单", "No reviewed order fits")


class PackingStopped(Problem):
    """What the station stops for. `extra.stop` says which: wrong_item, too_many, missing, changed, other_packer, short, weight,
    packed, over, wrong_waybill, unknown."""

    code = "packing_stopped"
    status = 409
    message = Text("{what}。{todo}", "{what}. {todo}")


class CodeNeeded(Problem):
    """An order for a pickup point is handed over there, for its code."""

    code = "pickup_code_needed"
    status = 409
    message = Text(
        "这一单在自提点凭取货码交付，请到「取货核销」办理",
        "This order is handed over at its pickup point, for its code",
    )


class WrongCode(Problem):
    """No order that waits at this point has the code."""

    code = "pickup_code_wrong"
    status = 409
    message = Text("取货码不对，或不是这个自提点的，请核对后再输入", "No order that waits here has this code; check it")


class OtherPoint(Problem):
    """The order is to be fetched at another point. `extra.point`: which."""

    code = "pickup_other_point"
    status = 409
    message = Text("这一单在「{point}」取货", "This order is to be fetched at {point}")


class NotThere(Problem):
    """The goods are not at the point (yet), or were handed over or taken back. `extra.state` says which."""

    code = "pickup_not_ready"
    status = 409
    message = Text("{why}", "{why}")


class NotHere(Problem):
    """The colleague does not work at this point."""

    code = "pickup_point_not_yours"
    status = 403
    message = Text("您不在这个自提点工作", "You do not work at this pickup point")
