"""Words and pure decisions of redress."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate, portion

# --- who answers ------------------------------------------------------------------------------------------------------

BUYER, WAREHOUSE, CARRIER, SUPPLIER, MERCHANT, MALL = "buyer", "warehouse", "carrier", "supplier", "merchant", "mall"
PARTIES: dict[str, Text] = {
    BUYER: Text("买家", "Buyer"),
    WAREHOUSE: Text("仓库", "Warehouse"),
    CARRIER: Text("承运商", "Carrier"),
    SUPPLIER: Text("供应商", "Supplier"),
    MERCHANT: Text("入驻商家", "Merchant"),
    MALL: Text("商城", "Mall"),
}
#: What a loss is about: a case of after-sales, a parcel, or an order as a whole (a packing mistake).
SUBJECTS = ("case", "parcel", "order")
LOSSES: dict[str, Text] = {
    "damaged": Text("运输破损", "Damaged on its way"),
    "lost": Text("丢件", "Lost on its way"),
    "late": Text("延误", "Late"),
    "wrong_item": Text("错发", "Wrong item sent"),
    "missing": Text("少件漏发", "Units missing"),
    "defect": Text("商品质量", "Defective goods"),
    "description": Text("描述不符", "Not as described"),
    "stock": Text("缺货未发", "Could not be sent"),
    "buyer": Text("买家原因", "The buyer changed his mind"),
    "other": Text("其他", "Other"),
}
#: The loss behind a reason that after-sales knows, and who answers for it as long as nobody has looked.
_OF_REASON = {
    "damaged": "damaged", "not_received": "lost", "late": "late", "wrong_item": "wrong_item", "missing": "missing",
    "quality": "defect", "not_as_described": "description", "out_of_stock": "stock", "no_reason": "buyer", "ordered_wrong": "buyer",
}  # fmt: skip
_ANSWERS = {
    "damaged": CARRIER, "lost": CARRIER, "late": CARRIER, "wrong_item": WAREHOUSE, "missing": WAREHOUSE, "defect": SUPPLIER,
    "description": MALL, "stock": MALL, "buyer": BUYER, "other": MALL,
}  # fmt: skip
PROPOSED, DECIDED, SETTLED = "proposed", "decided", "settled"
STATES = (PROPOSED, DECIDED, SETTLED)


def loss_of(reason: str) -> str:
    return _OF_REASON.get(reason, "other")


def answers_for(loss: str, *, left_late: bool, has_carrier: bool, has_supplier: bool) -> str:
    """Who answers for a loss by rule. What left the warehouse late is late through it; nobody is accused who is not known."""
    party = _ANSWERS[loss]
    if loss == "late" and left_late:
        return WAREHOUSE
    if (party == CARRIER and not has_carrier) or (party == SUPPLIER and not has_supplier):
        return MALL
    return party


def split(amount: int, shares: Mapping[str, int]) -> dict[str, int]:
    """An amount over the parties that have a share, exact to the last minor unit."""
    parties = [party for party in PARTIES if shares.get(party)]
    return dict(zip(parties, allocate(amount, [shares[party] for party in parties]), strict=True)) if parties else {}


# --- claims -----------------------------------------------------------------------------------------------------------

CLAIM_KINDS = (CARRIER, SUPPLIER, WAREHOUSE, MERCHANT)
DRAFT, FILED, AGREED, RECOVERED, REFUSED, DROPPED = "draft", "filed", "agreed", "recovered", "refused", "dropped"
CLAIM_STATES: dict[str, Text] = {
    DRAFT: Text("待提交", "To be filed"),
    FILED: Text("已提交，待答复", "Filed, waiting"),
    AGREED: Text("已同意，待到账", "Agreed, money to come"),
    RECOVERED: Text("已追回", "Recovered"),
    REFUSED: Text("被拒绝", "Refused"),
    DROPPED: Text("已放弃", "Given up"),
}
CLAIM_OPEN = (DRAFT, FILED, AGREED)

# --- chases -----------------------------------------------------------------------------------------------------------

ASKED, ANSWERED, LOST, CLAIMED, FOUND, CLOSED = "asked", "answered", "lost", "claimed", "found", "closed"
CHASE_STATES: dict[str, Text] = {
    ASKED: Text("已追件，待承运商答复", "Carrier asked"),
    ANSWERED: Text("承运商已答复", "Carrier answered"),
    LOST: Text("确认丢件", "Declared lost"),
    CLAIMED: Text("索赔中", "Being claimed"),
    FOUND: Text("已找到", "Found"),
    CLOSED: Text("已结束", "Closed"),
}
CHASE_OPEN = (ASKED, ANSWERED, LOST, CLAIMED)
SOURCES: dict[str, Text] = {
    "hand": Text("人工登记", "By hand"),
    "problem": Text("问题件", "A problem item"),
    "case": Text("售后单", "An after-sales case"),
    "rule": Text("久无物流更新", "No news for days"),
}
REMEDIES = ("", "refund", "resend")

# --- the playbook -----------------------------------------------------------------------------------------------------

SCENARIOS: dict[str, Text] = {
    "late": Text("发货或配送延误", "Late"),
    "lost": Text("丢件", "Lost parcel"),
    "damaged": Text("到货破损", "Arrived damaged"),
    "wrong_item": Text("发错货", "Wrong item"),
    "missing": Text("少件漏发", "Part missing"),
    "quality": Text("质量问题", "Quality"),
    "description": Text("与描述不符", "Not as described"),
    "rude": Text("服务态度", "Rudeness"),
    "price": Text("买贵了", "Price"),
    "out_of_stock": Text("缺货", "Out of stock"),
    "other": Text("其他", "Other"),
}
POINTS, COUPON, REFUND, FREIGHT = "points", "coupon", "refund", "freight"
REMEDY_WORDS: dict[str, Text] = {
    POINTS: Text("积分", "Points"),
    COUPON: Text("优惠券", "Coupon"),
    REFUND: Text("部分退款", "Part of the money back"),
    FREIGHT: Text("退运费", "Freight back"),
}
#: Kinds of whose size somebody decides; of the others there is one size.
SIZED = (POINTS, REFUND)
WAITING, GRANTED, DECLINED = "waiting", "granted", "declined"
GRANT_STATES: dict[str, Text] = {
    WAITING: Text("待审批", "To approve"),
    GRANTED: Text("已发放", "Granted"),
    DECLINED: Text("未批准", "Declined"),
}
#: Why somebody else has to agree.
BEYOND: dict[str, Text] = {
    "limit": Text("超过客服可直接给的额度", "More than service may give alone"),
    "order": Text("这个订单已补偿多次", "The order has been compensated before"),
    "often": Text("这位买家 90 天内已多次获得补偿", "The buyer was compensated often within 90 days"),
}
DAYS_COUNTED = 90
#: The reason after-sales knows for a refund of a scenario.
REFUND_REASON = {
    "late": "late", "lost": "not_received", "damaged": "damaged", "wrong_item": "wrong_item", "missing": "missing",
    "quality": "quality", "description": "not_as_described", "out_of_stock": "out_of_stock",
}  # fmt: skip


def scenario_of(reason: str) -> str:
    """The scenario that fits why a buyer opened a case."""
    if reason == "price_elsewhere":
        return "price"
    return next((scenario for scenario, known in REFUND_REASON.items() if known == reason), "other")


def fits(play: Any, *, total: int, tier: str, times: int) -> bool:
    """Whether an entry is for this order: its amount, its buyer's tier, how often he was compensated lately."""
    return (
        play.min_total <= total
        and (play.max_total is None or total <= play.max_total)
        and (not play.tiers or tier in play.tiers)
        and (play.max_times is None or times <= play.max_times)
    )


def most_of(option: Mapping[str, Any], paid: int) -> int:
    """The most an option gives for an order of which `paid` is left: its amount, its share of what was paid, the smaller."""
    bounds = [bound for bound in (option.get("most"), _part(option.get("most_bp"), paid)) if bound is not None]
    return min(bounds) if bounds else 0


def _part(basis_points: int | None, amount: int) -> int | None:
    return None if basis_points is None else portion(amount, basis_points)


def beyond(amount: int, free: int, *, of_order: int, per_order: int, often: int, most_often: int) -> str:
    """Why a grant has to be approved; "" where it has not."""
    if amount > free:
        return "limit"
    if of_order >= per_order:
        return "order"
    return "often" if often >= most_often else ""


# --- what buyers say of it ----------------------------------------------------------------------------------------------

LOW = 2


def mean(scores: Sequence[int]) -> int | None:
    """In hundredths, half up; None without any."""
    return (200 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None
