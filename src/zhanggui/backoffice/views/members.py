"""Members: found by anything, masked unless one may see more, and then on the record; their history and what staff note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from markupsafe import Markup

from zhanggui.aftersales import selectors as cases
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors, services
from zhanggui.members.types import CONTACT_KINDS, AddressView, MemberRow, ProfileView
from zhanggui.orders import selectors as orders
from zhanggui.promotions import selectors as promotions
from zhanggui.servicedesk import selectors as servicedesk
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, tables
from ..access import actor, carry_out, need, staff, typed
from ..behind import STATUSES
from ..members import history, kind, spending
from ..tables import Column, Filter, Table

PAGE = 50
EXPORT_MOST = 50_000
LATEST = 12
ACTIVE, BLOCKED = (Text("正常", "Active"), "good"), (Text("已停用", "Blocked"), "bad")
FILTERS = (
    Filter("q", Text("手机号、邮箱、订单号、编号或昵称", "Mobile, mail, order, number or name")),
    Filter("tag", Text("标签", "Tag")),
    Filter("status", Text("状态", "State"), "choice", (("active", ACTIVE[0]), ("blocked", BLOCKED[0]))),
)
_ORDER_NUMBER = re.compile(r"[A-Za-z]*\d{15,40}")


@staff("members.view", methods=("GET",))
def members(request: HttpRequest) -> HttpResponseBase:
    """Everybody with an account, newest first, with what they bought."""
    tiers = tuple((tier.code, tier.name) for tier in selectors.tiers())
    names = dict(tiers)
    filters = (*FILTERS, Filter("tier", Text("等级", "Tier"), "choice", tiers))
    asked = tables.asked(request, filters)
    if form := exports.asked(request):
        need(request, "members.export")
        services.record_export(dict(asked.values), actor=actor(request))
        head = [Text("编号", "Number"), Text("昵称", "Name"), Text("手机号", "Mobile"), Text("邮箱", "Mail"), Text("状态", "State"),
                Text("标签", "Tags"), Text("类型", "Type"), Text("有效订单", "Valid orders"), Text("消费金额", "Spent"),
                Text("注册时间", "Since")]  # fmt: skip
        return exports.answer(form, f"members-{clock.business_date():%Y%m%d}", head, _exported(asked))
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    found = paging.page(_found(asked, before, PAGE + 1), PAGE, lambda row: row.id)
    bought = spending([row.id for row in found.items])
    table = Table(
        columns=[
            Column("name", Text("会员", "Member"), value=lambda row: row.nickname or row.mobile or str(row.id)),
            Column("mobile", Text("手机号", "Mobile")),
            Column("tier", Text("等级", "Tier"), value=lambda row: say(names.get(row.tier, tiers[0][1]))),
            Column("kind", Text("类型", "Type"), kind="badge", value=lambda row: kind(bought[row.id])),
            Column(
                "orders", Text("有效订单", "Valid orders"), kind="number", value=lambda row: bought[row.id].valid_orders
            ),
            Column("spent", Text("消费金额", "Spent"), kind="money", value=lambda row: bought[row.id].spent),
            Column(
                "last",
                Text("最近下单", "Last order"),
                kind="ago",
                value=lambda row: bought[row.id].last_at,
                phone=False,
            ),
            Column("tags", Text("标签", "Tags"), kind="html", value=_tags),
            Column("status", Text("状态", "State"), kind="badge", value=_status, phone=False),
            Column("created_at", Text("注册时间", "Since"), kind="date", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="members",
        row_href=lambda row: f"/office/members/{row.id}",
        export=actor(request).may("members.export") or None,
        caption=Text("会员", "Members"),
        empty=(
            Text("还没有会员", "No members yet"),
            Text("顾客注册后会出现在这里", "They appear here once they register"),
        ),
    )
    return page.render(request, "backoffice/members.html", table=table)


def _found(asked: tables.Asked, before: int | None, limit: int) -> list[MemberRow]:
    query = asked["q"]
    if _ORDER_NUMBER.fullmatch(query):
        order = orders.find(query)
        if order is not None:
            query = str(order["member_id"] or 0)
    return selectors.member_list(
        query=query, tag=asked["tag"], status=asked["status"], tier=asked["tier"], before_id=before, limit=limit
    )


def _exported(asked: tables.Asked) -> Iterator[list[Any]]:
    before, left, currency = None, EXPORT_MOST, mall_settings.get("mall.currency")
    while left > 0:
        rows = _found(asked, before, min(500, left))
        bought = spending([row.id for row in rows])
        for row in rows:
            spent = bought[row.id]
            yield [row.id, row.nickname, row.mobile, row.email, _status(row)[0], ", ".join(row.tags), kind(spent)[0],
                   spent.valid_orders, Money(spent.spent, currency), row.created_at]  # fmt: skip
        if len(rows) < 500:
            return
        before, left = rows[-1].id, left - len(rows)


def _tags(row: MemberRow) -> Markup:
    mark = Markup('<span class="badge badge-neutral">{}</span>')
    return Markup(" ").join(mark.format(tag) for tag in row.tags[:4])


def _status(row: MemberRow | ProfileView) -> tuple[Text, str]:
    return ACTIVE if row.status == "active" else BLOCKED


@staff("members.view", methods=("GET",))
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member: who, what they bought, every contact."""
    return _member(request, member_id)


