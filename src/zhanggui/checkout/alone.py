"""What goods cost a buyer by themselves: his own price less offers on single items, without coupons and what a cart brings."""

from collections.abc import Collection, Sequence

from zhanggui.kernel import clock
from zhanggui.promotions.types import Lane, RuleSet

from .quote import Facts, quote_many
from .types import PRESALE_ONLY, ItemPrice, QuoteRequest


def item_prices(requests: Sequence[QuoteRequest], *, without: Collection[str] = ()) -> list[ItemPrice | None]:
    """For each request, which is about one line, what its pieces cost now; None where they are not sold.

    Kinds of promotions in `without` are left aside. The statements of one batch of quotes, none for none.
    """
    if not requests:
        return []
    facts = Facts(requests, clock.now())
    running = facts.rules.rules
    chosen = tuple(rule for rule in running if rule.lane == Lane.ITEM and rule.rule.kind not in without)
    facts.rules = RuleSet(chosen, facts.rules.zone)
    found: list[ItemPrice | None] = []
    for quote in quote_many(requests, facts):
        [line] = quote.lines
        sold = line.problem not in ("not_for_sale", PRESALE_ONLY)
        found.append(ItemPrice(line.payable, tuple(facts.skus[line.sku].category_ids)) if sold else None)
    return found
