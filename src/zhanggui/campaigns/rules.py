"""Pure rules of campaigns: what is wrong with a plan, what is only worth a warning, when a review is due."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from zhanggui.kernel import clock
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.kernel.workdays import Calendar, add_working_days

from .states import AGREED, OVER, SHOWN
from .types import OFFERS, PLACEMENTS, ROLES, CampaignHead, CampaignView, Good, Offer, Resource, SponsorshipDraft

MOST_GOODS, MOST_OFFERS, MOST_RESOURCES = 500, 50, 100
MOST_MONEY, MOST_PIECES = 10**13, 10**9
#: A theme that is remembered has no more characters than this.
SHORT_THEME = 5
LONGEST = timedelta(days=366)
#: A block of a page: the page's path and the block's own name.
SPOT = re.compile(r"/[^#\s]{0,110}#[a-z0-9-]{1,24}")


def check_head(head: CampaignHead, forms: Iterable[str]) -> list[FieldError]:
    """What is wrong with a campaign's words and dates; `forms` are the kinds of promotion there are."""
    faults: list[FieldError] = []
    for name, text, most in (("theme_zh", head.theme_zh, 40), ("theme_en", head.theme_en or head.theme_zh, 80)):
        try:
            clean_text(text, name, most)
        except ValidationFailed as wrong:
            faults += wrong.errors
    if len(head.note) > 1000:
        faults.append(FieldError("note", "length", Text("最多 1000 个字", "at most 1000 characters")))
    if head.form and head.form not in {*forms, "group", "presale"}:
        faults.append(FieldError("form", "unknown", Text("没有这种促销形式", "there is no such form")))
    faults += check_window(head.starts_at, head.ends_at, "")
    if not faults and head.ends_at - head.starts_at > LONGEST:
        faults.append(FieldError("ends_at", "range", Text("一次活动最长一年", "a campaign lasts a year at most")))
    return faults


def check_window(starts_at: datetime, ends_at: datetime, at: str) -> list[FieldError]:
    """`at` is where the two fields stand, as a prefix."""
    naive = [name for name, each in (("starts_at", starts_at), ("ends_at", ends_at)) if each.utcoffset() is None]
    if naive:
        return [
            FieldError(at + name, "offset", Text("时间须带时区", "give the time with its offset")) for name in naive
        ]
    if ends_at <= starts_at:
        return [FieldError(f"{at}ends_at", "before_start", Text("结束时间必须晚于开始时间", "must be after the start"))]
    return []


def check_good(good: Good, at: str = "") -> list[FieldError]:
    faults = []
    if good.role not in ROLES:
        known = "、".join(ROLES)
        faults.append(
            FieldError(f"{at}role", "unknown", Text(f"角色只能是：{known}", f"must be one of: {', '.join(ROLES)}"))
        )
    for name, value, most in (("price", good.price, MOST_MONEY), ("stock", good.stock, MOST_PIECES)):
        if not 1 <= value <= most:
            faults.append(FieldError(f"{at}{name}", "range", Text("应大于 0", "must be above 0")))
    return faults


def check_offer(offer: Offer, at: str = "") -> list[FieldError]:
    if offer.kind in OFFERS:
        return []
    return [FieldError(f"{at}kind", "unknown", Text("只能是促销、拼团或预售", f"must be one of: {', '.join(OFFERS)}"))]


def check_resource(resource: Resource, at: str = "") -> list[FieldError]:
    faults = []
    if resource.form not in PLACEMENTS:
        names = ", ".join(PLACEMENTS)
        faults.append(FieldError(f"{at}form", "unknown", Text(f"资源形式只能是：{names}", f"must be one of: {names}")))
    try:
        clean_text(resource.position, f"{at}position", 80)
    except ValidationFailed as wrong:
        faults += wrong.errors
    if not 1 <= resource.quantity <= MOST_PIECES:
        faults.append(FieldError(f"{at}quantity", "range", Text("应大于 0", "must be above 0")))
    if not 0 <= resource.budget <= MOST_MONEY:
        faults.append(FieldError(f"{at}budget", "range", Text("不能小于 0", "must not be below 0")))
    return faults + check_window(resource.starts_at, resource.ends_at, at)


