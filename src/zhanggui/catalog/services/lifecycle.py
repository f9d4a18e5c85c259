"""The product's way into the shop and out of it (CAT-01, -13, -14), and the schedule of both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed, WrongState

from .. import listings, locks, outages, rules, selectors, states, taxonomy
from ..errors import NotReadyToList
from ..events import ProductDelisted, ProductListed, ScheduledListingRefused
from ..types import ListingFacts, ListingFactsSource, ListResult
from .facts import keep_stock

_facts_source: ListingFactsSource | None = None


def bind_listing_facts(source: ListingFactsSource) -> None:
    """Give the schedule its way to ask for prices and stock (config/wiring.py does)."""
    global _facts_source
    _facts_source = source


def submit_review(product_id: int, *, actor: Actor) -> None:
    """Draft → in review. Opens a transaction. Raises NotFound, WrongState, NotReadyToList (attributes are missing)."""
    with transaction.atomic():
        _move([product_id], "submit", actor)
        row = _candidates([product_id])[0]
        errors = _content_errors(row, taxonomy.load())
        if errors:
            raise NotReadyToList(errors=errors)


def approve(product_id: int, *, actor: Actor) -> None:
    """In review → approved: a second person has looked at it. Opens a transaction. Raises NotFound, WrongState."""
    with transaction.atomic():
        _move([product_id], "approve", actor)


def reject(product_id: int, *, reason: str, actor: Actor) -> None:
    """In review → draft, with the checker's reason. Opens a transaction. Raises NotFound, WrongState."""
    with transaction.atomic():
        _move([product_id], "reject", actor, rules.line(reason))


def list_product(product_id: int, *, facts: ListingFacts, actor: Actor) -> None:
    """Put one product on sale. Raises NotFound, WrongState, NotReadyToList. See `list_products`."""
    with transaction.atomic():
        if not (before := _state(product_id)):
            raise NotFound()
        result = list_products([product_id], facts=facts, actor=actor)[0]
        if result.listed:
            return
        if before not in states.PRODUCT.sources("list"):
            raise WrongState(state=before, action="list")
        raise NotReadyToList(errors=result.errors)


def list_products(product_ids: Sequence[int], *, facts: ListingFacts, actor: Actor) -> list[ListResult]:
    """Put products on sale that are approved or delisted and ready: every active SKU priced, one at least in stock.

    Opens a transaction; a handful of statements for any number. `facts` are about all their active SKUs, as just read
    by the caller. Answers in the order asked.
    """
    ids = list(dict.fromkeys(product_ids))
    with transaction.atomic():
        locks.hold_products(ids)
        tree = taxonomy.load()
        rows = {row["id"]: row for row in _candidates(ids)}
        errors = {i: _listing_errors(rows[i], tree, facts) if i in rows else _unknown() for i in ids}
        ready = [product_id for product_id in ids if not errors[product_id]]
        if ready:
            skus = [sku for product_id in ready for sku in rows[product_id]["sku_ids"]]
            keep_stock({sku: sku in facts.stocked_sku_ids for sku in skus})
            _move(ready, "list", actor)
            _announce_listed([rows[i] for i in ready], tree)
            outages.end(ready, "relisted")
    return [ListResult(i, not errors[i], tuple(errors[i])) for i in ids]


@db.needs_transaction
def list_imported(product_ids: Sequence[int], *, facts: ListingFacts, actor: Actor) -> list[ListResult]:
    """The same for products that this transaction imported `on_sale`, when their first facts are set.

    They stand as listed, which nobody has seen; one that is not ready becomes what it would have been, approved.
    """
    tree = taxonomy.load()
    rows = {row["id"]: row | {"state": states.APPROVED} for row in _candidates(list(product_ids))}
    errors = {i: _listing_errors(rows[i], tree, facts) for i in product_ids}
    ready = [product_id for product_id in product_ids if not errors[product_id]]
    if unready := [product_id for product_id in product_ids if errors[product_id]]:
        db.execute(
            "update catalog_product set state = %s, listed_at = null where id = any(%s::bigint[])",
            (states.APPROVED, unready),
        )
    if ready:
        _audit("list", [(product_id, states.APPROVED) for product_id in ready], states.LISTED, actor)
        _announce_listed([rows[i] for i in ready], tree)
    return [ListResult(i, not errors[i], tuple(errors[i])) for i in product_ids]


