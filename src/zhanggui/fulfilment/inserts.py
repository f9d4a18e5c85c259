"""Small gifts and leaflets (随单小礼, PRM-20): which of them an order's parcel gets."""

from collections.abc import Sequence

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db
from zhanggui.orders import selectors as orders

from .types import InsertRuleView

_RULES = """
select r.id, r.label, r.note, r.min_amount, r.category_id, r.first_order, r.most, r.active,
    (select count(*)::int from fulfilment_insert i where i.rule_id = r.id) as given
from fulfilment_insertrule r
"""


def rules(*, active_only: bool = False) -> list[InsertRuleView]:
    """All rules with how many pieces went out. One statement."""
    where = " where r.active" if active_only else ""
    return [InsertRuleView(**row) for row in db.rows(f"{_RULES}{where} order by r.id")]


def fitting(order_numbers: Sequence[str]) -> dict[str, list[InsertRuleView]]:
    """What goes into each order's parcel and has not yet; up to four statements, without rules one."""
    known = [rule for rule in rules(active_only=True) if rule.most is None or rule.given < rule.most]
    if not known:
        return {}
    found = orders.to_pack(order_numbers)
    given = {
        (row["order_number"], row["rule_id"])
        for row in db.rows(
            "select order_number, rule_id from fulfilment_insert where order_number = any(%s)", (list(order_numbers),)
        )
    }
    first = orders.first_of_buyers(order_numbers) if any(rule.first_order for rule in known) else set()
    skus = {line["sku_id"] for order in found.values() for line in order["lines"] if line["sku_id"]}
    paths = catalog.goods_of(sorted(skus)) if any(rule.category_id for rule in known) else {}
    wanted: dict[str, list[InsertRuleView]] = {}
    for number, order in found.items():
        categories = {each for line in order["lines"] if line["sku_id"] in paths for each in paths[line["sku_id"]][1]}
        wanted[number] = [
            rule
            for rule in known
            if order["total"] >= rule.min_amount
            and (rule.category_id is None or rule.category_id in categories)
            and (not rule.first_order or number in first)
            and (number, rule.id) not in given
        ]
    return wanted
