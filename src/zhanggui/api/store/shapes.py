"""The JSON of carts and orders, and its description for the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from zhanggui.bespoke import selectors as bespoke
from zhanggui.catalog.selectors import supply_words
from zhanggui.catalog.types import ProductDetail, SupplyMode
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import Delivery, Quote, QuotedLine
from zhanggui.kernel import mall_settings
from zhanggui.kernel.contact import normal_mobile
from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.money import json_money
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.pricing.types import FreightPart
from zhanggui.promotions.types import Applied, words

from ..fields import NO_NUL, Answer, Body, Mobile, Money, integer, text
from ..fields import line as one_line

Sku = one_line(100)
Quantity = integer(1, 1_000_000)
CouponCode = one_line(64)
Provider = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=20, pattern=r"^[a-z_]+$")]


PointCode = Annotated[str, StringConstraints(strict=True, max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]


class AddressIn(Body):
    name: one_line(80)  # type: ignore[valid-type]
    mobile: Mobile
    province: one_line(40, required=False) = ""  # type: ignore[valid-type]
    city: one_line(40, required=False) = ""  # type: ignore[valid-type]
    district: one_line(40, required=False) = ""  # type: ignore[valid-type]
    line: one_line(200, required=False) = ""  # type: ignore[valid-type]


class DeliveryIn(Body):
    """`pickup` needs only name and mobile; `express` province and line as well. `point` is the code of a pickup point: the
    goods are fetched there, whatever the address says."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"method": {"const": "express"}}},
            "then": {
                "properties": {
                    "address": {
                        "required": ["province", "line"],
                        "properties": {"province": {"pattern": r"\S"}, "line": {"pattern": r"\S"}},
                    }
                }
            },
        }
    )

    method: Literal["express", "pickup"]
    address: AddressIn
    point: PointCode = ""

    def as_delivery(self, loc: str = "") -> Delivery:
        """Raises ValidationFailed, naming the field."""
        address = self.address
        if self.method == "express":
            missing = [name for name in ("province", "line") if not getattr(address, name).strip()]
            if missing:
                needed = Text("快递配送须填写此项", "needed for delivery by express")
                raise ValidationFailed(
                    errors=[FieldError(f"{loc}address.{name}", "required", needed) for name in missing]
                )
        return Delivery(
            self.method,
            address.name.strip(),
            normal_mobile(address.mobile, f"{loc}address.mobile"),
            address.province.strip(),
            address.city.strip(),
            address.district.strip(),
            address.line.strip(),
            self.point if self.method == "pickup" else "",
        )


#: How an article made to order is to be made: by what its product asks for (`made_to_order.particulars`), of a photo its name.
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
_Said = Annotated[str, StringConstraints(strict=True, max_length=300), NO_NUL]
_Whole = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
_Number = Annotated[float, Field(strict=True, ge=-1e9, le=1e9)]
Particulars = Annotated[
    dict[_Key, _Said | _Whole | _Number], Field(max_length=30, json_schema_extra={"additionalProperties": False})
]


class WantedIn(Body):
    sku: Sku  # type: ignore[valid-type]
    quantity: Quantity  # type: ignore[valid-type]
    particulars: Particulars | None = None


class ParticularOut(Answer):
    """What was asked and answered; `surcharge` is what it costs a piece."""

    key: str
    kind: Literal["text", "choice", "number", "date", "photo"]
    label: str
    value: str
    text: str
    surcharge: Money


def particulars_json(told: Any, money: Any, lang: str) -> list[dict[str, Any]]:
    """Particulars as a cart or an order tells them."""
    end = "en" if lang == EN else "zh"
    return [
        {
            "key": one["key"], "kind": one["kind"], "label": one[end], "value": one["value"], "text": one[f"said_{end}"],
            "surcharge": money(one["surcharge"]),
        }
        for one in told or ()
    ]  # fmt: skip


class AddressOut(Answer):
    name: str
    mobile: str
    province: str
    city: str
    district: str
    line: str


class DeliveryOut(Answer):
    """`point` is the code of the pickup point (`GET /pickup-points`), null without one."""

    method: str
    address: AddressOut
    point: str | None


