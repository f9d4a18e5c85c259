"""From purchases to orders, a batch at a time. HOT: see docs/order-path.md.

Quote without locks, sell in one statement. Where the simulator pays at once, its signed notification is verified before, and
kept and applied in the same transaction that places the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from zhanggui.catalog.types import SupplyMode
from zhanggui.groupbuy.types import KIND as GROUP
from zhanggui.groupbuy.types import DraftSeat
from zhanggui.kernel import clock, db, idempotency, ids, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.group_commit import GroupCommit
from zhanggui.kernel.money import format_minor, json_money
from zhanggui.kernel.problems import FieldError, IdempotencyConflict, NotFound, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members.errors import balance_not_enough
from zhanggui.members.types import BALANCE
from zhanggui.orders import services as orders
from zhanggui.orders.errors import OutOfStock
from zhanggui.orders.selectors import as_placed, is_gift
from zhanggui.orders.types import (
    GIFT,
    HELD_FOR_GROUP,
    HELD_TO_BE_MADE,
    PAID,
    PENDING,
    DraftLine,
    DraftOrder,
    DraftStock,
    DraftUse,
    OrderDraft,
    PlaceResult,
)
from zhanggui.payments import selectors as payment_reads
from zhanggui.payments import services as payments
from zhanggui.payments.types import Provider
from zhanggui.pickup import selectors as pickup
from zhanggui.presale.types import KIND as PRESALE
from zhanggui.presale.types import ReservationView
from zhanggui.promotions.types import Lane

from .. import selectors
from ..errors import CartClosed, CartEmpty, DeliveryMissing, PriceChanged, ProviderUnavailable
from ..fetching import at_point
from ..points import KIND as POINTS
from ..points import too_many_points
from ..quote import Facts, quote_many
from ..rules import may_use, request_of
from ..terms import terms_of
from ..types import EXPRESS, Delivery, PlaceCommand, Purchase, Quote, QuotedGift, QuotedLine, QuoteRequest
from .carts import close_carts

Answer = Purchase | BaseException
AT_ONCE = "simulator"
#: Who enters orders for buyers, and how those may be paid whatever the shop offers: as the buyer likes, or by hand.
STAFF, BY_STAFF = ("staff", "program"), frozenset({"", Provider.BANK_TRANSFER.value})


def buy(command: PlaceCommand) -> Purchase:
    """Make one purchase together with all that wait in this process; returns after the durable commit.

    Raises what refused it: OutOfStock, PriceChanged, CouponNotApplicable, IdempotencyConflict, NotForSale, ….
    """
    return _gate.submit(command)


async def buy_async(command: PlaceCommand) -> Purchase:
    """`buy` for the event loop of the express lane: many may wait, no thread does."""
    return await _gate.submit_async(command)


def place_orders(commands: Sequence[PlaceCommand]) -> list[Answer]:
    """Make a batch of purchases, first come first served; for each what it became or why it was refused."""
    answers: dict[int, Answer] = {}
    # A cart that was bought is not to be read again; every other repeat is found when its key is written.
    _answer_repeats(commands, [i for i, command in enumerate(commands) if command.cart_id], answers)
    commands = _with_carts(commands, answers)
    fresh, twins = _without_twins(commands, [i for i in range(len(commands)) if i not in answers])
    if fresh:
        _sell(commands, fresh, answers)
    refused = [i for i in fresh if not isinstance(answers[i], Purchase) and commands[i].key]
    if refused:
        # The key may have bought before, also in another process meanwhile: then its order is the answer.
        _answer_repeats(commands, refused, answers)
    if twins:
        answers |= zip(twins, place_orders([commands[i] for i in twins]), strict=True)
    return [answers[i] for i in range(len(commands))]


def _with_carts(commands: Sequence[PlaceCommand], answers: dict[int, Answer]) -> list[PlaceCommand]:
    """The commands with what lies in their carts; a cart that is not the buyer's is answered NotFound."""
    stored = selectors.carts([c.cart_id for i, c in enumerate(commands) if c.cart_id and i not in answers])
    found = list(commands)
    for i, command in enumerate(commands):
        if command.cart_id and i not in answers:
            cart = stored.get(command.cart_id)
            if cart is None or not may_use(cart, command.actor.id if command.actor.kind == "member" else None):
                answers[i] = NotFound()
            else:
                found[i] = replace(command, request=request_of(cart, command.request.channel), source=cart["source"])
    return found


