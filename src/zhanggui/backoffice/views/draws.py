"""Lucky draws: their terms and prizes, their life, every chance that was taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.draws import selectors, services
from zhanggui.draws.types import COUPON, POINTS, PRIZE_KINDS, THANKS, ChanceView, DrawDraft, DrawView, PrizeDraft, share
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, offers, tables
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

HERE = "/office/draws"
PAGE = 50
ROWS = 8
MANAGE = "draws.manage"
STAGES = {**offers.STAGES, "closing": (Text("已截止", "Closed"), "neutral")}
PARTS = ("kind", "label_zh", "label_en", "odds", "pieces", "promotion_id", "points", "value")


@staff("draws.view", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, ())
    found = selectors.draws(cursor=asked.cursor, limit=PAGE)
    table: Table = Table(
        columns=[
            Column("label", Text("名称", "Name"), value=lambda row: row.label),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: STAGES[row.stage]),
            Column("price", Text("每次积分", "Points a chance"), kind="number"),
            Column("taken", Text("已抽次数", "Chances taken"), kind="number"),
            Column("given", Text("已发奖品", "Prizes given"), kind="number", value=_given),
            Column("starts_at", Text("开始", "From"), kind="datetime", phone=False),
            Column("ends_at", Text("结束", "Until"), kind="datetime", phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(),
        asked=asked,
        key="draws",
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("抽奖", "Draws"),
        empty=(
            Text("还没有抽奖活动", "No draws yet"),
            Text("定好奖品、数量和概率；发布后全部公示", "Set prizes, pieces and odds; all of it is published"),
        ),
    )  # fmt: skip
    return page.render(request, "backoffice/draws.html", table=table, may_change=actor(request).may(MANAGE))


def _given(view: DrawView) -> int:
    return sum(prize.given for prize in view.prizes if prize.kind != THANKS)


@staff("draws.view", post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; nobody sees it before it is published."""
    now = clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    form = FormState.of({"starts_at": now, "per_day": 1, "price": 0, "kind-1": POINTS, "kind-2": THANKS, **_thanks(2)})
    status = 200
    if request.method == "POST":
        try:
            made = services.create_draw(_draft(request), actor=actor(request))
            done = Text("草稿已建立，核对后发布", "The draft is there; look, then publish")
            return flash(see_other(f"{HERE}/{made}"), done)
        except Problem as problem:
            form, status = typed(request, problem, names=_names(request)), problem.status
    return _page(request, "backoffice/draw_new.html", form, status)


def _thanks(row: int) -> dict[str, str]:
    """What the line for no prize says before anybody has typed."""
    return {f"label_zh-{row}": "谢谢参与", f"label_en-{row}": "No prize"}


def _page(request: HttpRequest, template: str, form: FormState, status: int, **more: Any) -> HttpResponse:
    coupons = promotions.promotion_page(kind=COUPON, limit=200).items
    return page.render(
        request, template, status=status, form=form, rows=range(1, more.pop("count", ROWS) + 1),
        kinds=[("", say(Text("（空行）", "(no line)"))), *((kind, say(words)) for kind, words in PRIZE_KINDS.items())],
        coupons=[(view.id, view.draft.label_zh) for view in coupons if view.stage != "ended"],
        tiers=[(tier.code, say(tier.name)) for tier in members.tiers()],
        most=mall_settings.get("draws.prize_value_max"), currency=mall_settings.get("mall.currency"), share=share, **more,
    )  # fmt: skip


WON = Filter("won", Text("仅看中奖", "Winners only"), kind="flag")


@staff("draws.view", methods=("GET",))
def draw(request: HttpRequest, draw_id: int) -> HttpResponseBase:
    """One draw: its terms, its life, its chances; `export=xlsx` gives all of them as a file."""
    form = exports.asked(request)
    return _export(request, selectors.draw(draw_id), form) if form else _draw(request, draw_id)


