"""What checkout would charge: the quote of one piece, asked for a handful of products at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import Delivery, GroupWish, Quote, QuotedLine, QuoteRequest, WantedLine
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.presale import selectors as presale
from zhanggui.pricing import selectors as pricing

from .types import GROUP, PRESALE

#: Copies of prices follow a window's edge within a minute (docs/pricing.md, 3); what they said before it is no lie yet.
GRACE = timedelta(minutes=2)
#: Offers on the freight are judged once it is known where the goods go.
SOMEWHERE = Delivery("express", province="浙江省")


@dataclass(frozen=True, slots=True)
class Truth:
    """Of some products: a quote for one piece of each SKU, what was true `GRACE` ago, and what may be struck through.

    `lawful` is the most that may be struck through beside a SKU's price, of those it was asked for. `apart` is what a piece of a SKU
    costs in the presales and groups one can enter now, by what it is called (`PRESALE`, `GROUP`).
    """

    codes: Mapping[int, str]
    quotes: Mapping[int, Quote]
    before: Mapping[int, int]
    lawful: Mapping[int, int]
    apart: Mapping[tuple[str, int], frozenset[int]]

    def line(self, sku_id: int) -> QuotedLine | None:
        """The SKU as one piece of it would stand in a cart; None where it cannot be bought at all."""
        quote = self.quotes.get(sku_id)
        if quote is None or quote.lines[0].problem == "not_for_sale":
            return None
        return quote.lines[0]

    def cheapest(self, sku_ids: Sequence[int]) -> QuotedLine | None:
        """The line of the SKU that costs least; of equal ones the first."""
        lines = [line for sku_id in sku_ids if (line := self.line(sku_id))]
        return min(lines, key=lambda line: line.unit_price, default=None)

    def before_of(self, sku_ids: Sequence[int]) -> int | None:
        return min((self.before[sku_id] for sku_id in sku_ids if sku_id in self.before), default=None)


def truth(items: Sequence[ListingItem], at: datetime, struck: Sequence[int] = ()) -> Truth:
    """The truth about these products; `struck` are the SKUs beside whose price another stands. A fixed number of statements."""
    sku_ids = [sku_id for item in items for sku_id in item.sku_ids]
    codes = catalog.sku_codes(sku_ids)
    asked = [sku_id for sku_id in sku_ids if sku_id in codes]
    quotes = checkout.quotes([one(codes[sku_id]) for sku_id in asked])
    before = {sku_id: price.sale_price for sku_id, price in pricing.effective_prices(sku_ids, at - GRACE).items()}
    return Truth(
        codes, dict(zip(asked, quotes, strict=True)), before, pricing.lawful_strikes(struck, at), _apart(codes, at)
    )


def _apart(codes: Mapping[int, str], at: datetime) -> dict[tuple[str, int], frozenset[int]]:
    """What presales and groups charge: by the terms a reservation is made at, and by a quote in a new group."""
    found: dict[tuple[str, int], set[int]] = {}
    for sku_id, amount in presale.asked(list(codes), at):
        found.setdefault((PRESALE, sku_id), set()).add(amount)
    wishes = [(sku_id, offer) for sku_id, offer in groupbuy.offered(list(codes), at) if sku_id in codes]
    requests = [replace(one(codes[sku_id]), group=GroupWish(offer)) for sku_id, offer in wishes]
    for (sku_id, _), quote in zip(wishes, checkout.quotes(requests), strict=True):
        if quote.lines and quote.lines[0].problem != "not_for_sale":
            found.setdefault((GROUP, sku_id), set()).add(quote.lines[0].payable)
    return {key: frozenset(amounts) for key, amounts in found.items()}


def one(code: str, pieces: int = 1) -> QuoteRequest:
    """A cart of somebody unknown with so many pieces of a SKU."""
    return QuoteRequest((WantedLine("1", code, pieces),), delivery=SOMEWHERE)
