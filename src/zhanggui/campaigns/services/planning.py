"""What is planned: words and dates, goods, offers, placements. Each write is a transaction of its own, and of campaigns that
have not ended. Raise ValidationFailed with every fault, NotFound, WrongState and PermissionDenied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.promotions.types import KINDS

from ..rules import (
    MOST_GOODS,
    MOST_OFFERS,
    MOST_RESOURCES,
    check_good,
    check_head,
    check_offer,
    check_resource,
)
from ..selectors import offer_labels
from ..types import CampaignDraft, CampaignHead, Good, Offer, Resource
from .holding import may, open_one, write_down


def create_campaign(draft: CampaignDraft, *, actor: Actor) -> int:
    """A new campaign as a draft; its id."""
    may(actor)
    faults = check_head(draft.head, KINDS)
    for place, good in enumerate(draft.goods):
        faults += check_good(good, f"goods.{place}.")
    for place, offer in enumerate(draft.offers):
        faults += check_offer(offer, f"offers.{place}.")
    for place, resource in enumerate(draft.resources):
        faults += check_resource(resource, f"resources.{place}.")
    faults += _too_many(draft) + _twice([good.sku_id for good in draft.goods], "goods.{}.sku")
    faults += _twice(draft.offers, "offers.{}.id")
    faults += _unknown_skus(draft.goods, "goods.{}.sku") + _unknown_offers(draft.offers, "offers.{}.id")
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        row = db.row(
            "insert into campaigns_campaign (theme_zh, theme_en, form, starts_at, ends_at, note)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            _values(draft.head),
        )
        assert row is not None
        campaign_id = int(row["id"])
        _write_goods(campaign_id, draft.goods)
        _write_offers(campaign_id, draft.offers)
        for resource in draft.resources:
            _write_resource(campaign_id, resource)
        write_down(actor, "create", campaign_id, after=asdict(draft))
    return campaign_id


def change_campaign(campaign_id: int, head: CampaignHead, *, actor: Actor) -> None:
    """Other words or dates; the dates of an announced one are fixed."""
    may(actor)
    faults = check_head(head, KINDS)
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        before = open_one(campaign_id, "change")
        if before["announced_at"] is not None:
            message = Text(
                "已公布，时间不能改；确需改期，请结束它并新建活动",
                "announced dates are fixed; end it and make a new campaign",
            )
            faults = [
                FieldError(name, "fixed", message)
                for name in ("starts_at", "ends_at")
                if getattr(head, name) != before[name]
            ]
            if faults:
                raise ValidationFailed(errors=faults)
        db.execute(
            "update campaigns_campaign set theme_zh = %s, theme_en = %s, form = %s, starts_at = %s, ends_at = %s, note = %s"
            " where id = %s",
            (*_values(head), campaign_id),
        )
        told = {name: before[name] for name in CampaignHead.__slots__}
        write_down(actor, "change", campaign_id, before=told, after=asdict(head))


def put_good(campaign_id: int, good: Good, *, actor: Actor) -> None:
    """A SKU comes in, or has another role, price or number of pieces from now on."""
    may(actor)
    faults = check_good(good) + _unknown_skus([good], "sku")
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        open_one(campaign_id, "put_good")
        before = db.row(
            "select role, price, stock from campaigns_good where campaign_id = %s and sku_id = %s",
            (campaign_id, good.sku_id),
        )
        if before is None:
            _room("campaigns_good", campaign_id, MOST_GOODS, "sku")
        _write_goods(campaign_id, [good])
        write_down(actor, "put_good", campaign_id, before=before, after=asdict(good))


def drop_good(campaign_id: int, sku_id: int, *, actor: Actor) -> None:
    """A SKU is out again; repeating it changes nothing."""
    may(actor)
    with transaction.atomic():
        open_one(campaign_id, "drop_good")
        before = db.row(
            "delete from campaigns_good where campaign_id = %s and sku_id = %s returning sku_id, role, price, stock",
            (campaign_id, sku_id),
        )
        if before is not None:
            write_down(actor, "drop_good", campaign_id, before=before)


def add_offer(campaign_id: int, offer: Offer, *, actor: Actor) -> None:
    """A promotion, group offer or presale belongs to it; repeating it changes nothing."""
    may(actor)
    faults = check_offer(offer) or _unknown_offers([offer], "id")
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        open_one(campaign_id, "add_offer")
        _room("campaigns_offer", campaign_id, MOST_OFFERS, "id")
        if _write_offers(campaign_id, [offer]):
            write_down(actor, "add_offer", campaign_id, after=asdict(offer))


def drop_offer(campaign_id: int, offer: Offer, *, actor: Actor) -> None:
    """It belongs to the campaign no longer, and goes on as it is; repeating it changes nothing."""
    may(actor)
    with transaction.atomic():
        open_one(campaign_id, "drop_offer")
        if db.execute(
            "delete from campaigns_offer where campaign_id = %s and kind = %s and target = %s",
            (campaign_id, offer.kind, offer.target),
        ):
            write_down(actor, "drop_offer", campaign_id, before=asdict(offer))


def put_resource(campaign_id: int, resource: Resource, *, resource_id: int | None = None, actor: Actor) -> int:
    """A new placement, or other terms of one; its id. What was handed in for review has to be handed in again once it changes."""
    may(actor)
    faults = check_resource(resource)
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        open_one(campaign_id, "put_resource")
        before = None
        if resource_id is None:
            _room("campaigns_resource", campaign_id, MOST_RESOURCES, "form")
        else:
            before = db.row(
                f"select {_RESOURCE}, submitted_at from campaigns_resource where campaign_id = %s and id = %s",
                (campaign_id, resource_id),
            )
            if before is None:
                raise NotFound()
            names = ", ".join(f"{name} = %s" for name in _RESOURCE.split(", "))
            db.execute(
                f"update campaigns_resource set {names}, submitted_at = null where id = %s",
                (*_terms(resource), resource_id),
            )
        made = resource_id or _write_resource(campaign_id, resource)
        write_down(actor, "put_resource", campaign_id, before=before, after=asdict(resource))
    return made


def drop_resource(campaign_id: int, resource_id: int, *, actor: Actor) -> None:
    """A placement is not wanted; repeating it changes nothing. Raises ValidationFailed where it is or was sponsored."""
    may(actor)
    with transaction.atomic():
        open_one(campaign_id, "drop_resource")
        if db.row("select 1 as there from campaigns_sponsorship where resource_id = %s limit 1", (resource_id,)):
            raise ValidationFailed.one(
                "resource", "sponsored", "这项资源有赞助，不能取消", "a sponsor has this placement; it stays"
            )
        before = db.row(
            "delete from campaigns_resource where campaign_id = %s and id = %s returning form, position, quantity, budget",
            (campaign_id, resource_id),
        )
        if before is not None:
            write_down(actor, "drop_resource", campaign_id, before=before)


def submit_resource(campaign_id: int, resource_id: int, *, actor: Actor) -> None:
    """A placement was handed in for its review; the first time counts."""
    may(actor)
    with transaction.atomic():
        open_one(campaign_id, "submit_resource")
        row = db.row(
            "select needs_review, submitted_at from campaigns_resource where campaign_id = %s and id = %s",
            (campaign_id, resource_id),
        )
        if row is None:
            raise NotFound()
        if not row["needs_review"]:
            raise ValidationFailed.one(
                "needs_review", "no_review", "这项资源不需要审核", "this placement needs no review"
            )
        if row["submitted_at"] is None:
            at = clock.now()
            db.execute("update campaigns_resource set submitted_at = %s where id = %s", (at, resource_id))
            write_down(actor, "submit_resource", campaign_id, after={"resource": resource_id, "submitted_at": at})


def _values(head: CampaignHead) -> tuple[Any, ...]:
    return head.theme_zh.strip(), head.theme_en.strip(), head.form, head.starts_at, head.ends_at, head.note.strip()


def _write_goods(campaign_id: int, goods: Sequence[Good]) -> None:
    db.execute(
        "insert into campaigns_good (campaign_id, sku_id, role, price, stock)"
        " select %s, g.* from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::int[]) as g"
        " on conflict (campaign_id, sku_id) do update set role = excluded.role, price = excluded.price, stock = excluded.stock",
        (
            campaign_id, [g.sku_id for g in goods], [g.role for g in goods], [g.price for g in goods],
            [g.stock for g in goods],
        ),
    )  # fmt: skip


def _write_offers(campaign_id: int, offers: Sequence[Offer]) -> int:
    return db.execute(
        "insert into campaigns_offer (campaign_id, kind, target) select %s, o.* from unnest(%s::text[], %s::bigint[]) as o"
        " on conflict (campaign_id, kind, target) do nothing",
        (campaign_id, [o.kind for o in offers], [o.target for o in offers]),
    )


_RESOURCE = "form, position, quantity, budget, starts_at, ends_at, needs_review"


def _terms(resource: Resource) -> tuple[Any, ...]:
    return (
        resource.form, resource.position.strip(), resource.quantity, resource.budget, resource.starts_at, resource.ends_at,
        resource.needs_review,
    )  # fmt: skip


def _write_resource(campaign_id: int, resource: Resource) -> int:
    row = db.row(
        f"insert into campaigns_resource (campaign_id, {_RESOURCE}) values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (campaign_id, *_terms(resource)),
    )
    assert row is not None
    return int(row["id"])


def _room(table: str, campaign_id: int, most: int, loc: str) -> None:
    """Raises ValidationFailed where a campaign is full."""
    row = db.row(f"select count(*) as n from {table} where campaign_id = %s", (campaign_id,))
    if row and row["n"] >= most:
        raise ValidationFailed.one(loc, "length", f"最多 {most} 项", f"at most {most}")


def _too_many(draft: CampaignDraft) -> list[FieldError]:
    sizes = (
        ("goods", draft.goods, MOST_GOODS),
        ("offers", draft.offers, MOST_OFFERS),
        ("resources", draft.resources, MOST_RESOURCES),
    )
    return [
        FieldError(name, "length", Text(f"最多 {most} 项", f"at most {most}"))
        for name, each, most in sizes
        if len(each) > most
    ]


def _twice(keys: Sequence[Any], loc: str) -> list[FieldError]:
    message = Text("写了两次", "it is named twice")
    return [FieldError(loc.format(n), "twice", message) for n, key in enumerate(keys) if key in keys[:n]]


def _unknown_skus(goods: Iterable[Good], loc: str) -> list[FieldError]:
    wanted = [good.sku_id for good in goods]
    known = catalog.sku_codes(wanted) if wanted else {}
    message = Text("没有这个 SKU", "there is no such SKU")
    return [FieldError(loc.format(n), "unknown", message) for n, sku in enumerate(wanted) if sku not in known]


def _unknown_offers(offers: Sequence[Offer], loc: str) -> list[FieldError]:
    known = offer_labels(offers)
    message = Text("没有这个促销、拼团或预售", "there is no such promotion, group offer or presale")
    return [FieldError(loc.format(n), "unknown", message) for n, offer in enumerate(offers) if offer not in known]