def _draw(request: HttpRequest, draw_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view, terms = selectors.draw(draw_id), selectors.terms(draw_id)
    asked = tables.asked(request, (WON,))
    found = selectors.record(draw_id, won=bool(asked["won"]), cursor=asked.cursor, limit=PAGE)
    names = members.masked_mobiles(chance.member_id for chance in found.items)
    sees = actor(request).may("members.view")
    table: Table = Table(
        columns=[
            Column("sequence", Text("序号", "No."), kind="number"),
            Column(
                "member", Text("会员", "Member"), kind="link" if sees else "text",
                value=lambda row: (names.get(row.member_id, ""), f"/office/members/{row.member_id}") if sees else names.get(row.member_id),
            ),
            Column("nonce", Text("幸运码", "Word")),
            Column("roll", Text("点数", "Roll"), align="right", value=lambda row: f"{row.roll:04}"),
            Column("label", Text("奖品", "Prize"), value=lambda row: _said(row, view)),
            Column("price", Text("积分", "Points"), kind="number"),
            Column("at", Text("时间", "Time"), kind="datetime"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(WON,),
        asked=asked,
        key="draw-chances",
        export=True,
        row_key=lambda row: str(row.sequence),
        caption=Text("抽奖记录", "Chances"),
        empty=(
            Text("还没有人抽奖", "Nobody has drawn yet"),
            Text("发布并开始后，会员在活动页抽奖", "Once it runs, members draw on its page"),
        ),
    )  # fmt: skip
    editable = view.state == "draft"
    return _page(
        request, "backoffice/draw.html", form or FormState.of(_values(terms)), status, view=view, stage=STAGES[view.stage],
        chances=table, may_change=actor(request).may(MANAGE), editable=editable, count=ROWS if editable else len(terms.prizes),
        audited=actor(request).may("audit.view"), early=view.stage != "closing",
    )  # fmt: skip


def _said(chance: ChanceView, view: DrawView) -> str:
    """The prize, and which one it would have been where that was out."""
    if chance.drawn == chance.place:
        return say(chance.label)
    out = next(prize.label for prize in view.prizes if prize.place == chance.drawn)
    return f"{say(chance.label)}{say(Text(f'（{out.zh}已发完）', f' ({out.en} all gone)'))}"


HEAD = (
    Text("序号", "No."), Text("会员编号", "Member id"), Text("会员", "Member"), Text("幸运码", "Word"), Text("点数", "Roll"),
    Text("抽中", "Rolled"), Text("所得", "Got"), Text("价值", "Worth"), Text("使用积分", "Points paid"), Text("时间", "Time"),
)  # fmt: skip


def _export(request: HttpRequest, view: DrawView, form: str) -> HttpResponseBase:
    won = request.GET.get("won") == "1"
    return exports.answer(form, f"draw-{view.slug}", HEAD, _lines(view, won))


def _lines(view: DrawView, won: bool) -> Iterator[list[Any]]:
    """The whole record, the latest first, two hundred chances a statement."""
    currency = mall_settings.get("mall.currency")
    prizes = {prize.place: prize for prize in view.prizes}
    cursor: str | None = ""
    while cursor is not None:
        found = selectors.record(view.id, won=won, cursor=cursor, limit=200)
        names = members.masked_mobiles(chance.member_id for chance in found.items)
        for c in found.items:
            yield [
                c.sequence, c.member_id, names.get(c.member_id, ""), c.nonce, f"{c.roll:04}", prizes[c.drawn].label, c.label,
                Money(prizes[c.place].value, currency), c.price, c.at,
            ]  # fmt: skip
        cursor = found.next_cursor


@staff("draws.view", post=MANAGE, methods=("POST",))
def save(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Other terms, while it is a draft."""
    return _act(
        request,
        draw_id,
        lambda: services.update_draw(draw_id, _draft(request), actor=actor(request)),
        Text("已保存", "Saved"),
    )


@staff("draws.view", post=MANAGE, methods=("POST",))
def step(request: HttpRequest, draw_id: int, name: str) -> HttpResponse:
    """publish, end or discard."""
    who = actor(request)
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], Text, str]] = {
        "publish": (
            partial(services.publish_draw, draw_id, actor=who),
            Text("已发布：种子承诺已公示，规则不再修改", "Published: its commitment stands, its terms are fixed"),
            f"{HERE}/{draw_id}",
        ),
        "end": (
            partial(services.end_draw, draw_id, actor=who, reason=reason),
            Text("已结束，种子已公布", "Ended; the seed is published"),
            f"{HERE}/{draw_id}",
        ),
        "discard": (partial(services.discard_draw, draw_id, actor=who), Text("草稿已删除", "The draft is gone"), HERE),
    }
    if name not in acts:
        raise NotFound()
    return _act(request, draw_id, *acts[name])


def _act(
    request: HttpRequest, draw_id: int, act: Callable[[], Any], done: Text, where: str | None = None
) -> HttpResponse:
    def do() -> None:
        need(request, MANAGE)
        act()

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=_names(request) if "label_zh" in request.POST else _stored(draw_id))
        if "label_zh" not in form.values:  # a step: the terms stand as they are
            given = {"reason": request.POST.get("reason", "")}
            form = FormState(_values(selectors.terms(draw_id)) | given, form.errors)
        return _draw(request, draw_id, form, problem.status)

    return carry_out(request, do, done, where=where or f"{HERE}/{draw_id}", refused=refused)


# --- the form ------------------------------------------------------------------------------------------------------


def _filled(request: HttpRequest) -> list[int]:
    """The rows of the table with a kind or anything else in them."""
    given = request.POST
    return [i for i in range(1, ROWS + 1) if any(given.get(f"{part}-{i}", "").strip() for part in PARTS)]


def _names(request: HttpRequest) -> dict[str, str]:
    """Where the service and the form differ in name."""
    return _places(_filled(request))


def _stored(draw_id: int) -> dict[str, str]:
    """The same for what is stored."""
    return _places(list(range(1, len(selectors.terms(draw_id).prizes) + 1)))


def _places(rows: list[int]) -> dict[str, str]:
    found = {f"prizes.{place}.{part}": f"{part}-{row}" for place, row in enumerate(rows) for part in PARTS}
    return {**found, "prizes": f"odds-{rows[0] if rows else 1}"}


def _draft(request: HttpRequest) -> DrawDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number or time; the rest the service judges."""
    given, errors = request.POST, list[FieldError]()
    currency = mall_settings.get("mall.currency")
    starts_at = goods.instant(given.get("starts_at", ""), "starts_at", errors)
    ends_at = goods.instant(given.get("ends_at", ""), "ends_at", errors)
    for name, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        if at is None and not given.get(name, "").strip():
            errors.append(FieldError(name, "required", Text("请填写此项", "this field is required")))

    def prize(row: int) -> PrizeDraft:
        kind = given.get(f"kind-{row}", "")
        if not kind:
            errors.append(FieldError(f"kind-{row}", "required", Text("请选择奖品类型", "choose what it is")))
        return PrizeDraft(
            kind=kind,
            label_zh=given.get(f"label_zh-{row}", ""),
            label_en=given.get(f"label_en-{row}", ""),
            odds=_odds(given.get(f"odds-{row}", ""), f"odds-{row}", errors),
            pieces=goods.units(given.get(f"pieces-{row}", ""), f"pieces-{row}", errors),
            promotion_id=id_in(given.get(f"promotion_id-{row}", "")) if kind == COUPON else None,
            points=goods.units(given.get(f"points-{row}", ""), f"points-{row}", errors) if kind == POINTS else None,
            value=goods.amount(given.get(f"value-{row}", ""), f"value-{row}", currency, errors) or 0 if kind == COUPON else 0,
        )  # fmt: skip

    draft = DrawDraft(
        slug=given.get("slug", "").strip(),
        label_zh=given.get("label_zh", ""),
        label_en=given.get("label_en", ""),
        prizes=[prize(row) for row in _filled(request)],
        starts_at=starts_at or clock.now(),
        ends_at=ends_at or clock.now(),
        tiers=tuple(given.getlist("tiers")),
        per_day=goods.units(given.get("per_day", ""), "per_day", errors),
        per_member=goods.units(given.get("per_member", ""), "per_member", errors),
        price=goods.units(given.get("price", ""), "price", errors) or 0,
        notes_zh=given.get("notes_zh", ""),
        notes_en=given.get("notes_en", ""),
    )
    if errors:
        raise ValidationFailed(errors=errors)
    return draft


def _odds(text: str, field: str, errors: list[FieldError]) -> int:
    """Percent with two decimals at most, as basis points."""
    whole, _, rest = text.strip().removesuffix("%").partition(".")
    digits = whole + rest
    if digits.isascii() and digits.isdecimal() and len(whole) <= 3 and len(rest) <= 2:
        return int(whole or 0) * 100 + int(rest.ljust(2, "0"))
    errors.append(
        FieldError(
            field,
            "percent",
            Text("请填写百分数，最多两位小数，如 0.5", "write percent with at most two decimals, as 0.5"),
        )
    )
    return 0


def _values(terms: DrawDraft) -> dict[str, Any]:
    """Stored terms as the form shows them."""
    currency = mall_settings.get("mall.currency")
    plain = ("slug", "label_zh", "label_en", "notes_zh", "notes_en", "per_day", "per_member", "price")
    found: dict[str, Any] = {name: "" if (value := getattr(terms, name)) is None else value for name in plain}
    found["tiers"] = list(terms.tiers)
    for name in ("starts_at", "ends_at"):
        found[name] = clock.local(getattr(terms, name)).strftime("%Y-%m-%dT%H:%M")
    for row, prize in enumerate(terms.prizes, 1):
        found |= {
            f"kind-{row}": prize.kind, f"label_zh-{row}": prize.label_zh, f"label_en-{row}": prize.label_en,
            f"odds-{row}": share(prize.odds).removesuffix("%"), f"pieces-{row}": prize.pieces or "",
            f"promotion_id-{row}": prize.promotion_id or "", f"points-{row}": prize.points or "",
            f"value-{row}": format_minor(prize.value, currency) if prize.kind == COUPON else "",
        }  # fmt: skip
    return found


urlpatterns = [
    path("draws", listing, name="office-draws"),
    path("draws/new", new, name="office-draw-new"),
    path("draws/<int:draw_id>", draw, name="office-draw"),
    path("draws/<int:draw_id>/save", save, name="office-draw-save"),
    path("draws/<int:draw_id>/do/<slug:name>", step, name="office-draw-step"),
]
