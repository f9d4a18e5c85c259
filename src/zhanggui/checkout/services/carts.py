"""Carts, a batch at a time: read, changed, priced together, written together. HOT: see docs/order-path.md.

A change is priced before it is written, so what cannot be had is refused and leaves the cart as it was. Each write is
conditional on the version that was read; a cart that changed meanwhile is read and changed anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from zhanggui.bespoke import selectors as bespoke
from zhanggui.groupbuy.errors import GroupGoesAlone
from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.group_commit import GroupCommit
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, FieldError, NotFound, NotSignedIn, Problem, ValidationFailed
from zhanggui.presale.errors import PresaleGoesAlone
from zhanggui.pricing.errors import NotDelivered
from zhanggui.pricing.types import OWN_CHANNEL

from .. import selectors
from ..errors import CartClosed
from ..points import too_many_points
from ..quote import Facts, quote_many
from ..rules import may_use, note_prices, request_of
from ..types import Delivery, GroupWish, Quote

_TRIES = 5
MAX_COUPONS = 10
Cart = dict[str, Any]
#: A SKU, how many, and where it is made to order its particulars.
Wanted = tuple[str, int] | tuple[str, int, Mapping[str, Any] | None]
Priced = tuple[Cart, Quote]
Change = Callable[[Cart], None]
Refuse = Callable[[Quote], None]


@dataclass(frozen=True, slots=True)
class CartCommand:
    """What to do with a cart ("": a new one): `change` alters it in memory, `refuse` raises if the quote forbids it.

    Without a `change` the cart is only priced. It is priced for the `channel` the call comes through.
    """

    cart_id: str
    member_id: int | None
    change: Change | None = None
    refuse: Refuse | None = None
    source: str = ""
    channel: str = OWN_CHANNEL


def creating(*, member_id: int | None = None, source: str = "") -> CartCommand:
    """An empty cart of the member, or of whoever holds its id."""
    return CartCommand("", member_id, source=source[:40])


def showing(cart_id: str, *, member_id: int | None = None) -> CartCommand:
    """The cart as it is. Raises NotFound."""
    return CartCommand(cart_id, member_id)


def grouping(
    wish: GroupWish, sku: str, quantity: int, *, member_id: int | None = None, source: str = ""
) -> CartCommand:
    """A cart of its own for one purchase in a group.

    Raises ValidationFailed, NotForSale, OutOfStock, NotInGroupOffer, SeatNotAvailable.
    """

    def change(cart: Cart) -> None:
        _check_quantity(quantity)
        cart["joint"] = wish._asdict()
        cart["lines"] = [{"id": "1", "sku": sku, "quantity": quantity}]
        cart["next_line"] = 2

    def refuse(quote: Quote) -> None:
        for problem in quote.problems:
            raise problem

    return CartCommand("", member_id, change, refuse, source[:40])


def balancing(number: str, sku: str, quantity: int, *, member_id: int, source: str = "") -> CartCommand:
    """A cart of its own to pay the balance of a presale's reservation: `quantity` of its `sku`.

    Raises BalanceNotPayable.
    """

    def change(cart: Cart) -> None:
        cart["joint"] = {"reservation": number}
        cart["lines"] = [{"id": "1", "sku": sku, "quantity": quantity}]
        cart["next_line"] = 2

    def refuse(quote: Quote) -> None:
        for problem in quote.problems:
            raise problem

    return CartCommand("", member_id, change, refuse, source[:40])


def _alone(cart: Cart) -> None:
    """Raises GroupGoesAlone, PresaleGoesAlone for a cart that is bought in a group, or pays a presale's balance."""
    if cart["joint"]:
        raise PresaleGoesAlone() if "reservation" in cart["joint"] else GroupGoesAlone()