class DiscountOut(Answer):
    """What one promotion takes off; `coupon` is its code where it is one."""

    promotion_id: int
    kind: str
    label: str
    coupon: str
    amount: Money


class ExplanationOut(Answer):
    """What a promotion did, or why not and what is missing."""

    promotion_id: int
    label: str
    coupon: str
    applied: bool
    amount: Money
    code: str
    text: str


class ProblemOut(Answer):
    """Why the cart cannot be bought as it is."""

    code: str
    message: str


class SupplyOut(Answer):
    """How it comes to the buyer. Only `stocked` goods leave as the mall promises; others within `hours` of payment, as `promise` says,
    and `returns` says how they are returned."""

    mode: Literal["stocked", "dropshipped", "made_to_order"]
    hours: int | None
    promise: str
    returns: str


class AskedChoiceOut(Answer):
    value: str
    label: str
    surcharge: Money


class AskedOut(Answer):
    """One particular: of a text `most` is its length and `allowed` which characters; of a number `least`, `most` and `step` are in
    `unit`; of a date `least` is how many days from today it may be at the earliest; of a photo the answer is the `name` of one sent to
    `/particulars/photos`. `surcharge` is for whatever is answered, a choice has its own besides."""

    key: str
    kind: Literal["text", "choice", "number", "date", "photo"]
    label: str
    help: str
    required: bool
    surcharge: Money
    least: str
    most: str
    step: str
    unit: str
    allowed: str
    choices: list[AskedChoiceOut]


class MadeOut(Answer):
    """What is asked of the buyer; `daily` is how many are made a day, where that is limited."""

    particulars: list[AskedOut]
    daily: int | None


def made_json(product: ProductDetail, lang: str) -> dict[str, Any] | None:
    """What a product asks its buyer; null where it is not made to order. No statement while no form changed."""
    if product.supply_mode != SupplyMode.MADE_TO_ORDER:
        return None
    form, currency = bespoke.form(product.id), mall_settings.get("mall.currency")
    return {
        "daily": form.daily,
        "particulars": [
            {
                "key": one.key, "kind": one.kind, "label": one.name.render(lang), "help": one.help.render(lang),
                "required": one.required, "surcharge": json_money(one.surcharge, currency), "least": one.least, "most": one.most,
                "step": one.step, "unit": one.unit, "allowed": one.allowed,
                "choices": [
                    {"value": c.value, "label": c.name.render(lang), "surcharge": json_money(c.surcharge, currency)} for c in one.choices
                ],
            }
            for one in form.fields
        ],
    }  # fmt: skip


def supply_json(mode: str, hours: int | None, lang: str) -> dict[str, Any]:
    """`hours` as `catalog.selectors.supply_hours` knows them."""
    words = supply_words(mode, hours)
    return {
        "mode": mode,
        "hours": hours,
        "promise": words.promise.render(lang) if words else "",
        "returns": words.returns.render(lang) if words else "",
    }


class CartLineOut(Answer):
    """`problem` is empty, or `not_for_sale`, `out_of_stock`, `presale_only` (it is bought by `/presales`) or `particulars` (how it is
    to be made is not said, or not rightly). `surcharge` is what of `unit_price` the particulars cost; nothing is taken off it.

    `special` says which special price `unit_price` is: tier, channel, employee, quantity or presale; empty where
    everybody pays it. `special_name` is what it is called, with the tier's name.
    """

    id: str
    sku: str
    slug: str
    title: str
    options: str
    image: str
    quantity: int
    available: int
    list_price: Money
    unit_price: Money
    special: str
    special_name: str
    subtotal: Money
    discount: Money
    payable: Money
    problem: str
    particulars: list[ParticularOut]
    surcharge: Money
    supply: SupplyOut


class GiftChoiceOut(Answer):
    sku: str
    title: str
    options: str
    image: str


class GiftOut(Answer):
    """Goods that come for nothing; `choices` where the buyer may pick another (`PUT …/gifts`)."""

    promotion_id: int
    label: str
    sku: str
    title: str
    options: str
    image: str
    quantity: int
    list_price: Money
    choices: list[GiftChoiceOut]


