"""What readers of order history give: sales of another system as they were, in that file's currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import orjson

from .drafts import Remark
from .products import Product


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person who bought; `external_id` is the person's number in the source, the same for all their orders."""

    external_id: str
    joined_at: datetime | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Returned:
    """Units of a line that went back, and the money for them, by a document of their own."""

    document: str
    at: datetime
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    sku_code: str
    title: str
    quantity: int
    unit_price: int
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class MadePayment:
    """`method` in the source's word; `instalments` 1 when paid at once."""

    method: str
    amount: int
    instalments: int = 1


@dataclass(frozen=True, slots=True)
class Sale:
    """One order as the file has it. `status` is one of ours; what was paid may differ from what was due."""

    source: str
    external_id: str
    currency: str
    status: str
    placed_at: datetime
    lines: tuple[SoldLine, ...]
    shipping_total: int = 0
    payments: tuple[MadePayment, ...] = ()
    buyer: Buyer | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    country: str = ""
    province: str = ""
    city: str = ""
    postcode: str = ""
    line: int = 0
    digest: str = ""

    @property
    def items_total(self) -> int:
        return sum(line.quantity * line.unit_price for line in self.lines)

    @property
    def offered_total(self) -> int:
        """The sum of the payments, received or not."""
        return sum(payment.amount for payment in self.payments)

    @property
    def refunded_total(self) -> int:
        return sum(back.amount for line in self.lines for back in line.returned)


HistoryFound = Iterator[Product | Buyer | Sale | Remark]


def seal(sale: Sale) -> Sale:
    """The sale with a digest of all that is stated about it."""
    stated = orjson.dumps(
        replace(sale, line=0, digest="", buyer=None) if sale.buyer is None else replace(sale, line=0, digest="")
    )
    return replace(sale, digest=blake2b(stated, digest_size=16).hexdigest())
