"""Price a batch of carts with a handful of set-based reads and no lock. HOT: see docs/order-path.md.

Statements: one for the goods (gifts among them); with coupons one more, with counted promotions one more, with promotions
for first-time buyers one more; whatever the batch's size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zhanggui.bespoke import selectors as bespoke
from zhanggui.bespoke.errors import ParticularsNeeded
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku, SupplyMode
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory.types import LevelFree
from zhanggui.kernel import clock, db, mall_settings, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS
from zhanggui.kernel.problems import FieldError, Problem
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.orders.errors import OutOfStock
from zhanggui.presale import selectors as presale
from zhanggui.presale.errors import PresaleOnly
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Buyer, BuyerPrice, Freight, Price, Sent
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.errors import not_applicable
from zhanggui.promotions.types import (
    CartLine,
    CartSnapshot,
    Explanation,
    HeldCoupon,
    LineVerdict,
    Relief,
    Verdict,
    evaluate,
    relieve,
    waive,
)

from .buyers import NOBODY, STANDINGS, Benefits, Standings, buyers_in, facts_of
from .errors import NotForSale, OnlyDelivered
from .fetching import at_point, closed
from .groups import in_group
from .points import spend_points
from .presale import reserved
from .types import (
    NO_RELIEF,
    PARTICULARS,
    PICKUP,
    PRESALE_ONLY,
    GiftChoice,
    Quote,
    QuotedGift,
    QuotedLine,
    QuoteRequest,
    WantedLine,
)

#: The versions and the members' standings come once, with the first row.
_GOODS = (
    "select g.*, case when row_number() over () = 1 then (select kernel_versions()) end as versions,"
    f" case when row_number() over () = 1 then {STANDINGS} end as standings"
    " from checkout_goods(%s::text[], %s) g"
)


class Facts:
    """What one batch needs to know of its goods, read in one statement; the rest follows the versions read with them."""

    __slots__ = (
        *(
            "allowances",
            "backlog",
            "bought",
            "buyers",
            "coupons",
            "currency",
            "forms",
            "gifts",
            "groups",
            "levels",
            "month",
            "now",
            "presales",
            "prices",
            "reservations",
            "today",
        ),
        *("rules", "skus", "standings", "versions"),
    )

    def __init__(self, requests: Sequence[QuoteRequest], now: datetime) -> None:
        self.now = now
        self.skus: dict[str, SellableSku] = {}
        self.prices: dict[int, Price] = {}
        self.levels: dict[int, list[LevelFree]] = {}
        asked = {line.sku for request in requests for line in request.lines}
        codes = list(asked.union(promotions.gift_codes().values())) if asked else []
        members = list({r.member_id for r in requests if r.member_id is not None})
        rows = db.rows(_GOODS, (members, codes, now)) if codes else []
        self.standings: Standings | None = rows[0]["standings"] if rows else None
        self.buyers = buyers_in(self.standings)
        for row in rows:
            self._take(row)
        self.versions: dict[str, int] = rows[0]["versions"] if rows else versions.all_of_them()
        with versions.seen(self.versions):
            mall_settings.refresh()
            self.currency: str = mall_settings.get("mall.currency")
            self.presales = presale.sold_alone(now)
            self.forms = bespoke.forms()
            self.rules = promotions.live_rules(now)
            asks = [(code, r.holder) for r in requests for code in r.coupons]
            self.coupons = promotions.coupon_rules(asks, now) if asks else {}
            self.allowances = promotions.allowances(self.rules, list({r.holder for r in requests}))
        self.today = clock.local(now).date()
        self.month = self.today.month
        self.backlog = self._backlog() if self.forms else {}
        self.gifts = promotions.gift_codes() if self.rules.gifts else {}
        fresh = [code for code in self.gifts.values() if code not in self.skus] if asked else []
        for row in db.rows(_GOODS, ([], fresh, now)) if fresh else ():  # a rule for gifts came into force just now
            self._take(row)
        self.bought = self._bought(requests)
        wishes = {r.group.offer for r in requests if r.group is not None}
        self.groups = groupbuy.terms(sorted(wishes)) if wishes else {}
        numbers = sorted({r.presale for r in requests if r.presale})
        self.reservations = presale.reservations_by_number(numbers) if numbers else {}

    def _backlog(self) -> dict[int, int]:
        """What waits to be made of the goods asked for, where only so many are made a day."""
        busy = {sku.product_id for sku in self.skus.values() if sku.supply_mode == SupplyMode.MADE_TO_ORDER}
        return inventory.backlog(sorted(p for p in busy if (form := self.forms.get(p)) and form.daily))

    def _bought(self, requests: Sequence[QuoteRequest]) -> frozenset[str]:
        """The holders who have bought before, where any rule or coupon asks for that."""
        held = (answer.rule for answer in self.coupons.values() if isinstance(answer, HeldCoupon))
        if not self.rules.needs_history and not any(rule.needs_history for rule in held):
            return frozenset()
        members = [r.member_id for r in requests if r.member_id is not None]
        mobiles = {
            r.delivery.mobile: r.holder for r in requests if r.member_id is None and r.delivery and r.delivery.mobile
        }
        ids, numbers = orders.bought_before(members, list(mobiles))
        return frozenset([*(f"m:{i}" for i in ids), *(mobiles[number] for number in numbers)])

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
    if request.delivery is not None and request.delivery.point:
        request = replace(request, delivery=at_point(request.delivery))
    his = facts.buyers.get(request.member_id or 0, NOBODY)
    his = his._replace(buyer=his.buyer._replace(channel=request.channel))
    if request.presale:
        return _presale_quote(request, facts, his)
    found = [_find(line, facts, his, in_group=request.group is not None) for line in request.lines]
    problems = [problem for _, problem in found if problem is not None]
    if request.group is not None:
        return _group_quote(request, [line for line, _ in found], problems, facts, his)
    cart, held, unusable = _cart(request, [line for line, _ in found], facts)
    allowances = facts.allowances[request.holder]
    verdict = evaluate(facts.rules, cart, held, allowances)
    verdicts = {line.key: line for line in verdict.lines}
    lines = tuple(_with_verdict(line, verdicts.get(line.id)) for line, _ in found)
    items_total = sum(line.subtotal for line in lines)
    goods = items_total - verdict.discount_total
    freight = _freight(request, lines, facts, problems)
    fee = freight.amount if freight else None
    relief = waive(facts.rules, his.waiver, fee, held) or relieve(facts.rules, cart, verdict, fee, held, allowances)
    verdict = _told(verdict, relief, unusable, request, problems)
    shipping = (fee or 0) - relief.amount
    return Quote(
        facts.currency,
        lines,
        verdict,
        items_total,
        verdict.discount_total,
        shipping,
        goods + shipping,
        freight.label if freight else None,
        tuple(problems),
        gifts=_gifts(verdict, lines, facts) if verdict.gifts else (),
        freight=fee or 0,
        freight_parts=freight.parts if freight else (),
        relief=relief,
        better=members.better_than(his.buyer.tier),
    )


def _group_quote(
    request: QuoteRequest, found: Sequence[QuotedLine], problems: list[Problem], facts: Facts, his: Benefits
) -> Quote:
    assert request.group is not None
    lines, verdict = in_group(request, found, facts.groups.get(request.group.offer), problems)
    return _alone(request, lines, verdict, problems, facts, his)


def _presale_quote(request: QuoteRequest, facts: Facts, his: Benefits) -> Quote:
    problems: list[Problem] = []
    terms = facts.reservations.get(request.presale)
    lines, verdict, deposit = reserved(request, terms, facts.skus, facts.prices, problems)
    return _alone(request, lines, verdict, problems, facts, his, deposit)


def _alone(
    request: QuoteRequest, lines: tuple[QuotedLine, ...], verdict: Verdict, problems: list[Problem], facts: Facts,
    his: Benefits, deposit: int = 0,
) -> Quote:  # fmt: skip
    """A price that goes alone: of the buyer's own only what is his at any price comes with it, his tier's free delivery."""
    items_total = sum(line.subtotal for line in lines)
    goods = items_total - verdict.discount_total
    freight = _freight(request, lines, facts, problems)
    fee = freight.amount if freight else None
    relief = waive(facts.rules, his.waiver, fee)
    shipping = (fee or 0) - (relief.amount if relief else 0)
    return Quote(
        facts.currency,
        lines,
        verdict,
        items_total,
        verdict.discount_total,
        shipping,
        goods + shipping,
        freight.label if freight else None,
        tuple(problems),
        freight=fee or 0,
        freight_parts=freight.parts if freight else (),
        relief=relief._replace(explanation=()) if relief else NO_RELIEF,
        better=members.better_than(his.buyer.tier),
        deposit=deposit,
    )


def sent(lines: Sequence[QuotedLine], facts: Facts) -> list[Sent]:
    """The goods of lines as their freight is reckoned; lines that cannot be bought are not sent."""
    found = []
    for line in lines:
        if line.sku_id:
            sku = facts.skus[line.sku]
            found.append(
                Sent(
                    sku.product_id, sku.category_ids, line.quantity, sku.weight_g, line.payable, line.title or line.sku
                )
            )
    return found


def _freight(
    request: QuoteRequest, lines: Sequence[QuotedLine], facts: Facts, problems: list[Problem]
) -> Freight | None:
    """What it costs to send these lines, and why; None while nobody knows where to."""
    if request.delivery is None or not lines:
        return None
    if (shut := closed(request.delivery)) is not None:
        problems.append(shut)
        return None
    if request.delivery.method == PICKUP:
        theirs = next((line for line in lines if line.supply_mode == SupplyMode.DROPSHIPPED), None)
        if theirs is not None:
            problems.append(OnlyDelivered(title=theirs.title, extra={"sku": theirs.sku}))
            return None
    try:
        return pricing.freight(request.delivery.method, request.delivery.province, sent(lines, facts))
    except Problem as undeliverable:
        problems.append(undeliverable)
        return None


def _find(line: WantedLine, facts: Facts, benefits: Benefits, *, in_group: bool) -> tuple[QuotedLine, Problem | None]:
    """The line with SKU, the buyer's price and stock of this moment, and what is wrong with it."""
    sku = facts.skus.get(line.sku)
    price = facts.prices.get(sku.sku_id) if sku else None
    if sku is None or sku.reason or price is None:
        known = sku if sku is not None and sku.sku_id else None
        return _unsellable(line, known), NotForSale(sku=line.sku, extra={"sku": line.sku})
    levels = facts.levels.get(sku.sku_id, ())
    stock = _plan(levels, line.quantity)
    available = sum(level.free for level in levels if level.free > 0)
    problem: Problem | None = None
    why = ""
    if not in_group and sku.sku_id in facts.presales:
        offer = facts.presales[sku.sku_id].id
        problem, why = PresaleOnly(sku=line.sku, extra={"sku": line.sku, "offer": offer}), PRESALE_ONLY
    elif not stock:
        why = "out_of_stock"
        problem = OutOfStock(sku=line.sku, available=available, extra={"sku": line.sku, "available": available})
    his, one = _his_price(price, benefits.buyer, line.quantity)
    hours = catalog.supply_hours(sku.supply_mode, sku.promise_hours)
    extra = 0
    told: tuple[Mapping[str, Any], ...] = ()
    faults: tuple[FieldError, ...] = ()
    if sku.supply_mode == SupplyMode.MADE_TO_ORDER or line.particulars:
        extra, told, faults, later = _made(line, sku, facts, in_group=in_group)
        hours = hours + later if hours else hours
        if faults and problem is None:
            why = PARTICULARS
            problem = ParticularsNeeded(title=sku.title, errors=faults, extra={"sku": line.sku, "line": line.id})
    subtotal = (his.price + extra) * line.quantity
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
        price.list_price + extra,
        his.price + extra,
        price.cost,
        subtotal,
        0,
        subtotal,
        (),
        stock,
        why,
        his.kind,
        one + extra,
        price.sale_price + extra,
        special_name=benefits.name_of(his.kind),
        supply_mode=sku.supply_mode,
        promise_hours=hours,
        surcharge=extra,
        particulars=told,
        faults=faults,
    )
    return quoted, problem


