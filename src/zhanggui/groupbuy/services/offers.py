"""The life of an offer: drafted, published, ended. A published one keeps its terms."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState

from .. import locks
from ..events import OfferEnded, OfferPublished
from ..permissions import MANAGE
from ..rules import VERSION, check
from ..states import DRAFT, OFFER
from ..types import ArticlePrice, OfferDraft

PriceSource = Callable[[list[int]], Mapping[int, ArticlePrice]]
_prices: PriceSource = lambda sku_ids: {}  # noqa: E731 - bound to pricing


def bind_prices(source: PriceSource) -> None:
    """Tell where ordinary prices and floors of SKUs are known. Called once, when the mall is wired."""
    global _prices
    _prices = source


def create_offer(draft: OfferDraft, *, actor: Actor) -> int:
    """Store a new offer as a draft; its id. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    _may(actor)
    check(draft)
    _check_prices(draft)
    with transaction.atomic():
        row = db.row(
            f"insert into groupbuy_offer ({_COLUMNS}) values ({', '.join(['%s'] * len(_values(draft)))}) returning id",
            _values(draft),
        )
        assert row is not None
        _write_articles(row["id"], draft)
        _audit(actor, "create", row["id"], after=_told(draft))
    return int(row["id"])


def update_offer(offer_id: int, draft: OfferDraft, *, actor: Actor) -> None:
    """Replace the terms of a draft. Opens its own transaction. Raises ValidationFailed, NotFound, WrongState, PermissionDenied."""
    _may(actor)
    check(draft)
    _check_prices(draft)
    with transaction.atomic():
        held = _held(offer_id)
        if held["state"] != DRAFT:
            raise WrongState(state=held["state"], action="update")
        names = ", ".join(f"{name} = %s" for name in _COLUMNS.split(", "))
        db.execute(f"update groupbuy_offer set {names} where id = %s", (*_values(draft), offer_id))
        db.execute("delete from groupbuy_article where offer_id = %s", (offer_id,))
        _write_articles(offer_id, draft)
        _audit(actor, "update", offer_id, after=_told(draft))


def publish_offer(offer_id: int, *, actor: Actor) -> None:
    """Draft to live. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied."""
    _may(actor)
    with transaction.atomic():
        held = _held(offer_id)
        target = OFFER.target(held["state"], "publish")
        if held["ends_at"] is not None and held["ends_at"] <= clock.now():
            raise ValidationFailed.one(
                "ends_at", "already_over", "结束时间已过，活动不会生效", "it is over: the end has passed"
            )
        _check_prices(_stored(held))
        _move(held, target)
        _audit(actor, "publish", offer_id, before={"state": held["state"]}, after={"state": target})
        record(OfferPublished(offer_id))


def end_offer(offer_id: int, *, actor: Actor, reason: str = "") -> None:
    """For good: no new groups; those that run go on. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    _may(actor)
    with transaction.atomic():
        held = _held(offer_id)
        target = OFFER.target(held["state"], "end")
        _move(held, target)
        _audit(actor, "end", offer_id, before={"state": held["state"]}, after={"state": target}, reason=reason)
        record(OfferEnded(offer_id))


def _may(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied()


def _held(offer_id: int) -> dict[str, Any]:
    held = locks.hold_offer(offer_id)
    if held is None:
        raise NotFound()
    return held


def _move(held: Mapping[str, Any], target: str) -> None:
    db.execute("update groupbuy_offer set state = %s where id = %s and state = %s", (target, held["id"], held["state"]))
    versions.bump(VERSION)


_COLUMNS = "label_zh, label_en, size, hours, most, group_limit, buyer_limit, starts_at, ends_at"


def _values(draft: OfferDraft) -> tuple[Any, ...]:
    return (
        draft.label_zh.strip(), draft.label_en.strip(), draft.size, draft.hours, draft.most, draft.group_limit,
        draft.buyer_limit, draft.starts_at, draft.ends_at,
    )  # fmt: skip


def _stored(held: Mapping[str, Any]) -> OfferDraft:
    rows = db.rows("select sku_id, price from groupbuy_article where offer_id = %s order by id", (held["id"],))
    fields = {name: held[name] for name in _COLUMNS.split(", ")}
    return OfferDraft(prices={row["sku_id"]: row["price"] for row in rows}, **fields)


def _write_articles(offer_id: int, draft: OfferDraft) -> None:
    db.execute(
        "insert into groupbuy_article (offer_id, sku_id, price) select %s, a.sku, a.price"
        " from unnest(%s::bigint[], %s::bigint[]) with ordinality as a(sku, price, place) order by a.place",
        (offer_id, list(draft.prices), list(draft.prices.values())),
    )


def _check_prices(draft: OfferDraft) -> None:
    """Raises ValidationFailed where a group price is no advantage, or below the floor. It goes with no other offer, so this is all."""
    known = _prices(list(draft.prices))
    faults = []
    for place, (sku, price) in enumerate(draft.prices.items()):
        found = known.get(sku)
        if found is None or found.sale is None:
            message = Text("没有这个商品规格，或它没有售价", "there is no such SKU, or it has no price")
            faults.append(FieldError(f"prices.{place}.sku", "unknown", message))
        elif price >= found.sale:
            message = Text("须低于现在的售价，否则拼团没有优惠", "must be below the ordinary price, or nobody gains")
            faults.append(FieldError(f"prices.{place}.price", "no_gain", message))
        elif found.floor is not None and price < found.floor:
            message = Text("低于底价，不能销售", "it is below the floor")
            faults.append(FieldError(f"prices.{place}.price", "below_floor", message))
    if faults:
        raise ValidationFailed(errors=faults)


def _told(draft: OfferDraft) -> dict[str, Any]:
    names = _COLUMNS.split(", ")
    return {**dict(zip(names, _values(draft), strict=True)), "prices": {str(k): v for k, v in draft.prices.items()}}


def _audit(
    actor: Actor, action: str, offer_id: int, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"groupbuy.{action}", target_type="group_offer", target_id=offer_id,
        before=before, after=after, reason=reason,
    )  # fmt: skip
