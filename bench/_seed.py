"""Stocks a mall for measuring, through the services; prints what the buyers need to know as JSON."""

import json
import sys
from typing import Any

WORDS = [
    *("绿萝", "多肉", "发财树", "龟背竹", "吊兰", "虎皮兰", "文竹", "茉莉", "栀子", "月季"),
    *("陶盆", "花架", "洒水壶", "营养土", "园艺剪", "手套", "台灯", "地毯", "抱枕", "香薰"),
]
ROOMS = ["客厅绿植", "阳台花园", "书房小品", "园艺工具", "家居软装", "餐厨器皿", "灯具照明", "礼品礼盒"]
BATCH = 500


def main(what: dict[str, Any]) -> dict[str, Any]:
    import django

    django.setup()
    from django.db import transaction

    from zhanggui.catalog import services as catalog
    from zhanggui.catalog.types import ListingFacts, ProductDraft, SkuDraft
    from zhanggui.inventory import services as inventory
    from zhanggui.inventory.types import StockRow
    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.pricing import services as pricing
    from zhanggui.pricing.types import PriceRow

    quantity = what.get("quantity", 10_000_000)
    prefix = what.get("prefix", "B")
    skus: list[str] = []
    for start in range(0, what["products"], BATCH):
        numbers = range(start, min(start + BATCH, what["products"]))
        drafts = [
            ProductDraft(
                "bench",
                f"{prefix}{i}",
                f"{WORDS[i % 20]} {WORDS[(i * 7) % 20]} 第{i}号",
                (SkuDraft(f"{prefix}{i:06d}"),),
                description_html="<p>耐阴好养,适合室内。</p>",
                category_path=("全部商品", ROOMS[i % 8]),
                brand=f"品牌{i % 40}",
                attributes={"颜色": ("红", "绿", "白", "黑")[i % 4]},
            )
            for i in numbers
        ]
        with transaction.atomic():
            results = catalog.import_products(drafts, actor=SYSTEM)
            ids = [sku for result in results for sku in result.sku_ids]
            prices = [PriceRow(sku, list_price=9900 + sku % 500, sale_price=8900 + sku % 500, cost=4000) for sku in ids]
            pricing.set_prices(prices, actor=SYSTEM, reason="bench")
            inventory.set_on_hand([StockRow(sku, quantity) for sku in ids], actor=SYSTEM, reason="bench")
            facts = ListingFacts(frozenset(ids), frozenset(ids))
            catalog.list_products([r.product_id for r in results if r.product_id], facts=facts, actor=SYSTEM)
        skus += [draft.skus[0].code for draft in drafts]
    _analyze()
    if prefix != "B":
        return {"skus": skus}
    coupon = _promote()
    _publish_home()
    return {
        "skus": skus,
        "slugs": _slugs(),
        "coupon": coupon,
        "queries": _queries(),
        "category_pages": _category_pages(),
    }


def _analyze() -> None:
    """The planner's statistics, which autovacuum would bring within a minute."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze catalog_product, catalog_sku, catalog_listing, pricing_skuprice, inventory_level")


def _promote() -> str:
    """One live 满减 and one public coupon."""
    from datetime import timedelta

    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.kernel.clock import now
    from zhanggui.promotions import services
    from zhanggui.promotions.types import CouponDraft, PromotionDraft

    since = now() - timedelta(hours=1)
    steps = {"steps": [{"threshold": 10_000, "off": 1_000}, {"threshold": 20_000, "off": 2_500}]}
    draft = PromotionDraft(
        kind="full_reduction", label_zh="满减", label_en="Spend and save", starts_at=since, config=steps
    )
    services.publish(services.create_promotion(draft, actor=SYSTEM), actor=SYSTEM)
    coupon = PromotionDraft(
        kind="coupon",
        label_zh="新客券",
        label_en="Welcome",
        starts_at=since,
        config={"off": 500},
        coupon=CouponDraft(),
        per_holder_limit=None,
    )
    promotion = services.create_promotion(coupon, actor=SYSTEM)
    services.publish(promotion, actor=SYSTEM)
    return services.add_code(promotion, "BENCH5", actor=SYSTEM)


def _publish_home() -> None:
    """A front page as a mall has it: categories, shelves of goods by several rules, promises, brands."""
    from zhanggui.content import services
    from zhanggui.kernel.actor import SYSTEM

    def words(zh: str, en: str) -> dict[str, str]:
        return {"zh": zh, "en": en}

    blocks = [
        {"type": "categories"},
        {"type": "shelf", "rule": "best", "limit": 8, "title": words("大家都在买", "Popular now")},
        {"type": "shelf", "rule": "new", "limit": 12, "layout": "scroll", "title": words("新品上架", "New arrivals")},
        {"type": "shelf", "rule": "rating", "limit": 8, "title": words("口碑之选", "Best rated")},
        {"type": "promises", "items": [{"title": words("24 小时发货", "Ships in 24 h")}] * 4},
        {"type": "brands", "title": words("品牌", "Brands")},
    ]
    page = services.create_page("home", "home", {"title": words("首页", "Home"), "blocks": blocks}, actor=SYSTEM)
    services.publish(page.id, actor=SYSTEM)


def _category_pages() -> list[str]:
    from urllib.parse import quote

    from zhanggui.catalog import selectors

    return [f"/c/{quote(category.slug)}" for category in selectors.categories()]


def _slugs() -> list[str]:
    from zhanggui.kernel import db

    return [row["slug"] for row in db.rows("select slug from catalog_listing order by product_id limit 10000")]


def _queries() -> list[str]:
    """What list pages ask for: sorts, categories, a search."""
    from urllib.parse import quote

    from zhanggui.catalog import selectors

    categories = [f"category={quote(c.slug)}" for c in selectors.categories()]
    return [
        "sort=new",
        "sort=sales",
        "sort=price",
        "",
        *categories,
        f"q={quote('绿萝')}",
        "min_price=9000&max_price=9100",
    ]


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
