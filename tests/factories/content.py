"""Pages for tests, through the services."""

from __future__ import annotations

from itertools import count
from typing import Any

from zhanggui.content import services
from zhanggui.content.types import PageRef
from zhanggui.kernel.actor import SYSTEM, Actor

_number = count(1)
PICTURE = {"url": "/media/ab/abcdef.png", "width": 1200, "height": 600}


def words(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en}


def rich_text(zh: str = "<p>正文</p>", en: str = "<p>Text</p>") -> dict[str, Any]:
    return {"type": "rich_text", "html": words(zh, en)}


def banners(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "banners", "items": [{"image": PICTURE, "title": words("春茶", "Tea")}] * number, **more}


def hero(slides: int = 2, **more: Any) -> dict[str, Any]:
    return {"type": "hero", "slides": [{"image": PICTURE, "title": words("上新", "New")}] * slides, **more}


def written(*blocks: dict[str, Any], title: str = "页面", **more: Any) -> dict[str, Any]:
    """Content of a page."""
    return {"title": words(title, "Page"), "blocks": list(blocks or (rich_text(),)), **more}


def make_page(
    *blocks: dict[str, Any],
    kind: str = "article",
    slug: str = "",
    published: bool = False,
    actor: Actor = SYSTEM,
    **more: Any,
) -> PageRef:
    topic = more.pop("topic", "")
    content = written(*blocks, **more)
    made = services.create_page(kind, slug or f"page-{next(_number)}", content, topic=topic, actor=actor)
    return services.publish(made.id, actor=actor) if published else made
