"""What promotions, coupons, pages and menus name does not vanish under them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine

from tests.factories.catalog import make_brand, make_category
from tests.factories.content import hero, make_page, rich_text, words, written
from tests.factories.promotions import draft, live, live_coupon
from zhanggui.catalog import selectors, services
from zhanggui.catalog.errors import StillNamed
from zhanggui.content import services as content
from zhanggui.content.types import Change
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.promotions import services as promotions
from zhanggui.promotions.types import CouponDraft
from zhanggui.storefront.browse import addresses

pytestmark = pytest.mark.django_db


def refusal(delete: Callable[..., None], target: int) -> str:
    """Why it is not deleted; empty: it is deleted."""
    try:
        delete(target, actor=SYSTEM)
    except StillNamed as problem:
        return problem.detail()
    return ""


def linked(link: str) -> dict[str, object]:
    return {"type": "notice", "text": words("看这里"), "link": link}


def put_menu(key: str, link: str, version: int = 0) -> int:
    entry = {"label": words("导购"), "link": "/", "items": [{"label": words("上新"), "link": link}]}
    return content.put_site_part(key, {"items": [entry]}, expected_version=version, actor=SYSTEM)


def test_a_category_that_a_promotion_or_coupon_names_stays_until_they_are_over() -> None:
    tea, cups = make_category("茶"), make_category("杯")
    off = live(label_zh="满百减十", scope={"categories": [tea.id]})
    coupon = live_coupon(label_zh="除杯子外", scope={"all": True, "exclude": {"categories": [cups.id]}})
    assert refusal(services.delete_category, tea.id) == "还不能删除：促销「满百减十」还在使用它，请先改掉"
    assert "优惠券「除杯子外」" in refusal(services.delete_category, cups.id)
    promotions.end(off, actor=SYSTEM)
    promotions.update_promotion(coupon, draft("coupon", {"off": 1000}, coupon=CouponDraft()), actor=SYSTEM)
    assert (refusal(services.delete_category, tea.id), refusal(services.delete_category, cups.id)) == ("", "")


def test_a_promotion_that_was_over_long_ago_holds_nothing() -> None:
    brand, now = make_brand("明前"), clock.now()
    live(scope={"brands": [brand.id]}, ends_at=now + timedelta(days=1))
    assert refusal(services.delete_brand, brand.id)
    with time_machine.travel(now + timedelta(days=2)):
        assert refusal(services.delete_brand, brand.id) == ""


def test_a_brand_that_blocks_of_a_page_name_stays_while_shown_or_drafted() -> None:
    brand = make_brand("明前")
    wall = {"type": "brands", "brand_ids": [brand.id]}
    shelf = {"type": "shelf", "rule": "new", "brand_id": brand.id}
    shown = make_page(wall, title="品牌馆", published=True)
    drafted = make_page(shelf, title="春茶节")
    told = refusal(services.delete_brand, brand.id)
    assert ("页面「品牌馆」" in told, "页面「春茶节」" in told) == (True, True)
    content.save_draft(
        drafted.id, Change(content=written(title="春茶节")), expected_version=drafted.version, actor=SYSTEM
    )
    content.save_draft(shown.id, Change(content=written(title="品牌馆")), expected_version=shown.version, actor=SYSTEM)
    assert (
        refusal(services.delete_brand, brand.id) == "还不能删除：页面「品牌馆」还在使用它，请先改掉"
    )  # visitors see it
    content.publish(shown.id, actor=SYSTEM)
    assert refusal(services.delete_brand, brand.id) == ""


def test_tiles_shelves_and_links_of_pages_hold_a_category() -> None:
    tea = make_category("茶")
    picture = hero(1)
    picture["slides"][0]["link"] = f"/search?q=x&category={quote(tea.slug)}"
    for block in (
        {"type": "categories", "items": [{"category_id": tea.id}]},
        {"type": "shelf", "rule": "new", "category_id": tea.id},
        {"type": "shelf", "rule": "new", "more_link": addresses.category(tea.slug)},
        linked(f"{addresses.category(tea.slug)}?sort=sales"),
        rich_text(f'<p><a href="{addresses.category(tea.slug)}?sort=sales&amp;page=2">茶</a></p>'),
        picture,
    ):
        page = make_page(block)
        assert "页面「页面」" in refusal(services.delete_category, tea.id), block
        content.archive(page.id, actor=SYSTEM)
    make_page(linked(f"{addresses.category(tea.slug)}-pots"), linked("https://elsewhere.test/c/" + tea.slug))
    assert refusal(services.delete_category, tea.id) == ""


def test_menus_hold_what_they_lead_to() -> None:
    tea, brand = make_category("茶"), make_brand("明前")
    version = put_menu("main_menu", addresses.category(tea.slug))
    put_menu("footer_menu", addresses.brand(brand.slug))
    assert refusal(services.delete_category, tea.id) == "还不能删除：「顶部菜单」还在使用它，请先改掉"
    assert refusal(services.delete_brand, brand.id) == "还不能删除：「底部菜单」还在使用它，请先改掉"
    put_menu("main_menu", "/search", version)
    assert refusal(services.delete_category, tea.id) == ""


def test_the_last_definition_of_an_attribute_stays_while_links_filter_by_it() -> None:
    tea, cups = make_category("茶"), make_category("杯")
    make_page(linked(f"/search?attr.{quote('产地')}={quote('杭州')}"), title="产地")
    first, last = (
        services.define_attribute(name="产地", label_zh="产地", kind="text", category_id=one.id, actor=SYSTEM)
        for one in (tea, cups)
    )
    assert refusal(services.delete_attribute, first.id) == ""
    assert "页面「产地」" in refusal(services.delete_attribute, last.id)
    assert selectors.attribute(last.id)


def test_of_many_that_name_it_the_first_are_told() -> None:
    tea = make_category("茶")
    for number in range(7):
        live(label_zh=f"活动{number}", label_en=f"offer {number}", scope={"categories": [tea.id]})
    with pytest.raises(StillNamed) as refused:
        services.delete_category(tea.id, actor=SYSTEM)
    assert "促销「活动4」等 7 处还在使用它" in refused.value.detail()
    assert refused.value.detail("en").endswith("“offer 4” and 2 more; change that first")