def adding(cart_id: str, wanted: Sequence[Wanted], *, member_id: int | None = None) -> CartCommand:
    """Put (sku, quantity, particulars) into the cart; the same SKU with the same particulars adds up.

    Raises NotFound, CartClosed, ValidationFailed, and NotForSale, OutOfStock or ParticularsNeeded for what was to be added.
    """
    touched: set[str] = set()

    def change(cart: Cart) -> None:
        _alone(cart)
        for sku, quantity, *said in wanted:
            particulars = tidied(sku, said[0] if said else None)
            line = next((line for line in cart["lines"] if same(line, sku, particulars)), None)
            if line is None:
                line = {"id": str(cart["next_line"]), "sku": sku, "quantity": 0}
                if particulars:
                    line["particulars"] = particulars
                cart["next_line"] += 1
                cart["lines"].append(line)
            touched.add(line["id"])
            if line.pop("later", None):
                line["quantity"] = 0  # back from what was laid aside
            line.pop("seen", None)  # today's price is the one the buyer sees
            line["quantity"] += quantity
            _check_quantity(line["quantity"])
        _check_lines(cart["lines"])

    asked = {sku for sku, *_ in wanted}
    return CartCommand(cart_id, member_id, change, lambda quote: _refuse_goods(quote, asked, touched))


def tidied(sku: str, particulars: Mapping[str, Any] | None) -> dict[str, str]:
    """Particulars in one way of writing, so that equal ones are equal. No statement while no form changed."""
    return bespoke.tidy(bespoke.fields_of_code(sku), particulars) if particulars else {}


def same(line: Mapping[str, Any], sku: str, particulars: Mapping[str, str]) -> bool:
    """Whether a cart's line is of this SKU, made like this."""
    return line["sku"] == sku and (line.get("particulars") or {}) == particulars


def remaking(
    cart_id: str, line_id: str, particulars: Mapping[str, Any], *, quantity: int | None = None,
    member_id: int | None = None,
) -> CartCommand:  # fmt: skip
    """Say otherwise how a line is to be made; where another line is made like this already, they become one.

    Raises NotFound, CartClosed, ValidationFailed, ParticularsNeeded, OutOfStock.
    """
    touched: set[str] = set()
    asked: set[str] = set()

    def change(cart: Cart) -> None:
        line = next((line for line in cart["lines"] if line["id"] == line_id), None)
        if line is None:
            raise NotFound()
        told = tidied(line["sku"], particulars)
        if quantity is not None:
            line["quantity"] = quantity
        other = next((o for o in cart["lines"] if o is not line and same(o, line["sku"], told)), None)
        if other is not None and not other.get("later"):
            other["quantity"] += line["quantity"]
            cart["lines"].remove(line)
            line = other
        line.pop("particulars", None)
        line.pop("seen", None)
        if told:
            line["particulars"] = told
        _check_quantity(line["quantity"])
        touched.add(line["id"])
        asked.add(line["sku"])

    return CartCommand(cart_id, member_id, change, lambda quote: _refuse_goods(quote, asked, touched))


def changing(cart_id: str, line_id: str, quantity: int, *, member_id: int | None = None) -> CartCommand:
    """Set a line's quantity; 0 takes it out. Raises NotFound, CartClosed, ValidationFailed, OutOfStock."""
    more: set[str] = set()

    def change(cart: Cart) -> None:
        line = next((line for line in cart["lines"] if line["id"] == line_id), None)
        if line is None:
            raise NotFound()
        if quantity == 0:
            cart["lines"].remove(line)
            return
        _check_quantity(quantity)
        if quantity > line["quantity"]:
            more.add(line["sku"])
        line["quantity"] = quantity

    return CartCommand(cart_id, member_id, change, lambda quote: _refuse_goods(quote, more))


def laying_aside(cart_id: str, line_id: str, later: bool, *, member_id: int | None = None) -> CartCommand:
    """Keep a line for later, or take it back to what is to be bought. Raises NotFound, CartClosed."""

    def change(cart: Cart) -> None:
        line = next((line for line in cart["lines"] if line["id"] == line_id), None)
        if line is None:
            raise NotFound()
        line.pop("later", None)
        line.pop("seen", None)
        if later:
            line["later"] = True

    return CartCommand(cart_id, member_id, change)


