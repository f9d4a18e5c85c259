"""The life of an offer: drafted, published, ended. A published one keeps its terms."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, mall_settings, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState

from .. import locks, selectors
from ..events import OfferEnded, OfferPublished
from ..permissions import MANAGE
from ..rules import VERSION, check
from ..states import DRAFT, OFFER
from ..types import KnownPrice, PresaleDraft

PriceSource = Callable[[list[int]], Mapping[int, KnownPrice]]
BELOW_FLOOR = "pricing.below_floor"
MAX_REASON = 200
_prices: PriceSource = lambda sku_ids: {}  # noqa: E731 - bound to pricing


def bind_prices(source: PriceSource) -> None:
    """Tell where ordinary prices and floors of SKUs are known. Called once, when the mall is wired."""
    global _prices
    _prices = source


def create_offer(draft: PresaleDraft, *, actor: Actor) -> int:
    """Store a new offer as a draft; its id. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    may_manage(actor)
    check(draft)
    _check_goods(draft)
    with transaction.atomic():
        row = db.row(
            f"insert into presale_offer ({_COLUMNS}) values ({', '.join(['%s'] * len(_values(draft)))}) returning id",
            _values(draft),
        )
        assert row is not None
        _write_articles(row["id"], draft)
        note(actor, "create", row["id"], after=_told(draft))
    return int(row["id"])


def update_offer(offer_id: int, draft: PresaleDraft, *, actor: Actor) -> None:
    """Replace the terms of a draft. Opens its own transaction. Raises ValidationFailed, NotFound, WrongState, PermissionDenied."""
    may_manage(actor)
    check(draft)
    _check_goods(draft)
    with transaction.atomic():
        held = held_offer(offer_id)
        if held["state"] != DRAFT:
            raise WrongState(state=held["state"], action="update")
        names = ", ".join(f"{name} = %s" for name in _COLUMNS.split(", "))
        db.execute(f"update presale_offer set {names} where id = %s", (*_values(draft), offer_id))
        db.execute("delete from presale_article where offer_id = %s", (offer_id,))
        _write_articles(offer_id, draft)
        note(actor, "update", offer_id, after=_told(draft))


def publish_offer(offer_id: int, *, actor: Actor, reason: str = "") -> None:
    """Draft to live. Opens its own transaction.

    What a buyer pays in all (the price less what the deposit grows by) is held against the floor of each SKU; a presale goes with
    no other offer, so nothing takes it lower. Below the floor only with `pricing.below_floor` and a reason.
    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    may_manage(actor)
    reason = reason.strip()[:MAX_REASON]
    with transaction.atomic():
        held = held_offer(offer_id)
        target = OFFER.target(held["state"], "publish")
        if held["deposit_until"] <= clock.now():
            told = "定金时间已过，活动不会生效", "it is over: the time for deposits has passed"
            raise ValidationFailed.one("deposit_until", "already_over", *told)
        draft = selectors.offer(offer_id).draft
        _check_goods(draft)
        _check_floors(draft, reason, actor)
        move_offer(held, target)
        note(actor, "publish", offer_id, before={"state": held["state"]}, after={"state": target}, reason=reason)
        record(OfferPublished(offer_id))


def end_offer(offer_id: int, *, actor: Actor, reason: str = "") -> None:
    """No new reservations; what was promised is kept. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    may_manage(actor)
    with transaction.atomic():
        held = held_offer(offer_id)
        target = OFFER.target(held["state"], "end")
        move_offer(held, target)
        note(actor, "end", offer_id, before={"state": held["state"]}, after={"state": target}, reason=reason)
        record(OfferEnded(offer_id))


def may_manage(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied()


@db.needs_transaction
def held_offer(offer_id: int) -> dict[str, Any]:
    held = locks.hold_offer(offer_id)
    if held is None:
        raise NotFound()
    return held


@db.needs_transaction
def move_offer(held: Mapping[str, Any], target: str) -> None:
    db.execute("update presale_offer set state = %s where id = %s and state = %s", (target, held["id"], held["state"]))
    versions.bump(VERSION)


def note(actor: Actor, action: str, target: object, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    audit.record(
        actor=actor, action=f"presale.{action}", target_type="presale", target_id=target,
        before=before, after=after, reason=reason,
    )  # fmt: skip


_COLUMNS = (
    "label_zh, label_en, deposit_from, deposit_until, balance_from, balance_until, ships_on, buyer_limit, closes_sale"
)


def _values(draft: PresaleDraft) -> tuple[Any, ...]:
    return (
        draft.label_zh.strip(), draft.label_en.strip(), draft.deposit_from, draft.deposit_until, draft.balance_from,
        draft.balance_until, draft.ships_on, draft.buyer_limit, draft.closes_sale,
    )  # fmt: skip


def _rows(draft: PresaleDraft) -> list[dict[str, Any]]:
    return [
        {
            "sku": sku, "price": article.price, "deposit": article.paid_first, "share": article.share,
            "counts_for": article.counted, "pieces": article.pieces,
        }
        for sku, article in draft.articles.items()
    ]  # fmt: skip


def _write_articles(offer_id: int, draft: PresaleDraft) -> None:
    db.execute(
        "insert into presale_article (offer_id, sku_id, price, deposit, share, counts_for, pieces)"
        " select %s, a.sku, a.price, a.deposit, a.share, a.counts_for, a.pieces from rows from (jsonb_to_recordset(%s)"
        " as (sku bigint, price bigint, deposit bigint, share int, counts_for bigint, pieces int)) with ordinality"
        " as a(sku, price, deposit, share, counts_for, pieces, place) order by a.place",
        (offer_id, db.Json(_rows(draft))),
    )


def _check_goods(draft: PresaleDraft) -> None:
    """Raises ValidationFailed for a SKU that is not sold, and where buyers would pay more than without the presale."""
    known = _prices(list(draft.articles))
    faults = []
    for place, (sku, article) in enumerate(draft.articles.items()):
        found = known.get(sku)
        if found is None or found.sale is None:
            message = Text("没有这个商品规格，或它没有售价", "there is no such SKU, or it has no price")
            faults.append(FieldError(f"articles.{place}.sku", "unknown", message))
        elif article.comes_to > found.sale:
            price = format_minor(found.sale, mall_settings.get("mall.currency"))
            message = Text(
                f"比现在的售价 {price} 还贵，请降低预售价或提高抵扣金额",
                f"dearer than the ordinary price of {price}; lower the price or let the deposit count for more",
            )
            faults.append(FieldError(f"articles.{place}.price", "dearer", message))
    if faults:
        raise ValidationFailed(errors=faults)


def _check_floors(draft: PresaleDraft, reason: str, actor: Actor) -> None:
    known = _prices(list(draft.articles))
    currency = mall_settings.get("mall.currency")
    low = []
    for place, (sku, article) in enumerate(draft.articles.items()):
        floor = known[sku].floor
        if floor is not None and article.comes_to < floor:
            paid = format_minor(article.comes_to, currency)
            message = Text(
                f"到手价 {paid} 低于底价；须有「突破价格底线」权限并写明原因",
                f"a buyer pays {paid} in all, below the floor; this needs the permission to sell below it, and a reason",
            )
            low.append(FieldError(f"articles.{place}.price", "below_floor", message))
    if low and not (reason and actor.may(BELOW_FLOOR)):
        raise ValidationFailed(errors=low)


def _told(draft: PresaleDraft) -> dict[str, Any]:
    return {**dict(zip(_COLUMNS.split(", "), _values(draft), strict=True)), "articles": _rows(draft)}
