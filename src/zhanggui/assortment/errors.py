"""What the assortment refuses beyond wrong fields; codes are stable (ops-api contract)."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class TooManyMain(Problem):
    """More products would be pushed first than the mall allows. `extra.most` is the limit, `extra.count` how many there would be."""

    code = "too_many_main"
    status = 409
    message = Text(
        "主推款最多 {most} 个，这样会有 {count} 个。请先取消别的主推款，或在设置里调整上限",
        "At most {most} products are pushed first, and these would make {count}. Take the role from others, or change the limit",
    )
