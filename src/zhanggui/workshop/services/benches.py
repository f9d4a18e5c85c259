"""How many units of a product may wait to be made at once."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.bespoke import services as forms
from zhanggui.bespoke.permissions import EDIT, need
from zhanggui.bespoke.types import Field
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as products
from zhanggui.catalog.types import SupplyMode
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor

from ..settings import BENCH


def keep_benches(sku_ids: Sequence[int], *, actor: Actor = SYSTEM) -> None:
    """SKUs that have become made to order get their places at the bench, those that are not any more give them up.

    Repeating it changes nothing. Opens its own transaction. Two statements where nothing is made to order.
    """
    modes = catalog.supplied(sku_ids)
    there = inventory.bench(list(modes))
    wanted: dict[int, int] = {}
    for sku, mode in modes.items():
        places, _ = there.get(sku, (0, 0))
        if mode == SupplyMode.MADE_TO_ORDER and not places:
            wanted[sku] = mall_settings.get(BENCH)
        elif mode != SupplyMode.MADE_TO_ORDER and places:
            wanted[sku] = 0
    stock.set_bench(wanted, actor=actor)


def make_to_order(
    product_id: int, fields: Sequence[Field], *, hours: int | None = None, daily: int | None = None,
    places: int | None = None, seen: int | None = None, actor: Actor,
) -> int:  # fmt: skip
    """A product is made to order: what it asks its buyer, within how many hours it leaves (None: as the mall says), how many are
    made a day (None: no limit) and how many of each variant may wait at once (None: as it is); the version of its form.

    Opens its own transaction. Raises PermissionDenied, NotFound, ValidationFailed, Conflict (`seen` is an older version).
    """
    need(actor, EDIT)
    with transaction.atomic():
        product = catalog.product(product_id)
        if product.supply_mode != SupplyMode.MADE_TO_ORDER or product.promise_hours != hours:
            products.set_supply([product_id], SupplyMode.MADE_TO_ORDER, promise_hours=hours, actor=actor)
        skus = [sku.id for sku in product.skus]
        keep_benches(skus, actor=actor)
        version = forms.set_form(product_id, fields, daily=daily, seen=seen, actor=actor)
        if places is not None:
            stock.set_bench(dict.fromkeys(skus, places), actor=actor)
    return version


def sell_from_stock(product_id: int, *, actor: Actor) -> None:
    """A product comes from stock again; what waits to be made is made. Opens its own transaction. Raises PermissionDenied, NotFound."""
    need(actor, EDIT)
    with transaction.atomic():
        products.set_supply([product_id], SupplyMode.STOCKED, actor=actor)
        keep_benches([sku.id for sku in catalog.product(product_id).skus], actor=actor)