class TierOfferOut(Answer):
    """A tier this purchase opens by itself once a member pays it, or would if its goods came to `missing` more.

    `discount_bp` is what its members pay of all prices, in basis points.
    """

    tier: str
    name: str
    missing: Money
    discount_bp: int
    free_shipping: bool


class ShippingPartOut(Answer):
    """What the goods of one freight template pay before discounts: `fee`, and `surcharge` for a remote place (偏远附加费)."""

    label: str
    fee: Money
    surcharge: Money
    explanation: list[str]


class CartOut(Answer):
    """Prices are those of this moment. `shipping` counts once delivery is known (`shipping_priced`).

    `discounts` come off the goods and add up to `discount_total`; `shipping_discounts` have come off `shipping` already.
    """

    id: str
    lines: list[CartLineOut]
    coupons: list[str]
    discounts: list[DiscountOut]
    gifts: list[GiftOut]
    shipping_discounts: list[DiscountOut]
    delivery: DeliveryOut | None
    subtotal: Money
    discount_total: Money
    shipping: Money
    shipping_priced: bool
    shipping_label: str
    shipping_parts: list[ShippingPartOut]
    total: Money
    points: int
    explanation: list[ExplanationOut]
    problems: list[ProblemOut]
    tier_offer: TierOfferOut | None
    order: str | None = Field(description="the order this cart became")


def shipping_part(part: FreightPart, currency: str, lang: str) -> dict[str, Any]:
    """One template's part of a freight."""
    return {
        "label": part.name.render(lang),
        "fee": json_money(part.fee, currency),
        "surcharge": json_money(part.surcharge, currency),
        "explanation": [one.text.render(lang, **words(one.params, lang, currency)) for one in part.why],
    }


def cart_json(cart: dict[str, Any], quote: Quote, lang: str) -> dict[str, Any]:
    def money(amount: int) -> Any:
        return json_money(amount, quote.currency)

    delivery = cart["delivery"]
    return {
        "id": cart["id"],
        "lines": [_cart_line(line, money, lang) for line in quote.lines],
        "coupons": cart["coupons"],
        "discounts": [_applied(a, money, lang) for a in quote.verdict.applied],
        "gifts": [
            {
                "promotion_id": gift.promotion_id,
                "label": gift.label.render(lang),
                "sku": gift.sku,
                "title": gift.title,
                "options": gift.options,
                "image": gift.image,
                "quantity": gift.quantity,
                "list_price": money(gift.list_price),
                "choices": [
                    {"sku": c.sku, "title": c.title, "options": c.options, "image": c.image} for c in gift.choices
                ],
            }
            for gift in quote.gifts
        ],
        "shipping_discounts": [_applied(a, money, lang) for a in quote.relief.applied],
        "delivery": _delivery(delivery) if delivery else None,
        "subtotal": money(quote.items_total),
        "discount_total": money(quote.discount_total),
        "shipping": money(quote.shipping_total),
        "shipping_priced": delivery is not None,
        "shipping_label": quote.freight_label.render(lang) if quote.freight_label else "",
        "shipping_parts": [shipping_part(part, quote.currency, lang) for part in quote.freight_parts if part.charged],
        "total": money(quote.total),
        "points": quote.points,
        "explanation": [
            {
                "promotion_id": e.promotion_id,
                "label": e.label.render(lang),
                "coupon": e.coupon,
                "applied": e.applied,
                "amount": money(e.amount),
                "code": e.code,
                "text": e.text.render(lang, **words(e.params, lang)),
            }
            for e in quote.verdict.explanation
        ],
        "problems": [{"code": p.code, "message": p.detail(lang)} for p in quote.problems],
        "tier_offer": _tier_offer(quote, money, lang),
        "order": cart["order_number"] or None,
    }


def _tier_offer(quote: Quote, money: Any, lang: str) -> dict[str, Any] | None:
    offer = checkout.tier_offer(quote)
    if offer is None:
        return None
    tier = offer.tier
    return {
        "tier": tier.code,
        "name": tier.name.render(lang),
        "missing": money(offer.missing),
        "discount_bp": tier.discount_bp,
        "free_shipping": tier.free_shipping,
    }


