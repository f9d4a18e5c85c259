"""How a freight comes about and when goods are expected, in the buyer's words."""

from __future__ import annotations

from zhanggui.checkout.types import Quote

from ..browse.delivery import freight_words


def freight_why(quote: Quote | None, lang: str, currency: str) -> list[str]:
    """The sentences of a quote's freight; none where nothing is charged anyway or its amount says it all."""
    if quote is None or (quote.freight and not quote.shipping_total):
        return []
    return freight_words(quote.freight_parts, lang, currency)
