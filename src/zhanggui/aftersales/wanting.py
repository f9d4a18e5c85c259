"""What comes instead in an exchange: which articles may, and what each unit gives back. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError
from zhanggui.pricing import selectors as pricing

from .errors import ExchangeDearer, ExchangeNotPossible
from .types import Spoken, Wish


class Wanted(NamedTuple):
    """The article that comes instead of units of a line; `same` where it is the very one. `difference` is of one unit."""

    sku_id: int
    code: str
    title: str
    difference: int
    same: bool


def wanted(
    order: Mapping[str, Any], spoken: Spoken, wishes: Sequence[Wish], units: Mapping[int, int]
) -> dict[int, Wanted]:
    """What comes instead, by line. Two statements, none where all want the same article again.

    Raises TooManyUnits' fields where an article is unknown, ExchangeDearer, ExchangeNotPossible.
    """
    codes = {wish.line: wish.sku for wish in wishes if wish.sku}
    lines = {line["line"]: line for line in order["lines"]}
    other = {n: code for n, code in codes.items() if code != lines[n]["sku"]}
    found = {n: Wanted(lines[n]["sku_id"], lines[n]["sku"], _title(lines[n]), 0, True) for n in units if n not in other}
    if not other:
        return found
    known = {sku.code: sku for sku in catalog.sellable_by_code(list(other.values()))}
    prices = pricing.effective_prices(
        [*(sku.sku_id for sku in known.values() if sku.sku_id), *(lines[n]["sku_id"] for n in other)], clock.now()
    )
    dearer = []
    for n, code in other.items():
        sku, line = known[code], lines[n]
        index = next(i for i, wish in enumerate(wishes) if wish.line == n)
        if not sku.sellable or sku.sku_id not in prices:
            text = Text("没有在售的这个商品，请换一个", "no article on sale has this code; choose another")
            raise ExchangeNotPossible(text=text, errors=[FieldError(f"lines.{index}.sku", "unknown", text)])
        if order["deposit"] or n in spoken.bases or line["sku_id"] is None:
            raise ExchangeNotPossible(
                text=Text(
                    "这件商品（预售或已价保）只能换同款同规格，或退货退款",
                    "Goods of a presale, or whose price was lowered for you, are exchanged for the same article only",
                )
            )
        price = prices[sku.sku_id].sale_price
        now = prices[line["sku_id"]].sale_price if line["sku_id"] in prices else line["unit_price"]
        if price > max(now, line["unit_price"]):
            dearer.append(FieldError(f"lines.{index}.sku", "dearer", ExchangeDearer.message))
        paid = (line["payable"] - line["refunded_amount"]) // max(line["quantity"] - line["refunded_quantity"], 1)
        difference = max(min(now, paid) - price, 0)
        found[n] = Wanted(sku.sku_id, code, f"{sku.title} {sku.options}".strip(), difference, False)
    if dearer:
        raise ExchangeDearer(errors=dearer)
    return found


def choices(order: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[int, list[Wanted]]:
    """The other variants of lines' products that may come instead, by line: on sale, and not dearer. Four statements, none for none."""
    asked = [] if order["deposit"] else [line for line in lines if line["product_id"] and line["sku_id"]]
    if not asked:
        return {}
    variants = catalog.skus_of(list({line["product_id"] for line in asked}))
    ids = sorted({sku for skus in variants.values() for sku in skus})
    prices = pricing.effective_prices(sorted({*ids, *(line["sku_id"] for line in asked)}), clock.now())
    known = {each.sku_id: each for each in catalog.sellable_by_code(list(catalog.sku_codes(ids).values()))}
    found: dict[int, list[Wanted]] = {}
    for line in asked:
        now = prices[line["sku_id"]].sale_price if line["sku_id"] in prices else line["unit_price"]
        most = max(now, line["unit_price"])
        paid = (line["payable"] - line["refunded_amount"]) // max(line["quantity"] - line["refunded_quantity"], 1)
        found[line["line"]] = [
            Wanted(
                sku,
                known[sku].code,
                known[sku].options or known[sku].title,
                max(min(now, paid) - prices[sku].sale_price, 0),
                False,
            )
            for sku in variants[line["product_id"]]
            if sku != line["sku_id"]
            and sku in known
            and known[sku].sellable
            and sku in prices
            and prices[sku].sale_price <= most
        ]
    return found


def _title(line: Mapping[str, Any]) -> str:
    return f"{line['title']} {line['options']}".strip()
