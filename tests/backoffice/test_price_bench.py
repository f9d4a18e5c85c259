"""The price workbench: the grid, the workbook, what is wrong with prices, approvals, and the rules behind them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from tests.factories import shop
from tests.factories.pricing import PRICER
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import FloorRow, PolicyView, PriceRow, Special, SpecialRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
BENCH = "/office/prices"


@pytest.fixture(autouse=True)
def still(db: None) -> Iterator[Any]:
    with clock.at(NOW) as moved:
        yield moved


@pytest.fixture
def desk() -> Browser:
    shop.open_shop()
    members.save_tier("gold", TierDraft("金卡", rank=1), actor=SYSTEM)
    return at_the_desk("manager")


def one(price: int = 10_00, **more: Any) -> tuple[str, int, int]:
    """A SKU's code, id and product."""
    code = shop.goods(price, **more)[0]
    found = catalog.sellable_by_code([code])[0]
    return code, found.sku_id, found.product_id


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def form(page: Any, sku: int, **changed: str) -> dict[str, Any]:
    """The grid as a browser would send it, with these cells typed over."""
    found = dict(re.findall(r'<input[^>]*name="((?:was-)?[a-z-]+-\d+)"[^>]*value="([^"]*)"', page.content.decode()))
    found = {name: value for name, value in found.items() if name.endswith(f"-{sku}")}
    return {**found, "sku": [str(sku)], "reason": "换季", **{f"{name}-{sku}": value for name, value in changed.items()}}


def wrong(answer: Any, name: str) -> bool:
    return bool(re.search(rf'name="{name}"[^>]*aria-invalid="true"', answer.content.decode()))


def test_many_figures_of_a_sku_are_changed_in_one_go(desk: Browser) -> None:
    _, sku, _ = one(cost=4_00)
    page = desk.get(BENCH)
    typed = {"sale": "9", "list": "12", "tier-gold": "8.50", "employee": "7", "floor": "6", "margin": "25"}
    done = desk.follow(desk.post(f"{BENCH}/save", form(page, sku, **typed)))
    price = selectors.base_prices([sku])[sku]
    assert (price.list_price, price.sale_price, price.cost) == (12_00, 9_00, 4_00)
    assert price.specials == (Special("employee", "", 1, 7_00), Special("tier", "gold", 1, 8_50))
    floor = selectors.floors([sku])[sku]
    assert (floor.own_floor, floor.own_margin) == (6_00, 25_00)
    assert "价格已保存" in text(done)
    again = desk.post(f"{BENCH}/save", form(desk.get(BENCH), sku, **{"tier-gold": "", "floor": "", "margin": ""}))
    assert again.status_code == 303
    assert selectors.base_prices([sku])[sku].specials == (Special("employee", "", 1, 7_00),)
    assert selectors.floors([sku])[sku].own_floor is None
    assert selectors.history(sku).items[0].reason == "换季"


def test_what_cannot_be_is_marked_at_its_cell_and_nothing_is_lost(desk: Browser) -> None:
    _, sku, _ = one(cost=4_00)
    told = desk.post(f"{BENCH}/save", form(desk.get(BENCH), sku, sale="abc", employee="7"))
    assert (told.status_code, wrong(told, f"sale-{sku}")) == (422, True)
    assert 'value="abc"' in told.content.decode()
    told = desk.post(f"{BENCH}/save", form(desk.get(BENCH), sku, employee="11"))
    assert (told.status_code, wrong(told, f"employee-{sku}")) == (422, True)
    told = desk.post(f"{BENCH}/save", {**form(desk.get(BENCH), sku, sale="9"), "reason": ""})
    assert told.status_code == 422
    assert selectors.base_prices([sku])[sku].sale_price == 10_00
    other = at_the_desk("marketing")
    services.set_floors([FloorRow(sku, 8_00, None)], reason="x", actor=PRICER)
    below = other.post(f"{BENCH}/save", form(other.get(BENCH), sku, sale="7"))
    assert below.status_code == 303  # may go below the floor, and has said why
    assert selectors.base_prices([sku])[sku].sale_price == 7_00


