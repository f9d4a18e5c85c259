"""Stock looked over: figures computed, one slow seller cut, one left for a reason, a season planned to its end, a few limits set."""

from __future__ import annotations

from datetime import timedelta

from zhanggui.clearance import selectors, services
from zhanggui.clearance.types import KEEP, MARKDOWN, PlanDraft
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import AlertLimit
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

from .world import World

CUT = 2_000


def look_over(world: World) -> None:
    """As purchasing and marketing leave it in the evening before the visitor comes."""
    services.refresh(actor=SYSTEM)
    slow = selectors.figures(view=selectors.SLOW, limit=2).items
    if slow and slow[0].price:
        services.decide(slow[0].sku_id, MARKDOWN, step=CUT, actor=world.clerks.marketing)
    if len(slow) > 1:
        services.decide(slow[1].sku_id, KEEP, reason="下月专题要用，到时再看", actor=world.clerks.marketing)
    heavy = selectors.figures(view=selectors.OVER, limit=6).items
    if heavy:
        today = clock.business_date()
        targets = tuple((row.sku_id, row.on_hand // 5) for row in heavy)
        draft = PlanDraft("秋冬季末", today + timedelta(days=56), targets, "周掌柜", "春节前腾出库位")
        plan = services.create_plan(draft, actor=world.clerks.marketing)
        services.add_step(plan, today, "首页秋冬专区", owner="推广", actor=world.clerks.marketing)
        services.add_step(plan, today + timedelta(days=21), "第二件半价", owner="推广", actor=world.clerks.marketing)
    limits = [AlertLimit(row.sku_id, None, 5, 3 * row.on_hand + 10) for row in heavy[:3]]
    if limits:
        inventory.set_alert_limits(limits, actor=SYSTEM)
    inventory.look_for_alerts(actor=SYSTEM)
