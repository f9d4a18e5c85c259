"""What staff may be allowed to do at the service desk."""

from zhanggui.kernel.i18n import Text

VIEW = "reviews.view"
ANSWER = "reviews.answer"
HIDE = "reviews.hide"
PROBLEMS = "problems.view"
HANDLE = "problems.handle"

PERMISSIONS = {
    VIEW: Text("查看商品评价", "See reviews"),
    ANSWER: Text("回复商品评价", "Answer reviews"),
    HIDE: Text("隐藏与恢复商品评价", "Hide reviews and show them again"),
    PROBLEMS: Text("查看问题件与客服自查", "See problem items and the desk's daily checks"),
    HANDLE: Text("登记与处理问题件", "Record and solve problem items"),
}
