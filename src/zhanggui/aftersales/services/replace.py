"""Another piece is sent: an order at 0 that the warehouse treats like any other. Its delivery ends the case; money comes instead of it
where there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import services as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import ReserveLine
from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import OutOfStock
from zhanggui.orders.types import PENDING, REPLACEMENT, Article, DraftLine, DraftOrder, DraftStock, OrderDraft
from zhanggui.pricing import selectors as pricing

from .. import locks
from ..asking import reckon, reckoning_of
from ..errors import CaseWrongState, NoReplacement, ReplacementLeft
from ..rules import sellers_fault
from ..spoken import spoken_for
from ..states import (
    AWAITING_RETURN,
    EXCHANGE,
    RECEIVED,
    REFUND_ONLY,
    REPAIR,
    REPLACING,
    REQUESTED,
    RESEND,
    RETURN_REFUND,
    SERVICE_KINDS,
)
from ..types import CaseView, Spoken
from .amounts import write_amounts
from .common import announce, keep, shown

SCOPE = "replacement"
WORDS = {EXCHANGE: Text("换货", "Exchange"), RESEND: Text("补发", "Sent later")}


@db.needs_transaction
def put_aside(view: CaseView, *, actor: Actor) -> None:
    """What is wanted instead is reserved for the case until it goes out. Raises NoReplacement."""
    lines: list[ReserveLine] = []
    for sku_id, code, units in _wanted(view):
        plan = _places(sku_id, units)
        if sum(taken for _, taken in plan) < units:
            raise NoReplacement(sku=code, extra={"sku": code})
        lines += [
            ReserveLine(view.number, len(lines) + i, sku_id, house, taken) for i, (house, taken) in enumerate(plan, 1)
        ]
    if stock.reserve(lines, actor=actor):  # somebody took it in this very moment
        code = _wanted(view)[0][1]
        raise NoReplacement(sku=code, extra={"sku": code})


@db.needs_transaction
def let_go(number: str, *, actor: Actor) -> None:
    """What was put aside for a case is free again; repeating it changes nothing."""
    stock.release([number], actor=actor)


@db.needs_transaction
def send_replacement(view: CaseView, *, actor: Actor) -> str:
    """Make the order that brings another piece; its number. What was put aside for the case is taken in the same transaction.

    Raises NoReplacement.
    """
    let_go(view.number, actor=actor)
    source = orders.find(view.order_number)
    assert source is not None
    wanted = _wanted(view)
    known = {sku.code: sku for sku in catalog.sellable_by_code([code for _, code, _ in wanted])}
    prices = pricing.effective_prices([sku_id for sku_id, _, _ in wanted], clock.now())
    lines: list[DraftLine] = []
    pieces: list[DraftStock] = []
    for n, (sku_id, code, units) in enumerate(wanted, 1):
        plan = _places(sku_id, units)
        if sum(taken for _, taken in plan) < units:
            raise NoReplacement(sku=code, extra={"sku": code})
        sku, price = known[code], prices.get(sku_id)
        words = WORDS[view.kind]
        lines.append(
            DraftLine(
                n, sku_id, sku.product_id, code, sku.title, sku.options, sku.image, units, price.list_price if price else 0, 0,
                price.cost if price else None, 0, 0, [],
                special={"kind": REPLACEMENT, "zh": words.zh, "en": words.en, "sale_price": price.sale_price if price else 0},
            )
        )  # fmt: skip
        pieces += [DraftStock(n, sku_id, house, taken) for house, taken in plan]
    draft = OrderDraft(_order(source, view), lines, pieces)
    (result,) = order_services.place([draft])
    if isinstance(result.problem, OutOfStock):
        code = wanted[0][1]
        raise NoReplacement(sku=code, extra={"sku": code})
    if result.problem is not None:
        raise result.problem
    return result.number


def _wanted(view: CaseView) -> list[tuple[int, str, int]]:
    """(SKU, its code, units) that go out, each article once."""
    rows = db.rows(
        "select coalesce(l.wanted_id, l.sku_id) as sku_id, sum(l.quantity)::int as units from aftersales_caseline l"
        " join aftersales_case c on c.id = l.case_id where c.number = %s and l.quantity > 0 and coalesce(l.wanted_id, l.sku_id)"
        " is not null group by 1 order by 1",
        (view.number,),
    )
    codes = catalog.sku_codes([row["sku_id"] for row in rows])
    return [(row["sku_id"], codes[row["sku_id"]], row["units"]) for row in rows]


def _places(sku_id: int, units: int) -> list[tuple[int, int]]:
    """Which warehouses give how many, in shipping order; fewer than `units` where there is too little."""
    found, rest = [], units
    for level in inventory.free_levels([sku_id]):
        if taken := min(max(level.free, 0), rest):
            found.append((level.warehouse_id, taken))
            rest -= taken
    return found


def _order(source: Mapping[str, Any], view: CaseView) -> DraftOrder:
    """To whom and where the goods went before; paid from the start. One that was fetched is fetched again."""
    now = clock.now()
    order = DraftOrder(
        number=ids.document_number(), status=PENDING, member_id=source["member_id"], holder="", channel=source["channel"], source="",
        currency=mall_settings.get("mall.currency"), items_total=0, discount_total=0, shipping_total=0, total=0, payment_provider="",
        explanation=[], delivery_method=source["delivery_method"], contact_name=source["contact_name"],
        contact_mobile=source["contact_mobile"], province=source["province"], city=source["city"], district=source["district"],
        address_line=source["address_line"], buyer_note="", placed_at=now, expires_at=now, actor_kind=SYSTEM.kind, actor_id=None,
        actor_label=SYSTEM.label, scope=SCOPE, key=f"{view.number}:{view.replacement}", digest=view.number, kind=REPLACEMENT,
    )  # fmt: skip
    order_services.born_paid(order)
    return order


def finish_replacements(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> int:
    """Replacements that arrived end their cases: an exchange's units are the other article from now on, and the difference goes back.
    How many did. Each opens its own transaction; repeating it changes nothing."""
    rows = db.rows(
        "select number from aftersales_case where replacement = any(%s) and replacement <> '' and state = %s order by id",
        (list(order_numbers), REPLACING),
    )
    done = 0
    for row in rows:
        done += _finish(row["number"], actor)
    return done


def _finish(number: str, actor: Actor) -> bool:
    from .refund import (
        send_money,
    )  # an exchange's difference is sent like any money, and money may come instead of a piece

    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        if view.state != REPLACING:
            return False
        if view.kind == EXCHANGE:
            _become(view, actor)
        if view.goods_amount:
            send_money(number, actor=actor)
        else:
            locks.move(number, "close", by=actor, closed_at=clock.now())
            keep(actor, "close", number)
            announce(number)
    return True


@db.needs_transaction
def _become(view: CaseView, actor: Actor) -> None:
    """The order's units are the article that came instead; the case's lines go where they stand."""
    order = orders.find(view.order_number)
    assert order is not None
    sold = {line["line"]: line for line in order["lines"]}
    other = [line for line in view.lines if line.quantity and line.wanted and line.wanted != sold[line.line]["sku"]]
    known = {sku.code: sku for sku in catalog.sellable_by_code([line.wanted for line in other])} if other else {}
    prices = pricing.effective_prices([sku.sku_id for sku in known.values()], clock.now()) if known else {}
    for line in other:
        sku = known[line.wanted]
        cost = prices[sku.sku_id].cost if sku.sku_id in prices else None
        article = Article(sku.sku_id, sku.product_id, sku.code, sku.title, sku.options, sku.image, cost)
        stands = order_services.exchange_units(
            view.order_number, line.line, line.quantity, article, reference=view.number, actor=actor
        )
        db.execute(
            "update aftersales_caseline l set line = %s from aftersales_case c where c.id = l.case_id and c.number = %s and l.line = %s",
            (stands, view.number, line.line),
        )


def refund_instead(number: str, *, note: str = "", actor: Actor) -> CaseView:
    """There is no piece to send, or it cannot be repaired: the buyer takes his money. Opens its own transaction.

    The buyer himself may say so while nobody has decided. What was received for repair is kept as damaged; a replacement that has
    not left is given up. Raises NotFound, CaseWrongState, PermissionDenied, ReplacementLeft.
    """
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        open_states = (REQUESTED, AWAITING_RETURN, RECEIVED, REPLACING)
        if view.kind not in SERVICE_KINDS or view.state not in open_states:
            raise CaseWrongState(state=view.state)
        if actor.kind in ("member", "guest") and view.state != REQUESTED:
            raise PermissionDenied()
        turn_into_money(view, actor=actor)
        keep(actor, "refund_instead", number, after={"asked": view.kind}, reason=note.strip()[:1000])
        announce(number)
        return shown(number)


@db.needs_transaction
def turn_into_money(view: CaseView, *, actor: Actor) -> None:
    """The case gives money for its units from now on. Whoever calls holds the order's cases."""
    if view.state == REPLACING:
        _give_up(view, actor)
        locks.move(view.number, "fall_back" if view.kind == RESEND else "take_back", by=actor)
    let_go(view.number, actor=actor)
    if view.kind == REPAIR and view.state == RECEIVED:
        from .returns import keep_as_damaged

        keep_as_damaged(view, actor=actor)
    kind = REFUND_ONLY if view.kind == RESEND else RETURN_REFUND
    db.execute(
        "with c as (update aftersales_case set kind = %s, asked_kind = kind where number = %s returning id)"
        " update aftersales_caseline l set wanted_id = null, wanted_code = '', wanted_title = '', difference = 0 from c"
        " where l.case_id = c.id",
        (kind, view.number),
    )
    order = orders.find(view.order_number)
    assert order is not None
    known = spoken_for(view.order_number)
    spoken = Spoken({}, known.bases, known.faulty)
    units = {line.line: line.quantity for line in view.lines if line.quantity}
    fault = sellers_fault(view.reason)
    amounts, effect = reckon(order, spoken, reckoning_of(order, spoken), units, fault=fault)
    row = db.row("select id from aftersales_case where number = %s", (view.number,))
    assert row is not None
    write_amounts(row["id"], order, units, amounts, effect, 0)


