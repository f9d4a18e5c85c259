"""The stock of one SKU: all its states, where it lies, what moved; and what can be done with it, scanner in hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import StateView, StockRow
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState

from .. import stocking
from ..access import actor, carry_out, id_in, number_in, see_other, staff, typed
from ..tables import Column, Table

LATEST = 15


@staff("inventory.view", methods=("GET",))
def find(request: HttpRequest) -> HttpResponse:
    """From a scan to the SKU's page."""
    language.use(language.of(request))
    if not request.GET.get("code", "").strip():
        return see_other("/office/stock")
    try:
        sku_id = stocking.scanned(request.GET.get("code", ""), "code")
    except ValidationFailed as problem:
        form = FormState.failed(request.GET, problem, language.of(request))
        return page.render(request, "backoffice/stock_find.html", status=422, form=form, sections=stocking.sections(""))
    return see_other(f"/office/stock/sku/{sku_id}")


@staff("inventory.view", methods=("GET",))
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    return _sku(request, sku_id)


def _sku(request: HttpRequest, sku_id: int, form: FormState = EMPTY, act: str = "", status: int = 200) -> HttpResponse:
    language.use(language.of(request))
    codes = catalog.sku_codes([sku_id])
    if sku_id not in codes:
        raise NotFound()
    item = catalog.sellable_by_code([codes[sku_id]])[0]
    names = stocking.houses()
    lying = selectors.placements(sku_id=sku_id)
    asked = selectors.tracking([sku_id])[sku_id]
    if not act:
        form = FormState.of(
            {"unsold_days": asked.unsold_days, "batches": asked.batches and "1", "serials_asked": asked.serials and "1"}
        )
    spots = [(stocking.spot_key(each), stocking.spot_words(each, names)) for each in lying]
    return page.render(
        request, "backoffice/stock_sku.html", status=status, form=form, act=act, item=item, sku_id=sku_id,
        code=codes[sku_id], sections=stocking.sections(""), states=_states(selectors.states([sku_id]), names),
        lying=_lying(lying, names), moves=_moves(selectors.placement_moves(sku_id=sku_id, limit=LATEST).items, names),
        locks=selectors.stock_locks(sku_id=sku_id).items, houses=[(str(k), v) for k, v in names.items()], names=names,
        spots=spots, asked=asked, numbers=selectors.serials_of(sku_id) if asked.serials else [],
    )  # fmt: skip


def _states(found: list[StateView], names: dict[int, str]) -> Table:
    return Table(
        columns=[
            Column("warehouse", Text("仓库", "Warehouse"), value=lambda row: names.get(row.warehouse_id, "")),
            Column("on_hand", Text("在库", "On hand"), kind="number"),
            Column("reserved", Text("已占用", "Promised"), kind="number"),
            Column("locked", Text("锁定", "Locked"), kind="number"),
            Column("damaged", Text("残损", "Damaged"), kind="number"),
            Column("expired", Text("过期停售", "Past its date"), kind="number"),
            Column("quality", Text("待检", "In inspection"), kind="number"),
            Column("available", Text("可售", "Free"), kind="number"),
            Column("in_transit", Text("在途", "In transit"), kind="number"),
            Column("samples", Text("样品在外", "Samples out"), kind="number"),
        ],
        rows=found,
        row_key=lambda row: str(row.warehouse_id),
        row_tone=lambda row: "bad" if row.available <= 0 else "",
        caption=Text("各仓库的库存状态", "States by warehouse"),
        empty=(Text("还没有库存", "No stock yet"), Text("入库后会出现在这里", "It appears once goods are received")),
    )