def _member(
    request: HttpRequest,
    member_id: int,
    form: FormState | None = None,
    status: int = 200,
    personal: tuple[ProfileView, list[AddressView]] | None = None,
) -> HttpResponse:
    language.use(language.of(request))
    row = selectors.member_row(member_id)
    addresses = personal[1] if personal else selectors.masked_addresses(member_id)
    spent = spending([member_id])[member_id]
    may = actor(request).may
    bought = orders.of_member(member_id, limit=LATEST).items if may("orders.view") else []
    returned = cases.of_member(member_id, limit=LATEST).items if may("aftersales.view") else []
    said = servicedesk.of_member(member_id, limit=LATEST).items if may("reviews.view") else []
    contacts = selectors.contacts(member_id, limit=50)
    kept = selectors.favourites(member_id, limit=8)
    lang = language.of(request)
    goods = {item.id: item.said_in(lang) for item in catalog.listed([each.product_id for each in kept.items])}
    response = page.render(
        request,
        "backoffice/member.html",
        status=status,
        member=row,
        personal=personal[0] if personal else None,
        addresses=addresses,
        state=_status(row),
        kind=kind(spent),
        spent=spent,
        standing=selectors.standing(member_id) if may("loyalty.view") else None,
        points=selectors.available([member_id]).get(member_id, 0) if may("loyalty.view") else 0,
        form=form or FormState.of({"tags": "、".join(row.tags), "kind": "note"}),
        contact_kinds=[(name, say(words)) for name, words in CONTACT_KINDS.items()],
        history=history(contacts.items, bought, returned, said, row.created_at, STATUSES),
        coupons=promotions.wallet(member_id, clock.now())[:8] if may("promotions.view") else [],
        favourites=[goods[each.product_id] for each in kept.items if each.product_id in goods],
    )
    if personal:
        response["Cache-Control"] = "no-store"
    return response


@staff("members.view_personal", methods=("POST",))
def unmask(request: HttpRequest, member_id: int) -> HttpResponse:
    """Personal data, this once; that they were looked at is written down."""
    return _member(request, member_id, personal=selectors.personal(member_id, actor=actor(request)))


def _act(request: HttpRequest, member_id: int, act: Callable[[], Any], done: Text, **options: Any) -> HttpResponse:
    def refused(problem: Problem) -> HttpResponse:
        initial = {"tags": "、".join(selectors.member_row(member_id).tags), "kind": "note"}
        return _member(request, member_id, typed(request, problem, initial=initial), problem.status)

    return carry_out(request, act, done, where=f"/office/members/{member_id}", refused=refused, **options)


@staff("members.note", methods=("POST",))
def add_contact(request: HttpRequest, member_id: int) -> HttpResponse:
    """A note, or a contact there was."""
    given = request.POST
    act = partial(services.add_contact, member_id, given.get("kind", ""), given.get("text", ""), actor=actor(request))
    return _act(request, member_id, act, Text("已记录", "Noted"))


@staff("members.tag", methods=("POST",))
def set_tags(request: HttpRequest, member_id: int) -> HttpResponse:
    """Tags, divided by commas."""
    before = selectors.member_row(member_id).tags
    tags = [tag for part in re.split(r"[,,、;;\n]", request.POST.get("tags", "")) if (tag := part.strip())]
    undo = (f"/office/members/{member_id}/tags", {"tags": "、".join(before)})
    return _act(
        request,
        member_id,
        partial(services.set_tags, member_id, tags, actor=actor(request)),
        Text("已保存标签", "The tags are saved"),
        undo=undo,
    )


@staff("members.block", methods=("POST",))
def set_status(request: HttpRequest, member_id: int) -> HttpResponse:
    """Block the account for a reason, or let it in again."""
    blocked = request.POST.get("status") == "blocked"
    status, reason = ("blocked" if blocked else "active"), request.POST.get("reason", "")
    done = (
        Text("已停用该会员", "The member is blocked")
        if blocked
        else Text("已恢复该会员", "The member may come in again")
    )
    act = partial(services.set_status, member_id, status, reason=reason, actor=actor(request))
    return _act(request, member_id, act, done)


urlpatterns = [
    path("members", members, name="office-members"),
    path("members/<int:member_id>", member, name="office-member"),
    path("members/<int:member_id>/personal", unmask, name="office-member-personal"),
    path("members/<int:member_id>/contacts", add_contact, name="office-member-contacts"),
    path("members/<int:member_id>/tags", set_tags, name="office-member-tags"),
    path("members/<int:member_id>/status", set_status, name="office-member-status"),
]