def _applied(applied: Applied, money: Any, lang: str) -> dict[str, Any]:
    return {
        "promotion_id": applied.promotion_id,
        "kind": applied.kind,
        "label": applied.label.render(lang),
        "coupon": applied.coupon,
        "amount": money(applied.amount),
    }


def _cart_line(line: QuotedLine, money: Any, lang: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "sku": line.sku,
        "slug": line.slug,
        "title": line.title,
        "options": line.options,
        "image": line.image,
        "quantity": line.quantity,
        "available": line.available,
        "list_price": money(line.list_price),
        "unit_price": money(line.unit_price),
        "special": line.special,
        "special_name": line.special_name.render(lang) if line.special_name else "",
        "subtotal": money(line.subtotal),
        "discount": money(line.discount),
        "payable": money(line.payable),
        "problem": line.problem,
        "particulars": particulars_json(line.particulars, money, lang),
        "surcharge": money(line.surcharge),
        "supply": supply_json(line.supply_mode, line.promise_hours, lang),
    }


def _delivery(delivery: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": delivery["method"],
        "address": {name: value for name, value in delivery.items() if name not in ("method", "point")},
        "point": delivery.get("point") or None,
    }


class OrderLineOut(Answer):
    """`special` says which special price `unit_price` was, as in the cart, and `special_name` what it was called."""

    line: int
    sku: str
    title: str
    options: str
    image: str
    quantity: int
    list_price: Money
    unit_price: Money
    subtotal: Money
    discount: Money
    payable: Money
    shipped_quantity: int
    refunded_quantity: int
    refunded: Money
    gift: bool
    special: str
    special_name: str
    particulars: list[ParticularOut]
    surcharge: Money
    supply: SupplyOut


class TotalsOut(Answer):
    subtotal: Money
    discount: Money
    shipping: Money
    total: Money
    paid: Money
    deposit: Money = Field(description="of it, what a presale's deposit paid before the order was made")
    refunded: Money


class PaymentOut(Answer):
    provider: str
    status: Literal["pending", "paid", "closed", "refunded", "free"]
    paid_at: datetime | None


class DispatchOut(Answer):
    """The promise counted from payment: due (24 h) and latest (48 h)."""

    due_at: datetime | None
    latest_at: datetime | None


class TimelineOut(Answer):
    at: datetime
    kind: str
    text: str


class TrackingEventOut(Answer):
    at: datetime
    state: str
    text: str
    place: str


class ParcelOut(Answer):
    number: str
    carrier: str
    carrier_name: str
    waybill_no: str
    state: str
    shipped_at: datetime | None
    delivered_at: datetime | None
    lines: list[dict[str, int]]
    events: list[TrackingEventOut]


class OrderOut(Answer):
    """`token` opens the order to whoever holds it; it is given with the purchase."""

    number: str
    token: str
    status: Literal[
        "pending_payment", "paid", "fulfilling", "shipped", "delivered", "completed", "cancelled", "refunded"
    ]
    hold: Literal["", "group"] = Field(description="what it waits for before it is shipped: a group that is not full")
    placed_at: datetime
    expires_at: datetime | None
    lines: list[OrderLineOut]
    totals: TotalsOut
    discounts: list[DiscountOut]
    shipping_discounts: list[DiscountOut]
    points: int = Field(description="points that were spent on it")
    delivery: DeliveryOut
    payment: PaymentOut
    dispatch: DispatchOut
    parcels: list[ParcelOut]
    timeline: list[TimelineOut]
    note: text(500)  # type: ignore[valid-type]


EVENTS = {
    "placed": Text("已下单", "Order placed"),
    "price_changed": Text("商家修改了价格", "The shop changed the price"),
    "paid": Text("已付款", "Paid"),
    "group_filled": Text("拼团成功", "The group is full"),
    "cancelled": Text("已取消", "Cancelled"),
    "claimed": Text("仓库开始配货", "Being picked"),
    "shipped_part": Text("部分商品已发货", "Partly shipped"),
    "shipped": Text("已发货", "Shipped"),
    "delivered": Text("已签收", "Delivered"),
    "completed": Text("已完成", "Completed"),
    "refunded": Text("退款已到账", "Refund made"),
    "made": Text("定制商品已做好", "What is made for the buyer is ready"),
    "given_up": Text("部分商品已取消", "Part of the goods was cancelled"),
}
_EXPIRED = Text("超时未付款，已自动取消", "Cancelled: not paid in time")