_NOT_TOGETHER = FieldError(
    "sku", "made_to_order", Text("定制商品不能拼团购买", "goods made to order are not bought in a group")
)


def _made(
    line: WantedLine, sku: SellableSku, facts: Facts, *, in_group: bool
) -> tuple[int, tuple[Mapping[str, Any], ...], tuple[FieldError, ...], int]:
    """Of what is made to order: what its particulars cost, how they are told, what is wrong, and the hours others come first."""
    form = facts.forms.get(sku.product_id) if sku.supply_mode == SupplyMode.MADE_TO_ORDER else None
    settled, wrong = bespoke.settle(form.fields if form else (), line.particulars or {}, facts.today)
    if in_group:
        wrong.append(_NOT_TOGETHER)
    later = bespoke.ahead(line.quantity, facts.backlog.get(sku.product_id, 0), form.daily) if form else 0
    if form and form.daily:
        facts.backlog[sku.product_id] = facts.backlog.get(sku.product_id, 0) + line.quantity
    return settled.surcharge, tuple(settled.told), tuple(wrong), later * 24


def _his_price(price: Price, buyer: Buyer, quantity: int) -> tuple[BuyerPrice, int]:
    """What a piece costs the buyer of so many, and what a single one would."""
    if not price.specials and buyer.discount_bp == BASIS:
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


