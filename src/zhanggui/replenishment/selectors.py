"""Reads of replenishment."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.i18n import Text

from .core.demand import classes as classes  # ABC by sales
from .core.stock import Wish, within
from .types import ForecastView, ProposalView, Reason, RoundView

_ROUND = """id, status, until, horizon, total, done, proposals, errors, failure, actor_label, asked_at, started_at, finished_at"""
_PROPOSAL = """p.id, p.round_id, p.sku_id, p.supplier_id, p.warehouse_id, p.quantity, p.price, p.currency, p.urgency, p.abc, p.reason,
    p.state, p.order_number, p.note"""


def latest_round() -> RoundView | None:
    """The round under way, or else the last one. One statement."""
    row = db.row(f"select {_ROUND} from replenishment_round order by id desc limit 1")
    return _round(row) if row else None


def rounds(limit: int = 20) -> list[RoundView]:
    """Rounds, the newest first. One statement."""
    return [
        _round(row) for row in db.rows(f"select {_ROUND} from replenishment_round order by id desc limit %s", (limit,))
    ]


def _round(row: dict[str, Any]) -> RoundView:
    failure = row.pop("failure")
    return RoundView(**row, failure=Text(failure["zh"], failure["en"]) if failure else None)


def forecast(sku_id: int) -> ForecastView | None:
    """What a SKU is expected to sell. One statement."""
    row = db.row(
        "select f.sku_id, f.kind, f.abc, f.model, f.first, r.until, f.history, f.filled, f.weeks, f.deviation, f.trials, f.errors"
        " from replenishment_forecast f join replenishment_round r on r.id = f.round_id where f.sku_id = %s",
        (sku_id,),
    )
    if row is None:
        return None
    arrays: dict[str, Any] = {name: tuple(row.pop(name)) for name in ("history", "filled", "weeks")}
    return ForecastView(**row, **arrays)


def expected(sku_ids: Sequence[int]) -> dict[int, float]:
    """Units a week SKUs are expected to sell, where a forecast is known. One statement."""
    rows = db.rows(
        "select sku_id, weeks from replenishment_forecast where sku_id = any(%s::bigint[])", (list(sku_ids),)
    )
    return {row["sku_id"]: sum(row["weeks"]) / len(row["weeks"]) for row in rows if row["weeks"]}


def proposals(
    *,
    state: str = "open",
    supplier_id: int | None = None,
    abc: str = "",
    ids: Sequence[int] | None = None,
    cursor: str = "",
    limit: int = 100,
) -> paging.Page[ProposalView]:
    """Proposals, the most urgent first. One statement. Raises NoSuchPage."""
    after = paging.decode(cursor, float, int) if cursor else (None, None)
    rows = db.rows(
        f"select {_PROPOSAL} from replenishment_proposal p where p.state = %(state)s"
        " and (%(supplier)s::bigint is null or p.supplier_id = %(supplier)s) and (%(abc)s = '' or p.abc = %(abc)s)"
        " and (%(ids)s::bigint[] is null or p.id = any(%(ids)s))"
        " and (%(urgency)s::float8 is null or (-p.urgency, p.id) > (-%(urgency)s::float8, %(id)s::bigint))"
        " order by -p.urgency, p.id limit %(limit)s",
        {
            "state": state, "supplier": supplier_id, "abc": abc, "urgency": after[0], "id": after[1], "limit": limit + 1,
            "ids": list(ids) if ids is not None else None,
        },
    )  # fmt: skip
    found = [_proposal(row) for row in rows]
    return paging.page(found, limit, lambda view: view.urgency, lambda view: view.id)


def proposal_of(sku_id: int) -> ProposalView | None:
    """The open proposal of a SKU. One statement."""
    row = db.row(
        f"select {_PROPOSAL} from replenishment_proposal p where p.sku_id = %s and p.state = 'open'", (sku_id,)
    )
    return _proposal(row) if row else None


def _proposal(row: dict[str, Any]) -> ProposalView:
    return ProposalView(**row | {"reason": Reason(**row["reason"])})


def within_budget(budget: int, currency: str) -> set[int]:
    """Which open proposals a budget (minor units) pays for, the most urgent first; those without a price are left out. One
    statement."""
    rows = db.rows(
        "select id, price * quantity as cost, urgency from replenishment_proposal"
        " where state = 'open' and price is not null and supplier_id is not null and currency = %s",
        (currency,),
    )
    return within([Wish(row["id"], row["cost"], row["urgency"]) for row in rows], budget)


def sums() -> list[dict[str, Any]]:
    """Open proposals by supplier: how many, units, cost by currency, those without a price. One statement."""
    return db.rows(
        "select supplier_id, currency, count(*)::int as lines, sum(quantity)::bigint as units,"
        " coalesce(sum(price * quantity), 0)::bigint as cost, count(*) filter (where price is null)::int as unpriced"
        " from replenishment_proposal where state = 'open' group by 1, 2 order by 5 desc, 1"
    )


def urgent(most: int) -> int:
    """SKUs that are out, or will be before goods can come, counted up to `most`. One statement."""
    return int(
        db.one(
            "select count(*) from (select from replenishment_proposal where state = 'open' and urgency >= 1 limit %s) u",
            (most,),
        )[0]
    )
