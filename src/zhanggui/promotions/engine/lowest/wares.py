"""Goods as the search sees them: what they are, and every price they can have before promotions."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from zhanggui.kernel.money import portion

from ..values import BuyerFacts

#: From an instant until just before another (None: no end).
Span = tuple[datetime, datetime | None]


class Special(NamedTuple):
    """What some buyers pay (of a tier, through a channel, the staff), or everybody from so many pieces on."""

    price: int
    tier: str = ""
    channel: str = ""
    employee: bool = False
    quantity: int = 1


class Window(NamedTuple):
    """A planned price takes the place of the ordinary one for a time."""

    price: int
    span: Span


class Ware(NamedTuple):
    """A SKU with its prices. `category_ids` holds the category and its ancestors; `sale_price` is the one outside all windows."""

    sku_id: int
    product_id: int
    category_ids: tuple[int, ...]
    brand_id: int | None
    list_price: int
    sale_price: int
    specials: tuple[Special, ...] = ()
    windows: tuple[Window, ...] = ()

    @property
    def goods(self) -> tuple[int, ...]:
        """What it can be named by; the numbers of `compiler.line_tokens`."""
        tokens = [self.sku_id * 4, self.product_id * 4 + 1, *(i * 4 + 2 for i in self.category_ids)]
        return (*tokens, self.brand_id * 4 + 3) if self.brand_id is not None else tuple(tokens)

    def for_tier(self, tier: str, discount_bp: int) -> "Ware":
        """As members of a tier find it that pays a share of every ordinary and planned price; of member prices theirs alone
        are left. The rule of `pricing.rules.price_for`."""
        return self._replace(
            sale_price=portion(self.sale_price, discount_bp),
            specials=tuple(s._replace(tier="") for s in self.specials if s.tier in ("", tier)),
            windows=tuple(w._replace(price=portion(w.price, discount_bp)) for w in self.windows),
        )

    def without_tiers(self, tiers: Collection[str]) -> "Ware":
        """As everybody finds it who is of none of these tiers."""
        if not any(s.tier in tiers for s in self.specials):
            return self
        return self._replace(specials=tuple(s for s in self.specials if s.tier not in tiers))

    @property
    def prices(self) -> tuple[object, ...]:
        """Wares alike in this cost every buyer the same at any time."""
        return self.sale_price, self.specials, self.windows


class Asked(NamedTuple):
    """A price that can be asked for a piece, and of whom: the parts that are set narrow it. `spans` None: at any time."""

    price: int
    tier: str = ""
    channel: str = ""
    employee: bool = False
    quantity: int = 1
    spans: tuple[Span, ...] | None = None

    @property
    def limits(self) -> tuple[object, ...]:
        return self.tier, self.channel, self.employee, self.spans


def price_of(ware: Ware, buyer: BuyerFacts, channel: str, quantity: int, at: datetime) -> int:
    """What one of so many pieces costs this buyer: the rule of `pricing.rules.price_for`, in the engine's terms."""
    ordinary = next((w.price for w in ware.windows if _within(w.span, at)), ware.sale_price)
    return min(
        (
            s.price
            for s in ware.specials
            if quantity >= s.quantity
            and (not s.tier or s.tier == buyer.tier)
            and (not s.channel or s.channel == channel)
            and (buyer.employee or not s.employee)
            and s.price < ordinary
        ),
        default=ordinary,
    )


def _within(span: Span, at: datetime) -> bool:
    return span[0] <= at and (span[1] is None or at < span[1])


def asked_of(ware: Ware, now: datetime) -> list[Asked]:
    """Every price that can be asked from `now` on, the lowest first; what a lower one without more conditions makes idle is left out."""
    if not ware.windows and not ware.specials:
        return [Asked(ware.sale_price)]
    windows = sorted((w for w in ware.windows if w.span[1] is None or w.span[1] > now), key=lambda w: w.span[0])
    found = [Asked(w.price, spans=((max(w.span[0], now), w.span[1]),)) for w in windows]
    gaps = tuple(_gaps((w.span for w in windows), now)) if windows else None
    if gaps != ():
        found.append(Asked(ware.sale_price, spans=gaps))
    found += [Asked(s.price, s.tier, s.channel, s.employee, s.quantity) for s in ware.specials]
    found.sort(key=lambda a: (a.price, a.quantity, a.spans is not None, a.tier, a.channel, a.employee))
    kept: list[Asked] = []
    for each in found:
        if not any(_idle(each, other) for other in kept):
            kept.append(each)
    return kept


def _gaps(spans: Iterable[Span], now: datetime) -> Iterable[Span]:
    begin: datetime | None = now
    for start, end in spans:
        if begin is not None and start > begin:
            yield begin, start
        begin = end if end is None or begin is None else max(begin, end)
    if begin is not None:
        yield begin, None


def _idle(each: Asked, other: Asked) -> bool:
    """Whether nobody needs it, because whoever can be asked it can be asked the other, which is no higher."""
    return (
        other.quantity <= each.quantity
        and other.tier in ("", each.tier)
        and other.channel in ("", each.channel)
        and (each.employee or not other.employee)
        and other.spans in (None, each.spans)
    )