def _without_twins(commands: Sequence[PlaceCommand], places: Sequence[int]) -> tuple[list[int], list[int]]:
    """Places with the first use of each key in this batch, and those that must wait for it."""
    seen: set[tuple[str, str]] = set()
    fresh: list[int] = []
    twins: list[int] = []
    for i in places:
        name = (commands[i].scope, commands[i].key)
        (twins if commands[i].key and name in seen else fresh).append(i)
        seen.add(name)
    return fresh, twins


def _answer_repeats(commands: Sequence[PlaceCommand], places: Sequence[int], answers: dict[int, Answer]) -> None:
    """Answer the commands whose key has already bought something."""
    keyed = [i for i in places if commands[i].key]
    if not keyed:
        return
    kept = idempotency.find_many([(commands[i].scope, commands[i].key) for i in keyed])
    for i in keyed:
        row = kept.get((commands[i].scope, commands[i].key))
        if row is not None:
            answers[i] = _repeat(commands[i], row["digest"], row["reference"])


def _repeat(command: PlaceCommand, digest: str, number: str) -> Answer:
    if digest == command.digest:
        return Purchase(number, replayed=True)
    if command.cart_id and digest[:32] != command.digest[:32]:
        return CartClosed(extra={"order": number})  # another key: the cart was bought before
    return IdempotencyConflict()


def _sell(
    commands: Sequence[PlaceCommand], places: Sequence[int], answers: dict[int, Answer], *, plan_again: bool = True
) -> None:
    """Quote, place and, where the simulator pays, pay.

    A purchase whose warehouse ran dry meanwhile is planned once more if its goods lie elsewhere, too.
    """
    now = clock.now()
    requests = [commands[i].request for i in places]
    facts = Facts(requests, now)
    expires_at = now + timedelta(minutes=mall_settings.get("orders.minutes_to_pay"))
    providers = payment_reads.usable_providers()
    balances = _balances([commands[i] for i in places])
    going, drafts = [], []
    for i, quote in zip(places, quote_many(requests, facts), strict=True):
        refusal = _refusal(commands[i], quote, providers) or _short(commands[i], quote, balances)
        if refusal is not None:
            answers[i] = refusal
        else:
            going.append(i)
            request = commands[i].request
            draft = _draft(
                commands[i], quote, now, commands[i].expires_at or expires_at, facts.reservations.get(request.presale)
            )
            draft.order.terms = terms_of(request, quote, facts)
            drafts.append(draft)
    _pay_at_once(drafts)
    results = orders.place(drafts)
    _tell(commands, going, drafts, results, answers)
    dry = {i: draft for i, draft in zip(going, drafts, strict=True) if isinstance(answers[i], OutOfStock)}
    _without_gifts(commands, dry, answers)
    if plan_again:
        elsewhere = [i for i in dry if isinstance(answers[i], OutOfStock) and _lies_elsewhere(commands[i], facts)]
        if elsewhere:
            _sell(commands, elsewhere, answers, plan_again=False)


def _without_gifts(commands: Sequence[PlaceCommand], dry: Mapping[int, OrderDraft], answers: dict[int, Answer]) -> None:
    """Sell without the gift what a gift alone was missing for: it went to another meanwhile."""
    fewer = list(commands)
    again = []
    for i, draft in dry.items():
        refused = answers[i]
        sku = str(refused.extra.get("sku", "")) if isinstance(refused, OutOfStock) else ""
        if sku in {line.sku_code for line in draft.lines if is_gift(line.discounts)}:
            request = commands[i].request
            fewer[i] = replace(commands[i], request=replace(request, gone=request.gone | {sku}))
            again.append(i)
    if again:
        _sell(fewer, again, answers)


def _tell(
    commands: Sequence[PlaceCommand],
    places: Sequence[int],
    drafts: Sequence[OrderDraft],
    results: Sequence[PlaceResult],
    answers: dict[int, Answer],
) -> None:
    """Close the carts, and say what each purchase became."""
    placed = [(i, draft) for i, draft, r in zip(places, drafts, results, strict=True) if r.outcome == "placed"]
    seated = [draft.order.number for _, draft in placed if draft.seat is not None and draft.order.status == PAID]
    if seated:
        orders.settle_groups(seated, actor=SYSTEM)
    close_carts([(commands[i].cart_id, draft.order.number) for i, draft in placed if commands[i].cart_id])
    for i, draft in placed:
        answers[i] = Purchase(draft.order.number, replayed=False, order=as_placed(draft))
    for i, result in zip(places, results, strict=True):
        if result.outcome != "placed":
            answers[i] = _not_placed(commands[i], result)


