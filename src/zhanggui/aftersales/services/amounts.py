"""What a case comes to is written on it."""

from collections.abc import Mapping
from typing import Any

from zhanggui.kernel import db

from ..types import Effect

_LINES = """
insert into aftersales_caseline as l (case_id, line, sku_id, sku_code, title, quantity, amount)
select %s, r.line, r.sku_id, r.sku_code, r.title, r.quantity, r.amount from jsonb_to_recordset(%s)
    as r(line int, sku_id bigint, sku_code text, title text, quantity int, amount bigint) order by r.line
on conflict (case_id, line) do update set quantity = excluded.quantity, amount = excluded.amount
"""


@db.needs_transaction
def write_amounts(
    case_id: int, order: Mapping[str, Any], units: Mapping[int, int], amounts: Mapping[int, int], effect: Effect, freight: int,
) -> None:  # fmt: skip
    """The case is about `units` of the order's lines and gives back `amounts`, by line; what it held before and is in neither
    gives nothing."""
    rows = [
        {
            "line": line["line"], "sku_id": line["sku_id"], "sku_code": line["sku"], "title": line["title"],
            "quantity": units.get(line["line"], 0), "amount": amounts.get(line["line"], 0),
        }
        for line in order["lines"]
        if units.get(line["line"]) or amounts.get(line["line"])
    ]  # fmt: skip
    db.execute(
        "update aftersales_caseline set quantity = 0, amount = 0 where case_id = %s and line <> all(%s)",
        (case_id, [row["line"] for row in rows]),
    )
    db.execute(_LINES, (case_id, db.Json(rows)))
    db.execute(
        "update aftersales_case set goods_amount = %s, freight_amount = %s, effect = %s where id = %s and not reserved",
        (sum(amounts.values()), freight, db.Json(stored(effect)), case_id),
    )


def stored(effect: Effect) -> dict[str, Any]:
    """An effect as it is kept with its case."""
    return {
        "policy": effect.policy, "gift": effect.gift, "told": effect.told, "share": effect.share,
        "changes": [
            {"kind": c.kind, "ref": c.ref, "zh": c.label.zh, "en": c.label.en, "amount": c.amount} for c in effect.changes
        ],
    }  # fmt: skip
