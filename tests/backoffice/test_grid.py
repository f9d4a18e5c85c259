"""The grid of goods: a cell is one edit by the right service, seldom overwritten, taken back on record; many at once with a look before."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import shop
from tests.factories.catalog import make_category, make_product
from tests.factories.inventory import make_warehouse, put
from tests.factories.pricing import PRICER
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.backoffice.repricing import Change
from zhanggui.catalog import selectors
from zhanggui.catalog import services as catalog
from zhanggui.catalog.types import SkuDraft
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing import services as prices
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db
CELL = "/office/products/cell"


@pytest.fixture
def desk() -> Browser:
    shop.open_shop()
    return at_the_desk("manager")


def one(price: int = 10_00, **more: Any) -> tuple[int, int]:
    """A listed product's id and its only SKU's."""
    found = selectors.sellable_by_code(shop.goods(price, **more))[0]
    return found.product_id, found.sku_id


def edit(field: str, ids: tuple[int, int], value: str, seen: str, **more: str) -> dict[str, Any]:
    sku = "" if field == "title" else str(ids[1])
    return {"field": field, "product": ids[0], "sku": sku, "value": value, "seen": seen, "reason": "换季", **more}


def asked(sku: int) -> tuple[int, int]:
    price = pricing.base_prices([sku])[sku]
    return price.list_price, price.sale_price


def on_hand(sku: int) -> int:
    return sum(level.on_hand for level in inventory.levels([sku]))


def undo_of(sent: dict[str, Any], answer: Any) -> dict[str, Any]:
    return {**sent, **answer.json()["undo"], "undo": "1"}


def reasons(sku: int, action: str) -> list[str]:
    rows = db.rows(
        "select reason from kernel_auditrow where target_type = 'sku' and target_id = %s and action = %s order by id",
        (str(sku), action),
    )
    return [row["reason"] for row in rows]


def test_a_price_is_changed_in_its_cell_and_taken_back_on_record(desk: Browser) -> None:
    ids = one()
    sent = edit("sale", ids, "12.5", "1000/1000")
    answer = desk.post(CELL, sent)
    assert answer.status_code == 200
    assert asked(ids[1]) == (12_50, 12_50)  # no list price of its own: it follows
    cells = {cell["key"]: cell for cell in answer.json()["cells"]}
    assert cells[f"sale-{ids[1]}"]["shown"] == cells[f"list-{ids[1]}"]["shown"] == "¥12.50"
    assert answer.json()["texts"][f"price-{ids[0]}"] == "¥12.50"
    back = desk.post(CELL, undo_of(sent, answer))
    assert "恢复" in back.json()["message"]
    assert asked(ids[1]) == (10_00, 10_00)
    assert reasons(ids[1], "pricing.set_price")[-2:] == ["换季", "撤销：换季"]
    assert [row.reason for row in pricing.history(ids[1]).items][:2] == ["撤销：换季", "换季"]


def test_the_list_price_stands_above_or_follows(desk: Browser) -> None:
    ids = one()
    assert desk.post(CELL, edit("list", ids, "15", "1000/1000")).status_code == 200
    assert asked(ids[1]) == (15_00, 10_00)
    told = desk.post(CELL, edit("sale", ids, "16", "1500/1000"))
    assert told.status_code == 422
    assert "售价不能高于划线价" in told.json()["message"]
    desk.post(CELL, edit("list", ids, "", "1500/1000"))
    assert asked(ids[1]) == (10_00, 10_00)


def test_stock_is_a_movement_with_its_reason_and_comes_back_by_its_difference(desk: Browser) -> None:
    ids = one(stock=10)
    sent = edit("stock", ids, "14", "10")
    answer = desk.post(CELL, sent)
    assert on_hand(ids[1]) == 14
    stock.receive([StockRow(ids[1], 100)], actor=SYSTEM)
    assert desk.post(CELL, undo_of(sent, answer)).status_code == 200
    assert on_hand(ids[1]) == 110  # what came in meanwhile stays
    movements = inventory.movements(sku_id=ids[1]).items
    assert [(m.delta, m.reason) for m in movements if m.kind == "adjust"][:2] == [(-4, "撤销：换季"), (4, "换季")]


def test_stock_cannot_fall_below_what_orders_hold(desk: Browser) -> None:
    ids = one(stock=10)
    shop.buy((selectors.sku_codes([ids[1]])[ids[1]], 3))
    told = desk.post(CELL, edit("stock", ids, "2", "10"))
    assert told.status_code == 409
    assert "3 件已被订单占用" in told.json()["message"]
    assert on_hand(ids[1]) == 10


def test_a_title_is_changed_without_touching_the_rest(desk: Browser) -> None:
    ids = one()
    before = selectors.product(ids[0])
    sent = edit("title", ids, "  新的 <b>标题</b> ", before.title)
    answer = desk.post(CELL, sent)
    after = selectors.product(ids[0])
    assert (after.title, after.slug, after.attributes, after.tags) == (
        "新的 <b>标题</b>",
        before.slug,
        before.attributes,
        before.tags,
    )
    assert "新的 &lt;b&gt;标题" in desk.get("/office/products").content.decode()
    desk.post(CELL, undo_of(sent, answer))
    assert selectors.product(ids[0]).title == before.title
    assert desk.post(CELL, edit("title", ids, "", before.title)).status_code == 422


def test_a_title_under_review_goes_back_to_draft_and_says_so(desk: Browser) -> None:
    product = make_product(listed=False)
    catalog.submit_review(product.id, actor=SYSTEM)
    title = selectors.product(product.id).title
    answer = desk.post(CELL, edit("title", (product.id, 0), "改过", title))
    assert "草稿" in answer.json()["message"]
    assert answer.json()["undo"] is None


@pytest.mark.parametrize("field", ["sale", "list", "stock", "title"])
def test_who_was_faster_is_not_overwritten_and_shown(desk: Browser, field: str) -> None:
    ids = one(stock=10)
    title = selectors.product(ids[0]).title
    prices.set_price(ids[1], list_price=30_00, sale_price=20_00, reason="对手", actor=PRICER)
    put({ids[1]: 5})
    catalog.amend_product(ids[0], {"title": "别人的标题"}, actor=SYSTEM)
    theirs = {"sale": "¥20.00", "list": "¥30.00", "stock": str(on_hand(ids[1])), "title": "别人的标题"}
    seen = {"stock": "10", "title": title}.get(field, "1000/1000")
    told = desk.post(CELL, edit(field, ids, "25", seen))
    assert told.status_code == 409
    assert told.json()["taken"]
    key = f"{field}-{ids[0] if field == 'title' else ids[1]}"
    cell = next(cell for cell in told.json()["cells"] if cell["key"] == key)
    assert cell["shown"] == theirs[field]
    assert desk.post(CELL, edit(field, ids, "25", cell["seen"])).status_code == 200  # now knowingly


def test_undo_does_not_undo_somebody_elses_price(desk: Browser) -> None:
    ids = one()
    sent = edit("sale", ids, "12", "1000/1000")
    answer = desk.post(CELL, sent)
    prices.set_price(ids[1], list_price=13_00, reason="别人", actor=PRICER)
    assert desk.post(CELL, undo_of(sent, answer)).status_code == 409
    assert asked(ids[1]) == (13_00, 13_00)


@pytest.mark.parametrize(
    ("field", "value", "seen", "more", "status"),
    [
        ("sale", "十元", "1000/1000", {}, 422),
        ("sale", "1.005", "1000/1000", {}, 422),
        ("sale", "", "1000/1000", {}, 422),
        ("sale", "-1", "1000/1000", {}, 422),
        ("sale", "9" * 30, "1000/1000", {}, 422),
        ("sale", "9", "1000/1000", {"reason": " "}, 422),
        ("stock", "1.5", "10", {}, 422),
        ("stock", "", "10", {}, 422),
        ("stock", "5", "viele", {}, 422),
        ("sale", "9", "viele", {}, 404),
        ("cost", "9", "1000/1000", {}, 404),
        ("sale", "9", "1000/1000", {"sku": "9" * 30}, 404),
        ("sale", "9", "1000/1000", {"product": "999999"}, 404),
        ("sale", "x", "1000/1000", {"undo": "1"}, 404),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    desk: Browser, field: str, value: str, seen: str, more: dict[str, str], status: int
) -> None:
    ids = one(stock=10)
    told = desk.post(CELL, edit(field, ids, value, seen, **more))
    assert told.status_code == status
    assert told.json()["message"]
    assert (asked(ids[1]), on_hand(ids[1])) == ((10_00, 10_00), 10)


def test_each_cell_asks_for_its_own_right() -> None:
    ids = one(stock=10)
    title = selectors.product(ids[0]).title
    wishes = {"title": ("x", title), "sale": ("9", "1000/1000"), "list": ("11", "1000/1000"), "stock": ("9", "10")}
    may = {"editor": {"title"}, "marketing": {"sale", "list"}, "warehouse": {"stock"}, "service": set()}
    for role, fields in may.items():
        clerk = at_the_desk(role)
        page = clerk.get("/office/products").content.decode()
        for field, (value, seen) in wishes.items():
            assert (f'data-field="{field}"' in page) == (field in fields), (role, field)
            if field not in fields:
                told = clerk.post(CELL, edit(field, ids, value, seen))
                assert (told.status_code, told.json()["code"]) == (403, "permission_denied"), (role, field)
    assert (asked(ids[1]), on_hand(ids[1])) == ((10_00, 10_00), 10)
    assert Browser().post(CELL, edit("sale", ids, "9", "1000/1000"), HX_Request="true").status_code == 401


def variants(*options: str) -> Any:
    product = make_product(skus=[SkuDraft(options={"颜色": each}) for each in options])
    for n, sku in enumerate(product.skus):
        prices.set_prices([PriceRow(sku.id, (n + 1) * 10_00)], actor=PRICER, reason="开业")
        put({sku.id: n + 1})
    return product


def test_variants_open_below_their_product(desk: Browser) -> None:
    product = variants("红", "蓝", "绿")
    page = desk.get("/office/products").content.decode()
    assert "¥10.00–¥30.00" in page
    assert f'data-variants="/office/products/{product.id}/variants"' in page
    rows = desk.get(f"/office/products/{product.id}/variants").content.decode()
    for sku in product.skus:
        assert f'data-cell="sale-{sku.id}"' in rows
    ids = (product.id, product.skus[2].id)
    answer = desk.post(CELL, edit("sale", ids, "40", "3000/3000"))
    assert answer.json()["texts"][f"price-{product.id}"] == "¥10.00–¥40.00"
    assert desk.get("/office/products/999999/variants").status_code == 404


def test_stock_in_several_warehouses_is_changed_on_its_page(desk: Browser) -> None:
    ids = one(stock=10)
    stock.receive([StockRow(ids[1], 5, make_warehouse("W2"))], actor=SYSTEM)
    assert f'data-cell="stock-{ids[1]}"' not in desk.get("/office/products").content.decode()
    assert desk.post(CELL, edit("stock", ids, "3", "15")).status_code == 422


def test_the_grid_and_its_answers_cost_the_same_at_any_size(desk: Browser) -> None:
    counts = []
    for _ in range(2):
        shop.goods(*[1000] * 4)
        variants("红", "蓝")
        counts.append(statements(desk, "/office/products"))
    assert counts[0] == counts[1] <= 14
    few, many = variants("红", "蓝"), variants(*"红橙黄绿青蓝紫")
    assert len({statements(desk, f"/office/products/{each.id}/variants") for each in (few, many)}) == 1


# --- many at once


def reprice(desk: Browser, ids: list[int], **wish: str) -> Any:
    query = {
        "ids": ",".join(map(str, ids)),
        "kind": "percent",
        "value": "-10",
        "target": "sale",
        "rounding": "",
        **wish,
    }
    return query, desk.client.get("/office/products/reprice", query, headers=desk.headers)


def seen_in(page: Any) -> list[str]:
    return re.findall(r'name="seen" value="([^"]+)"', page.content.decode())


def test_many_prices_are_looked_at_changed_and_taken_back(desk: Browser) -> None:
    first, second = one(10_00), one(19_99)
    prices.set_price(second[1], list_price=30_00, sale_price=19_99, reason="x", actor=PRICER)
    to_form = desk.post("/office/products/bulk", {"action": "reprice", "ids": [first[0], second[0]]})
    assert desk.follow(to_form).status_code == 200
    wish, page = reprice(desk, [first[0], second[0]], rounding="90")
    assert "2 个规格会改变" in page.content.decode()
    assert asked(first[1]) == (10_00, 10_00)  # looking changes nothing
    assert (
        desk.post("/office/products/reprice", {**wish, "seen": seen_in(page)}).status_code == 422
    )  # a reason is wanted
    done = desk.post("/office/products/reprice", {**wish, "seen": seen_in(page), "reason": "大促"})
    assert (asked(first[1]), asked(second[1])) == ((8_90, 8_90), (30_00, 17_90))
    after = desk.follow(done).content.decode()
    assert "已改 2 个规格的价格" in after
    rows = re.findall(r'name="rows" value="([^"]+)"', after)[0]
    desk.follow(desk.post("/office/products/reprice/undo", {"rows": rows, "reason": "大促"}))
    assert (asked(first[1]), asked(second[1])) == ((10_00, 10_00), (30_00, 19_99))
    assert reasons(first[1], "pricing.set_price")[-1] == "撤销：大促"


def test_a_preview_somebody_has_overtaken_is_not_carried_out(desk: Browser) -> None:
    first, second = one(10_00), one(20_00)
    wish, page = reprice(desk, [first[0], second[0]])
    prices.set_price(second[1], list_price=25_00, reason="别人", actor=PRICER)
    told = desk.post("/office/products/reprice", {**wish, "seen": seen_in(page), "reason": "大促"})
    assert told.status_code == 409
    assert "¥25.00" in told.content.decode()
    assert (asked(first[1]), asked(second[1])) == ((10_00, 10_00), (25_00, 25_00))


def test_what_cannot_be_is_shown_in_the_preview(desk: Browser) -> None:
    ids = one(10_00)
    prices.set_price(ids[1], list_price=12_00, sale_price=10_00, reason="x", actor=PRICER)
    wish, page = reprice(desk, [ids[0]], kind="amount", value="5")
    assert "售价会高于划线价" in page.content.decode()
    told = desk.post("/office/products/reprice", {**wish, "seen": f"{ids[1]}:1200/1000", "reason": "x"})
    assert told.status_code == 422
    assert asked(ids[1]) == (12_00, 10_00)
    for wrong in (
        {"value": "viel"},
        {"value": "1.005"},
        {"value": "NaN"},
        {"value": "-101"},
        {"kind": "x"},
        {"rounding": "7"},
    ):
        assert reprice(desk, [ids[0]], **wrong)[1].status_code == 422, wrong
    assert reprice(desk, [999_999])[1].status_code == 404
    assert reprice(at_the_desk("warehouse"), [ids[0]])[1].status_code == 403
    assert at_the_desk("editor").post("/office/products/reprice", wish).status_code == 403


@pytest.mark.parametrize(
    ("kind", "value", "rounding", "before", "after"),
    [
        ("percent", -1_000, "", (10_05, 10_05), (9_05, 9_05)),
        ("percent", -1_000, "90", (10_05, 10_05), (8_90, 8_90)),
        ("percent", 1_000, "99", (100_00, 100_00), (109_99, 109_99)),
        ("amount", -5_00, "", (20_00, 10_00), (20_00, 5_00)),
        ("set", 9_90, "", (20_00, 10_00), (20_00, 9_90)),
        ("set", 40, "00", (20_00, 10_00), (20_00, 0)),
        ("set", 5, "90", (20_00, 10_00), (20_00, 90)),
        ("percent", 0, "50", (20_00, 10_00), (20_00, 10_50)),
    ],
)
def test_the_rule_of_a_change(
    kind: str, value: int, rounding: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    assert Change(kind, value, "sale", rounding, "CNY").prices(*before) == after


def test_many_are_moved_to_another_category_and_back(desk: Browser) -> None:
    first, second = one(), one()
    target = make_category("新分类")
    before = {each: selectors.product(each).category for each in (first[0], second[0])}
    desk.follow(desk.post("/office/products/bulk", {"action": "move", "ids": [first[0], second[0]]}))
    ids = f"{first[0]},{second[0]}"
    assert desk.post("/office/products/move", {"ids": ids, "category": ""}).status_code == 422
    after = desk.follow(desk.post("/office/products/move", {"ids": ids, "category": target.id})).content.decode()
    assert "2 个商品已移到「新分类」" in after
    for each in before:
        assert selectors.product(each).category.id == target.id
    rows = re.findall(r'name="rows" value="([^"]+)"', after)[0]
    desk.follow(desk.post("/office/products/move/undo", {"rows": rows}))
    assert {each: selectors.product(each).category for each in before} == before
    assert (
        at_the_desk("warehouse").post("/office/products/move", {"ids": ids, "category": target.id}).status_code == 403
    )


def test_undoing_a_delisting_lists_only_what_was_listed(desk: Browser) -> None:
    ids = one()
    approved = make_product(listed=False)
    for step in (catalog.submit_review, catalog.approve):
        step(approved.id, actor=SYSTEM)
    prices.set_prices([PriceRow(approved.skus[0].id, 10_00)], actor=PRICER, reason="x")
    put({approved.skus[0].id: 3})
    page = desk.follow(
        desk.post("/office/products/bulk", {"action": "delist", "ids": [ids[0], approved.id]})
    ).content.decode()
    assert f'name="ids" value="{ids[0]}"' in page.partition("toast-undo")[0].rpartition("<form")[2]
    assert f'value="{approved.id}"' not in page.partition("toast-undo")[0].rpartition("<form")[2]