def accepting(cart_id: str, *, member_id: int | None = None) -> CartCommand:
    """The buyer has seen today's prices. Raises NotFound, CartClosed."""

    def change(cart: Cart) -> None:
        for line in cart["lines"]:
            line.pop("seen", None)

    return CartCommand(cart_id, member_id, change)


def joining(cart_id: str, other: Cart, *, later_only: bool = False, member_id: int | None = None) -> CartCommand:
    """What lies in another cart comes into this one ("": a new one): a guest's when he signs in, or what was laid aside.

    Of the same SKU made the same way the larger quantity stays;
    what no longer fits is left out rather than refused. Raises NotFound, CartClosed.
    """

    def change(cart: Cart) -> None:
        _alone(cart)
        held = list(cart["lines"])
        for line in other["lines"]:
            if later_only and not line.get("later"):
                continue
            made = line.get("particulars") or {}
            mine = next((one for one in held if same(one, line["sku"], made)), None)
            if mine is not None:
                mine["quantity"] = max(mine["quantity"], line["quantity"])
            elif len(cart["lines"]) < mall_settings.get("checkout.max_lines"):
                cart["lines"].append({**line, "id": str(cart["next_line"])})
                cart["next_line"] += 1
        if not later_only:
            known = {code.casefold() for code in cart["coupons"]}
            cart["coupons"] += [code for code in other["coupons"] if code.casefold() not in known]
            del cart["coupons"][MAX_COUPONS:]
            cart["delivery"] = cart["delivery"] or other["delivery"]

    return CartCommand(cart_id, member_id, change, source=other["source"])


def using_coupon(cart_id: str, code: str, *, member_id: int | None = None) -> CartCommand:
    """Use a coupon; the same code twice is once. Raises CouponNotApplicable with the reason where it does nothing here."""
    code = code.strip()

    def change(cart: Cart) -> None:
        _alone(cart)
        if code.casefold() not in (held.casefold() for held in cart["coupons"]):
            cart["coupons"].append(code)
        if len(cart["coupons"]) > MAX_COUPONS:
            raise ValidationFailed.one(
                "code", "too_many", f"最多使用 {MAX_COUPONS} 张优惠券", f"at most {MAX_COUPONS} coupons"
            )

    return CartCommand(cart_id, member_id, change, lambda quote: _refuse_coupon(quote, code))


def dropping_coupon(cart_id: str, code: str, *, member_id: int | None = None) -> CartCommand:
    """Take a coupon off. Raises NotFound if the cart does not hold it."""

    def change(cart: Cart) -> None:
        left = [held for held in cart["coupons"] if held.casefold() != code.strip().casefold()]
        if len(left) == len(cart["coupons"]):
            raise NotFound()
        cart["coupons"] = left

    return CartCommand(cart_id, member_id, change)


def using_points(cart_id: str, points: int, *, member_id: int | None = None) -> CartCommand:
    """Pay part of it with points; 0 for none. A cart that shrinks later takes fewer.

    Raises NotFound, CartClosed, NotSignedIn, PointsNotApplicable where it cannot take exactly so many.
    """

    def change(cart: Cart) -> None:
        _alone(cart)
        if points and cart["member_id"] is None:
            raise NotSignedIn()
        cart["points"] = points

    def refuse(quote: Quote) -> None:
        if quote.points != points and member_id is not None:
            raise too_many_points(quote, member_id)

    return CartCommand(cart_id, member_id, change, refuse)


