"""Goods made to order, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.factories.catalog import make_product
from tests.factories.pricing import PRICER
from tests.factories.shop import attempt, wants
from tests.factories.warehouse import somewhere
from zhanggui.bespoke.types import CHOICE, NUMBER, TEXT, Choice, Field
from zhanggui.checkout.types import PlaceCommand, WantedLine
from zhanggui.kernel.actor import Actor
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.workshop import services

EDITOR = Actor("staff", 11, "editor", frozenset({"bespoke.edit"}))
MAKER = Actor("staff", 12, "maker", frozenset({"workshop.view", "workshop.make"}))
OTHER = Actor("staff", 13, "other maker", MAKER.permissions)
NAME = Field("name", TEXT, "刻字", "Engraving", required=True, surcharge=1200, most="8", allowed="names")
COLOUR = Field(
    "colour", CHOICE, "颜色", "Colour", choices=(Choice("原色", "原色", "Plain"), Choice("金色", "金色", "Gold", 800))
)
HEIGHT = Field("height", NUMBER, "高度", "Height", least="8", most="14", step="0.5", unit="cm")
ANNA = {"name": "安娜", "colour": "金色", "height": "12"}


def cup(price: int = 5000, *, fields: tuple[Field, ...] = (NAME, COLOUR, HEIGHT), **terms: Any) -> str:
    """A listed cup that is engraved once it is bought; its code."""
    product = make_product()
    sku = product.skus[0]
    pricing.set_prices([PriceRow(sku.id, list_price=price, sale_price=price)], reason="opening price", actor=PRICER)
    services.make_to_order(product.id, fields, actor=EDITOR, **terms)
    return sku.code


def command(*lines: tuple[str, int, dict[str, Any] | None], **more: Any) -> PlaceCommand:
    """A purchase of (sku, units, particulars), to a house of its own."""
    made = wants(*((sku, units) for sku, units, _ in lines), **({"delivery": somewhere()} | more))
    wanted = tuple(WantedLine(str(i), sku, units, said) for i, (sku, units, said) in enumerate(lines, 1))
    return replace(made, request=replace(made.request, lines=wanted))


def order(*lines: tuple[str, int, dict[str, Any] | None], **more: Any) -> str:
    """A paid order of these; its number."""
    [answer] = attempt(command(*lines, **more))
    if isinstance(answer, BaseException):
        raise answer
    return answer.number
