"""满赠: spend so much, get goods for nothing.

Configuration, in minor units: `{"steps": [{"threshold": 20000, "gifts": [{"sku": 7, "quantity": 1, "value": 1500}, …], "choose": 1}]}`.
`value` is what the mall says one piece is worth, for comparing with other offers; with `choose` the buyer gets so many of
the gifts, his choice, otherwise all. The highest step reached counts. A gift that is out of stock is not promised.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from ..depth import NEVER, Deep, Piece
from ..fields import MOST_PIECES, Reader
from ..kind import Badge, Goods, Kind, Offer
from ..values import Lane

_SHORT = Text("再买 {missing_amount} 元可得赠品", "Add {missing_amount} more to get a gift")
_DONE = Text("已送 {pieces} 件赠品", "{pieces} given with it")
_NEXT = Text(
    "已送 {pieces} 件赠品，再买 {missing_amount} 元可换更好的赠品",
    "{pieces} given with it; add {missing_amount} more for a better gift",
)
_GONE = Text("赠品已送完", "The gifts are all gone")


class Present(NamedTuple):
    """So many pieces of a SKU; `value` is of one piece."""

    sku: int
    quantity: int
    value: int


class Step(NamedTuple):
    """`choose` of the presents go with the order."""

    threshold: int
    presents: tuple[Present, ...]
    choose: int


class Terms(NamedTuple):
    """Steps by rising threshold."""

    steps: tuple[Step, ...]


def parse(config: Mapping[str, Any]) -> Terms:
    """Raises ConfigFaults."""
    reader = Reader(config)
    reader.only(("steps",))
    steps: list[Step] = []
    for item in reader.objects("steps", 10):
        item.only(("threshold", "gifts", "choose"))
        step = Step(item.money("threshold"), *_presents(item))
        if steps:
            item.rising("threshold", steps[-1].threshold, step.threshold)
        steps.append(step)
    reader.done()
    return Terms(tuple(steps))


def _presents(step: Reader) -> tuple[tuple[Present, ...], int]:
    presents: dict[int, Present] = {}
    for item in step.objects("gifts", 10):
        item.only(("sku", "quantity", "value"))
        sku = item.sku(presents)
        quantity = item.integer("quantity", 1, MOST_PIECES) if item.has("quantity") else 1
        presents[sku] = Present(sku, quantity, item.money("value", low=0) if item.has("value") else 0)
    choose = step.integer("choose", 1, max(len(presents), 1)) if step.has("choose") else len(presents)
    return tuple(presents.values()), choose


def offer(terms: Terms, goods: Goods) -> Offer:
    reached = [step for step in terms.steps if step.threshold <= goods.total]
    following = terms.steps[len(reached)] if len(reached) < len(terms.steps) else None
    missing = {} if following is None else {"missing_amount": following.threshold - goods.total}
    if not reached:
        return Offer(0, "threshold_short", missing, _SHORT)
    step, stock = reached[-1], goods.around.stock
    there = [present for present in step.presents if stock.get(present.sku, 0) >= present.quantity]
    if not there:
        return Offer(0, "gift_gone", {}, _GONE)
    wanted = sorted(there, key=lambda present: present.sku not in goods.around.chosen)[: step.choose]
    choices = tuple(present.sku for present in there) if step.choose < len(step.presents) else ()
    gifts = tuple((present.sku, present.quantity, choices) for present in wanted)
    params = {"pieces": sum(present.quantity for present in wanted), **missing}
    worth = sum(present.quantity * present.value for present in wanted)
    return Offer(0, "given", params, _DONE if following is None else _NEXT, gifts=gifts, worth=worth)


def deepest(_terms: Terms, _piece: Piece) -> Deep:
    """Gifts take nothing off the goods."""
    return NEVER


def badge(terms: Terms) -> Badge:
    return Badge(
        Text("满{threshold_figure}赠", "Gift from {threshold_figure}"), {"threshold_figure": terms.steps[0].threshold}
    )


def gives(terms: Terms) -> Iterable[int]:
    return {present.sku for step in terms.steps for present in step.presents}


KIND = Kind(
    "full_gift",
    Lane.ORDER,
    Text("满赠", "Spend and get a gift"),
    parse,
    offer,
    badge,
    stepped=True,
    gives=gives,
    deepest=deepest,
)
