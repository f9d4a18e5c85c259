"""The warehouse in depth: some goods on shelves, a batch that expires soon, a transfer under way, a lock, and two stock-takes."""

from __future__ import annotations

from datetime import timedelta

from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import Counted, LocationDraft, Spot, StockRow, TransferRow
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

from . import clearing
from .world import World

SHELVES = ("A-01-01", "A-01-02", "A-01-03", "B-01-01", "B-01-02", "B-01-03")
EACH, BATCH, EXPIRES_IN = 8, 24, 18


def keep_in_depth(world: World) -> None:
    """As the keeper leaves it in the evening before the visitor comes."""
    keeper = world.clerks.warehouse
    house = selectors.warehouses(own_only=True)[0].id
    levels = selectors.level_page(warehouse_id=house, limit=400).items
    free = [level for level in levels if level.on_hand - level.reserved - level.withheld >= 2 * EACH][: len(SHELVES)]
    if len(free) < len(SHELVES):  # a mall of very few goods
        return
    drafts = [LocationDraft(code, "pick" if code[0] == "A" else "bulk", 10 * i) for i, code in enumerate(SHELVES)]
    services.save_locations(house, [*drafts, LocationDraft("D-01", "damaged", 900)], actor=keeper)
    for level, code in zip(free, SHELVES, strict=True):
        services.move([Spot(level.sku_id, house, EACH)], to=code, actor=keeper)
    expires = clock.business_date() + timedelta(days=EXPIRES_IN)
    row = StockRow(free[2].sku_id, BATCH, house, None, SHELVES[2], "LQ2508", expires - timedelta(days=180), expires)
    services.receive([row], reference="临期批次到货", actor=keeper)
    services.damage([Spot(free[0].sku_id, house, 2, SHELVES[0])], reason="外箱受潮", actor=keeper)
    services.lock(
        free[4].sku_id, house, 2, reason="主推活动预留", until=world.ends + timedelta(days=5), actor=keeper
    )  # fmt: skip
    other = services.save_warehouse(code="sh", name="上海嘉定仓", region="上海市", priority=50, actor=SYSTEM)
    rows = [TransferRow(level.sku_id, 3, location=code) for level, code in zip(free[3:5], SHELVES[3:5], strict=True)]
    services.send_transfer(services.draft_transfer(house, other, rows, note="补上海仓首批", actor=keeper), actor=keeper)
    _count(house, "B", {2: -1}, world, finish=True)
    _count(house, "A", {0: -7}, world, finish=False)
    clearing.look_over(world)


def _count(house: int, zone: str, off: dict[int, int], world: World, *, finish: bool) -> None:
    """A stock-take of a zone; `off` are differences by line. The unfinished one stops after its first line."""
    keeper = world.clerks.warehouse
    number = services.start_count(house, zones=[zone], note="月底轮盘", actor=keeper)
    view = selectors.count(number)
    assert view is not None
    lines = selectors.count_lines(view.id).items
    for i, line in enumerate(lines if finish else lines[:1]):
        found = Counted(line.sku_id, line.snapshot + off.get(i, 0), line.location, line.batch)
        services.count(number, [found], actor=keeper)
    if finish:
        services.submit_count(number, reason="拆零时少点一件", actor=keeper)
        services.post_count(number, actor=keeper)
