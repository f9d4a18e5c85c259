"""What the workshop refuses."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class NothingToMake(Problem):
    """The order is not waiting for this to be made: it is made already, over, or not paid."""

    code = "nothing_to_make"
    status = 409
    message = Text(
        "「{what}」现在没有要做的：可能已做好、已取消，或还没有付款",
        "Nothing of {what} is to be made now: it is made already, cancelled, or not paid",
    )


class MadeByAnother(Problem):
    code = "made_by_another"
    status = 409
    message = Text(
        "{maker} 正在做这一件；确认由您接手后再开始", "{maker} is making this; take it over if it is yours now"
    )
