"""Events that are stuck, webhooks and their deliveries: what goes on between this mall and other programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.integrations.webhooks import selectors, services
from zhanggui.integrations.webhooks.types import DeliveryView, EndpointView
from zhanggui.kernel import outbox, paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import page
from zhanggui.ui.forms import FormState

from .. import tables
from ..access import actor, id_in, ids_in, see_other, staff, typed
from ..links import to
from ..messages import flash
from ..tables import Bulk, Column, Filter, Table

PAGE = 50
RETRY_MOST = 1000
STATES: dict[str, tuple[Text, str]] = {
    "pending": (Text("等待推送", "Waiting"), "info"),
    "delivered": (Text("已送达", "Delivered"), "good"),
    "dead": (Text("已放弃", "Given up"), "bad"),
}
FILTERS = (
    Filter("state", Text("状态", "State"), "choice", [(name, words) for name, (words, _) in STATES.items()]),
    Filter("event", Text("事件", "Event"), placeholder=Text("事件，如 orders.order_paid", "Event, orders.order_paid")),
)


def tabs(who: Actor, current: str) -> list[tuple[Text, str, bool]]:
    """The pages of this area one may open."""
    found = []
    for name, label, permission in (
        ("office-webhooks", Text("推送地址", "Endpoints"), "webhooks.view"),
        ("office-deliveries", Text("推送记录", "Deliveries"), "webhooks.view"),
        ("office-events", Text("卡住的消息", "Stuck events"), "system.operate"),
    ):
        if who.may(permission):
            found.append((label, to(name), name == current))
    return found


def _back(address: str) -> HttpResponse:
    return see_other(address)


@staff("system.operate", methods=("GET",))
def events(request: HttpRequest) -> HttpResponse:
    """Events that some reaction has refused again and again."""
    asked = tables.asked(request)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    shown = paging.page(outbox.parked(before_id=before, limit=PAGE + 1), PAGE, lambda row: row["id"])
    table = Table(
        key="events",
        columns=[
            Column("name", Text("事件", "Event")),
            Column("aggregate", Text("关于", "About")),
            Column("error", Text("原因", "Why")),
            Column("attempts", Text("尝试", "Tries"), kind="number"),
            Column("created_at", Text("发生", "Happened"), kind="datetime", phone=False),
            Column("parked_at", Text("停下", "Parked"), kind="ago"),
        ],
        rows=shown.items,
        next=shown.next_cursor,
        asked=asked,
        bulk=[Bulk(Text("重新处理", "Try again"), "/office/events/retry", icon="rotate-cw")],
        empty=(
            Text("没有卡住的消息", "Nothing is stuck"),
            Text(
                "处理失败的内部消息会停在这里，修好原因后可以重新处理", "Events whose handling keeps failing wait here"
            ),
        ),
        caption=Text("卡住的消息", "Stuck events"),
    )
    return _list(request, table, "office-events")


def _list(request: HttpRequest, table: Table, current: str) -> HttpResponse:
    return page.render(
        request, "backoffice/events.html", table=table, tabs=tabs(actor(request), current), current=current
    )


@staff("system.operate", methods=("POST",))
def retry(request: HttpRequest) -> HttpResponse:
    """Give the chosen events another round."""
    n = outbox.retry_parked(_ids(request), actor=actor(request))
    return flash(_back("/office/events"), Text(f"{n} 条消息将重新处理", f"{n} events get another round"))


def _ids(request: HttpRequest) -> list[int]:
    return ids_in(request.POST.getlist("ids")[:RETRY_MOST])


@staff("webhooks.view", methods=("GET",))
def webhooks(request: HttpRequest) -> HttpResponse:
    """Where announcements are sent."""
    table = Table(
        columns=[
            Column("url", Text("地址", "Address")),
            Column("description", Text("说明", "What for")),
            Column("events", Text("事件", "Events"), value=lambda row: "、".join(row.events)),
            Column("state", Text("状态", "State"), kind="badge", value=_endpoint_state),
            Column("pending", Text("等待", "Waiting"), kind="number"),
            Column("dead", Text("放弃", "Given up"), kind="number"),
        ],
        rows=selectors.endpoints(),
        row_href=lambda row: f"/office/webhooks/{row.id}",
        row_tone=lambda row: "bad" if row.dead else "",
        empty=(
            Text("还没有推送地址", "No endpoints yet"),
            Text(
                "订单付款、发货等事件可以签名后推送给您的 ERP 等系统",
                "Tell your ERP, signed, when orders are paid or shipped",
            ),
        ),
        caption=Text("推送地址", "Endpoints"),
    )
    return _list(request, table, "office-webhooks")


def _endpoint_state(row: EndpointView) -> tuple[Text, str]:
    if not row.active:
        return Text("已停用", "Off"), "neutral"
    return (Text("有失败", "Failing"), "warn") if row.failing_since else (Text("正常", "Well"), "good")


@staff("webhooks.view", methods=("GET",))
def deliveries(request: HttpRequest) -> HttpResponse:
    """Every delivery, newest first."""
    asked = tables.asked(request, FILTERS, keep=("endpoint",))
    endpoint = id_in(asked.extra.get("endpoint", ""))
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    shown = selectors.deliveries(
        endpoint_id=endpoint, state=asked["state"], event=asked["event"], before_id=before, limit=PAGE
    )
    table = Table(
        key="deliveries",
        columns=[
            Column("event", Text("事件", "Event")),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("attempts", Text("尝试", "Tries"), kind="number"),
            Column("created_at", Text("发生", "Happened"), kind="datetime"),
            Column("next_attempt_at", Text("下次", "Next try"), kind="datetime", value=_next_try),
        ],
        rows=shown.items,
        next=shown.next_cursor,
        filters=FILTERS,
        asked=asked,
        row_href=lambda row: f"/office/deliveries/{row.id}",
        caption=Text("推送记录", "Deliveries"),
    )
    return _list(request, table, "office-deliveries")


def _next_try(row: DeliveryView) -> object:
    return row.next_attempt_at if row.state == "pending" else None


@staff("webhooks.view", methods=("GET",))
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery with each try."""
    seen, body, attempts = selectors.delivery(delivery_id)
    context: dict[str, Any] = {"delivery": seen, "body": body, "attempts": attempts, "state": STATES[seen.state]}
    return page.render(request, "backoffice/delivery.html", **context)


