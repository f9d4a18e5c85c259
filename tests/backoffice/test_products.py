"""Goods at the desk: drafted, priced, stocked, pictured, put on sale; two editors on one product lose nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors
from zhanggui.pricing import selectors as pricing

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def product_of(sku: str) -> int:
    return selectors.sellable_by_code([sku])[0].product_id


def form_of(product_id: int) -> dict[str, str]:
    product = selectors.product(product_id)
    return {"title": product.title, "slug": product.slug, "version": str(product.version)}


@pytest.fixture
def desk() -> Browser:
    shop.open_shop()
    return at_the_desk("manager")


def test_from_a_draft_to_the_shelf(desk: Browser) -> None:
    refused = desk.post("/office/products/new", {"title": "", "sku": "LL-1"})
    assert refused.status_code == 422
    assert 'value="LL-1"' in words(refused)
    answer = desk.post("/office/products/new", {"title": "绿萝 <b>大盆</b>", "sku": "LL-1"})
    page = answer.headers["Location"]
    product_id = int(page.rpartition("/")[2])
    assert "绿萝 &lt;b&gt;" in words(desk.get(page))
    sku = selectors.product(product_id).skus[0]
    for name in ("submit", "approve"):
        desk.follow(desk.post(f"{page}/do/{name}"))
    assert desk.post(f"{page}/do/list").status_code == 409  # no price, no stock
    wrong = desk.post(f"{page}/shelf", {f"sale-{sku.id}": "十元", f"stock-{sku.id}": "5", "reason": "开业"})
    assert wrong.status_code == 422
    assert "十元" in words(wrong)
    shelf = {f"sale-{sku.id}": "39.90", f"list-{sku.id}": "49.90", f"stock-{sku.id}": "5"}
    assert desk.post(f"{page}/shelf", shelf).status_code == 422  # a reason is wanted
    desk.follow(desk.post(f"{page}/shelf", {**shelf, "reason": "开业"}))
    assert pricing.base_prices([sku.id])[sku.id].sale_price == 3990
    desk.follow(desk.post(f"{page}/do/list"))
    assert selectors.product(product_id).state == "listed"


def test_the_second_editor_is_told_and_sees_the_difference(desk: Browser) -> None:
    product_id = product_of(shop.goods(1000)[0])
    first, second = form_of(product_id), form_of(product_id)
    address = f"/office/products/{product_id}/save"
    desk.follow(desk.post(address, {**first, "title": "第一位的标题"}))
    told = at_the_desk("editor").post(address, {**second, "title": "第二位的标题", "subtitle": "没有丢"})
    assert told.status_code == 409
    for each in ("第一位的标题", "第二位的标题", "没有丢"):
        assert each in words(told)
    desk.follow(desk.post(address, {**form_of(product_id), "title": "第二位的标题"}))
    assert selectors.product(product_id).title == "第二位的标题"


def test_what_is_not_a_picture_is_refused_by_its_name(desk: Browser) -> None:
    product_id = product_of(shop.goods(1000)[0])
    file = SimpleUploadedFile("清单.jpg", b"not a picture")
    told = desk.post(f"/office/products/{product_id}/pictures", {"pictures": file})
    assert told.status_code == 422
    assert "清单.jpg" in words(told)


def test_many_at_a_time_and_back(desk: Browser) -> None:
    ids = [product_of(sku) for sku in shop.goods(1000, 2000)]
    page = desk.follow(desk.post("/office/products/bulk", {"action": "delist", "ids": ids}))
    assert "2 个商品已下架" in words(page)
    assert {selectors.product(each).state for each in ids} == {"delisted"}
    desk.follow(desk.post("/office/products/bulk", {"action": "list", "ids": ids}))
    assert {selectors.product(each).state for each in ids} == {"listed"}
    assert at_the_desk("service").post("/office/products/bulk", {"action": "list", "ids": ids}).status_code == 403


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_grid_costs_the_same_at_any_size(language: str) -> None:
    desk = at_the_desk("editor", language=language)
    counts = []
    for _ in range(2):
        shop.goods(*[1000] * 3)
        counts.append(statements(desk, "/office/products?q=&brand=999999&state=odd"))
    assert counts[0] == counts[1]


def test_the_grid_as_a_file() -> None:
    sku = shop.goods(1000)[0]
    product = selectors.product(product_of(sku))
    text = b"".join(at_the_desk("editor").get("/office/products?export=csv").streaming_content).decode()
    assert product.code in text
    assert "10.00" in text
