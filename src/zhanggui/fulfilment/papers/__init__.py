"""Papers of the warehouse as PDF: waybill labels (面单) and packing slips (发货清单), laid out by Typst.

The layouts lie beside this file: some 4 ms a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import segno

from zhanggui.kernel import clock, typesetting

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives."""

    name: str
    mobile: str
    address: str


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of goods."""

    sku: str
    title: str
    options: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Label:
    """One parcel. Without a `waybill_no` there is room to write it (the carrier is not chosen yet).

    `route` (大头笔), `package` (集包地) and `sorting` are what the carrier's sorters read; empty where it told none. `box` is the
    basket of its wave, so that a stack of labels finds its boxes.
    """

    order_number: str
    carrier: str
    waybill_no: str
    receiver: Party
    sender: Party
    goods: Sequence[Goods]
    at: datetime
    route: str = ""
    package: str = ""
    sorting: str = ""
    box: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies in the box. `link`: where the buyer follows the order."""

    order_number: str
    shop: str
    receiver: Party
    sender: Party
    goods: Sequence[Goods]
    placed_at: datetime
    carrier: str = ""
    waybill_no: str = ""
    note: str = ""
    pickup: bool = False
    link: str = field(default="")
    return_card: bool = False


@dataclass(frozen=True, slots=True)
class PickPlace:
    """A line of a pick list; `baskets` say into which basket how many go."""

    place: str
    sku: str
    barcode: str
    title: str
    options: str
    units: int
    baskets: str


@dataclass(frozen=True, slots=True)
class Picking:
    """A wave to be walked."""

    number: str
    warehouse: str
    kind: str
    at: datetime
    orders: int
    lines: Sequence[PickPlace]


def labels(pages: Sequence[Label], size: str) -> bytes:
    """A page for each label. Raises NoChineseFont."""
    width, height = map(int, size.split("x"))
    shown = [
        {
            **asdict(page),
            "carrier": _cut(page.carrier, 24),
            "route": _cut(page.route, 30),
            "package": _cut(page.package, 16),
            "sorting": _cut(page.sorting, 8),
            "receiver": {**asdict(page.receiver), "name": _cut(page.receiver.name, 40)},
            "sender": {
                "name": _cut(page.sender.name, 24),
                "mobile": _cut(page.sender.mobile, 24),
                "address": _cut(page.sender.address, 100),
            },
            "goods": [
                {"words": _short(f"{line.title} {line.options}".strip()), "quantity": line.quantity}
                for line in page.goods
            ],
            "units": sum(line.quantity for line in page.goods),
            "at": _time(page.at),
            "bars": typesetting.bars(page.waybill_no or page.order_number),
        }
        for page in pages
    ]
    return _drawn("label.typ", {"pages": shown, "width": width, "height": height})


def slips(pages: Sequence[Slip], size: str) -> bytes:
    """A page or more for each slip. Raises NoChineseFont."""
    shown = [
        {
            **asdict(page),
            "units": sum(line.quantity for line in page.goods),
            "placed_at": _time(page.placed_at),
            "bars": typesetting.bars(page.order_number),
            "code": _code(page.link) if page.link else "",
        }
        for page in pages
    ]
    return _drawn("slip.typ", {"pages": shown, "paper": size})


def picking(wave: Picking) -> bytes:
    """A pick list, A4. Raises NoChineseFont."""
    shown = {
        **asdict(wave),
        "at": _time(wave.at),
        "bars": typesetting.bars(wave.number),
        "units": sum(line.units for line in wave.lines),
        "baskets": any(line.baskets for line in wave.lines),
    }
    return _drawn("picking.typ", shown)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[:most] + "…"


def _short(words: str, most: float = 21) -> str:
    """As much as one line of a label takes; letters are about half as wide as characters."""
    used = 0.0
    for place, char in enumerate(words):
        used += 0.58 if char.isascii() else 1
        if used > most:
            return words[: place - 1].rstrip() + "…"
    return words


def _time(at: datetime) -> str:
    return clock.local(at).strftime("%Y-%m-%d %H:%M")


def _drawn(layout: str, data: dict[str, Any]) -> bytes:
    return typesetting.pdf(HERE / layout, data)


def _code(text: str) -> str:
    return segno.make(text, error="m", micro=False).svg_inline(border=2)
