"""Refusals of the service desk."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class AlreadyReviewed(Problem):
    code = "already_reviewed"
    status = 409
    message = Text("这件商品已经评价过了", "This item has been reviewed already")


class NotReviewable(Problem):
    """`reason` says why."""

    code = "not_reviewable"
    status = 409
    message = Text("现在还不能评价:{reason}", "It cannot be reviewed: {reason}")


class AlreadyAdded(Problem):
    code = "already_added"
    status = 409
    message = Text("已经追评过了", "Something has been added to this review already")
