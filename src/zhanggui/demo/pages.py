"""The demo's pages: home, help, articles, menus and the style of the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.content import selectors as content_reads
from zhanggui.content import services as content
from zhanggui.content.types import ARTICLE, HELP, HOME, Change
from zhanggui.kernel.actor import Actor

from .catalogue.shop import NAME
from .words import ARTICLES, HELPS, Page

Block = dict[str, Any]


def write(
    slides: Sequence[Mapping[str, Any]], covers: Mapping[str, Mapping[str, Any]], *, editor: Actor, manager: Actor,
    scenes: Sequence[Mapping[str, Any]] = (), faces: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:  # fmt: skip
    """Make and publish them. `slides` are the carousel's pictures with words and link, `scenes` those of the banners,
    `covers` the articles' by slug, `faces` the pictures of first-level categories by slug."""
    for position, page in enumerate(HELPS):
        _publish(HELP, page, {}, position, editor)
    for position, page in enumerate(ARTICLES):
        _publish(ARTICLE, page, covers.get(page.slug, {}), position, editor)
    made = content.create_page(HOME, "home", _home(slides, scenes, faces or {}), actor=editor)
    content.publish(made.id, actor=editor)
    _site(manager)


def _publish(kind: str, page: Page, cover: Mapping[str, Any], position: int, editor: Actor) -> None:
    body = {
        "title": _pair(*page.title), "summary": _pair(*page.summary), "cover": dict(cover),
        "blocks": [{"type": "rich_text", "id": "text", "html": _pair(page.html_zh, page.html_en)}],
    }  # fmt: skip
    made = content.create_page(kind, page.slug, body, topic=page.topic, position=position, actor=editor)
    content.publish(made.id, actor=editor)


def _home(
    slides: Sequence[Mapping[str, Any]], scenes: Sequence[Mapping[str, Any]], faces: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The carousel, promises, categories, and shelves of what is new, hot and best liked."""
    top = [category for category in catalog.categories() if category.parent_id is None]
    blocks: list[Block] = (
        [{"type": "hero", "id": "hero", "slides": [dict(slide) for slide in slides]}] if slides else []
    )
    blocks += [
        {
            "type": "promises", "id": "promises",
            "items": [
                _promise("truck", ("24 小时内发货", "Sent within 24 hours"), ("付款后一天内出库", "Leaves the day you pay")),
                _promise("rotate-ccw", ("七天无理由退货", "Seven days to return"), ("签收后七天，不问原因", "No reason needed")),
                _promise("shield-check", ("破损包赔", "Breakage covered"), ("拍照即可补发或退款", "A photo is enough")),
                _promise("headphones", ("真人客服", "Real people answer"), ("每天 9:00–21:00", "9:00 to 21:00 every day")),
            ],
        },
        {
            "type": "categories", "id": "categories", "title": _pair("逛一逛", "Browse"),
            "items": [{"category_id": category.id, "image": dict(faces.get(category.slug, {}))} for category in top],
        },
        _shelf("hot", "热销榜", "Bestsellers", show_sold=True, limit=8),
        _shelf("new", "新到店", "New arrivals", limit=8),
    ]  # fmt: skip
    if scenes:
        blocks.append({"type": "banners", "id": "scenes", "columns": 2, "items": [dict(scene) for scene in scenes]})
    for category in top[:3]:
        blocks.append(
            _shelf("best", category.name_zh, category.name_en, id=f"shelf-{category.id}", category_id=category.id, layout="scroll",
                   more_link=f"/c/{category.slug}")
        )  # fmt: skip
    blocks += [
        {"type": "brands", "id": "brands", "title": _pair("合作工坊", "Workshops")},
        {
            "type": "articles",
            "id": "articles",
            "title": _pair("掌柜手记", "From the shopkeeper"),
            "more_link": "/articles",
        },
    ]
    return {"title": _pair("首页", "Home"), "summary": _pair("", ""), "cover": {}, "blocks": blocks}


def announce_coupon(promotion: int, *, editor: Actor) -> None:
    """Show a coupon that can be claimed on the home page, below the promises."""
    home = content_reads.home()
    if home is None:
        return
    view = content_reads.page(home.id)
    data = view.content.data()
    block = {"type": "coupons", "id": "coupons", "title": _pair("领券中心", "Coupons"), "promotion_ids": [promotion]}
    data["blocks"].insert(2, block)
    content.save_draft(home.id, Change(data), expected_version=view.version, actor=editor)
    content.publish(home.id, actor=editor)


def _shelf(rule: str, zh: str, en: str, **more: Any) -> Block:
    return {"type": "shelf", "id": rule, "rule": rule, "title": _pair(zh, en), **more}


def _promise(icon: str, title: tuple[str, str], text: tuple[str, str]) -> dict[str, Any]:
    return {"icon": icon, "title": _pair(*title), "text": _pair(*text)}


def _pair(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _site(manager: Actor) -> None:
    """Name, menus and what stands at the foot."""
    versions = {key: content_reads.site_part(key)[1] for key in ("style", "main_menu", "footer_menu")}
    content.put_site_part(
        "style",
        {
            "name": _pair(NAME.zh, NAME.en), "slogan": _pair("把日子过得有滋味", "Good things for every day"),
            "phone": "400-000-0000", "hours": _pair("每天 9:00–21:00", "9:00–21:00 every day"), "email": "hello@zhanggui.local",
            "company": _pair("掌柜（杭州）商贸有限公司（示例）", "Zhanggui Trading, Hangzhou (a demo)"),
        },
        expected_version=versions["style"], actor=manager,
    )  # fmt: skip
    top = [category for category in catalog.categories() if category.parent_id is None]
    content.put_site_part(
        "main_menu",
        {"items": [{"label": _pair(c.name_zh, c.name_en), "link": f"/c/{c.slug}"} for c in top[:8]]},
        expected_version=versions["main_menu"], actor=manager,
    )  # fmt: skip
    columns = {
        ("购物指南", "Shopping"): HELPS[:3],
        ("服务保障", "Service"): HELPS[3:],
    }
    content.put_site_part(
        "footer_menu",
        {
            "items": [
                {"label": _pair(*label), "items": [{"label": _pair(*p.title), "link": f"/help/{p.slug}"} for p in pages]}
                for label, pages in columns.items()
            ]
        },
        expected_version=versions["footer_menu"], actor=manager,
    )  # fmt: skip