def _cart(
    request: QuoteRequest, lines: Sequence[QuotedLine], facts: Facts
) -> tuple[CartSnapshot, list[HeldCoupon], list[Explanation]]:
    """The cart as the engine sees it, the coupons it holds, and why others cannot be used at all."""
    held: list[HeldCoupon] = []
    unusable: list[Explanation] = []
    for code in request.coupons:
        answer = facts.coupons[code, request.holder]
        if isinstance(answer, HeldCoupon):
            held.append(answer)
        else:
            unusable.append(answer)
    buyer = facts_of(facts.standings, request.member_id, facts.month)._replace(
        is_new=request.holder not in facts.bought, region=request.delivery.province if request.delivery else ""
    )
    cart = CartSnapshot(
        tuple(_cart_line(line, facts.skus[line.sku]) for line in lines if line.problem != "not_for_sale"),
        facts.now,
        facts.currency,
        buyer,
        request.channel,
    )
    if facts.gifts:
        chosen = frozenset(sku_id for sku_id, code in facts.gifts.items() if code in request.gifts)
        cart = cart._replace(chosen=chosen, stock=_stock(request, lines, facts))
    return cart, held, unusable


#: Why a coupon does nothing yet; the address will tell.
_WAITING = frozenset({"freight_later", "region_later"})


