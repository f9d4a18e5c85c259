"""What staff may be allowed to do with reviews."""

from zhanggui.kernel.i18n import Text

VIEW = "reviews.view"
ANSWER = "reviews.answer"
HIDE = "reviews.hide"

PERMISSIONS = {
    VIEW: Text("查看商品评价", "See reviews"),
    ANSWER: Text("回复商品评价", "Answer reviews"),
    HIDE: Text("隐藏与恢复商品评价", "Hide reviews and show them again"),
}
