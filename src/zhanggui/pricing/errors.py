"""Refusals of pricing."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class ScheduleOverlap(Problem):
    """Another window of the SKU covers part of this one."""

    code = "price_schedule_overlap"
    status = 409
    message = Text("这段时间内该 SKU 已有定时价格", "This SKU already has a scheduled price in that time")


class PriceChangedMeanwhile(Problem):
    """A price is not the one the editor saw; `errors` names the rows, `extra.now` has (list, sale) by SKU id."""

    code = "price_changed_meanwhile"
    status = 409
    message = Text("价格已被他人修改，请确认后再改", "Someone else has changed the price; look at it, then try again")


class ApprovalNeeded(Problem):
    """A change goes further than the policy lets one person go; `errors` names the rows. It has to be asked for."""

    code = "price_approval_needed"
    status = 409
    message = Text(
        "改价幅度超出限制，须申请并由他人审批", "The change is larger than allowed; somebody else has to approve it"
    )


class RequestDecided(Problem):
    """The request was decided or withdrawn meanwhile."""

    code = "price_request_decided"
    status = 409
    message = Text("该申请已处理", "This request has been dealt with")


class OwnRequest(Problem):
    """Nobody approves or rejects what he asked for himself."""

    code = "price_request_own"
    status = 403
    message = Text("不能审批自己的改价申请", "Nobody decides about his own request")


class NotDelivered(Problem):
    """The method does not reach the address."""

    code = "not_delivered_there"
    status = 409
    message = Text("{province}暂不支持{method_name}", "No {method_name} to {province}")


class TemplateInUse(Problem):
    """The default template, and one that `count` products or categories go by, cannot be removed."""

    code = "freight_template_in_use"
    status = 409
    message = Text(
        "默认模板，或仍有商品、分类（{count} 个）使用的模板，不能删除",
        "The default template, or one that products or categories ({count}) go by, cannot be removed",
    )
