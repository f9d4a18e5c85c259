"""Price a batch of carts with a handful of set-based reads and no lock. HOT: see docs/order-path.md.

Statements: one for the goods; with coupons one more, with counted promotions one more; whatever the batch's size.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku
from zhanggui.inventory.types import LevelFree
from zhanggui.kernel import db, mall_settings, versions
from zhanggui.kernel.problems import Problem
from zhanggui.orders.errors import OutOfStock
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Buyer, BuyerPrice, Price
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.errors import not_applicable
from zhanggui.promotions.types import (
    BuyerFacts,
    CartLine,
    CartSnapshot,
    Explanation,
    HeldCoupon,
    LineVerdict,
    Verdict,
    evaluate,
)

from .buyers import NOBODY, STANDINGS, buyers_in
from .errors import NotForSale
from .points import spend_points
from .types import Quote, QuotedLine, QuoteRequest, WantedLine

#: The versions and the members' standings come once, with the first row.
_GOODS = (
    "select g.*, case when row_number() over () = 1 then (select kernel_versions()) end as versions,"
    f" case when row_number() over () = 1 then {STANDINGS} end as standings"
    " from checkout_goods(%s::text[], %s) g"
)


class Facts:
    """What one batch needs to know of its goods, read in one statement; the rest follows the versions read with them."""

    __slots__ = ("allowances", "buyers", "coupons", "currency", "levels", "now", "prices", "rules", "skus", "versions")

    def __init__(self, requests: Sequence[QuoteRequest], now: datetime) -> None:
        self.now = now
        self.skus: dict[str, SellableSku] = {}
        self.prices: dict[int, Price] = {}
        self.levels: dict[int, list[LevelFree]] = {}
        codes = list({line.sku for request in requests for line in request.lines})
        members = list({r.member_id for r in requests if r.member_id is not None})
        rows = db.rows(_GOODS, (members, codes, now)) if codes else []
        self.buyers = buyers_in(rows[0]["standings"]) if rows else {}
        for row in rows:
            self._take(row)
        self.versions: dict[str, int] = rows[0]["versions"] if rows else versions.all_of_them()
        with versions.seen(self.versions):
            mall_settings.refresh()
            self.currency: str = mall_settings.get("mall.currency")
            self.rules = promotions.live_rules(now)
            asks = [(code, r.holder) for r in requests for code in r.coupons]
            self.coupons = promotions.coupon_rules(asks, now) if asks else {}
            self.allowances = promotions.allowances(self.rules, list({r.holder for r in requests}))

    def _take(self, row: dict[str, Any]) -> None:
        sku_id, levels = row["sku_id"], row["levels"]
        if row["sale_price"] is not None:
            specials = pricing.specials_of(row["specials"])
            self.prices[sku_id] = Price(row["list_price"], row["sale_price"], row["cost"], specials=specials)
        self.levels[sku_id] = [LevelFree(0, sku_id, warehouse, free) for warehouse, free in levels]
        self.skus[row["code"]] = catalog.sellable({name: row[name] for name in SellableSku._fields})


def quote_many(requests: Sequence[QuoteRequest], facts: Facts) -> list[Quote]:
    """A quote for each request, in order. Never raises for what a buyer asked: the quote's `problems` say it."""
    with versions.seen(facts.versions):
        return spend_points(requests, [_quote(request, facts) for request in requests])


def _quote(request: QuoteRequest, facts: Facts) -> Quote:
    buyer = facts.buyers.get(request.member_id or 0, NOBODY)._replace(channel=request.channel)
    found = [_find(line, facts, buyer) for line in request.lines]
    problems = [problem for _, problem in found if problem is not None]
    verdict = _judge(request, [line for line, _ in found], facts, problems)
    verdicts = {line.key: line for line in verdict.lines}
    lines = tuple(_with_verdict(line, verdicts.get(line.id)) for line, _ in found)
    items_total = sum(line.subtotal for line in lines)
    goods = items_total - verdict.discount_total
    shipping, label = 0, None
    if request.delivery is not None and lines:
        weight = sum(facts.skus[line.sku].weight_g * line.quantity for line in lines if line.sku_id)
        try:
            freight = pricing.freight(request.delivery.method, request.delivery.province, goods, weight)
            shipping, label = freight.amount, freight.label
        except Problem as undeliverable:
            problems.append(undeliverable)
    return Quote(
        facts.currency,
        lines,
        verdict,
        items_total,
        verdict.discount_total,
        shipping,
        goods + shipping,
        label,
        tuple(problems),
    )


