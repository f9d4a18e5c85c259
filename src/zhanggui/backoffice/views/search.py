"""One field finds everything: orders by number or mobile, goods by title, code or bar code, members, after-sales cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.aftersales import selectors as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import mask_mobile, mask_name, normal_mobile
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.ui import formatting, page

from ..access import actor, staff
from ..links import to

EACH = 6
MOST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    text: str
    href: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one kind of thing has under these words; `href` leads to the whole list."""

    label: Text
    icon: str
    hits: list[Hit]
    href: str


@staff(methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """The page of results; with `part=1` the short list under the field."""
    q = "".join(c for c in request.GET.get("q", "") if c.isprintable()).strip()[:MOST]
    found = [each for each in look(q, actor(request)) if each.hits] if q else []
    part = request.GET.get("part") == "1"
    return page.render(request, f"backoffice/{'parts/found' if part else 'search'}.html", q=q, found=found)


def look(q: str, who: Actor) -> Iterator[Found]:
    """Each kind this colleague may see; one statement each."""
    words = urlencode({"q": q})
    if who.may("orders.view"):
        yield Found(Text("订单", "Orders"), "receipt-text", _orders(q), to("office-orders", query=words))
    if who.may("aftersales.view"):
        yield Found(Text("售后", "After-sales"), "undo-2", _cases(q), "")
    if who.may("catalog.view"):
        yield Found(Text("商品", "Goods"), "package", _products(q), to("office-products", query=words))
    if who.may("members.view"):
        yield Found(Text("会员", "Members"), "users-round", _members(q), to("office-members", query=words))


def _orders(q: str) -> list[Hit]:
    try:
        wanted = normal_mobile(q)
    except ValidationFailed:
        wanted = q
    return [
        Hit(
            order["number"],
            " · ".join(
                (
                    formatting.money(order["total"], order["currency"]),
                    f"{mask_name(order['contact_name'])} {mask_mobile(order['contact_mobile'])}".strip(),
                    formatting.datetime(order["placed_at"]),
                )
            ),
            to("office-order", order["number"]),
        )
        for order in orders.named(wanted, limit=EACH)
    ]


def _cases(q: str) -> list[Hit]:
    case = aftersales.case(q)
    return [Hit(case.number, case.order_number, to("office-case", case.number))] if case else []


def _products(q: str) -> list[Hit]:
    rows = catalog.products(q=q, limit=EACH).items
    return [Hit(row.title, row.code, to("office-product", row.id), row.image) for row in rows]


def _members(q: str) -> list[Hit]:
    rows = members.member_list(query=q, limit=EACH)
    return [Hit(row.nickname or row.mobile, f"{row.mobile} · {row.id}", to("office-member", row.id)) for row in rows]


urlpatterns = [path("search", search, name="office-search")]