def _told(
    verdict: Verdict, relief: Relief, unusable: list[Explanation], request: QuoteRequest, problems: list[Problem]
) -> Verdict:
    """The verdict with all explanations; a coupon that was asked for and does nothing is a problem."""
    explanation = verdict.explanation + relief.explanation
    if request.coupons:
        waiting = _WAITING if request.delivery is None else frozenset[str]()
        idle = [e for e in explanation if e.coupon and not e.applied and e.code not in waiting]
        problems += [not_applicable(each) for each in (*unusable, *idle)]
        explanation += tuple(unusable)
    return verdict._replace(explanation=explanation) if len(explanation) > len(verdict.explanation) else verdict


def _stock(request: QuoteRequest, lines: Sequence[QuotedLine], facts: Facts) -> dict[int, int]:
    """Free pieces of what may be given away, less what the cart buys of it."""
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.sku_id] = wanted.get(line.sku_id, 0) + line.quantity
    return {
        sku_id: sum(level.free for level in facts.levels.get(sku_id, ()) if level.free > 0) - wanted.get(sku_id, 0)
        for sku_id, code in facts.gifts.items()
        if code not in request.gone
    }


def _gifts(verdict: Verdict, lines: Sequence[QuotedLine], facts: Facts) -> tuple[QuotedGift, ...]:
    """The gifts with where they lie, after the lines have taken theirs."""
    taken: dict[tuple[int, int], int] = {}
    for line in lines:
        for warehouse, units in line.stock:
            taken[line.sku_id, warehouse] = taken.get((line.sku_id, warehouse), 0) + units
    found = []
    for gift in verdict.gifts:
        sku = facts.skus[facts.gifts[gift.sku_id]]
        price = facts.prices.get(sku.sku_id)
        left = [
            replace(level, free=level.free - taken.get((sku.sku_id, level.warehouse_id), 0))
            for level in facts.levels.get(sku.sku_id, ())
        ]
        stock = _plan(left, gift.quantity)
        for warehouse, units in stock:
            taken[sku.sku_id, warehouse] = taken.get((sku.sku_id, warehouse), 0) + units
        found.append(
            QuotedGift(
                gift.promotion_id,
                gift.label,
                sku.code,
                sku.sku_id,
                sku.product_id,
                sku.title,
                sku.options,
                sku.image,
                sku.slug,
                gift.quantity,
                price.list_price if price else 0,
                price.cost if price else None,
                stock,
                tuple(_choice(facts.skus[facts.gifts[choice]]) for choice in gift.choices),
                sku.supply_mode,
                catalog.supply_hours(sku.supply_mode, sku.promise_hours),
            )
        )
    return tuple(found)


def _choice(sku: SellableSku) -> GiftChoice:
    return GiftChoice(sku.code, sku.sku_id, sku.title, sku.options, sku.image)


def _cart_line(line: QuotedLine, sku: SellableSku) -> CartLine:
    return CartLine(
        line.id,
        sku.sku_id,
        sku.product_id,
        tuple(sku.category_ids),
        sku.brand_id,
        line.quantity,
        line.unit_price - line.surcharge,
        line.list_price - line.surcharge,
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
        special_name=line.special_name,
        supply_mode=line.supply_mode,
        promise_hours=line.promise_hours,
        surcharge=line.surcharge,
        particulars=line.particulars,
        faults=line.faults,
    )