def test_what_somebody_else_changed_meanwhile_is_not_taken_back(desk: Browser) -> None:
    _, sku, _ = one()
    page = desk.get(BENCH)
    services.set_specials([SpecialRow(sku, "tier", "gold", 1, 9_00)], reason="x", actor=PRICER)
    assert desk.post(f"{BENCH}/save", form(page, sku, employee="8")).status_code == 303
    assert selectors.base_prices([sku])[sku].specials == (
        Special("employee", "", 1, 8_00),
        Special("tier", "gold", 1, 9_00),
    )
    services.set_price(sku, list_price=20_00, sale_price=19_00, reason="x", actor=PRICER)
    assert desk.post(f"{BENCH}/save", form(page, sku, sale="9")).status_code == 409
    assert selectors.base_prices([sku])[sku].sale_price == 19_00


def test_prices_are_found_by_what_is_wrong_with_them(desk: Browser) -> None:
    fine, below, thin, outside, struck, waiting = (one(10_00, cost=4_00) for _ in range(6))
    services.set_floors([FloorRow(below[1], 12_00, None), FloorRow(thin[1], None, 70_00)], reason="x", actor=PRICER)
    services.save_policy(PolicyView(0, band_low=5_00, band_high=11_00, max_change=50_00), reason="x", actor=PRICER)
    services.set_price(outside[1], list_price=12_00, reason="x", actor=PRICER)
    services.set_price(struck[1], list_price=11_00, sale_price=10_00, reason="x", actor=PRICER)
    services.propose_prices([PriceRow(waiting[1], 1_00)], reason="x", actor=PRICER)
    for flag, wanted in (
        ("below_floor", {below[0], thin[0]}),
        ("thin", {thin[0]}),
        ("band", {outside[0]}),
        ("struck", {struck[0]}),
        ("waiting", {waiting[0]}),
        ("special", set()),
    ):
        found = {row.code for row in selectors.bench(flag=flag, at=clock.now()).items}
        assert found == wanted, flag
        shown = desk.get(f"{BENCH}?flag={flag}").content.decode()
        assert all(code in shown for code in wanted)
        assert fine[0] not in shown
    assert fine[0] in text(desk.get(f"{BENCH}?q={fine[0]}"))
    for odd in ("?flag=x", "?category=x", "?cursor=~~", "?q=%25", "?category=999999999999999999999"):
        assert desk.get(f"{BENCH}{odd}").status_code in (200, 404)


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)
    return SimpleUploadedFile("prices.xlsx", out.getvalue())


def send(desk: Browser, *rows: list[Any]) -> Any:
    return desk.post(f"{BENCH}/read", {"file": workbook(*rows), "reason": "换季"})


