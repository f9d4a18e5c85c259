"""The assortment of the demo mall: roles, two planned shelves, what goes along, and a review of what sells slowly."""

from __future__ import annotations

from datetime import timedelta

from zhanggui.assortment import selectors, services
from zhanggui.assortment.types import KEEP, MAIN, PROMOTE, Band, Match, ShelfPlan
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders

#: What the shop says when it recommends something along with a main push.
WORDS = (
    ("送礼成套更体面", "Together they make a gift", "亲，这两件成套送人更体面，要不要一起带上？"),
    ("一起用正合适", "They belong together", "很多老客这两样一起买，正好一起用上～"),
    ("凑满减刚好", "And the discount is reached", "再加这一件就够满减啦，算下来更划算哦。"),
)


def arrange(marketing: Actor) -> None:
    """As it is decided a week before the present, by what was sold until then."""
    sold = [product for product, _ in orders.facts.units_by_product(clock.now() - timedelta(days=30), 60)]
    cards = catalog.assortment.cards(sold)
    best = [product for product in sold if product in cards and cards[product].listed]
    if len(best) < 9:  # a mall of very few goods
        return
    roles = ((MAIN, best[:4], "近 30 天卖得最好，活动优先报名"), ("traffic", best[4:8], "价格亲民，带来新客"),
             ("basic", [*best[:3], *best[8:16]], "日常成交主力"), ("image", best[16:18], "代表店铺品味"))  # fmt: skip
    for role, products, reason in roles if len(best) > 17 else roles[:3]:
        services.set_role(products, role, given=True, reason=reason, actor=marketing)
    candidates = [row.product_id for row in selectors.hit_board().candidates[:2]]
    services.set_role(candidates or best[5:7], "hit", given=True, reason="试做爆款区", actor=marketing)
    for place, product in enumerate(best[:3]):
        for (zh, en, script), other in zip(WORDS, best[8 + 3 * place :][:3], strict=False):
            services.put_match(product, Match(other, zh, en, script), actor=marketing)
    _plan(marketing)
    _look_through(marketing)


def _plan(marketing: Actor) -> None:
    """The whole mall and its first category: a few more products than there are, most of them at everyday prices."""
    top = next((category.id for category in catalog.categories() if category.parent_id is None), 0)
    shelves = {shelf.category_id: shelf for shelf in selectors.shelves()}
    bands = (Band(0, 5_000, 3_000), Band(5_000, 10_000, 4_000), Band(10_000, 20_000, 2_000), Band(20_000, None, 1_000))
    for category in (0, top):
        services.save_plan(
            ShelfPlan(category, shelves[category].products + 6, 2, 60, bands, "礼盒再补一档，百元以内为主"),
            actor=marketing,
        )


def _look_through(marketing: Actor) -> None:
    """The first two that are slow get their word; the review says why the others wait."""
    later = clock.business_date() + timedelta(days=30)
    slow = [row.product_id for row in selectors.renewal().slow]
    for product, kind, reason in zip(slow, (PROMOTE, KEEP), ("进双十二清仓", "换季后再看"), strict=False):
        services.decide([product], kind, until=later, reason=reason, actor=marketing)
    services.finish_review(note="其余等月底盘点后再定", actor=marketing)
