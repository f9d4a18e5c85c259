"""What clearance refuses, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class NotComputed(Problem):
    """There are no figures of this SKU yet."""

    code = "clearance_not_computed"
    status = 409
    message = Text("还没有这个 SKU 的库存分析，请先重算", "There are no figures of this SKU yet; compute them first")
