"""The warehouse as the visitor finds it: an order held for a call, and today's wave half packed."""

from __future__ import annotations

from contextlib import nullcontext

from django.conf import settings

from zhanggui.carriage import services as carriage
from zhanggui.fulfilment import selectors
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.types import InsertRuleDraft
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.orders import services as orders

from .world import World

WAVE, PACKED = 8, 3
INSERTS = (
    InsertRuleDraft("手写感谢卡", "放在最上面", first_order=True),
    InsertRuleDraft("山茶护手霜小样", "一单一支", min_amount=29_900, most=500),
)


def half_a_wave(world: World) -> None:
    """Held orders, passed ones that wait, and a wave of which some boxes have left."""
    service, keeper = world.clerks.service, world.clerks.warehouse
    for draft in INSERTS:
        fulfilment.save_insert_rule(draft, actor=keeper)
    fulfilment.review_missing(actor=SYSTEM)
    waiting = [review.order_number for review in selectors.warehouse.reviews("passed", limit=WAVE + 6).items]
    if len(waiting) < 4:
        return
    fulfilment.hold_orders(waiting[-1:], reason="地址疑似写错，等买家回电", actor=service)
    fulfilment.hold_orders(waiting[-2:-1], reason="买家想换颜色，核实中", actor=service)
    orders.add_note(waiting[0], "易碎，请加一层气泡膜", actor=service)
    try:
        number = fulfilment.make_wave(
            warehouse_id=inventory.warehouses(own_only=True)[0].id, limit=min(WAVE, len(waiting) - 3), actor=keeper
        )
    except Problem:  # all of it lies elsewhere
        return
    with carriage.practise(anew=True) if settings.GATEWAY_URL else nullcontext():
        if settings.GATEWAY_URL:
            fulfilment.ask_for_wave(number, actor=keeper)
            carriage.tell_services()
        for task in selectors.warehouse.tasks_of(number)[1 : PACKED + 1]:
            box = fulfilment.open_box(task.order_number, actor=keeper)
            for line in task.lines:
                for _ in range(line.quantity):
                    fulfilment.scan(box, line.sku_code, actor=keeper)
            [carried] = selectors.carried([selectors.warehouse.box(box).tasks])
            carrier, waybill = carried.choice.carrier or "SF", f"SF{world.chance.randrange(10**12, 10**13)}"
            if carried.waybill is not None and carried.waybill.number:
                carrier, waybill = carried.waybill.carrier, carried.waybill.number
            fulfilment.close_box(box, carrier=carrier, waybill_no=waybill, actor=keeper)
            world.tally.shipped += 1