def _announce_listed(rows: Sequence[dict[str, Any]], tree: taxonomy.Taxonomy) -> None:
    listings.project([row["id"] for row in rows], tree)
    outbox.record(*(ProductListed(row["id"], row["code"], row["slug"], tuple(row["sku_ids"])) for row in rows))
    listings.changed()


def delist_products(product_ids: Sequence[int], *, reason: str, actor: Actor) -> list[int]:
    """Take products off sale (the last unit sold, season over …); those that were listed. Opens a transaction."""
    ids = list(dict.fromkeys(product_ids))
    with transaction.atomic():
        locks.hold_products(ids)  # before the look at their state
        rows = [row for row in _candidates(ids) if row["state"] == states.LISTED]
        gone = [row["id"] for row in rows]
        if gone:
            _move(gone, "delist", actor, rules.line(reason))
            listings.project(gone)
            outbox.record(*(ProductDelisted(row["id"], row["code"], row["slug"], rules.line(reason)) for row in rows))
            listings.changed()
    return gone


def delist_product(product_id: int, *, reason: str, actor: Actor) -> None:
    """Take one product off sale. Opens a transaction. Raises NotFound, WrongState."""
    with transaction.atomic():
        if not delist_products([product_id], reason=reason, actor=actor):
            state = _state(product_id)
            raise WrongState(state=state, action="delist") if state else NotFound()


def schedule(product_id: int, *, list_at: datetime | None, delist_at: datetime | None, actor: Actor) -> None:
    """Set or clear (None) the times at which a product goes on sale and off sale. Opens a transaction.

    Raises NotFound, ValidationFailed (an order that cannot be, or a time for listing what is listed).
    """
    if list_at and delist_at and delist_at <= list_at:
        raise ValidationFailed.one("delist_at", "range", "下架时间应晚于上架时间", "must be later than list_at")
    with transaction.atomic():
        locks.hold_products([product_id])
        before = db.row("select state, list_at, delist_at from catalog_product where id = %s", (product_id,))
        if before is None:
            raise NotFound()
        if list_at and before["state"] == states.LISTED:
            raise ValidationFailed.one("list_at", "listed", "商品已在售", "it is on sale already")
        db.execute(
            "update catalog_product set list_at = %s, delist_at = %s, schedule_problem = '' where id = %s",
            (list_at, delist_at, product_id),
        )
        audit.record(
            actor=actor, action="catalog.schedule", target_type="product", target_id=product_id,
            before={"list_at": before["list_at"], "delist_at": before["delist_at"]},
            after={"list_at": list_at, "delist_at": delist_at},
        )  # fmt: skip


def run_schedule(*, actor: Actor) -> tuple[int, int]:
    """List and delist what is due (a job calls it every minute); the numbers of both. Opens its own transactions.

    What is due and not ready keeps off sale: its time is cleared, the reason kept and announced.
    """
    now = clock.now()
    delisted = delist_products(selectors.due_to_delist(now), reason="schedule", actor=actor)
    due = selectors.due_to_list(now)
    if not due:
        return 0, len(delisted)
    facts = facts_of([sku for _, skus in due for sku in skus])
    results = list_products([product_id for product_id, _ in due], facts=facts, actor=actor)
    for result in results:
        if not result.listed:
            _refuse_scheduled(result)
    return sum(result.listed for result in results), len(delisted)


def facts_of(sku_ids: Sequence[int]) -> ListingFacts:
    """What is priced and in stock at this moment, by the port that the schedule asks."""
    if _facts_source is None:
        raise RuntimeError("bind_listing_facts was not called: config/wiring.py binds prices and stock")
    return _facts_source(sku_ids)


