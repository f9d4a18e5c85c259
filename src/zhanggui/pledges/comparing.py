"""What is said against what is true. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from zhanggui.catalog.types import ListingItem
from zhanggui.checkout.types import PRESALE_ONLY
from zhanggui.kernel.i18n import Text

from .truth import Truth
from .types import GROUP, LIST_COPY, LIST_PRICE, PRESALE, PRICE, STOCK, STRUCK, Found, Said

NOTHING = Text("没有价格", "no price")
NOT_SOLD = Text("结算时不可购买", "checkout does not sell it")
NO_STOCK = Text("结算时无货", "checkout has none")


def differences(items: Sequence[ListingItem], told: Iterable[Said], truth: Truth) -> Iterator[Found]:
    """Every place that says of these goods what checkout would not do."""
    known = {item.id: item for item in items}
    for said in told:
        item = known.get(said.product_id)
        if item is not None and (found := _judge(item, said, truth)) is not None:
            yield found


def _judge(item: ListingItem, said: Said, truth: Truth) -> Found | None:
    sku_ids = item.sku_ids if said.sku_id is None else [said.sku_id]
    line = truth.cheapest(sku_ids)
    if said.what in (PRESALE, GROUP):
        return _apart(item, said, truth)
    if said.what == STRUCK:
        return _struck(item, said, sku_ids, truth)
    if said.what == STOCK:
        short = said.amount and (line is None or all(_none_left(truth, sku_id) for sku_id in sku_ids))
        says = Text("有货", "in stock")
        return _found(item, said, truth, says, NOT_SOLD if line is None else NO_STOCK) if short else None
    if line is None:
        # Nothing said of what is not sold is no promise; a price is one.
        return None if said.amount is None else _found(item, said, truth, None, NOT_SOLD)
    true = line.unit_price if said.what == PRICE else line.list_price
    if said.amount == true:
        return None
    if said.what == LIST_PRICE and said.amount in {
        other.list_price for sku_id in sku_ids if (other := truth.line(sku_id)) and other.unit_price == line.unit_price
    }:
        return None  # of SKUs that cost the same, it may be any one's
    if said.place == LIST_COPY and truth.before_of(sku_ids) not in (None, line.sale_price):
        return None  # a window's edge went by a moment ago: copies follow within a minute, the next check looks again
    return _found(item, said, truth, None if said.amount is not None else NOTHING, None, true)


def _apart(item: ListingItem, said: Said, truth: Truth) -> Found | None:
    """A price that goes alone is that of a presale or group one can enter now."""
    charged = truth.apart.get((said.what, said.sku_id or 0), frozenset())
    if said.amount in charged:
        return None
    return _found(item, said, truth, None, None if charged else NOT_SOLD, min(charged, default=None))


def _struck(item: ListingItem, said: Said, sku_ids: Sequence[int], truth: Truth) -> Found | None:
    """A struck price is lawful up to the lowest price really asked before, and only above the present one."""
    if said.amount is None:
        return None
    best = truth.cheapest(sku_ids)
    if best is None:
        return None
    allowed = [
        truth.lawful[sku_id]
        for sku_id in sku_ids
        if sku_id in truth.lawful and (line := truth.line(sku_id)) and line.unit_price == best.unit_price
    ]
    most = max(allowed, default=None)
    if most is not None and best.unit_price < said.amount <= most:
        return None
    holds = (
        None if most is not None else Text("没有可以合法划线的原价", "no earlier price may lawfully be struck through")
    )
    return _found(item, said, truth, None, holds, most)


def _none_left(truth: Truth, sku_id: int) -> bool:
    line = truth.line(sku_id)
    return line is None or line.problem in ("out_of_stock", PRESALE_ONLY)


def _found(
    item: ListingItem, said: Said, truth: Truth, says: Text | None, holds: Text | None, true: int | None = None
) -> Found:
    return Found(
        f"{said.place}:{said.what}:{item.id}:{said.sku_id or ''}",
        said.place,
        said.what,
        Text(item.title, item.title_en or item.title),
        says or Text("", ""),
        holds or Text("", ""),
        None if said.what == STOCK else said.amount,
        true,
        product_id=item.id,
        sku_code=truth.codes.get(said.sku_id or 0, ""),
        path=f"/p/{item.slug}",
    )