def choosing_gifts(cart_id: str, skus: Sequence[str], *, member_id: int | None = None) -> CartCommand:
    """Say which gifts the buyer wants where he may choose; of others the first ones come.

    Raises NotFound, CartClosed, ValidationFailed for what cannot be chosen here.
    """
    wanted = list(dict.fromkeys(skus))

    def change(cart: Cart) -> None:
        cart["gifts"] = wanted

    def refuse(quote: Quote) -> None:
        offered = {choice.sku for gift in quote.gifts for choice in gift.choices} | {gift.sku for gift in quote.gifts}
        missing = [sku for sku in wanted if sku not in offered]
        if missing:
            raise ValidationFailed.one(
                "gifts",
                "not_offered",
                f"现在不能选这件赠品：{missing[0]}",
                f"this cannot be the gift now: {missing[0]}",
            )

    return CartCommand(cart_id, member_id, change, refuse)


def delivering(cart_id: str, delivery: Delivery, *, member_id: int | None = None) -> CartCommand:
    """Say where to deliver. Raises NotFound, CartClosed, NotDelivered."""

    def change(cart: Cart) -> None:
        cart["delivery"] = asdict(delivery)

    return CartCommand(cart_id, member_id, change, _refuse_place)


def change_cart(command: CartCommand, *, actor: Actor) -> Priced:
    """Carry out one command. Raises what refused it."""
    answer = change_carts([command], actor=actor)[0]
    if isinstance(answer, BaseException):
        raise answer
    return answer


async def change_cart_async(command: CartCommand) -> Priced:
    """`change_cart` together with all that wait in this process, for the event loop of the express lane."""
    return await _gate.submit_async(command)


def change_carts(commands: Sequence[CartCommand], *, actor: Actor) -> list[Priced | BaseException]:
    """Carry out a batch; for each the cart with its quote, or why it was refused. Two commands on one cart take turns."""
    answers: dict[int, Priced | BaseException] = {}
    waiting = list(range(len(commands)))
    tries = 0
    while waiting:
        seen: set[str] = set()
        turn: list[int] = []
        later: list[int] = []
        for i in waiting:
            cart_id = commands[i].cart_id
            (later if cart_id in seen else turn).append(i)
            if cart_id:
                seen.add(cart_id)
        lost = _round(commands, turn, answers)
        tries += bool(lost)
        if tries >= _TRIES:
            answers |= {i: Conflict() for i in lost}
            lost = []
        waiting = lost + later
    return [answers[i] for i in range(len(commands))]


def _round(
    commands: Sequence[CartCommand], places: Sequence[int], answers: dict[int, Priced | BaseException]
) -> list[int]:
    """One command per cart: read, change, price, write. The places whose cart changed under them."""
    stored = selectors.carts([commands[i].cart_id for i in places if commands[i].cart_id])
    changed: list[tuple[int, Cart]] = []
    for i in places:
        try:
            changed.append((i, _changed(commands[i], stored)))
        except Problem as refused:
            answers[i] = refused
    requests = [request_of(cart, commands[i].channel) for i, cart in changed]
    quotes = quote_many(requests, Facts(requests, clock.now()))
    going: list[tuple[int, Priced]] = []
    for (i, cart), quote in zip(changed, quotes, strict=True):
        if commands[i].change is not None:
            note_prices(cart, quote)
        refuse = commands[i].refuse
        try:
            if refuse is not None:
                refuse(quote)
            going.append((i, (cart, quote)))
        except Problem as refused:
            answers[i] = refused
    written = _write([cart for i, (cart, _) in going if commands[i].change or not commands[i].cart_id])
    lost = []
    for i, priced in going:
        if commands[i].change is None or priced[0]["id"] in written:
            answers[i] = priced
        else:
            lost.append(i)
    return lost


