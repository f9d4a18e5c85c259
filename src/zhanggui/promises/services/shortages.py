"""Units that cannot be sent: the buyer is asked, and what he chooses is carried out."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.errors import ExchangeNotPossible, NotEligible, TooManyUnits
from zhanggui.aftersales.types import Wish
from zhanggui.assortment import selectors as assortment
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import services as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import NothingToShip, OrderWrongState, OutOfStock
from zhanggui.orders.types import Article
from zhanggui.pricing import selectors as pricing

from .. import locks
from ..errors import AlreadyAnswered, NothingShort, NothingToAnswer
from ..events import BuyerAsked, BuyerSilent, ShortageAnswered
from ..permissions import ANSWER, TELL, need
from ..rules import ANSWERED, EXCHANGE, OVER, REASONS, REFUND, WAIT, units_left
from ..selectors import shortage
from ..settings import ANSWER_HOURS, SILENCE
from ..types import Alternative, ShortageView

MAX_WORDS, MAX_NOTE, MAX_WAIT_DAYS, MOST_ALTERNATIVES = 500, 300, 90, 6
CHOICE_WORDS = {
    WAIT: Text("继续等待", "Wait"),
    REFUND: Text("退款", "Refund"),
    EXCHANGE: Text("换成别的商品", "Another article"),
}
_INSERT = """
insert into promises_shortage (number, order_number, reason, words, lines, wait_until, alternatives, asked_by)
values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (order_number) where state = 'asked' do nothing returning id
"""


def cannot_ship(
    order_number: str,
    *,
    reason: str,
    lines: Mapping[int, int] | None = None,
    words: str = "",
    wait_until: date | None = None,
    actor: Actor,
) -> ShortageView:
    """Units of a paid order (by line; without `lines` all that has not left) cannot be sent in time: their buyer is asked.

    `wait_until` is the business day at whose end they will have left if he waits; without one he is offered a refund only. Where
    he is being asked already, that is answered and nothing changes. Opens its own transaction. Raises PermissionDenied, NotFound,
    ValidationFailed, NothingShort, OrderWrongState.
    """
    need(actor, TELL)
    words = words.strip()
    _check(reason, words, wait_until)
    order = orders.find(order_number)
    if order is None:
        raise NotFound()
    if order["status"] not in ("paid", "fulfilling"):
        raise NothingShort()
    free = _open_units(order)
    wanted = dict(free) if lines is None else {line: units for line, units in lines.items() if units}
    if not free or not wanted:
        raise NothingShort()
    errors = [
        FieldError(
            f"lines.{line}",
            "range",
            Text(f"应在 0 到 {free.get(line, 0)} 件之间", f"must be between 0 and {free.get(line, 0)}"),
        )
        for line, units in wanted.items()
        if not 0 < units <= free.get(line, 0)
    ]
    if errors:
        raise ValidationFailed(errors=errors)
    stored = [
        {
            "line": line["line"],
            "sku_id": line["sku_id"],
            "sku": line["sku"],
            "title": line["title"],
            "quantity": wanted[line["line"]],
        }
        for line in order["lines"]
        if line["line"] in wanted
    ]
    until = clock.day_bounds(wait_until)[1] if wait_until else None
    instead = [asdict(each) for each in _alternatives([line for line in order["lines"] if line["line"] in wanted])]
    number = ids.document_number("S")
    with transaction.atomic():
        row = db.row(
            _INSERT,
            (
                number,
                order_number,
                reason,
                words,
                db.Json(stored),
                until,
                db.Json(instead),
                (actor.label or actor.kind)[:200],
            ),
        )
        if row is None:
            number = _asked_of(order_number)
            return _shown(number)
        told = [{"line": line["line"], "quantity": line["quantity"]} for line in stored]
        order_services.tell_cannot_ship(order_number, told, REASONS[reason], actor=actor)
        audit.record(
            actor=actor, action="promises.cannot_ship", target_type="order", target_id=order_number,
            after={"shortage": number, "lines": told}, reason=reason,
        )  # fmt: skip
        outbox.record(BuyerAsked(number, order_number, reason, told))
        return _shown(number)


def _check(reason: str, words: str, wait_until: date | None) -> None:
    errors = []
    if reason not in REASONS:
        errors.append(FieldError("reason", "unknown", Text("请选择原因", f"must be one of {', '.join(REASONS)}")))
    if len(words) > MAX_WORDS:
        errors.append(
            FieldError("words", "too_long", Text(f"最多 {MAX_WORDS} 个字", f"at most {MAX_WORDS} characters"))
        )
    today = clock.business_date()
    if wait_until is not None and not today < wait_until <= today + timedelta(days=MAX_WAIT_DAYS):
        text = Text(
            f"应为明天起 {MAX_WAIT_DAYS} 天内的日期", f"must be a day from tomorrow on, within {MAX_WAIT_DAYS} days"
        )
        errors.append(FieldError("wait_until", "range", text))
    if errors:
        raise ValidationFailed(errors=errors)


def _open_units(order: Mapping[str, Any]) -> dict[int, int]:
    """Units of each line that are still to be sent and in no open case of after-sales. One statement."""
    held = cases.spoken_for(order["number"]).held
    return {
        line["line"]: left
        for line in order["lines"]
        if (left := line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"] - held.get(line["line"], 0))
        > 0
    }


def _alternatives(lines: Sequence[Mapping[str, Any]]) -> list[Alternative]:
    """What is in stock instead and costs no more: other variants first, then what goes along. Statements by the number of products."""
    products = list(dict.fromkeys(line["product_id"] for line in lines if line["product_id"]))
    most = {line["product_id"]: line["unit_price"] for line in lines}
    beside = {product: [match.other_id for match in assortment.matches(product)] for product in products}
    skus = catalog.skus_of([*products, *(other for others in beside.values() for other in others)])
    short = {line["sku_id"] for line in lines}
    wanted = [(product, other) for product in products for other in (product, *beside[product])]
    free = inventory.available(sku for _, other in wanted for sku in skus[other])
    known = catalog.sellable_by_code(
        list(catalog.sku_codes([sku for sku, units in free.items() if units > 0]).values())
    )
    sellable = {each.sku_id: each for each in known if each.sellable and each.sku_id not in short}
    prices = pricing.effective_prices(list(sellable), clock.now())
    found: dict[int, Alternative] = {}
    for product, other in wanted:
        for sku in skus[other]:
            if sku in sellable and sku in prices and prices[sku].sale_price <= most[product]:
                each = sellable[sku]
                title = f"{each.title} {each.options}".strip()
                found.setdefault(
                    sku, Alternative(sku, each.code, each.slug, title, prices[sku].sale_price, other == product)
                )
    return list(found.values())[:MOST_ALTERNATIVES]


def answer(number: str, choice: str, *, sku: str = "", note: str = "", actor: Actor) -> ShortageView:
    """What the buyer chooses is carried out: his promise moves, the units are given up and their money goes back, or the article `sku`
    of those he was offered goes out instead, in the same order on the same promise; what it costs less goes back.

    The first answer counts; the same again changes nothing. Whoever speaks for a buyer is staff with a note of it. Of units that
    left meanwhile none is refunded: where all have, nothing is to be chosen any more. Opens its own transaction. Raises NotFound,
    PermissionDenied, ValidationFailed, AlreadyAnswered, NothingToAnswer, OutOfStock (the article is gone).
    """
    note = note.strip()
    if actor.kind == "staff":
        need(actor, ANSWER)
        if not note:
            raise ValidationFailed.one("note", "required", "请写明与买家怎样约定的", "say how the buyer told you")
    if len(note) > MAX_NOTE:
        raise ValidationFailed.one("note", "too_long", f"最多 {MAX_NOTE} 个字", f"at most {MAX_NOTE} characters")
    for _ in range(2):  # units may leave between the look and the write; the second look sees that
        with suppress(NothingToShip, TooManyUnits, NotEligible, OrderWrongState), transaction.atomic():
            if (done := _answer(number, choice, sku.strip(), note, actor)) is not None:
                return done
            break
    held = shortage(number)
    assert held is not None
    close_gone([held.order_number], actor=actor)
    raise NothingToAnswer()


@db.needs_transaction
def _answer(number: str, choice: str, sku: str, note: str, actor: Actor) -> ShortageView | None:
    """None where no unit is left to choose about."""
    held = locks.hold_shortage(number)
    if held is None:
        raise NotFound()
    if held["state"] == ANSWERED:
        if held["answer"] == choice and (choice != EXCHANGE or held["answer_sku"] == sku):
            return _shown(number)
        raise AlreadyAnswered(choice=CHOICE_WORDS[held["answer"]], extra={"answer": held["answer"]})
    if held["state"] == OVER:
        raise NothingToAnswer()
    if choice not in _shown(number).choices:
        raise ValidationFailed.one("choice", "unknown", "请选择一种处理方式", "choose one of what is offered")
    order = orders.find(held["order_number"])
    assert order is not None
    if order["status"] not in ("paid", "fulfilling"):
        return None
    left = units_left({line["line"]: line["quantity"] for line in held["lines"]}, _open_units(order))
    if not left:
        return None
    case = ""
    if choice == EXCHANGE:
        case = _exchange(order, held, left, sku, actor)
    elif choice == WAIT:
        until = max(held["wait_until"], order["dispatch_due_at"] or held["wait_until"])
        fulfilment.postpone(order["number"], until, actor=actor)
        order_services.move_promise(order["number"], until, actor=actor)
    else:
        case = _refund(order["number"], left, number, actor)
    chosen = sku if choice == EXCHANGE else ""
    locks.answered(held["id"], choice, by=actor.label or actor.kind, note=note, case=case, sku=chosen)
    audit.record(
        actor=actor, action="promises.answer", target_type="order", target_id=order["number"],
        after={"shortage": number, "answer": choice, "case": case} | ({"sku": chosen} if chosen else {}), reason=note,
    )  # fmt: skip
    outbox.record(ShortageAnswered(number, order["number"], choice, case))
    return _shown(number)


@db.needs_transaction
def _exchange(
    order: Mapping[str, Any], held: Mapping[str, Any], units: Mapping[int, int], sku: str, actor: Actor
) -> str:
    """The units become the article; the case by which what it costs less goes back, "" where nothing does. Raises ValidationFailed,
    OutOfStock, ExchangeNotPossible."""
    offered = {each["sku"]: each["price"] for each in held["alternatives"]}
    if sku not in offered:
        raise ValidationFailed.one(
            "sku", "unknown", "请选择一件可换的商品", "choose one of the articles that are offered"
        )
    aftersales.hold_cases(order["number"], actor=actor)
    [(line, quantity)] = units.items()
    sold = next(each for each in order["lines"] if each["line"] == line)
    if order["deposit"] or sold["refunded_quantity"] or sold["refunded_amount"] or order["hold"]:
        raise ExchangeNotPossible(
            text=Text("这件商品不能直接换，请选择等待或退款", "This cannot be exchanged: choose to wait, or your money")
        )
    [article] = catalog.sellable_by_code([sku])
    price = pricing.effective_prices([article.sku_id], clock.now()).get(article.sku_id)
    places = _places(article.sku_id, quantity)
    if not article.sellable or price is None or not places:
        raise OutOfStock(sku=sku, available=0, extra={"sku": sku, "available": 0})
    fulfilment.hold_work(order["number"], actor=actor)
    stands = order_services.send_instead(
        order["number"],
        line,
        quantity,
        Article(
            article.sku_id, article.product_id, sku, article.title, article.options, article.image, price.cost, places
        ),
        reference=held["number"],
        actor=actor,
    )
    fulfilment.plan_again(order["number"], actor=actor)
    return aftersales.pay_exchange(order["number"], stands, offered[sku], actor=SYSTEM)


def _places(sku_id: int, units: int) -> tuple[tuple[int, int], ...]:
    """Which warehouses give how many; empty where there is too little."""
    found, rest = [], units
    for level in inventory.free_levels([sku_id]):
        if taken := min(max(level.free, 0), rest):
            found.append((level.warehouse_id, taken))
            rest -= taken
    return () if rest else tuple(found)


@db.needs_transaction
def _refund(order_number: str, units: Mapping[int, int], shortage_number: str, actor: Actor) -> str:
    """The case by which the units are given up and their money goes back. That they are ours to give up was said when he was asked."""
    replacing = cases.of_replacement(order_number)
    if replacing is not None:  # it cost nothing: what it was to replace is paid back
        aftersales.refund_instead(replacing.number, note=f"缺货处理 {shortage_number}", actor=SYSTEM)
        aftersales.refund(replacing.number, actor=SYSTEM)
        return replacing.number
    wishes = [Wish(line, quantity) for line, quantity in sorted(units.items())]
    case = aftersales.request(
        order_number,
        kind="cancel",
        reason="out_of_stock",
        lines=wishes,
        note=f"缺货处理 {shortage_number}",
        actor=actor,
    )
    aftersales.approve(case.number, actor=SYSTEM)
    aftersales.refund(case.number, actor=SYSTEM)
    return case.number


def withdraw(number: str, *, reason: str, actor: Actor) -> ShortageView:
    """The units were found after all: the buyer has nothing to choose any more. Opens its own transaction.

    Raises PermissionDenied, NotFound, ValidationFailed (no reason), AlreadyAnswered, NothingToAnswer.
    """
    need(actor, TELL)
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise ValidationFailed.one(
            "reason", "required", "请写明原因（最多 200 字）", "say why, in at most 200 characters"
        )
    with transaction.atomic():
        held = locks.hold_shortage(number)
        if held is None:
            raise NotFound()
        if held["state"] == ANSWERED:
            raise AlreadyAnswered(choice=CHOICE_WORDS[held["answer"]], extra={"answer": held["answer"]})
        if held["state"] == OVER:
            raise NothingToAnswer()
        db.execute("update promises_shortage set state = 'over', over_reason = %s where id = %s", (reason, held["id"]))
        audit.record(
            actor=actor, action="promises.withdraw", target_type="order", target_id=held["order_number"], reason=reason
        )
        return _shown(number)


def close_gone(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> int:
    """Of these orders' shortages those end that have no unit left to choose about: they left, or the order is over; how many.

    Opens its own transaction.
    """
    with transaction.atomic():
        rows = db.rows(
            "select number, order_number, lines from promises_shortage where order_number = any(%s) and state = 'asked' order by id",
            (list(order_numbers),),
        )
        known = orders.find_many([row["order_number"] for row in rows]) if rows else {}
        gone = [row["number"] for row in rows if not _waits(row, known[row["order_number"]])]
        return db.execute(
            "update promises_shortage set state = 'over' where number = any(%s) and state = 'asked'", (gone,)
        )


def _waits(row: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    if order["status"] not in ("paid", "fulfilling"):
        return False
    return bool(units_left({line["line"]: line["quantity"] for line in row["lines"]}, _open_units(order)))


def end_silence(*, actor: Actor = SYSTEM, limit: int = 200) -> int:
    """Buyers who have not answered in time: service is told, or they are refunded, as the mall has it; how many. Own transactions."""
    before = clock.now() - timedelta(hours=mall_settings.get(ANSWER_HOURS))
    if mall_settings.get(SILENCE) == "refund":
        rows = db.rows(
            "select number from promises_shortage where state = 'asked' and asked_at <= %s order by asked_at limit %s",
            (before, limit),
        )
        done = 0
        for row in rows:
            with suppress(Problem):  # it left, or was answered in this very moment
                answer(row["number"], REFUND, actor=actor)
                done += 1
        return done
    with transaction.atomic():
        rows = db.rows(
            "update promises_shortage set reminded_at = kernel_now() where state = 'asked' and asked_at <= %s and reminded_at is null"
            " returning number, order_number",
            (before,),
        )
        outbox.record(*[BuyerSilent(row["number"], row["order_number"]) for row in rows])
    return len(rows)


def _asked_of(order_number: str) -> str:
    row = db.row("select number from promises_shortage where order_number = %s and state = 'asked'", (order_number,))
    if row is None:  # it was answered between the two statements
        raise NothingToAnswer()
    return str(row["number"])


def _shown(number: str) -> ShortageView:
    found = shortage(number)
    assert found is not None
    return found
