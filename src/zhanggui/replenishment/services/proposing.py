"""Proposals of a round: what stock each SKU needs until the next order is there, held against what is there and coming."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement.types import Lead, Terms

from ..core import stock
from ..settings import LEAD_DAYS, REVIEW_DAYS, SERVICE
from ..types import Reason

#: The ninetieth percentile of a normal distribution lies so many standard deviations above its middle.
P90 = 1.2816


@db.needs_transaction
def propose(round_id: int) -> int:
    """Put new proposals in the place of the open ones; how many. Bounded statements whatever the number of SKUs."""
    db.execute("update replenishment_proposal set state = 'replaced', decided_at = kernel_now() where state = 'open'")
    places = inventory.warehouses(active_only=True, own_only=True)
    if not places:
        return 0
    known = db.rows("select sku_id, abc, weeks, deviation from replenishment_forecast order by sku_id")
    elsewhere = catalog.not_stocked([row["sku_id"] for row in known])
    known = [row for row in known if row["sku_id"] not in elsewhere]
    skus = [row["sku_id"] for row in known]
    free, coming = inventory.available(skus), procurement.units_on_order(skus)
    sellers = procurement.suppliers_of(skus)
    chosen = sorted({found[0] for found in sellers.values() if found})
    terms = _terms(sellers)
    leads = {(lead.supplier_id, lead.sku_id): lead for lead in procurement.sku_leads(skus)}
    general = procurement.supplier_leads(chosen)
    currencies = procurement.currencies(chosen)
    rows = []
    for row in known:
        sku = row["sku_id"]
        supplier = sellers[sku][0] if sellers[sku] else None
        how = terms[supplier].get(sku) if supplier is not None else None
        learned = (leads.get((supplier, sku)) or general.get(supplier)) if supplier is not None else None
        found = _one(row, free[sku], coming[sku], how, learned)
        if found is None:
            continue
        need, reason = found
        price = (how.price(need.quantity) or how.last_price) if how else None
        short = max(0.0, need.expected - (free[sku] + coming[sku]))
        rows.append(
            {
                "sku_id": sku, "supplier_id": supplier, "quantity": need.quantity, "price": price, "abc": row["abc"],
                "currency": currencies.get(supplier, "") if supplier is not None else mall_settings.get("mall.currency"),
                "urgency": round(_urgency(need, short), 4), "reason": asdict(reason),
            }
        )  # fmt: skip
    return db.execute(
        "insert into replenishment_proposal (round_id, sku_id, supplier_id, warehouse_id, quantity, price, currency, urgency,"
        " abc, reason) select %s, r.sku_id, r.supplier_id, %s, r.quantity, r.price, r.currency, r.urgency, r.abc, r.reason"
        " from jsonb_to_recordset(%s) as r(sku_id bigint, supplier_id bigint, quantity int, price bigint, currency text,"
        " urgency float8, abc text, reason jsonb)",
        (round_id, places[0].id, db.Json(rows)),
    )


def _terms(sellers: dict[int, list[int]]) -> dict[int, dict[int, Terms]]:
    """How each SKU is bought of the supplier it would be bought of. One statement a supplier."""
    by_supplier: dict[int, list[int]] = {}
    for sku, found in sellers.items():
        if found:
            by_supplier.setdefault(found[0], []).append(sku)
    return {
        supplier: procurement.terms(supplier, skus, clock.business_date()) for supplier, skus in by_supplier.items()
    }


def _one(
    row: dict[str, Any], free: int, coming: int, how: Terms | None, learned: Lead | None
) -> tuple[stock.Need, Reason] | None:
    """What a SKU needs; None where it has enough."""
    lead = float(learned.median if learned else how.lead_days if how else mall_settings.get(LEAD_DAYS))
    spread = max(0, learned.p90 - learned.median) / P90 if learned else 0.0
    service = int(mall_settings.get(SERVICE[row["abc"]]))
    terms = stock.Terms(
        lead=lead,
        spread=spread,
        review=float(mall_settings.get(REVIEW_DAYS)),
        pack=how.pack_size if how else 1,
        least=how.minimum_quantity if how else 0,
    )
    outlook = stock.Outlook(tuple(row["weeks"]), row["deviation"])
    need = stock.need(outlook, terms, free + coming, service / 100)
    if need.quantity <= 0:
        return None
    reason = Reason(
        lead=lead, spread=round(spread, 2), learned=learned.receipts if learned else 0, review=int(terms.review),
        service=service, expected=round(need.expected, 2), safety=need.safety, target=need.target, free=free, coming=coming,
        pack=terms.pack, least=terms.least, wanted=need.wanted,
        until=None if need.until is None else round(need.until, 1),
    )  # fmt: skip
    return need, reason


def _urgency(need: stock.Need, short: float) -> float:
    """Orders proposals: first what will be missing before new goods can be there, as a share of what is expected, then the rest."""
    gone = 1.0 if need.until == 0 else 0.0
    missing = short / need.expected if need.expected else 0.0
    return gone + missing + need.wanted / max(1, need.target) / 10
