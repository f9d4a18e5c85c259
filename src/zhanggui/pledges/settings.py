"""The mall's own price guarantee (价保)."""

from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting


def _known_categories(value: Any) -> Text | None:
    from .guarantee import categories_in  # settings are declared before the catalogue can be read

    _, unknown = categories_in(value)
    if not unknown:
        return None
    codes = ", ".join(unknown)
    return Text(
        f"没有编码为 {codes} 的分类；多个编码用逗号分隔", f"no category has the code {codes}; put commas between codes"
    )


SETTINGS = [
    Setting(
        "pledges.raise_days",
        14,
        "int",
        Text("促销开始前多少天内涨价算先涨后降", "Days before a promotion in which a raised price is a finding"),
        minimum=1,
        maximum=60,
    ),
    Setting(
        "pledges.guarantee",
        False,
        "bool",
        Text("价保：买后降价退差价", "Price guarantee: pay back the difference when a price falls"),
    ),
    Setting(
        "pledges.guarantee_days",
        7,
        "int",
        Text("价保到签收后多少天", "Days from delivery for which a price is guaranteed"),
        minimum=1,
        maximum=90,
    ),
    Setting(
        "pledges.guarantee_automatic",
        False,
        "bool",
        Text("降价后每小时自动退差价，不必买家申请", "Pay differences back by itself, every hour, without a claim"),
    ),
    Setting(
        "pledges.guarantee_promotions",
        True,
        "bool",
        Text("限时折扣算降价", "Limited-time discounts on single items count as a lower price"),
    ),
    Setting(
        "pledges.guarantee_flash_sales",
        False,
        "bool",
        Text(
            "秒杀算降价，秒杀买到的也价保", "Flash sales count as a lower price, and what they sold is guaranteed, too"
        ),
    ),
    Setting(
        "pledges.guarantee_elsewhere",
        True,
        "bool",
        Text(
            "买家可按别处更低的价格申请，由员工核定",
            "Buyers may claim a lower price seen elsewhere, for staff to decide",
        ),
    ),
    Setting(
        "pledges.guarantee_excluded",
        "",
        "text",
        Text(
            "不参加价保的分类：编码，用逗号分隔，含下级",
            "Categories without the guarantee: codes with commas between, with all below them",
        ),
        optional=True,
        check=_known_categories,
    ),
]