def _find(line: WantedLine, facts: Facts, buyer: Buyer) -> tuple[QuotedLine, Problem | None]:
    """The line with SKU, the buyer's price and stock of this moment, and what is wrong with it."""
    sku = facts.skus.get(line.sku)
    price = facts.prices.get(sku.sku_id) if sku else None
    if sku is None or sku.reason or price is None:
        known = sku if sku is not None and sku.sku_id else None
        return _unsellable(line, known), NotForSale(sku=line.sku, extra={"sku": line.sku})
    levels = facts.levels.get(sku.sku_id, ())
    stock = _plan(levels, line.quantity)
    available = sum(level.free for level in levels if level.free > 0)
    problem = None
    if not stock:
        problem = OutOfStock(sku=line.sku, available=available, extra={"sku": line.sku, "available": available})
    his, one = _his_price(price, buyer, line.quantity)
    subtotal = his.price * line.quantity
    quoted = QuotedLine(
        line.id,
        line.sku,
        sku.sku_id,
        sku.product_id,
        sku.title,
        sku.options,
        sku.image,
        sku.slug,
        line.quantity,
        available,
        price.list_price,
        his.price,
        price.cost,
        subtotal,
        0,
        subtotal,
        (),
        stock,
        "out_of_stock" if problem else "",
        his.kind,
        one,
        price.sale_price,
    )
    return quoted, problem


def _his_price(price: Price, buyer: Buyer, quantity: int) -> tuple[BuyerPrice, int]:
    """What a piece costs the buyer of so many, and what a single one would."""
    if not price.specials:
        return BuyerPrice(price.sale_price), price.sale_price
    his = pricing.price_for(price, buyer._replace(quantity=quantity))
    return his, his.price if quantity == 1 else pricing.price_for(price, buyer).price


def _unsellable(line: WantedLine, sku: SellableSku | None) -> QuotedLine:
    """A line that costs nothing because it cannot be bought; shown so that the buyer can take it out."""
    if sku is None:
        return QuotedLine(
            line.id, line.sku, 0, 0, "", "", "", "", line.quantity, 0, 0, 0, None, 0, 0, 0, (), (), "not_for_sale"
        )
    return QuotedLine(
        line.id,
        line.sku,
        sku.sku_id,
        sku.product_id,
        sku.title,
        sku.options,
        sku.image,
        sku.slug,
        line.quantity,
        0,
        0,
        0,
        None,
        0,
        0,
        0,
        (),
        (),
        "not_for_sale",
    )


def _plan(levels: Sequence[LevelFree], quantity: int) -> tuple[tuple[int, int], ...]:
    """Which warehouses give how many: one that has enough (the first by priority), else several; empty if too little."""
    for level in levels:
        if level.free >= quantity:
            return ((level.warehouse_id, quantity),)
    pieces, left = [], quantity
    for level in levels:
        take = min(level.free, left)
        if take > 0:
            pieces.append((level.warehouse_id, take))
            left -= take
        if left == 0:
            return tuple(pieces)
    return ()


def _judge(request: QuoteRequest, lines: Sequence[QuotedLine], facts: Facts, problems: list[Problem]) -> Verdict:
    """The engine's verdict; a coupon that was asked for and does nothing is a problem, and explained like a rule."""
    held: list[HeldCoupon] = []
    unusable: list[Explanation] = []
    for code in request.coupons:
        answer = facts.coupons[code, request.holder]
        if isinstance(answer, HeldCoupon):
            held.append(answer)
        else:
            unusable.append(answer)
    cart = CartSnapshot(
        tuple(_cart_line(line, facts.skus[line.sku]) for line in lines if line.problem != "not_for_sale"),
        facts.now,
        facts.currency,
        BuyerFacts(member_id=request.member_id, region=request.delivery.province if request.delivery else ""),
    )
    verdict = evaluate(facts.rules, cart, held, facts.allowances[request.holder])
    if request.coupons:
        unusable += [e for e in verdict.explanation if e.coupon and not e.applied]
        problems += [not_applicable(explanation) for explanation in unusable]
        known = {id(e) for e in verdict.explanation}
        verdict = verdict._replace(explanation=verdict.explanation + tuple(e for e in unusable if id(e) not in known))
    return verdict


def _cart_line(line: QuotedLine, sku: SellableSku) -> CartLine:
    return CartLine(
        line.id,
        sku.sku_id,
        sku.product_id,
        tuple(sku.category_ids),
        sku.brand_id,
        line.quantity,
        line.unit_price,
        line.list_price,
    )


def _with_verdict(line: QuotedLine, verdict: LineVerdict | None) -> QuotedLine:
    if verdict is None or not verdict.discount:
        return line
    return QuotedLine(
        line.id,
        line.sku,
        line.sku_id,
        line.product_id,
        line.title,
        line.options,
        line.image,
        line.slug,
        line.quantity,
        line.available,
        line.list_price,
        line.unit_price,
        line.cost,
        line.subtotal,
        verdict.discount,
        line.subtotal - verdict.discount,
        verdict.shares,
        line.stock,
        line.problem,
        line.special,
        line.one_price,
        line.sale_price,
    )
