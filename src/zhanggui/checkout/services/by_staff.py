"""Orders that staff enters for buyers (代客下单): one by one, or a sheet of them. Priced and placed as any other."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from zhanggui.kernel import clock, idempotency, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text, normal_mobile
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as order_reads
from zhanggui.orders import services as orders
from zhanggui.orders.permissions import PERMISSIONS
from zhanggui.payments import services as payments
from zhanggui.payments.types import Provider

from ..errors import CartEmpty
from ..rules import holder_of
from ..types import (
    EXPRESS,
    Delivery,
    EnteredOrder,
    EntryAnswer,
    PlaceCommand,
    Purchase,
    QuoteRequest,
    WantedLine,
)
from .place_order import place_orders

PLACE, CONFIRM = "orders.place", "payments.confirm_transfer"
SOURCE = "staff"
SHEET = "orders:sheet"
AT_ONCE = 64


def need(actor: Actor) -> None:
    """Raises PermissionDenied."""
    if not actor.may(PLACE):
        meaning = PERMISSIONS[PLACE]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": PLACE})


def delivery_of(name: str, mobile: str, province: str, city: str, district: str, line: str) -> Delivery:
    """Where an entered order goes, regions by their official names. Raises ValidationFailed with every wrong field."""
    errors = []
    found: dict[str, str] = {}
    region = ("", "", "")
    for field, read in (
        ("name", lambda: clean_text(name, "name", 80)),
        ("mobile", lambda: normal_mobile(mobile)),
        ("line", lambda: clean_text(line, "line", 200)),
    ):
        try:
            found[field] = read()
        except ValidationFailed as wrong:
            errors += wrong.errors
    try:
        region = members.resolve_region(province, city, district)
    except ValidationFailed as wrong:
        errors += wrong.errors
    if errors:
        raise ValidationFailed(errors=errors)
    return Delivery(EXPRESS, found["name"], found["mobile"], *region, found["line"])


def request_for(entered: EnteredOrder) -> QuoteRequest:
    """An entered order as something to be priced. Raises CartEmpty, ValidationFailed."""
    units: dict[str, int] = {}
    for sku, quantity in entered.lines:
        units[sku] = units.get(sku, 0) + quantity
    if not units:
        raise CartEmpty()
    most, lines = mall_settings.get("checkout.max_quantity"), mall_settings.get("checkout.max_lines")
    if len(units) > lines:
        raise ValidationFailed.one("lines", "too_many", f"最多 {lines} 种商品", f"at most {lines} articles")
    for sku, quantity in units.items():
        if not 0 < quantity <= most:
            raise ValidationFailed.one(
                "quantity", "range", f"{sku} 的数量应在 1 到 {most} 之间", f"{sku}: between 1 and {most}"
            )
    return QuoteRequest(
        tuple(WantedLine(str(i), sku, quantity) for i, (sku, quantity) in enumerate(units.items(), 1)),
        entered.coupons,
        entered.delivery,
        entered.member_id,
        holder_of(entered.member_id, entered.delivery.mobile),
    )


def enter_order(entered: EnteredOrder, *, key: str, expected_total: int | None = None, actor: Actor) -> Purchase:
    """Place one order for a buyer; the same key again answers the same order. Opens its own transaction.

    Prices are what the buyer would pay himself; with `expected_total` (minor units) only if it comes to that. Unpaid, it waits
    `checkout.staff_hours_to_pay` for the buyer, who pays as he likes. With a `bank_reference` its money has come by hand: whoever
    may confirm transfers has it paid at once, for others it waits for finance. Raises PermissionDenied, ValidationFailed, Conflict
    (the reference paid something else), and what refuses a purchase.
    """
    need(actor)
    answer = _enter(
        [entered], [idempotency.check_key(key)], f"orders:by:{actor.kind}:{actor.id}", actor, expected_total
    )[0]
    if isinstance(answer, Purchase):
        return answer
    raise answer


def enter_sheet(entered: Sequence[EnteredOrder], keys: Sequence[str], *, actor: Actor) -> list[EntryAnswer]:
    """Place the orders of a sheet, each by itself: what each became, or why not. `keys` are their numbers with whoever sent them:
    one that was placed before is not placed again, whatever sheet it comes in. Raises PermissionDenied.
    """
    need(actor)
    answers: list[EntryAnswer] = []
    for start in range(0, len(entered), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        answers += _enter(entered[some], keys[some], SHEET, actor)
    return answers


def known_on_sheets(keys: Sequence[str]) -> dict[str, str]:
    """Of these numbers those that were placed from a sheet, with their orders. One statement, none for none."""
    found = idempotency.find_many([(SHEET, key) for key in keys]) if keys else {}
    return {key: row["reference"] for (_, key), row in found.items()}


def _enter(
    entered: Sequence[EnteredOrder], keys: Sequence[str], scope: str, actor: Actor, expected: int | None = None
) -> list[EntryAnswer]:
    until = clock.now() + timedelta(hours=mall_settings.get("checkout.staff_hours_to_pay"))
    answers: dict[int, EntryAnswer] = {}
    commands: dict[int, PlaceCommand] = {}
    for i, (each, key) in enumerate(zip(entered, keys, strict=True)):
        try:
            commands[i] = PlaceCommand(
                request_for(each), Provider.BANK_TRANSFER if each.bank_reference else "", actor, scope, key,
                idempotency.digest(each.as_body()), expected, note=clean_text(each.note, "note", 500, required=False, lines=True),
                source=SOURCE, expires_at=until,
            )  # fmt: skip
        except Problem as problem:
            answers[i] = problem
    # Those with words or money beside them go one by one, so that nothing is placed without them.
    alone = [i for i in commands if entered[i].staff_note.strip() or entered[i].bank_reference]
    together = [i for i in commands if i not in alone]
    answers |= zip(together, map(_told, place_orders([commands[i] for i in together])), strict=True) if together else {}
    for i in alone:
        try:
            with transaction.atomic():
                answers[i] = _with_words(commands[i], entered[i], actor)
        except Problem as problem:
            answers[i] = problem
    return [answers[i] for i in range(len(entered))]


def _told(answer: Purchase | BaseException) -> EntryAnswer:
    if isinstance(answer, Purchase | Problem):
        return answer
    raise answer


def _with_words(command: PlaceCommand, entered: EnteredOrder, actor: Actor) -> Purchase:
    answer = place_orders([command])[0]
    if not isinstance(answer, Purchase):
        raise answer
    if answer.replayed:
        return answer
    assert answer.order is not None
    if entered.staff_note.strip():
        orders.add_note(answer.number, entered.staff_note, actor=actor)
    due = answer.order["total"] - answer.order["paid_total"]
    if entered.bank_reference and due:
        if actor.may(CONFIRM):
            payments.confirm_bank_transfer(
                answer.number, actor=actor, amount=due, bank_reference=entered.bank_reference
            )
        else:
            words = f"买家称已付款，流水号：{entered.bank_reference}，请财务核对"
            orders.add_note(answer.number, words, actor=actor)
    return Purchase(answer.number, replayed=False, order=order_reads.find(answer.number))