def _pay_at_once(drafts: Sequence[OrderDraft]) -> None:
    """The drafts that the simulator pays get its news, and are paid from the start."""
    paid = [d for d in drafts if d.order.payment_provider == AT_ONCE and d.order.due > 0]
    if paid:
        news = payments.pay_at_once([(d.order.number, d.order.due, d.order.currency) for d in paid])
        for draft, notice in zip(paid, news, strict=True):
            if notice is not None:
                draft.notice = notice
                orders.born_paid(draft.order)


def _lies_elsewhere(command: PlaceCommand, facts: Facts) -> bool:
    return any(len(facts.levels.get(facts.skus[line.sku].sku_id, ())) > 1 for line in command.request.lines)


def _not_placed(command: PlaceCommand, result: PlaceResult) -> Answer:
    if result.outcome == "replayed":
        return _repeat(command, result.digest, result.number)
    assert result.problem is not None
    return result.problem


def _refusal(command: PlaceCommand, quote: Quote, providers: frozenset[str]) -> Exception | None:
    """Why this purchase cannot be made as quoted, the buyer's most urgent reason first."""
    if not quote.lines:
        return CartEmpty()
    if quote.problems:
        return quote.problems[0]
    if quote.points != command.request.points and not command.cart_id:
        return too_many_points(quote, command.request.member_id)
    delivery = command.request.delivery
    if delivery is None or not (delivery.name and delivery.mobile):
        return DeliveryMissing()
    if delivery.method == EXPRESS and not (delivery.province and delivery.line):
        return DeliveryMissing()
    if command.provider not in (providers | BY_STAFF if command.actor.kind in STAFF else providers):
        return ProviderUnavailable(provider=command.provider, errors=[_provider_error(command.provider, providers)])
    currency = command.expected_currency or quote.currency
    if command.expected_total is not None and (command.expected_total, currency) != (quote.total, quote.currency):
        return PriceChanged(
            total=format_minor(quote.total, quote.currency),
            extra={
                "total": json_money(quote.total, quote.currency),
                "expected_total": json_money(command.expected_total, currency),
            },
        )
    return None


def _balances(commands: Sequence[PlaceCommand]) -> dict[int, int]:
    """What members who want to pay from their balance hold. One statement, none where nobody does."""
    buyers = [c.request.member_id for c in commands if c.provider == Provider.BALANCE and c.request.member_id]
    return members.available(buyers, BALANCE) if buyers else {}


def _short(command: PlaceCommand, quote: Quote, balances: Mapping[int, int]) -> Exception | None:
    """Why this cannot be paid from the buyer's balance as it stands now; the payment has the last word."""
    member_id = command.request.member_id
    if command.provider != Provider.BALANCE or not quote.due:
        return None
    if member_id is None:
        fault = ValidationFailed.one(
            "payment_provider", "members_only", "登录后才能用余额支付", "only members who are signed in have a balance"
        )
        return ProviderUnavailable(provider=command.provider, errors=fault.errors)
    held = balances.get(member_id, 0)
    return balance_not_enough(held, quote.due, quote.currency) if held < quote.due else None


def _provider_error(provider: str, providers: frozenset[str]) -> FieldError:
    choices = ", ".join(sorted(providers))
    problem = ValidationFailed.one(
        "payment_provider", "not_available", f"可用的支付方式：{choices}", f"available: {choices}"
    )
    return problem.errors[0]