def hidden(page: Any) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(lines|reason|some_wrong)" value="([^"]*)"', page.content.decode())
    )


def test_a_workbook_goes_out_and_comes_back_changed(desk: Browser) -> None:
    code, sku, _ = one(cost=4_00)
    services.set_specials([SpecialRow(sku, "employee", "", 1, 8_00)], reason="x", actor=PRICER)
    out = desk.get(f"{BENCH}?export=xlsx")
    data = b"".join(out.streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0] == [
        "SKU",
        "商品",
        "划线价",
        "售价",
        "成本",
        "会员价（普通会员）",
        "会员价（金卡）",
        "员工价",
        "底价",
        "最低毛利率 %",
    ]
    assert rows[1][0] == code
    unchanged = desk.post(f"{BENCH}/read", {"file": SimpleUploadedFile("p.xlsx", data), "reason": "x"})
    assert "没有可以应用的改动" in text(unchanged)
    page = send(desk, ["SKU", "售价", "会员价（金卡）", "员工价", "底价"], [code, 9.5, 9, "-", 6], ["", "", "", "", ""])
    assert "1 行会改变" in text(page)
    assert selectors.base_prices([sku])[sku].sale_price == 10_00  # nothing happens before it is confirmed
    assert desk.post(f"{BENCH}/apply", hidden(page)).status_code == 303
    price = selectors.base_prices([sku])[sku]
    assert (price.sale_price, price.specials) == (9_50, (Special("tier", "gold", 1, 9_00),))
    assert selectors.floors([sku])[sku].own_floor == 6_00


def test_wrong_lines_are_named_and_the_rest_is_applied_only_if_somebody_says_so(desk: Browser) -> None:
    (good, sku, _), (dear, *_), (low, third, _) = one(), one(), one()
    services.set_floors([FloorRow(third, 9_00, None)], reason="x", actor=PRICER)
    desk = at_the_desk("manager")
    page = send(
        desk,
        ["SKU", "售价", "员工价"],
        [good, 9],
        ["nobody", 9],
        [dear, "abc"],
        [low, "", 99],
        [good, 8],
    )
    said = text(page)
    assert "4 行有错误" in said
    for words in (
        "第 3 行 没有已定价的 SKU「nobody」",
        "第 4 行 售价 请填写金额",
        "第 5 行 员工价 不能高于划线价",
        "第 6 行 同一 SKU",
    ):
        assert words in said, words
    refused = desk.post(f"{BENCH}/apply", hidden(page))
    assert refused.status_code == 422
    assert selectors.base_prices([sku])[sku].sale_price == 10_00
    assert desk.post(f"{BENCH}/apply", {**hidden(page), "rest": "1"}).status_code == 303
    assert selectors.base_prices([sku])[sku].sale_price == 9_00


def test_a_line_below_the_floor_is_named_for_who_may_not_go_there(desk: Browser) -> None:
    code, sku, _ = one()
    services.set_floors([FloorRow(sku, 9_00, None)], reason="x", actor=PRICER)
    from tests.factories import accounts as make

    clerk = make.staff()
    from zhanggui.backoffice import benching

    rows = {row.code: row for row in selectors.bench(at=clock.now()).items}
    of = benching.fields(clerk)
    lines = [benching.Line(2, code, {"sale": "8"})]
    timid = type(clerk)("staff", clerk.id, clerk.label, frozenset({"pricing.change"}))
    going, wrong_lines = benching.judged(lines, rows, of, "CNY", "x", timid)
    assert going == []
    assert "低于底价 9.00" in wrong_lines[2][0]
    assert selectors.base_prices([sku])[sku].sale_price == 10_00


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_said_at_the_field(desk: Browser, data: bytes) -> None:
    answer = desk.post(f"{BENCH}/read", {"file": SimpleUploadedFile("x.xlsx", data), "reason": "x"})
    assert answer.status_code == 422
    assert "xlsx" in text(answer) or "文件" in text(answer)
    assert desk.post(f"{BENCH}/read", {"reason": "x"}).status_code == 422
    assert send(desk, ["a", "b"], [1, 2]).status_code == 422
    assert desk.post(f"{BENCH}/apply", {"lines": "forged", "reason": "x"}).status_code == 422


def test_the_queue_shows_who_asks_and_another_one_decides(desk: Browser) -> None:
    _, sku, product = one()
    services.save_policy(PolicyView(0, max_change=20_00), reason="x", actor=PRICER)
    asked = desk.follow(desk.post(f"{BENCH}/save", form(desk.get(BENCH), sku, sale="5")))
    assert "已提交审批" in text(asked)
    assert selectors.base_prices([sku])[sku].sale_price == 10_00
    assert "改价待审批" in text(desk.get("/office"))
    assert "改价待审批" not in text(at_the_desk("finance").get("/office"))
    mine = desk.get(f"{BENCH}/requests")
    assert "撤回申请" in text(mine)
    (request,) = selectors.requests().items
    own = desk.post(f"{BENCH}/requests/{request.id}", {"do": "accept"})
    assert own.status_code == 403
    assert "不能审批自己的改价申请" in text(own)
    chief = at_the_desk("manager")
    told = chief.post(f"{BENCH}/requests/{request.id}", {"do": "reject", "reason": ""})
    assert (told.status_code, "请填写驳回原因" in text(told)) == (422, True)
    assert chief.post(f"{BENCH}/requests/{request.id}", {"do": "accept", "reason": "可以"}).status_code == 303
    assert selectors.base_prices([sku])[sku].sale_price == 5_00
    assert "可以" in text(chief.get(f"{BENCH}/requests?state=done"))
    assert "申请，" in text(chief.get(f"/office/products/{product}/prices"))
    assert chief.post(f"{BENCH}/requests/{request.id}", {"do": "reject", "reason": "x"}).status_code == 409
    assert chief.post(f"{BENCH}/requests/{request.id}", {"do": "x"}).status_code == 404
    assert chief.post(f"{BENCH}/requests/999999", {"do": "accept"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees", "changes", "decides", "rules"),
    [
        ("manager", True, True, True, True),
        ("marketing", True, True, True, True),
        ("editor", True, False, False, False),
        ("finance", True, False, False, False),
        ("analyst", True, False, False, False),
        ("service", True, False, False, False),
        ("warehouse", False, False, False, False),
    ],
)
def test_role_by_role(role: str, sees: bool, changes: bool, decides: bool, rules: bool) -> None:
    shop.open_shop()
    _, sku, product = one(cost=4_00)
    services.save_policy(PolicyView(0, max_change=20_00), reason="x", actor=PRICER)
    (request,) = services.propose_prices([PriceRow(sku, 5_00)], reason="x", actor=PRICER).requests
    desk = at_the_desk(role)
    for page in (BENCH, f"{BENCH}/requests", f"{BENCH}/rules"):
        assert desk.get(page).status_code == (200 if sees else 403), page
    data = {"sku": [str(sku)], f"was-employee-{sku}": "", f"employee-{sku}": "8", "reason": "x"}
    given = {f"was-{name}-{sku}": value for name, value in (("list", "10.00"), ("sale", "10.00"), ("cost", "4.00"))}
    floor = {f"was-floor-{sku}": "", f"floor-{sku}": "5"}
    assert desk.post(f"{BENCH}/save", {**given, **data}).status_code == (303 if changes else 403)
    assert desk.post(f"{BENCH}/save", {**given, **floor, "sku": [str(sku)], "reason": "x"}).status_code == (
        303 if rules else 403
    )
    assert desk.post(f"{BENCH}/rules", {"category": "0", "max_change": "30", "reason": "x"}).status_code == (
        303 if rules else 403
    )
    special = {"sku": str(sku), "kind": "quantity", "min_quantity": "3", "special_price": "8", "special_reason": "x"}
    path = f"/office/products/{product}/prices"
    assert desk.post(f"{path}/special", special).status_code == (303 if changes else 403)
    assert desk.post(f"{path}/floor", {"sku": str(sku), "floor": "5", "floor_reason": "x"}).status_code == (
        303 if rules else 403
    )
    cost = "成本" in text(desk.get(BENCH)) if sees else False
    assert cost == (role in ("manager", "marketing", "finance", "analyst"))
    assert desk.post(f"{BENCH}/requests/{request}", {"do": "reject", "reason": "x"}).status_code == (
        303 if decides else 403
    )


def test_rules_are_set_shown_and_deleted_and_what_is_wrong_is_marked(desk: Browser) -> None:
    rules = f"{BENCH}/rules"
    given = {
        "category": "0", "band_low": "5", "band_high": "500", "min_margin": "20", "spend_low": "8", "spend_high": "15",
        "max_change": "12.5", "steps": "9.9 19.9", "reason": "年度",
    }  # fmt: skip
    assert desk.post(rules, given).status_code == 303
    (policy,) = selectors.policies()
    assert policy == PolicyView(0, 5_00, 500_00, (9_90, 19_90), 20_00, 8_00, 15_00, 12_50)
    shown = desk.get(rules)
    assert "¥9.90、¥19.90" in text(shown).replace(" 、", "、")
    assert 'value="12.5"' in shown.content.decode()
    told = desk.post(rules, {**given, "spend_high": "7", "band_high": "x"})
    assert (told.status_code, wrong(told, "band_high")) == (422, True)
    assert wrong(desk.post(rules, {**given, "spend_high": "7"}), "spend_high")
    assert desk.post(rules, {**given, "category": "77777"}).status_code == 422
    assert desk.post(rules, {"category": "0", "delete": "1", "reason": "x"}).status_code == 303
    assert selectors.policies() == []


def test_special_prices_and_floors_are_set_on_the_products_page(desk: Browser) -> None:
    _, sku, product = one(cost=4_00)
    page = f"/office/products/{product}/prices"
    special = {"sku": str(sku), "kind": "quantity", "min_quantity": "3", "special_price": "8", "special_reason": "量贩"}
    shown = text(desk.follow(desk.post(f"{page}/special", special)))
    assert "¥8.00 阶梯价，3 件起" in shown
    assert "量贩" in shown
    told = desk.post(f"{page}/special", {**special, "min_quantity": "1"})
    assert (told.status_code, wrong(told, "min_quantity")) == (422, True)
    assert wrong(desk.post(f"{page}/special", {**special, "special_price": ""}), "special_price")
    assert desk.post(f"{page}/special", {**special, "remove": "1", "special_price": ""}).status_code == 303
    assert selectors.base_prices([sku])[sku].specials == ()
    floor = {"sku": str(sku), "floor": "6", "min_margin": "40", "floor_reason": "守住"}
    shown = text(desk.follow(desk.post(f"{page}/floor", floor)))
    assert "现在的底价 ¥6.67，来自该 SKU 的最低毛利" in shown
    told = desk.post(f"{page}/floor", {**floor, "min_margin": "100"})
    assert (told.status_code, wrong(told, "min_margin")) == (422, True)


def test_the_formula_answers_on_the_products_page(desk: Browser) -> None:
    *_, product = one(cost=50_00)
    services.save_policy(PolicyView(0, steps=(79_90, 99_90), min_margin=20_00), reason="x", actor=PRICER)
    page = f"/office/products/{product}/prices"
    said = text(desk.get(page)).partition("定价计算")[2]
    assert "¥71.44" in said  # 50 of goods, 10 % promotion, 20 % profit
    assert "¥79.90" in said
    said = text(
        desk.get(
            f"{page}?if_goods=40&if_freight_in=5&if_operating=5&if_spend=20&if_platform=5&if_margin=25&if_price=60"
        )
    )
    said = said.partition("定价计算")[2]
    assert "¥100.00" in said
    assert "推广费用不在 8–15% 内" in said
    assert "亏本" in said
    odd = desk.get(f"{page}?if_goods=abc&if_spend=200")
    assert (odd.status_code, wrong(odd, "if_goods"), wrong(odd, "if_spend")) == (200, True, True)
    assert "没有价格能负担" in text(desk.get(f"{page}?if_spend=60&if_platform=50"))
    assert "定价计算" not in text(at_the_desk("editor").get(page))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_cost_the_same_at_any_size(desk: Browser, language: str) -> None:
    desk = at_the_desk("manager", language=language)
    services.save_policy(PolicyView(0, max_change=20_00, min_margin=20_00), reason="x", actor=PRICER)
    counts = []
    for _ in range(2):
        for _ in range(4):
            _, sku, _ = one(10_00, cost=4_00)
            services.set_specials([SpecialRow(sku, "employee", "", 1, 8_00)], reason="x", actor=PRICER)
            services.propose_prices([PriceRow(sku, 5_00)], reason="x", actor=PRICER)
        pages = (BENCH, f"{BENCH}?flag=struck", f"{BENCH}/requests", f"{BENCH}/rules")
        counts.append([statements(desk, page) for page in pages])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
