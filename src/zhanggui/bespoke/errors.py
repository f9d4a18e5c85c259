"""Why something made for its buyer cannot be bought, or its form not be kept."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class ParticularsNeeded(Problem):
    """`errors` say which of the particulars is missing or wrong (`particulars.<key>`); `extra.sku` the article."""

    code = "particulars_needed"
    status = 422
    message = Text("请填写「{title}」的定制内容", "Say how {title} is to be made")