def _draft(
    command: PlaceCommand, quote: Quote, now: datetime, expires_at: datetime, terms: ReservationView | None = None
) -> OrderDraft:
    """The order as it will be written, every amount decided. With `terms` it takes over that reservation, stock and all."""
    request, delivery, verdict = command.request, at_point(command.request.delivery), quote.verdict
    assert delivery is not None
    free = quote.due == 0
    bought: list[QuotedLine | QuotedGift] = [*quote.lines, *quote.gifts]
    made = any(line.supply_mode == SupplyMode.MADE_TO_ORDER for line in bought)
    promised = clock.day_bounds(terms.ships_on)[1] if terms else None
    order = DraftOrder(
        number=terms.number if terms else ids.document_number(at=now),
        status=PENDING,
        member_id=request.member_id,
        holder=request.holder,
        channel=request.channel,
        source=command.source,
        currency=quote.currency,
        items_total=quote.items_total,
        discount_total=quote.discount_total,
        shipping_total=quote.shipping_total,
        total=quote.total,
        payment_provider=(terms.provider if terms else "") if free else command.provider,
        explanation=[
            {
                "ref": a.promotion_id,
                "kind": a.kind,
                "label": {"zh": a.label.zh, "en": a.label.en},
                "coupon": a.coupon,
                "amount": a.amount,
            }
            | ({"lane": "freight"} if a.lane == Lane.FREIGHT else {})
            for a in (*verdict.applied, *quote.relief.applied)
        ],
        delivery_method=delivery.method,
        contact_name=delivery.name,
        contact_mobile=delivery.mobile,
        province=delivery.province,
        city=delivery.city,
        district=delivery.district,
        address_line=delivery.line,
        delivery=_how(delivery, quote),
        buyer_note=command.note,
        placed_at=now,
        expires_at=terms.balance_until if terms else expires_at,
        actor_kind=command.actor.kind,
        actor_id=command.actor.id,
        actor_label=command.actor.label,
        scope=command.scope,
        key=command.key,
        digest=command.digest,
        hold=HELD_FOR_GROUP if request.group else HELD_TO_BE_MADE if made else "",
        deposit=quote.deposit,
        dispatch_due_at=promised,
        dispatch_latest_at=promised,
    )
    hours = [line.promise_hours for line in bought]
    order.promise_hours, order.whole_hours = orders.promised_spans(hours)
    if made:  # it goes as a whole, with what is due last
        order.promise_hours = order.whole_hours
    if free:
        orders.born_paid(order)
    lines, stock = [], []
    for position, line in enumerate(quote.lines, 1):
        shares: list[dict[str, Any]] = [
            {"ref": s.promotion_id, "coupon": s.coupon, "amount": s.amount} for s in line.shares
        ]
        if (request.group or terms) and shares:
            shares[-1] |= {"kind": GROUP if request.group else PRESALE}
        if line.points:
            shares[-1] |= {"kind": POINTS, "points": line.points}
        lines.append(
            DraftLine(
                position,
                line.sku_id,
                line.product_id,
                line.sku,
                line.title,
                line.options,
                line.image,
                line.quantity,
                line.list_price,
                line.unit_price,
                line.cost,
                line.discount,
                line.payable,
                shares,
                special=_special(line),
                supply_mode=line.supply_mode,
                promise_hours=line.promise_hours,
                particulars=[dict(one) for one in line.particulars] or None,
                surcharge=line.surcharge,
            )
        )
        stock += [DraftStock(position, line.sku_id, warehouse, units) for warehouse, units in line.stock]
    for position, gift in enumerate(quote.gifts, len(lines) + 1):
        lines.append(
            DraftLine(
                position,
                gift.sku_id,
                gift.product_id,
                gift.sku,
                gift.title,
                gift.options,
                gift.image,
                gift.quantity,
                gift.list_price,
                0,
                gift.cost,
                0,
                0,
                [{"ref": gift.promotion_id, "coupon": "", "amount": 0, "kind": GIFT}],
                supply_mode=gift.supply_mode,
                promise_hours=gift.promise_hours,
            )
        )
        stock += [DraftStock(position, gift.sku_id, warehouse, units) for warehouse, units in gift.stock]
    uses = [
        DraftUse(
            "coupon" if a.coupon_code_id else "promotion",
            a.coupon_code_id or a.promotion_id,
            request.holder,
            a.amount + a.worth,
            a.pieces or None,
        )
        for a in (*verdict.applied, *quote.relief.applied)
        if a.counted
    ]
    return OrderDraft(order, lines, stock, uses, points=quote.points, seat=_seat(request))


def _how(delivery: Delivery, quote: Quote) -> dict[str, Any] | None:
    """What is kept of the delivery beside the address: the point, and of the freight what one amount does not say."""
    kept: dict[str, Any] = {}
    if delivery.point and (point := pickup.point(delivery.point)) is not None:
        kept["point"] = {"code": point.code, "zh": point.title.zh, "en": point.title.en}
    parts = [part for part in quote.freight_parts if part.charged]
    if len(parts) > 1 or any(part.surcharge for part in parts):
        kept["freight"] = [
            {"zh": part.name.zh, "en": part.name.en, "fee": part.fee, "surcharge": part.surcharge} for part in parts
        ]
    return kept or None


def _special(line: QuotedLine) -> dict[str, Any] | None:
    """Whose price the line has, in the words the buyer reads; None where it is everybody's."""
    if line.special_name is None:
        return None
    name = line.special_name
    return {"kind": line.special, "zh": name.zh, "en": name.en, "sale_price": line.sale_price}


def _seat(request: QuoteRequest) -> DraftSeat | None:
    wish = request.group
    if wish is None:
        return None
    return DraftSeat(wish.offer, wish.token or ids.token(9), not wish.token, request.holder)


def _at_the_till(commands: Sequence[PlaceCommand]) -> list[Answer]:
    db.prefer_indexes()
    return place_orders(commands)


_gate: GroupCommit[PlaceCommand, Purchase] = GroupCommit(_at_the_till, "till", linger=0.004)