def _refuse_scheduled(result: ListResult) -> None:
    reason = "; ".join(f"{e.loc}: {e.message}" for e in result.errors)[:1000]
    with transaction.atomic():
        row = db.row(
            "update catalog_product set list_at = null, schedule_problem = %s where id = %s and list_at is not null"
            " returning code",
            (reason, result.product_id),
        )
        if row:
            outbox.record(ScheduledListingRefused(result.product_id, row["code"], reason))


_MOVE = """
update catalog_product p set state = %(target)s::text, updated_at = kernel_now(),
    listed_at = case when %(target)s::text = 'listed' then kernel_now() else p.listed_at end,
    list_at = case when %(target)s::text = 'listed' then null else p.list_at end,
    delist_at = case when %(target)s::text = 'delisted' then null else p.delist_at end,
    schedule_problem = case when %(target)s::text = 'listed' then '' else p.schedule_problem end
from (select id, state from catalog_product where id = any(%(ids)s::bigint[])) b
where p.id = b.id and p.state = any(%(sources)s::text[]) returning p.id, b.state as before
"""


def _move(product_ids: list[int], action: str, actor: Actor, reason: str = "") -> None:
    """The conditional step of the transition table for all of them, with an audit row each; raises if one cannot."""
    locks.hold_products(product_ids)
    sources = states.PRODUCT.sources(action)
    target = states.PRODUCT.target(sources[0], action)
    moved = db.rows(_MOVE, {"target": target, "ids": product_ids, "sources": list(sources)})
    if len(moved) != len(product_ids):
        missing = next(iter(set(product_ids) - {row["id"] for row in moved}))
        state = _state(missing)
        raise WrongState(state=state, action=action) if state else NotFound()
    _audit(action, [(row["id"], row["before"]) for row in moved], target, actor, reason)


def _audit(action: str, moved: Sequence[tuple[int, str]], target: str, actor: Actor, reason: str = "") -> None:
    audit.record_many(
        audit.row(
            actor=actor, action=f"catalog.{action}", target_type="product", target_id=product_id,
            before={"state": before}, after={"state": target}, reason=reason,
        )
        for product_id, before in moved
    )  # fmt: skip


def _state(product_id: int) -> str:
    row = db.row("select state from catalog_product where id = %s", (product_id,))
    return row["state"] if row else ""


def _candidates(product_ids: list[int]) -> list[dict[str, Any]]:
    return db.rows(
        "select p.id, p.code, p.slug, p.state, p.attributes, coalesce(c.ancestors, '{}') as ancestors,"
        " array(select s.id from catalog_sku s where s.product_id = p.id and s.active order by s.position, s.id) as sku_ids"
        " from catalog_product p left join catalog_category c on c.id = p.category_id where p.id = any(%s::bigint[]) order by p.id",
        (product_ids,),
    )


def _content_errors(row: dict[str, Any], tree: taxonomy.Taxonomy) -> list[FieldError]:
    errors = rules.missing_attributes(row["attributes"], tree.definitions_for(row["ancestors"]))
    if not row["sku_ids"]:
        errors.append(rules.none_active())
    return errors


def _listing_errors(row: dict[str, Any], tree: taxonomy.Taxonomy, facts: ListingFacts) -> list[FieldError]:
    """CAT-14: content, price and stock as they must be before anything is offered."""
    if row["state"] not in states.PRODUCT.sources("list"):
        return [
            FieldError(
                "state", "wrong_state", Text(f"当前状态 {row['state']} 不能上架", f"not possible while {row['state']}")
            )
        ]
    errors = _content_errors(row, tree)
    unpriced = [sku for sku in row["sku_ids"] if sku not in facts.priced_sku_ids]
    if unpriced:
        errors.append(
            FieldError(
                "skus", "no_price", Text(f"{len(unpriced)} 个规格没有价格", f"{len(unpriced)} variants have no price")
            )
        )
    if row["sku_ids"] and not facts.stocked_sku_ids.intersection(row["sku_ids"]):
        errors.append(FieldError("skus", "no_stock", Text("没有库存", "nothing is in stock")))
    return errors


def _unknown() -> list[FieldError]:
    return [FieldError("product_id", "not_found", Text("没有这个商品", "no such product"))]
