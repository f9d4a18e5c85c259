"""The mall's numbers for its assortment."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

MAIN_LEAST, MAIN_MOST = "assortment.main_least", "assortment.main_most"
HIT_DAYS, HIT_UNITS = "assortment.hit_days", "assortment.hit_units"
HIT_MARGIN, HIT_WEIGHT, HIT_EXCLUDED = "assortment.hit_margin", "assortment.hit_weight_g", "assortment.hit_excluded"
SLOW_DAYS, SLOW_SHARE = "assortment.slow_days", "assortment.slow_sell_through"
SLOW_GRACE, SLOW_FEW, REVIEW_DAYS = "assortment.slow_grace_days", "assortment.slow_few", "assortment.review_days"

SETTINGS = [
    Setting(MAIN_LEAST, 3, "int", Text("主推款至少几个（少了会提醒）", "Products pushed first: at least (fewer is told)"), 0, 50),
    Setting(MAIN_MOST, 5, "int", Text("主推款最多几个（多了不能设置）", "Products pushed first: at most (more is refused)"), 1, 50),
    Setting(
        HIT_DAYS, 30, "int", Text("爆款：按最近多少天的销量", "Hits: sales of the last so many days"), 1, 365,
    ),
    Setting(
        HIT_UNITS, 20, "int", Text("爆款：这些天里至少售出多少件", "Hits: units sold in these days at least"), 1, 1_000_000,
    ),
    Setting(
        HIT_MARGIN, 10, "int", Text("爆款：毛利率最多百分之几（微利或保本）", "Hits: gross margin of at most so many percent"), 0, 100,
    ),
    Setting(
        HIT_WEIGHT, 20_000, "int",
        Text("爆款：单件最重多少克，物流才好配送", "Hits: the heaviest piece, in grams, that is delivered with ease"), 1, 1_000_000,
    ),
    Setting(
        HIT_EXCLUDED, 3, "int", Text("爆款：最多可有几个省不配送", "Hits: provinces that may be left out of delivery"), 0, 34,
    ),
    Setting(
        SLOW_DAYS, 60, "int", Text("滞销：多少天没有卖出", "Slow sellers: no sale for so many days"), 7, 365,
    ),
    Setting(
        SLOW_SHARE, 10, "int",
        Text("滞销：同期售罄率低于百分之几且有库存", "Slow sellers: sell-through below so many percent with stock on hand"), 0, 100,
    ),
    Setting(
        SLOW_GRACE, 30, "int", Text("滞销：上架满多少天才判断", "Slow sellers: listed for at least so many days"), 0, 365,
    ),
    Setting(
        SLOW_FEW, 5, "int", Text("滞销：剩余不超过几件时建议下架", "Slow sellers: so few left that delisting is proposed"), 0, 10_000,
    ),
    Setting(
        REVIEW_DAYS, 30, "int", Text("汰换复盘每隔多少天做一次", "Days between two reviews of slow sellers"), 1, 365,
    ),
]  # fmt: skip
