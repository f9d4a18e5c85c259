"""Refusals of the service desk."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, WrongState


class AlreadyReviewed(Problem):
    code = "already_reviewed"
    status = 409
    message = Text("这件商品已经评价过了", "This item has been reviewed already")


class NotReviewable(Problem):
    """`reason` says why."""

    code = "not_reviewable"
    status = 409
    message = Text("现在还不能评价：{reason}", "It cannot be reviewed: {reason}")


class AlreadyAdded(Problem):
    code = "already_added"
    status = 409
    message = Text("已经追评过了", "Something has been added to this review already")


class PhotoGone(Problem):
    """A review names a photo that was not uploaded, or too long ago; `errors` says which field."""

    code = "review_photo_gone"
    status = 409
    message = Text("图片已失效，请重新上传", "Upload the photo again")


class ProblemWrongState(WrongState):
    """It was solved or given up meanwhile."""

    message = Text("问题件已是「{state}」，不能执行此操作", "The item is: {state}; this is not possible")


class DaySigned(Problem):
    code = "day_signed"
    status = 409
    message = Text("今天已经签过自查了", "Today has been signed off already")