def _lying(found: list[Any], names: dict[int, str]) -> Table:
    return Table(
        columns=[
            Column(
                "location", Text("库位", "Location"), value=lambda row: row.location or Text("未分库位", "No location")
            ),
            Column("warehouse", Text("仓库", "Warehouse"), value=lambda row: names.get(row.warehouse_id, "")),
            Column("batch", Text("批次", "Batch")),
            Column("expires_on", Text("到期", "Expires"), kind="date"),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: stocking.STATES[row.state]),
            Column("quantity", Text("件数", "Units"), kind="number"),
        ],
        rows=found,
        row_key=stocking.spot_key,
        caption=Text("库位与批次", "Locations and batches"),
        empty=(
            Text("这里没有货", "Nothing lies here"),
            Text("入库后会出现在这里", "It appears once goods are received"),
        ),
    )


def _moves(found: list[Any], names: dict[int, str]) -> Table:
    return Table(
        columns=[
            Column("kind", Text("类型", "Kind"), value=lambda row: stocking.MOVE_KINDS.get(row.kind, row.kind)),
            Column(
                "location", Text("库位", "Location"), value=lambda row: row.location or Text("未分库位", "No location")
            ),
            Column("batch", Text("批次", "Batch"), phone=False),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: stocking.STATES[row.state]),
            Column("delta", Text("变动", "Change"), align="right", value=lambda row: f"{row.delta:+d}"),
            Column("reference", Text("单号", "Reference"), phone=False),
            Column("reason", Text("原因", "Reason"), phone=False),
            Column("actor", Text("经手", "By"), phone=False, value=stocking.who),
            Column("at", Text("时间", "When"), kind="datetime"),
        ],
        rows=found,
        caption=Text("库位变动", "Changes of locations"),
        empty=(
            Text("没有库位变动", "No changes"),
            Text("上架、移位和残损都会记在这里", "Putting away, moves and damage are kept here"),
        ),
    )


@staff("inventory.view", post="inventory.change", methods=("POST",))
def receive(request: HttpRequest, sku_id: int) -> HttpResponse:
    """Goods in, with a shelf, a batch and serial numbers where there are any."""
    given = request.POST

    def do() -> None:
        row = StockRow(
            sku_id, stocking.units_in(request), id_in(given.get("warehouse_id", "")), location=given.get("location", "").strip(),
            batch=given.get("batch", "").strip(), produced_on=stocking.day_in(given.get("produced_on", ""), "produced_on"),
            expires_on=stocking.day_in(given.get("expires_on", ""), "expires_on"),
            serials=stocking.serials_in(given.get("serials", "")),
        )  # fmt: skip
        services.receive([row], reference=given.get("reference", "").strip()[:80], actor=actor(request))

    return _done(request, sku_id, "receive", do, Text("已入库", "Booked in"))


@staff("inventory.view", post="inventory.change", methods=("POST",))
def keep(request: HttpRequest, sku_id: int) -> HttpResponse:
    """Units at a spot are moved, damaged, mended, scrapped or taken as a sample."""
    given = request.POST
    verb = given.get("verb", "")

    def do() -> None:
        serials = stocking.serials_in(given.get("serials", ""))
        spot = stocking.spot_in(given.get("spot", ""), sku_id, stocking.units_in(request), serials)
        reason = given.get("reason", "")
        acts: dict[str, Callable[..., Any]] = {
            "move": partial(services.move, [spot], to=given.get("to", ""), reason=reason),
            "damage": partial(services.damage, [spot], reason=reason),
            "mend": partial(services.mend, [spot], reason=reason),
            "scrap": partial(services.scrap, [spot], reason=reason),
        }
        if verb not in acts:
            raise ValidationFailed.one("verb", "choice", "请选择操作", "choose what to do")
        acts[verb](actor=actor(request))

    return _done(request, sku_id, "keep", do, Text("已登记", "Booked"))


