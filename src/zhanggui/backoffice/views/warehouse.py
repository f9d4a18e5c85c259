"""The warehouse's day: orders the review holds, waves and their pick lists, the packing table, and what goes into parcels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.errors import PackingStopped
from zhanggui.fulfilment.selectors import warehouse as reads
from zhanggui.fulfilment.types import BoxView, InsertRuleDraft, ReviewView
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders.types import Receiver
from zhanggui.pickup import selectors as points
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import goods, tables
from ..access import actor, carry_out, number_in, refused, see_other, staff, typed
from ..messages import flash
from ..orders import deadline
from ..tables import Bulk, Column, Table

PAGE = 50
LABELS_AT_ONCE = 200
RECEIVER = ("contact_name", "contact_mobile", "province", "city", "district", "address_line")
STATES: dict[str, tuple[Text, str]] = {
    "held": (Text("已拦下", "Held"), "warn"),
    "passed": (Text("已放行", "Passed"), "good"),
    "taken": (Text("仓库处理中", "With the warehouse"), "info"),
    "over": (Text("已结束", "Over"), "neutral"),
}
TASKS: dict[str, tuple[Text, str]] = {
    "picking": (Text("待打包", "To pack"), "info"),
    "packing": (Text("打包中", "On the table"), "brand"),
    "short": (Text("缺货", "Short"), "bad"),
    "packed": (Text("已打包", "Packed"), "good"),
    "stopped": (Text("已取消", "Stopped"), "neutral"),
}
KINDS: dict[str, Text] = {
    "mixed": Text("单品与多品", "All orders"),
    "single": Text("只要单品订单", "Orders of one article"),
    "multi": Text("只要多品订单", "Orders of several articles"),
}


def finding(each: Any) -> str:
    """A finding in words, with its number where it has one."""
    words = say(selectors.FINDINGS.get(each.code, Text(each.code, each.code)))
    count = each.data.get("count") or each.data.get("missing")
    return f"{words}（{count}）" if count and language.current() != "en" else f"{words} ({count})" if count else words


# --- the review ----------------------------------------------------------------------------------------------------


@staff("fulfilment.view", methods=("GET",))
def review(request: HttpRequest) -> HttpResponse:
    """Orders the review holds, the most urgent first; or those that passed and wait for a wave. The same number of statements
    at any size."""
    asked = tables.asked(request, (), keep=("state",))
    state = "passed" if asked.extra.get("state") == "passed" else "held"
    found = reads.reviews(state, cursor=asked.cursor, limit=PAGE)
    who, now = actor(request), clock.now()
    known = orders.find_many([each.order_number for each in found.items])
    named = {row["number"]: row for row in goods.called(known.values())}
    boxes = reads.companions([each.bundle for each in found.items])
    rows = [
        {**orders.masked(named[each.order_number], who), "review": each, "deadline": deadline(known[each.order_number], now),
         "box": [n for n in boxes.get(each.bundle, ()) if n != each.order_number]}
        for each in found.items
        if each.order_number in named
    ]  # fmt: skip
    counts = reads.review_counts()
    table = Table(
        columns=[
            Column("deadline", Text("发货时限", "To ship"), kind="custom"),
            Column("number", Text("订单", "Order"), kind="custom"),
            Column("findings", Text("理由", "Why"), kind="custom"),
            Column("goods", Text("商品", "Goods"), kind="custom"),
            Column("buyer", Text("收货人", "Receiver"), kind="custom"),
        ],
        rows=rows,
        next=found.next_cursor,
        asked=asked,
        row_href=lambda row: f"/office/review/{row['number']}",
        row_key=lambda row: row["number"],
        bulk=_review_bulk(who, state),
        tabs=[
            (say(words), f"{request.path}?state={name}" if name != "held" else request.path, name == state, counts[name])
            for name, words in (("held", Text("已拦下", "Held")), ("passed", Text("已放行，待入波次", "Passed, to pick")))
        ],
        caption=Text("审单", "Review"),
        empty=(
            Text("没有被拦下的订单", "No order is held"),
            Text("有疑问的新订单会停在这里，等人放行", "New orders that raise a question stop here until somebody passes them"),
        )
        if state == "held"
        else (
            Text("没有待入波次的订单", "No order waits for a wave"),
            Text("放行的订单会排在这里，等着建波次", "Orders that pass line up here for the next wave"),
        ),
    )  # fmt: skip
    return page.render(request, "backoffice/review.html", table=table, finding=finding, now=now)


def _review_bulk(who: Actor, state: str) -> list[Bulk]:
    if not who.may("fulfilment.review"):
        return []
    where = "/office/review/do"
    step = (
        Bulk(Text("放行", "Pass"), where, value="pass", icon="check")
        if state == "held"
        else Bulk(Text("拦下", "Hold"), where, value="hold", icon="pause")
    )
    return [
        step,
        Bulk(Text("合并发货", "One box"), where, value="merge", icon="package-plus"),
        Bulk(Text("取消合并", "Boxes of their own"), where, value="separate", icon="split"),
    ]


@staff("fulfilment.review", methods=("POST",))
def review_do(request: HttpRequest) -> HttpResponse:
    """One step for the chosen orders: pass, hold, merge, separate."""
    given, who = request.POST, actor(request)
    ids, reason = given.getlist("ids"), given.get("reason", "").strip()
    step = given.get("action", "")
    acts: dict[str, tuple[Callable[[], Any], Callable[[Any], Text]]] = {
        "pass": (
            partial(services.pass_orders, ids, reason=reason, actor=who),
            lambda done: Text(f"已放行 {len(done)} 单", f"{len(done)} passed"),
        ),
        "hold": (
            partial(services.hold_orders, ids, reason=reason or "人工拦下，待核实", actor=who),
            lambda done: Text(f"已拦下 {len(done)} 单", f"{len(done)} held"),
        ),
        "merge": (
            partial(services.merge, ids, actor=who),
            lambda done: Text("已合并：同一箱、同一运单，各单包裹分开记", "They share a box and a waybill now"),
        ),
        "separate": (
            partial(services.separate, ids, actor=who),
            lambda done: Text("已取消合并", "They go in boxes of their own"),
        ),
    }
    if step not in acts:
        raise NotFound()
    act, done = acts[step]
    where = f"/office/review/{ids[0]}" if given.get("one") and ids else "/office/review"
    return carry_out(request, act, done, where=where, refused=lambda problem: refused(request, problem))


@staff("fulfilment.view", methods=("GET",))
def review_one(request: HttpRequest, number: str) -> HttpResponse:
    """One order as the review sees it: what was found, notes, its goods, whom it goes to, how it is to be split."""
    return _review_one(request, number)


def _review_one(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    who = actor(request)
    stored = orders.find(number)
    found = reads.reviews_of([number]).get(number)
    if stored is None or found is None:
        raise NotFound()
    order = goods.called([stored])[0]
    may = who.may("fulfilment.review") and found.state in ("held", "passed")
    sees = orders.sees_buyers(who, asked=False)
    box = [n for n in reads.companions([found.bundle]).get(found.bundle, ()) if n != number]
    siblings: list[str] = next((each.data["orders"] for each in found.findings if each.code == "merge"), [])
    initial = {name: stored[name] for name in RECEIVER} | _parts(found)
    notes = [entry for entry in stored["timeline"] if entry["kind"] == "note"]
    return page.render(
        request, "backoffice/review_one.html", status=status, order=orders.masked(order, who), review=found, may=may,
        sees=sees, state=STATES[found.state], finding=finding, box=box, siblings=siblings, notes=notes,
        deadline=deadline(stored, clock.now()), form=form or FormState.of(initial),
        lines=[line | {"open": line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"]} for line in order["lines"]],
        may_correct=may and sees and who.may("orders.change_receiver"), warehouses=_warehouses(found.warehouses),
    )  # fmt: skip


def _parts(found: ReviewView) -> dict[str, Any]:
    second = found.parts[1] if len(found.parts) > 1 else {}
    return {f"second-{line}": units for line, units in second.items()}


def _warehouses(ids: Iterable[int]) -> list[str]:
    names = {each.id: each.name for each in inventory.warehouses()}
    return [names.get(each, str(each)) for each in ids]


@staff("fulfilment.review", methods=("POST",))
def review_receiver(request: HttpRequest, number: str) -> HttpResponse:
    """Another name, mobile or address; then the rules look again."""
    receiver = Receiver(**{name: request.POST.get(name, "") for name in RECEIVER})
    act = partial(services.correct_receiver, number, receiver, actor=actor(request))
    return _review_step(request, number, act, Text("收货信息已改，已重新审单", "Corrected, and reviewed again"))


@staff("fulfilment.review", methods=("POST",))
def review_split(request: HttpRequest, number: str) -> HttpResponse:
    """The units that go in a second box; none: all in one."""
    errors: list[FieldError] = []
    second: dict[int, int] = {}
    for name, value in request.POST.items():
        line = number_in(name.removeprefix("second-"), 6) if name.startswith("second-") else None
        if line is not None and (units := goods.units(str(value), name, errors)):
            second[line] = units

    def do() -> None:
        if errors:
            raise ValidationFailed(errors=errors)
        known = orders.to_pack([number])
        if number not in known:
            raise NotFound()
        first = {line["line"]: line["open"] - second.get(line["line"], 0) for line in known[number]["lines"]}
        services.split(number, [first, second] if second else [], actor=actor(request))

    done = Text("将分两箱发出", "It leaves in two boxes") if second else Text("将整单发出", "It leaves in one box")
    return _review_step(request, number, do, done)


def _review_step(request: HttpRequest, number: str, act: Callable[[], Any], done: Text) -> HttpResponse:
    def again(problem: Problem) -> HttpResponse:
        return _review_one(request, number, typed(request, problem), problem.status)

    return carry_out(request, act, done, where=f"/office/review/{number}", refused=again)


# --- waves ---------------------------------------------------------------------------------------------------------


@staff("fulfilment.view", methods=("GET",))
def waves(request: HttpRequest) -> HttpResponse:
    """Newest first, with the form that makes one."""
    return _waves(request, FormState.of({"kind": "mixed", "limit": 100}))


def _waves(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    asked = tables.asked(request, ())
    found = reads.waves(cursor=asked.cursor, limit=PAGE)
    places = inventory.warehouses(active_only=True, own_only=True)
    names = {each.id: each.name for each in places}
    table = Table(
        columns=[
            Column("number", Text("波次", "Wave"), kind="custom"),
            Column("progress", Text("进度", "Packed"), kind="custom"),
            Column("orders", Text("订单", "Orders"), kind="number"),
            Column("units", Text("件数", "Units"), kind="number"),
            Column("warehouse", Text("仓库", "Warehouse"), value=lambda row: names.get(row.warehouse_id, "")),
            Column("kind", Text("种类", "Kind"), value=lambda row: KINDS[row.kind], phone=False),
            Column("made_by", Text("建立人", "Made by"), phone=False),
            Column("made_at", Text("时间", "At"), kind="datetime"),
        ],
        rows=found.items,
        next=found.next_cursor,
        asked=asked,
        row_href=lambda row: f"/office/waves/{row.number}",
        caption=Text("波次", "Waves"),
        empty=(
            Text("还没有波次", "No waves yet"),
            Text("把放行的订单集成一波，一次拣齐", "Gather passed orders into a wave and pick them in one walk"),
        ),
    )
    return page.render(
        request, "backoffice/waves.html", status=status, table=table, form=form, counts=reads.review_counts(),
        warehouses=[(str(each.id), each.name) for each in places], kinds=[(name, say(words)) for name, words in KINDS.items()],
        carriers=[("", say(Text("打包时再选", "Chosen when packing"))), *_carriers()], may_make=actor(request).may("fulfilment.waves"),
    )  # fmt: skip


def _carriers() -> list[tuple[str, str]]:
    found = [each for each in selectors.carriers() if each.code != "PICKUP"]
    return [(each.code, say(Text(each.name, each.name_en or each.name))) for each in found]


@staff("fulfilment.waves", methods=("POST",))
def wave_new(request: HttpRequest) -> HttpResponse:
    """Choose passed orders by the form's rules and begin with them."""
    given, errors = request.POST, list[FieldError]()
    limit = goods.units(given.get("limit", ""), "limit", errors)
    cut_off = _today_at(given.get("cut_off", ""), "cut_off", errors)
    due = _today_at(given.get("due", ""), "due", errors)
    try:
        if errors:
            raise ValidationFailed(errors=errors)
        number = services.make_wave(
            warehouse_id=number_in(given.get("warehouse_id", ""), 18) or 0,
            kind=given.get("kind", ""), carrier=given.get("carrier", ""), paid_until=cut_off, due_until=due,
            limit=limit or 0, actor=actor(request),
        )  # fmt: skip
    except Problem as problem:
        names = {"paid_until": "cut_off", "due_until": "due"}
        return _waves(request, typed(request, problem, names=names), problem.status)
    return flash(see_other(f"/office/waves/{number}"), Text("波次已建立，可以拣货", "The wave is made; pick it"))