@staff("webhooks.manage", methods=("POST",))
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send it again."""
    services.replay(delivery_id, actor=actor(request))
    return flash(_back(f"/office/deliveries/{delivery_id}"), Text("将重新推送", "It will be sent again"))


def _given(request: HttpRequest) -> dict[str, Any]:
    form = request.POST
    names = [each.strip() for each in form.get("events", "").replace(",", " ").replace("\n", " ").split()]
    return {"url": form.get("url", "").strip(), "events": names, "description": form.get("description", "")}


@staff("webhooks.manage")
def new_webhook(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown once."""
    form, status = FormState.of({"events": "orders.*"}), 200
    if request.method == "POST":
        try:
            made = services.create_endpoint(**_given(request), actor=actor(request))
        except Problem as problem:
            form, status = typed(request, problem), problem.status
        else:
            return _secret(request, made.id, made.secret)
    return page.render(request, "backoffice/webhook.html", status=status, form=form, endpoint=None)


def _secret(request: HttpRequest, endpoint_id: int, secret: str) -> HttpResponse:
    context: dict[str, Any] = {"secret": secret, "href": f"/office/webhooks/{endpoint_id}"}
    response = page.render(request, "backoffice/webhook_secret.html", **context)
    response["Cache-Control"] = "no-store"
    return response


@staff("webhooks.view", post="webhooks.manage")
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One endpoint."""
    kept = selectors.endpoint(endpoint_id)
    initial = {
        "url": kept.url,
        "events": " ".join(kept.events),
        "description": kept.description,
        "active": "1" if kept.active else "",
    }
    form, status = FormState.of(initial), 200
    if request.method == "POST":
        active = request.POST.get("active") == "1"
        try:
            services.change_endpoint(endpoint_id, **_given(request), active=active, actor=actor(request))
        except Problem as problem:
            form, status = typed(request, problem), problem.status
        else:
            undo = (f"/office/webhooks/{endpoint_id}", initial)
            return flash(_back(f"/office/webhooks/{endpoint_id}"), Text("已保存", "Saved"), undo=undo)
    return page.render(request, "backoffice/webhook.html", status=status, form=form, endpoint=kept)


@staff("webhooks.manage", methods=("POST",))
def act(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """A trial event, a new secret, another round for the dead, or the end of it."""
    who, here = actor(request), f"/office/webhooks/{endpoint_id}"
    action = request.POST.get("action", "")
    if action == "ping":
        services.ping(endpoint_id, actor=who)
        return flash(_back(here), Text("已发送测试事件", "A trial event is on its way"))
    if action == "secret":
        made = services.rotate_secret(endpoint_id, actor=who)
        return _secret(request, endpoint_id, made.secret)
    if action == "replay":
        n = services.replay_dead(endpoint_id, actor=who)
        return flash(_back(here), Text(f"{n} 条将重新推送", f"{n} will be sent again"))
    if action == "delete":
        services.delete_endpoint(endpoint_id, actor=who)
        return flash(_back("/office/webhooks"), Text("已删除推送地址", "The endpoint is deleted"))
    return _back(here)


urlpatterns = [
    path("events", events, name="office-events"),
    path("events/retry", retry, name="office-events-retry"),
    path("webhooks", webhooks, name="office-webhooks"),
    path("webhooks/new", new_webhook, name="office-webhook-new"),
    path("webhooks/<int:endpoint_id>", webhook, name="office-webhook"),
    path("webhooks/<int:endpoint_id>/act", act, name="office-webhook-act"),
    path("deliveries", deliveries, name="office-deliveries"),
    path("deliveries/<int:delivery_id>", delivery, name="office-delivery"),
    path("deliveries/<int:delivery_id>/replay", replay, name="office-delivery-replay"),
]
