"""What the pages of campaigns share: states and reviews in words, conflicts as one reads them, forms there and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.assortment import selectors as assortment
from zhanggui.campaigns import selectors as campaigns
from zhanggui.campaigns.types import OFFERS, CampaignHead, CampaignView, Conflict, Good, Offer, Resource
from zhanggui.catalog import selectors as catalog
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.presale import selectors as presale
from zhanggui.promotions import selectors as promotions
from zhanggui.ui.language import say, t

from . import goods, offers

HERE = "/office/campaigns"
STATES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "announced": (Text("已公布", "Announced"), "info"),
    "running": (Text("进行中", "Running"), "good"),
    "ended": (Text("已结束", "Ended"), "neutral"),
}
REVIEWS: dict[str, tuple[Text, str]] = {
    "": (Text("无需审核", "No review"), "neutral"),
    "waiting": (Text("待提交", "To be handed in"), "info"),
    "due": (Text("今天截止", "Due today"), "warn"),
    "overdue": (Text("已逾期", "Overdue"), "bad"),
    "in_time": (Text("已提交", "Handed in"), "good"),
    "late": (Text("逾期提交", "Handed in late"), "warn"),
}
SPONSORED: dict[str, tuple[Text, str]] = {
    "agreed": (Text("待展示", "Agreed"), "info"),
    "shown": (Text("展示中", "Shown"), "good"),
    "over": (Text("已结束", "Over"), "neutral"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
}
CONFLICTS: dict[str, Text] = {
    "campaign": Text("活动", "Campaign"),
    "promotion": Text("促销", "Promotion"),
    "group": Text("拼团", "Group offer"),
    "presale": Text("预售", "Presale"),
    "price": Text("定时价格", "Planned price"),
}
FORMS: dict[str, Text] = {**offers.KINDS, "group": Text("拼团", "Group buying"), "presale": Text("预售", "Presale")}
#: Where the parts of a campaign stand in the forms of its page.
GOOD = {"sku": "sku", "role": "role", "price": "price", "stock": "stock"}
RESOURCE = {
    name: f"r_{name}" for name in ("form", "position", "quantity", "budget", "starts_at", "ends_at", "needs_review")
}
NAMED = 5


class Named(NamedTuple):
    """What SKUs are called: their codes, and (product, title)."""

    codes: Mapping[int, str]
    products: Mapping[int, tuple[int, Text]]

    @classmethod
    def of(cls, sku_ids: Sequence[int]) -> Named:
        """Three statements, none for none."""
        if not sku_ids:
            return cls({}, {})
        owners = {sku: owner for sku, (owner, _) in catalog.products_of(sku_ids).items()}
        titles = catalog.titles(sorted(set(owners.values())))
        return cls(catalog.sku_codes(sku_ids), {sku: (owner, titles[owner]) for sku, owner in owners.items()})

    def code(self, sku_id: int) -> str:
        return self.codes.get(sku_id, str(sku_id))

    def title(self, sku_id: int) -> Text:
        found = self.products.get(sku_id)
        return found[1] if found else Text("", "")

    def listed(self, sku_ids: Sequence[int]) -> str:
        """The first few codes, and how many there are."""
        shown = t("、", ", ").join(self.code(sku) for sku in sku_ids[:NAMED])
        return (
            shown
            if len(sku_ids) <= NAMED
            else t(f"{shown} 等 {len(sku_ids)} 个", f"{shown} and {len(sku_ids) - NAMED} more")
        )


class Clash(NamedTuple):
    """A conflict to be read."""

    kind: Text
    label: str
    href: str
    starts_at: datetime
    ends_at: datetime | None
    goods: str
    serious: bool
    everything: bool


def clashes(found: Sequence[Conflict], named: Named) -> list[Clash]:
    """The serious ones first, those for the whole mall last."""
    return [
        Clash(
            CONFLICTS[each.kind], say(each.label), _href(each, named), each.starts_at, each.ends_at, named.listed(each.sku_ids),
            each.serious, each.everything,
        )
        for each in sorted(found, key=lambda each: (not each.serious, each.everything, each.kind, each.starts_at))
    ]  # fmt: skip


def _href(conflict: Conflict, named: Named) -> str:
    if conflict.kind == "price":
        return f"/office/products/{named.products[conflict.id][0]}/prices#windows"
    return f"/office/{conflict.kind}s/{conflict.id}"


def offer_href(offer: Offer) -> str:
    return f"/office/{offer.kind}s/{offer.target}"


def choices(view: CampaignView) -> list[tuple[str, str]]:
    """The offers of its time that do not belong to it yet. Three statements."""
    start, end = view.head.starts_at, view.head.ends_at
    taken = set(view.offers)
    found = [
        (Offer("promotion", each.id), Text(each.draft.label_zh, each.draft.label_en or each.draft.label_zh))
        for each in promotions.between(start, end)
        if each.stage != "ended"
    ]
    found += [
        (Offer("group", each.id), each.label) for each in groupbuy.offers_between(start, end) if each.stage != "ended"
    ]
    found += [
        (Offer("presale", each.id), each.label)
        for each in presale.offers_between(start, end)
        if each.stage not in ("ended", "called_off")
    ]
    return [
        (f"{offer.kind}-{offer.target}", f"{say(OFFERS[offer.kind])}{t('：', ': ')}{say(label)}")
        for offer, label in found
        if offer not in taken
    ]


def offer_in(text: str) -> Offer:
    """An offer as the form has it. Raises ValidationFailed."""
    kind, _, target = text.partition("-")
    if kind not in OFFERS or not (target.isascii() and target.isdigit() and len(target) < 18):
        raise ValidationFailed.one("id", "required", "请选择一个促销或拼团", "choose a promotion or a group offer")
    return Offer(kind, int(target))


def head_of(given: Mapping[str, Any]) -> CampaignHead:
    """What the form wants. Raises ValidationFailed."""
    errors: list[FieldError] = []
    starts_at, ends_at = (_needed(given, name, errors) for name in ("starts_at", "ends_at"))
    if errors:
        raise ValidationFailed(errors=errors)
    words = {name: str(given.get(name, "")) for name in ("theme_zh", "theme_en", "form", "note")}
    return CampaignHead(starts_at=starts_at, ends_at=ends_at, **words)


def good_of(given: Mapping[str, Any], currency: str) -> Good:
    """Without a role it has its product's, else the basic one. Raises ValidationFailed for an unknown SKU, and for what is no amount
    or number."""
    errors: list[FieldError] = []
    code = str(given.get("sku", "")).strip()
    found = catalog.sellable_by_code([code])[0].sku_id if code else 0
    if not found:
        errors.append(FieldError("sku", "unknown", Text("没有这个 SKU", "there is no such SKU")))
    price = goods.amount(str(given.get("price", "")), "price", currency, errors) or 0
    stock = goods.units(str(given.get("stock", "")), "stock", errors) or 0
    if errors:
        raise ValidationFailed(errors=errors)
    role = str(given.get("role", "")) or assortment.parts_of([found]).get(found, "basic")
    return Good(found, role, price, stock)


def resource_of(given: Mapping[str, Any], currency: str) -> Resource:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    quantity = goods.units(str(given.get("r_quantity", "")), "r_quantity", errors) or 0
    budget = goods.amount(str(given.get("r_budget", "")) or "0", "r_budget", currency, errors) or 0
    starts_at, ends_at = (_needed(given, name, errors) for name in ("r_starts_at", "r_ends_at"))
    if errors:
        raise ValidationFailed(errors=errors)
    form, position = str(given.get("r_form", "")), str(given.get("r_position", ""))
    return Resource(form, position, quantity, budget, starts_at, ends_at, bool(given.get("r_needs_review")))


def _needed(given: Mapping[str, Any], name: str, errors: list[FieldError]) -> datetime:
    at = goods.instant(str(given.get(name, "")), name, errors)
    if at is None and not any(error.loc == name for error in errors):
        errors.append(FieldError(name, "required", Text("请填写时间", "give the time")))
    return at or clock.now()


def values(
    view: CampaignView, named: Named, currency: str, *, good: int | None, resource: int | None
) -> dict[str, Any]:
    """Everything the forms of its page show; `good` and `resource` are those being changed."""
    head = view.head
    found: dict[str, Any] = {name: getattr(head, name) for name in ("theme_zh", "theme_en", "form", "note")}
    found |= {name: local(getattr(head, name)) for name in ("starts_at", "ends_at")}
    found |= {
        "role": "",
        "r_quantity": 1,
        "r_starts_at": local(head.starts_at),
        "r_ends_at": local(head.ends_at),
    }
    for each in view.goods:
        if each.sku_id == good:
            found |= {
                "sku": named.code(good),
                "role": each.role,
                "price": format_minor(each.price, currency),
                "stock": each.stock,
            }
    for placed in view.resources:
        if placed.id == resource:
            plan = placed.plan
            found |= {
                "r_form": plan.form, "r_position": plan.position, "r_quantity": plan.quantity,
                "r_budget": format_minor(plan.budget, currency), "r_starts_at": local(plan.starts_at),
                "r_ends_at": local(plan.ends_at), "r_needs_review": "1" if plan.needs_review else "",
            }  # fmt: skip
    return found


def local(at: datetime) -> str:
    """As the field of the browser has it."""
    return clock.local(at).strftime("%Y-%m-%dT%H:%M")


def conflicts_of(view: CampaignView) -> list[Conflict]:
    """What is in its way while it has not ended."""
    return [] if view.state == "ended" else campaigns.conflicts([view.id])[view.id]