def _today_at(text: str, name: str, errors: list[FieldError]) -> datetime | None:
    """An hour of today, as `14:30`."""
    if not text.strip():
        return None
    try:
        at = time.fromisoformat(text.strip())
    except ValueError:
        errors.append(FieldError(name, "invalid", Text("应为时间，如 14:30", "a time like 14:30")))
        return None
    return datetime.combine(clock.business_date(), at.replace(tzinfo=None), clock.zone())


@staff("fulfilment.view", methods=("GET",))
def wave(request: HttpRequest, number: str) -> HttpResponse:
    """One wave: how far it has come, the walk, and its boxes."""
    return _wave(request, number)


def _wave(request: HttpRequest, number: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = reads.wave(number)
    tasks = reads.tasks_of(number)
    scanned = request.GET.get("scan", "").strip()[:100]
    lines = reads.pick_list(number)
    chosen = [line for line in lines if scanned and scanned.upper() in (line.sku_code.upper(), line.barcode.upper())]
    ids = list(dict.fromkeys(task.order_number for task in tasks if task.state != "stopped"))
    boxes = selectors.carried(selectors.boxes_of(tasks))
    waiting = [box for box in boxes if box.tasks[0].state != "packed"]
    return page.render(
        request, "backoffice/wave.html", status=status, wave=view, tasks=tasks, states=TASKS, kinds=KINDS,
        lines=lines, scanned=scanned, chosen=chosen, form=form or FormState.of({}),
        several=view.kind != "single", warehouse=_warehouses([view.warehouse_id])[0],
        carrier=dict(_carriers()).get(view.carrier, ""),
        sheets=[ids[start : start + LABELS_AT_ONCE] for start in range(0, len(ids), LABELS_AT_ONCE)],
        may_pick=actor(request).may("fulfilment.waves"), may_print=actor(request).may("fulfilment.print"),
        may_pack=actor(request).may("fulfilment.pack"), carried={task.id: box for box in boxes for task in box.tasks},
        names=dict(_carriers()), may_ask=actor(request).may("carriage.waybills"),
        asking=sum(box.waybill is not None and box.waybill.state == "requested" for box in waiting),
        to_ask=sum(box.asks and (box.waybill is None or box.waybill.state == "failed") for box in waiting),
        numbered=sum(box.waybill is not None and box.waybill.state == "issued" for box in boxes), boxes=len(boxes),
    )  # fmt: skip


@staff("fulfilment.waves", methods=("POST",))
def wave_short(request: HttpRequest, number: str) -> HttpResponse:
    """So many units of an article were not on the shelf."""
    errors: list[FieldError] = []
    missing = goods.units(request.POST.get("missing", ""), "missing", errors)

    def do() -> list[str]:
        if errors:
            raise ValidationFailed(errors=errors)
        return services.report_short(number, request.POST.get("sku", ""), missing or 0, actor=actor(request))

    return carry_out(
        request,
        do,
        lambda short: Text(
            f"已登记缺货：{len(short)} 单受影响，客服会收到通知",
            f"{len(short)} orders go short; customer service is told",
        ),
        where=f"/office/waves/{number}",
        refused=lambda problem: _wave(request, number, typed(request, problem), problem.status),
    )


@staff("fulfilment.waves", methods=("POST",))
def wave_resume(request: HttpRequest, number: str) -> HttpResponse:
    """The missing units were found, or the rest leaves without them."""
    task, found = number_in(request.POST.get("task", ""), 18) or 0, request.POST.get("found") == "1"
    return carry_out(
        request,
        partial(services.resume, task, found=found, actor=actor(request)),
        Text("可以打包了", "It can be packed now"),
        where=f"/office/waves/{number}",
        refused=lambda problem: _wave(request, number, typed(request, problem), problem.status),
    )


@staff("fulfilment.waves", methods=("POST",))
def wave_waybills(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the waybills of all its boxes."""

    def done(said: tuple[int, dict[str, Problem]]) -> Text:
        waiting, refused = said
        more = ("", "")
        if refused:
            why = _why(next(iter(refused.values())))
            more = (f"；{len(refused)} 箱取不了：{why.zh}", f"; {len(refused)} boxes cannot: {why.en}")
        return Text(f"正在取 {waiting} 箱的运单号{more[0]}", f"Asking for the waybills of {waiting} boxes{more[1]}")

    return carry_out(
        request, lambda: services.ask_for_wave(number, actor=actor(request)), done, where=f"/office/waves/{number}",
        refused=lambda problem: _wave(request, number, typed(request, problem), problem.status),
    )  # fmt: skip


@staff("fulfilment.waves", methods=("GET",))
def wave_list(request: HttpRequest, number: str) -> HttpResponse:
    """The pick list on paper."""
    try:
        pdf = services.print_pick_list(number, actor=actor(request))
    except NotFound:
        raise
    except Problem as problem:
        return refused(request, problem)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="pick-{number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


# --- the packing table ---------------------------------------------------------------------------------------------


@staff("fulfilment.pack")
def packing(request: HttpRequest) -> HttpResponse:
    """Scan an order, a parcel or a waybill to begin."""
    code, who = request.POST.get("code", ""), actor(request)
    stopped: Problem | None = None
    if request.method == "POST":
        try:
            task = services.open_box(code, take_over=request.POST.get("take_over") == "1", actor=who)
            return see_other(f"/office/packing/{task}")
        except NotFound:
            raise
        except Problem as problem:
            if problem.extra.get("permission"):
                raise
            stopped = problem
    today = clock.day_bounds(clock.business_date())[0]
    return page.render(
        request, "backoffice/packing.html", status=stopped.status if stopped else 200, stopped=_said(stopped), code=code,
        mine=reads.on_the_table(who.id or 0), packed=reads.packed_since(today),
    )  # fmt: skip


def _said(problem: Problem | None) -> dict[str, Any] | None:
    """What the station shouts: what is wrong, and what to do."""
    if problem is None:
        return None
    if isinstance(problem, PackingStopped):
        return {"what": say(problem.params["what"]), "todo": say(problem.params["todo"]), "stop": problem.extra["stop"]}
    lang = language.current()
    errors = [error.as_dict(lang)["message"] for error in problem.errors]
    return {"what": problem.detail(lang), "todo": " ".join(errors), "stop": problem.code}


@staff("fulfilment.pack")
def box(request: HttpRequest, task_id: int) -> HttpResponse:
    """One box. Every scan is an article until the box is complete, then it is the waybill."""
    if request.method != "POST":
        return _box(request, task_id)
    given, who = request.POST, actor(request)
    code = given.get("code", "").strip()
    try:
        if reads.box(task_id).complete and not given.get("article"):
            errors: list[FieldError] = []
            weight = goods.units(given.get("weight_g", ""), "weight_g", errors)
            if errors:
                raise ValidationFailed(errors=errors)
            fetched = selectors.point_of(reads.box(task_id).orders[0])
            if not fetched:
                _another_carrier(task_id, given, who)
            parcels = services.close_box(
                task_id, carrier="PICKUP" if fetched else given.get("carrier", ""), waybill_no=code, weight_g=weight,
                weight_reason=given.get("weight_reason", ""), actor=who,
            )  # fmt: skip
            done = see_other("/office/packing")
            done.set_cookie(
                "zg_carrier", given.get("carrier", ""), max_age=30 * 86400, path="/office/packing", samesite="Lax"
            )
            return flash(done, Text(f"已发出：{'、'.join(parcels)}", f"On its way: {', '.join(parcels)}"))
        packed = services.scan(task_id, code, actor=who)
        assert packed is not None
        refusal = _ask_when_complete(task_id, who)
        here = see_other(f"/office/packing/{task_id}?last={packed.sku_code}")
        return here if refusal is None else flash(here, refusal, "bad")
    except NotFound:
        raise
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _box(request, task_id, problem)


def _another_carrier(task_id: int, given: Mapping[str, str], who: Actor) -> None:
    """Whoever sends it by another carrier than was chosen says why. Raises ValidationFailed."""
    found = _carried(reads.box(task_id))
    if found.choice.carrier and given.get("carrier") and given["carrier"] != found.choice.carrier:
        services.choose_carrier(task_id, given["carrier"], reason=given.get("carrier_reason", ""), actor=who)


def _ask_when_complete(task_id: int, who: Actor) -> Text | None:
    """The last article is in: its waybill is asked for. Why there is none, if so; a number can be typed."""
    if not (mall_settings.get("carriage.ask_at_packing") and who.may("carriage.waybills")):
        return None
    view = reads.box(task_id)
    if not view.complete or selectors.point_of(view.orders[0]):
        return None
    found = _carried(view)
    if found.asks and found.waybill is None:
        try:
            services.ask_waybill(task_id, actor=who)
        except Problem as problem:
            return _why(problem)
    return None


def _why(problem: Problem) -> Text:
    """The first thing that is wrong."""
    said = problem.errors[0].message if problem.errors else ""
    return said if isinstance(said, Text) else Text(said or problem.detail(), said or problem.detail("en"))


def _carried(view: BoxView) -> selectors.Carried:
    return selectors.carried([view.tasks], {order["number"]: order for order in view.orders})[0]


@staff("fulfilment.pack", methods=("POST",))
def box_carrier(request: HttpRequest, task_id: int) -> HttpResponse:
    """Ask for the box's waybill, or take another carrier for it."""
    given, who = request.POST, actor(request)
    where = f"/office/packing/{task_id}"
    if given.get("do") == "ask":
        return carry_out(
            request, lambda: services.ask_waybill(task_id, actor=who), Text("已取到运单号", "The waybill is there"),
            where=where, refused=lambda problem: _box(request, task_id, problem),
        )  # fmt: skip
    return carry_out(
        request,
        lambda: services.choose_carrier(task_id, given.get("carrier", ""), reason=given.get("reason", ""), actor=who),
        Text("承运商已更换", "Another carrier takes it"), where=where, refused=lambda problem: _box(request, task_id, problem),
    )  # fmt: skip


@staff("fulfilment.print", methods=("GET",))
def box_label(request: HttpRequest, task_id: int) -> HttpResponse:
    """The label of one box."""
    view = reads.box(task_id)
    found = _carried(view)
    order = view.tasks[0].order_number
    try:
        pdf, _ = services.print_labels([order], box=found.reference, actor=actor(request))
    except Problem as problem:
        return refused(request, problem)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="label-{found.reference}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _box(request: HttpRequest, task_id: int, problem: Problem | None = None) -> HttpResponse:
    view = reads.box(task_id)
    found = _carried(view)
    carrier = found.choice.carrier or request.COOKIES.get("zg_carrier", "")
    carriers = _carriers()
    form = (
        typed(request, problem) if problem else FormState.of({"carrier": carrier if carrier in dict(carriers) else ""})
    )
    wanted = sum(line.wanted for task in view.tasks for line in task.lines)
    return page.render(
        request, "backoffice/box.html", status=problem.status if problem else 200, box=view, stopped=_said(problem), form=form,
        task_id=task_id, wanted=wanted, scanned=sum(line.scanned for task in view.tasks for line in task.lines),
        last=request.GET.get("last", "") if not problem else "", carriers=carriers, states=TASKS,
        open=view.tasks[0].state == "packing", now=clock.now(), carried=found, currency=mall_settings.get("mall.currency"),
        may_ask=actor(request).may("carriage.waybills"), may_print=actor(request).may("fulfilment.print"),
        names=dict(carriers), point=points.point(selectors.point_of(view.orders[0])),
        tolerance=[mall_settings.get(f"fulfilment.weight_{name}") for name in ("percent", "grams")],
        deadlines=[deadline(order, clock.now()) for order in view.orders],
    )  # fmt: skip


@staff("fulfilment.pack", methods=("POST",))
def box_step(request: HttpRequest, task_id: int, name: str) -> HttpResponse:
    """empty (scan anew) or aside (somebody else may have it)."""
    steps = {"empty": services.empty_box, "aside": services.put_aside}
    if name not in steps:
        raise NotFound()
    where = f"/office/packing/{task_id}" if name == "empty" else "/office/packing"
    done = Text("请从头扫描", "Scan from the beginning") if name == "empty" else Text("已放下这一单", "Put aside")
    return carry_out(
        request, partial(steps[name], task_id, actor=actor(request)), done, where=where,
        refused=lambda problem: _box(request, task_id, problem),
    )  # fmt: skip


# --- small gifts ---------------------------------------------------------------------------------------------------


@staff("fulfilment.view", post="fulfilment.inserts")
def inserts(request: HttpRequest) -> HttpResponse:
    """Rules for what goes into parcels, with how many went out; a new one, or another word on one (`rule`)."""
    currency = mall_settings.get("mall.currency")
    chosen = number_in(request.GET.get("rule", "") or request.POST.get("rule", ""), 18)
    rules = selectors.insert_rules()
    found = next((rule for rule in rules if rule.id == chosen), None)
    form = FormState.of(
        {"label": found.label, "note": found.note, "min_amount": format_minor(found.min_amount, currency) if found.min_amount else "",
         "category_id": found.category_id or "", "first_order": "1" if found.first_order else "", "most": found.most or "",
         "active": "1" if found.active else ""}
        if found
        else {"active": "1"}
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        given, errors = request.POST, list[FieldError]()
        try:
            amount = goods.amount(given.get("min_amount", ""), "min_amount", currency, errors)
            most = goods.units(given.get("most", ""), "most", errors)
            if errors:
                raise ValidationFailed(errors=errors)
            draft = InsertRuleDraft(
                given.get("label", ""), given.get("note", ""), amount or 0, number_in(given.get("category_id", ""), 18),
                given.get("first_order") == "1", most, given.get("active") == "1",
            )  # fmt: skip
            services.save_insert_rule(draft, rule_id=chosen, actor=actor(request))
            return flash(see_other("/office/inserts"), Text("已保存", "Saved"))
        except Problem as problem:
            if problem.extra.get("permission"):
                raise
            form, status = typed(request, problem), problem.status
    categories = {each.id: each.name_in(language.current()) for each in catalog.categories()}
    return page.render(
        request, "backoffice/inserts.html", status=status, form=form, rules=rules, chosen=found, categories=categories,
        currency=currency, may_change=actor(request).may("fulfilment.inserts"),
    )  # fmt: skip


urlpatterns = [
    path("review", review, name="office-review"),
    path("review/do", review_do, name="office-review-do"),
    path("review/<str:number>", review_one, name="office-review-one"),
    path("review/<str:number>/receiver", review_receiver, name="office-review-receiver"),
    path("review/<str:number>/split", review_split, name="office-review-split"),
    path("waves", waves, name="office-waves"),
    path("waves/new", wave_new, name="office-wave-new"),
    path("waves/<str:number>", wave, name="office-wave"),
    path("waves/<str:number>/short", wave_short, name="office-wave-short"),
    path("waves/<str:number>/resume", wave_resume, name="office-wave-resume"),
    path("waves/<str:number>/waybills", wave_waybills, name="office-wave-waybills"),
    path("waves/<str:number>/list", wave_list, name="office-wave-list"),
    path("packing", packing, name="office-packing"),
    path("packing/<int:task_id>", box, name="office-box"),
    path("packing/<int:task_id>/carrier", box_carrier, name="office-box-carrier"),
    path("packing/<int:task_id>/label", box_label, name="office-box-label"),
    path("packing/<int:task_id>/do/<slug:name>", box_step, name="office-box-step"),
    path("inserts", inserts, name="office-inserts"),
]