def due(starts_at: datetime, working_days: int, calendar: Calendar) -> date:
    """The last working day that leaves so many of them before a placement begins."""
    return add_working_days(calendar, clock.business_date(starts_at), -working_days)


def review(resource: Resource, submitted_at: datetime | None, last: date, today: date) -> str:
    """Where a placement stands with its review; see `ResourceView`."""
    if not resource.needs_review:
        return ""
    if submitted_at is not None:
        return "in_time" if clock.business_date(submitted_at) <= last else "late"
    return "waiting" if today < last else "due" if today == last else "overdue"


def warnings(view: CampaignView, free: Mapping[int, int]) -> list[Text]:
    """What is allowed and yet worth a look. `free` are the pieces of each SKU that can be sold now."""
    found = []
    if len(view.head.theme_zh) > SHORT_THEME:
        found.append(
            Text(
                f"主题有 {len(view.head.theme_zh)} 个字，{SHORT_THEME} 个字以内更好记",
                f"The theme has {len(view.head.theme_zh)} characters; up to {SHORT_THEME} are remembered better",
            )
        )
    roles = {good.role for good in view.goods}
    if view.goods and roles != set(ROLES):
        missing = [words for role, words in ROLES.items() if role not in roles]
        zh, en = "、".join(w.zh for w in missing), ", ".join(w.en.lower() for w in missing)
        found.append(Text(f"还没有{zh}", f"No goods yet in the role: {en}"))
    short = sum(1 for good in view.goods if good.stock > free.get(good.sku_id, 0))
    if short:
        found.append(
            Text(
                f"{short} 个 SKU 的计划库存多于现有可售库存",
                f"SKUs planned with more pieces than can be sold now: {short}",
            )
        )
    late = sum(1 for each in view.resources if each.review == "overdue")
    if late:
        found.append(Text(f"{late} 项资源已过提交审核的期限", f"Past the day to be handed in for review: {late}"))
    today = sum(1 for each in view.resources if each.review == "due")
    if today:
        found.append(Text(f"{today} 项资源今天须提交审核", f"To be handed in for review today: {today}"))
    return found


def check_sponsorship(draft: SponsorshipDraft) -> list[FieldError]:
    """What is wrong with a sponsorship's terms, but for whether what it names exists."""
    faults: list[FieldError] = []
    try:
        clean_text(draft.sponsor, "sponsor", 80)
    except ValidationFailed as wrong:
        faults += wrong.errors
    if draft.sku_id is None and not draft.spot:
        faults.append(FieldError("sku", "required", Text("请填写货号或选择页面位置", "name goods or choose a place")))
    if draft.spot and not SPOT.fullmatch(draft.spot):
        faults.append(
            FieldError("spot", "pattern", Text("应为 页面地址#版块，如 /#hero", "a page and its block: /#hero"))
        )
    for name, value in (("fee", draft.fee), ("goods_value", draft.goods_value)):
        if not 0 <= value <= MOST_MONEY:
            faults.append(FieldError(name, "range", Text("不能小于 0", "must not be below 0")))
    if not draft.fee and not draft.goods.strip():
        faults.append(
            FieldError("fee", "required", Text("请填写费用，或写明所给的货品", "give a fee, or name the goods given"))
        )
    if draft.goods_value and not draft.goods.strip():
        faults.append(FieldError("goods", "required", Text("请写明是什么货品", "say which goods")))
    for name, text, most in (("goods", draft.goods, 200), ("note", draft.note, 1000)):
        if len(text) > most:
            faults.append(FieldError(name, "length", Text(f"最多 {most} 个字", f"at most {most} characters")))
    window = check_window(draft.starts_at, draft.ends_at, "")
    if not window and draft.ends_at - draft.starts_at > LONGEST:
        window = [FieldError("ends_at", "range", Text("一次赞助最长一年", "a sponsorship lasts a year at most"))]
    return faults + window


def sponsored_state(draft: SponsorshipDraft, at: datetime) -> str:
    """Where a sponsorship stands by the clock; one that is over may be written down afterwards."""
    return AGREED if at < draft.starts_at else SHOWN if at < draft.ends_at else OVER