def _changed(command: CartCommand, stored: dict[str, Cart]) -> Cart:
    if not command.cart_id:
        fresh: Cart = {
            "id": ids.token(18),
            "member_id": command.member_id,
            "lines": [],
            "coupons": [],
            "gifts": [],
            "points": 0,
            "joint": None,
            "delivery": None,
            "source": command.source,
            "next_line": 1,
            "version": 0,
            "order_number": "",
        }
        if command.change is not None:
            command.change(fresh)
        return fresh
    cart = stored.get(command.cart_id)
    if cart is None or not may_use(cart, command.member_id):
        raise NotFound()
    if command.change is not None:
        if cart["order_number"]:
            raise CartClosed(extra={"order": cart["order_number"]})
        cart["member_id"] = cart["member_id"] or command.member_id
        command.change(cart)
    return cart


_WRITE = """
insert into checkout_cart as c (id, member_id, lines, coupons, gifts, points, joint, delivery, source, next_line, version)
select w.id, w.member_id, w.lines, w.coupons, w.gifts, w.points, w.joint, w.delivery, w.source, w.next_line, w.version + 1
from jsonb_to_recordset(%s) as w(id text, member_id bigint, lines jsonb, coupons jsonb, gifts jsonb, points int, joint jsonb,
    delivery jsonb, source text, next_line int, version int) order by w.id
on conflict (id) do update set member_id = excluded.member_id, lines = excluded.lines, coupons = excluded.coupons,
    gifts = excluded.gifts, points = excluded.points, delivery = excluded.delivery,
    next_line = excluded.next_line, version = excluded.version,
    updated_at = kernel_now()
    where c.version = excluded.version - 1 and c.order_number = ''
returning c.id
"""


def _write(carts: list[Cart]) -> set[str]:
    """Write each cart if it is still the one that was read; the ids written."""
    return {row["id"] for row in db.rows(_WRITE, (db.Json(carts),))} if carts else set()


def close_carts(bought: Sequence[tuple[str, str]]) -> None:
    """Note on carts (id, order number) what they became. That a cart is bought once is the idempotency key's doing."""
    if bought:
        db.execute(
            "update checkout_cart c set order_number = b.number from unnest(%s::text[], %s::text[]) as b(id, number)"
            " where c.id = b.id",
            ([cart_id for cart_id, _ in bought], [number for _, number in bought]),
        )


def forget_carts(*, actor: Actor) -> int:
    """Delete carts nobody has touched for `checkout.cart_days`; the number deleted."""
    return db.execute(
        "delete from checkout_cart where updated_at < kernel_now() - %s * interval '1 day'",
        (mall_settings.get("checkout.cart_days"),),
    )


def _refuse_goods(quote: Quote, skus: set[str], lines: set[str] | None = None) -> None:
    """Raise what is wrong with goods that were just asked for; of what is wrong with a line, only if it is one of `lines`."""
    for problem in quote.problems:
        line = problem.extra.get("line")
        if problem.extra.get("sku") in skus and (line is None or line in (lines or ())):
            raise problem


def _refuse_coupon(quote: Quote, code: str) -> None:
    for problem in quote.problems:
        if str(problem.extra.get("coupon", "")).casefold() == code.casefold():
            raise problem


def _refuse_place(quote: Quote) -> None:
    for problem in quote.problems:
        if isinstance(problem, NotDelivered):
            raise problem


def _check_quantity(quantity: int) -> None:
    most = mall_settings.get("checkout.max_quantity")
    if not 1 <= quantity <= most:
        raise ValidationFailed.one("quantity", "range", f"数量应在 1 到 {most} 之间", f"must be between 1 and {most}")


def _check_lines(lines: Sequence[Any]) -> None:
    most = mall_settings.get("checkout.max_lines")
    if len(lines) > most:
        raise ValidationFailed(
            errors=[
                FieldError(
                    "lines", "too_many", Text(f"一个购物车最多 {most} 种商品", f"at most {most} different goods")
                )
            ]
        )


def _work(commands: Sequence[CartCommand]) -> list[Priced | BaseException]:
    db.prefer_indexes()
    return change_carts(commands, actor=GUEST)


_gate: GroupCommit[CartCommand, Priced] = GroupCommit(_work, "carts", linger=0.002)
