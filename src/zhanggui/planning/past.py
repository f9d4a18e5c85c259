"""Past orders as sales of the replay, a batch at a time: the goods, the buyer as of then, what promotions really took."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.members import selectors as members
from zhanggui.members.types import MemberFacts
from zhanggui.orders import selectors as orders
from zhanggui.orders.types import GIFT
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions.types import KINDS, BuyerFacts, CartLine, Lane

from .core import Given, GoodsFact, Sale, SoldLine

SIZE = 1000
GROUP = "group"  # kind of the entry of an order that was bought in a group
_NOWHERE: tuple[int, tuple[int, ...], int | None] = (0, (), None)


class Goods(dict[int, GoodsFact]):
    """Floors and costs by SKU, and where each stands in the catalogue; what is not known yet is read for a batch at once."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[int, tuple[int, tuple[int, ...], int | None]] = {}

    def learn(self, sku_ids: Iterable[int]) -> None:
        """Two statements, none where all are known."""
        missing = sorted({sku for sku in sku_ids if sku not in self.places})
        if missing:
            found = catalog.goods_of(missing)
            self.places.update((sku, found.get(sku, _NOWHERE)) for sku in missing)
            self.update((sku, GoodsFact(f.floor, f.cost)) for sku, f in pricing.floors(missing).items())


def sales(start: datetime, end: datetime, currency: str, goods: Goods, *, size: int = SIZE) -> Iterator[list[Sale]]:
    """The orders of the span by their time, in batches. Five statements for each batch, at most two more for new goods."""
    for batch in orders.past.ids(start, end, currency, size=size):
        rows = orders.past.whole(batch)
        goods.learn(line[1] for row in rows for line in row["lines"] or () if line[1] is not None)
        buyers = _Buyers(rows)
        yield [_sale(row, buyers, goods) for row in rows if row["lines"]]


class _Buyers:
    """Members of a batch as of their orders: tier and first purchase exactly, tags, employment and birthday as they are now."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        ids = {row["member_id"] for row in rows if row["member_id"] is not None}
        self._facts: Mapping[int, MemberFacts] = members.buyer_facts(sorted(ids)) if ids else {}
        self._changes = members.tier_changes(sorted(ids), rows[0]["placed_at"]) if ids else {}

    def of(self, row: Mapping[str, Any], regular: bool) -> BuyerFacts:
        member_id, province = row["member_id"], row["province"]
        facts = self._facts.get(member_id) if member_id is not None else None
        if facts is None:
            return BuyerFacts(member_id, not regular, region=province)
        at = row["placed_at"]
        tier = next((before for changed, before in self._changes.get(member_id, ()) if changed > at), facts.tier)
        month = facts.birthday[0] if facts.birthday else 0
        return BuyerFacts(
            member_id,
            not regular,
            tier,
            province,
            frozenset(facts.tags),
            facts.employee,
            month == clock.local(at).month,
        )


def _sale(row: Mapping[str, Any], buyers: _Buyers, goods: Goods) -> Sale:
    told = row["explanation"] or []
    at = row["placed_at"]
    relieved = tuple(
        (entry["ref"], entry["amount"])
        for entry in told
        if entry["kind"] in KINDS and KINDS[entry["kind"]].lane is Lane.FREIGHT
    )
    return Sale(
        row["number"],
        at,
        clock.business_date(at),
        buyers.of(row, row["regular"]),
        tuple([_line(line, goods) for line in row["lines"] if not _given(line)]),
        row["holder"],
        row["channel"],
        row["valid"],
        row["cancelled_at"],
        tuple((entry["ref"], entry["coupon"]) for entry in told if entry.get("coupon")),
        row["shipping_total"] + sum(amount for _, amount in relieved),
        relieved,
        tuple(given for line in row["lines"] if (given := _given(line))),
        row["reserved"] or any(entry["kind"] == GROUP for entry in told),
    )


def _given(stored: Sequence[Any]) -> Given | None:
    """The gift a line is; None for goods that were bought."""
    _, sku_id, _, quantity, *_, shares = stored
    gift = next((share for share in shares if share.get("kind") == GIFT), None)
    return Given(gift["ref"], sku_id, quantity, stored[6]) if gift else None


def _line(stored: Sequence[Any], goods: Goods) -> SoldLine:
    """The price asked before anything was taken off: where staff changed it by hand, the one before."""
    position, sku_id, product_id, quantity, list_price, unit_price, cost, payable, shares = stored
    taken = tuple((share["ref"], share["amount"]) for share in shares if share.get("ref") and not share.get("kind"))
    asked = next((share["unit_price"] for share in shares if "unit_price" in share), unit_price)
    other = quantity * asked - sum(amount for _, amount in taken) - payable
    if sku_id is None:
        cart = CartLine(str(position), -position, product_id or 0, (), None, quantity, asked, list_price)
    else:
        product, path, brand = goods.places[sku_id]
        cart = CartLine(str(position), sku_id, product or product_id or 0, path, brand, quantity, asked, list_price)
    return SoldLine(cart, cost, taken, other)