def order_json(order: dict[str, Any], parcels: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """An order (`orders.selectors.find`) for its buyer."""
    currency = order["currency"]

    def money(amount: int) -> Any:
        return {"amount": amount, "currency": currency}

    return {
        "number": order["number"],
        "token": orders.access_token(order["number"]),
        "status": order["status"],
        "hold": order["hold"],
        "placed_at": order["placed_at"],
        "expires_at": order["expires_at"],
        "lines": [_order_line(line, money, lang) for line in order["lines"]],
        "totals": {
            "subtotal": money(order["items_total"]),
            "discount": money(order["discount_total"]),
            "shipping": money(order["shipping_total"]),
            "total": money(order["total"]),
            "paid": money(order["paid_total"]),
            "deposit": money(order["deposit"]),
            "refunded": money(order["refunded_total"]),
        },
        "discounts": [_discount(d, money, lang) for d in order["explanation"] if d.get("lane") != "freight"],
        "shipping_discounts": [_discount(d, money, lang) for d in order["explanation"] if d.get("lane") == "freight"],
        "points": sum(share.get("points", 0) for line in order["lines"] for share in line["discounts"]),
        "delivery": {
            "method": order["delivery_method"],
            "address": {
                "name": order["contact_name"],
                "mobile": order["contact_mobile"],
                "province": order["province"],
                "city": order["city"],
                "district": order["district"],
                "line": order["address_line"],
            },
            "point": ((order["delivery"] or {}).get("point") or {}).get("code"),
        },
        "payment": {
            "provider": order["payment_provider"],
            "status": _payment_status(order),
            "paid_at": order["paid_at"],
        },
        "dispatch": {"due_at": order["dispatch_due_at"], "latest_at": order["dispatch_latest_at"]},
        "parcels": parcels,
        "timeline": [
            {"at": e["at"], "kind": e["kind"], "text": _said(e, lang)} for e in order["timeline"] if e["public"]
        ],
        "note": order["buyer_note"],
    }


def _discount(entry: dict[str, Any], money: Any, lang: str) -> dict[str, Any]:
    return {
        "promotion_id": entry["ref"],
        "kind": entry["kind"],
        "label": entry["label"]["en" if lang == "en" else "zh"],
        "coupon": entry["coupon"],
        "amount": money(entry["amount"]),
    }


def _order_line(line: dict[str, Any], money: Any, lang: str) -> dict[str, Any]:
    return {
        "line": line["line"],
        "sku": line["sku"],
        "title": line["title"],
        "options": line["options"],
        "image": line["image"],
        "quantity": line["quantity"],
        "list_price": money(line["list_price"]),
        "unit_price": money(line["unit_price"]),
        "subtotal": money(line["quantity"] * line["unit_price"]),
        "discount": money(line["discount"]),
        "payable": money(line["payable"]),
        "shipped_quantity": line["shipped_quantity"],
        "refunded_quantity": line["refunded_quantity"],
        "refunded": money(line["refunded_amount"]),
        "gift": orders.is_gift(line["discounts"]),
        "special": line["special"]["kind"] if line["special"] else "",
        "special_name": line["special"]["en" if lang == EN else "zh"] if line["special"] else "",
        "particulars": particulars_json(line["particulars"], money, lang),
        "surcharge": money(line["surcharge"]),
        "supply": supply_json(line["supply_mode"], line["promise_hours"], lang),
    }


def _payment_status(order: dict[str, Any]) -> str:
    if order["paid_at"] is None:
        return "closed" if order["status"] == "cancelled" else "pending"
    if not order["paid_total"]:
        return "free"
    return "refunded" if order["refunded_total"] == order["paid_total"] else "paid"


def _said(entry: dict[str, Any], lang: str) -> str:
    if entry["kind"] == "cancelled" and entry["data"].get("reason") == "expired":
        return _EXPIRED.render(lang)
    return EVENTS.get(entry["kind"], Text(entry["kind"], entry["kind"])).render(lang)