@staff("inventory.view", post="inventory.change", methods=("POST",))
def take_sample(request: HttpRequest, sku_id: int) -> HttpResponse:
    given = request.POST

    def do() -> None:
        serials = stocking.serials_in(given.get("serials", ""))
        spot = stocking.spot_in(given.get("spot", ""), sku_id, stocking.units_in(request), serials)
        services.take_sample(
            spot, taker=given.get("taker", ""), purpose=given.get("purpose", ""),
            due_on=stocking.day_in(given.get("due_on", ""), "due_on"), actor=actor(request),
        )  # fmt: skip

    return _done(request, sku_id, "sample", do, Text("样品已登记", "The sample is on record"))


@staff("inventory.view", post="inventory.lock", methods=("POST",))
def lock(request: HttpRequest, sku_id: int) -> HttpResponse:
    given = request.POST

    def do() -> None:
        services.lock(
            sku_id, id_in(given.get("warehouse_id", "")) or 0, stocking.units_in(request), reason=given.get("reason", ""),
            reference=given.get("reference", "").strip(), until=stocking.moment_in(given.get("until", ""), "until"),
            actor=actor(request),
        )  # fmt: skip

    return _done(request, sku_id, "lock", do, Text("已锁定", "Locked"))


@staff("inventory.view", post="inventory.lock", methods=("POST",))
def unlock(request: HttpRequest, sku_id: int, lock_id: int) -> HttpResponse:
    def do() -> None:
        services.unlock(lock_id, reason=request.POST.get("reason", ""), actor=actor(request))

    return _done(request, sku_id, "unlock", do, Text("已解锁", "Unlocked"))


@staff("inventory.view", post="inventory.warehouses", methods=("POST",))
def track(request: HttpRequest, sku_id: int) -> HttpResponse:
    """What is asked of this SKU; units of before get their numbers."""
    given = request.POST

    def do() -> None:
        days = given.get("unsold_days", "").strip()
        number = number_in(days, 4) if days else None
        if days and number is None:
            raise ValidationFailed.one("unsold_days", "invalid", "请填写天数，或留空", "a number of days, or nothing")
        services.set_tracking(
            sku_id, batches=given.get("batches") == "1", serials=given.get("serials_asked") == "1", unsold_days=number,
            actor=actor(request),
        )  # fmt: skip

    return _done(request, sku_id, "track", do, Text("已保存", "Saved"))


@staff("inventory.view", post="inventory.warehouses", methods=("POST",))
def name(request: HttpRequest, sku_id: int) -> HttpResponse:
    given = request.POST

    def do() -> None:
        serials = stocking.serials_in(given.get("serials", ""))
        spot = stocking.spot_in(given.get("spot", ""), sku_id, len(serials) or 1, serials)
        services.name_serials(spot, actor=actor(request))

    return _done(request, sku_id, "name", do, Text("序列号已登记", "The numbers are on record"))


def _done(request: HttpRequest, sku_id: int, act: str, do: Callable[[], None], words: Text) -> HttpResponse:
    if sku_id not in catalog.sku_codes([sku_id]):
        raise NotFound()

    def refused(problem: Problem) -> HttpResponse:
        fields = {"quantity": "units", "target_id": "to", "serials": "serials"}
        return _sku(request, sku_id, typed(request, problem, names=fields), act, problem.status)

    return carry_out(request, do, words, where=f"/office/stock/sku/{sku_id}", refused=refused)


urlpatterns = [
    path("stock/find", find, name="office-stock-find"),
    path("stock/sku/<int:sku_id>", sku, name="office-stock-sku"),
    path("stock/sku/<int:sku_id>/receive", receive, name="office-stock-receive"),
    path("stock/sku/<int:sku_id>/keep", keep, name="office-stock-keep"),
    path("stock/sku/<int:sku_id>/sample", take_sample, name="office-stock-sample"),
    path("stock/sku/<int:sku_id>/lock", lock, name="office-stock-lock"),
    path("stock/sku/<int:sku_id>/lock/<int:lock_id>/unlock", unlock, name="office-stock-unlock"),
    path("stock/sku/<int:sku_id>/track", track, name="office-stock-track"),
    path("stock/sku/<int:sku_id>/name", name, name="office-stock-name"),
]