@db.needs_transaction
def _give_up(view: CaseView, actor: Actor) -> None:
    """The replacement is not sent: its units are free, and the order that brought nothing is over. Raises ReplacementLeft."""
    fulfilment.hold_parcels(view.replacement, actor=actor)
    order = orders.find(view.replacement)
    assert order is not None
    if any(line["shipped_quantity"] for line in order["lines"]):
        raise ReplacementLeft()
    lines = {line["line"]: (line["quantity"] - line["refunded_quantity"], 0) for line in order["lines"]}
    order_services.give_up_units(view.replacement, lines, actor=actor)
    order_services.record_refund(view.replacement, 0, actor=actor)


def choose_part(view: CaseView, parts: Mapping[int, str]) -> None:
    """Of what is sent later staff may name another article for a line (a spare part). Raises ValidationFailed."""
    if not parts:
        return
    known = {sku.code: sku for sku in catalog.sellable_by_code(list(parts.values()))}
    lines = {line.line for line in view.lines if line.quantity}
    errors = [
        FieldError(f"parts.{line}", "unknown", Text("没有这个商品编码", "no article has this code"))
        for line, code in parts.items()
        if line not in lines or not known[code].sku_id
    ]
    if errors:
        raise ValidationFailed(errors=errors)
    rows = [
        {
            "line": line,
            "id": known[code].sku_id,
            "code": code,
            "title": f"{known[code].title} {known[code].options}".strip(),
        }
        for line, code in parts.items()
    ]
    db.execute(
        "update aftersales_caseline l set wanted_id = r.id, wanted_code = r.code, wanted_title = r.title"
        " from jsonb_to_recordset(%s) as r(line int, id bigint, code text, title text), aftersales_case c"
        " where c.number = %s and l.case_id = c.id and l.line = r.line",
        (db.Json(rows), view.number),
    )
