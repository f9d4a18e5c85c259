"""Pages, reviews and favourites through the API."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.factories import accounts as make
from tests.factories import shop
from tests.factories.content import make_page, rich_text, words, written
from tests.factories.reviews import delivered, picture
from tests.support.api import Caller, ok, refused
from zhanggui.accounts import services as accounts
from zhanggui.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_an_editor_writes_publishes_and_visitors_read() -> None:
    editor = Caller(make.staff_token("editor"))
    types = ok(editor.get("ops/v1/content/block-types"))["items"]
    assert {"hero", "shelf", "faq"} <= {each["type"] for each in types}
    body = {"kind": "home", "slug": "home", "content": written(rich_text(), title="首页")}
    made = ok(editor.post("ops/v1/content/pages", body), 201)
    refused(Caller().get("store/v1/home"), 404, "not_found")
    address = f"ops/v1/content/pages/{made['id']}"
    saved = ok(editor.put(address, {"version": 1, "content": written(rich_text(), {"type": "faq"}, title="首页")}))
    problem = refused(editor.put(address, {"version": 1, "content": written(title="别的")}), 409, "page_changed")
    assert problem["differences"][0]["loc"] == "title.zh"
    problem = refused(editor.post(f"{address}/publish", {"version": saved["version"]}), 409, "not_ready_to_publish")
    assert [error["loc"] for error in problem["errors"]] == ["blocks.1.items"]
    saved = ok(editor.put(address, {"version": 2, "content": written(rich_text(), title="首页")}))
    ok(editor.post(f"{address}/publish", {"version": saved["version"]}))
    assert ok(Caller().get("store/v1/home"))["blocks"][0]["html"]["zh"] == "<p>正文</p>"
    assert ok(editor.get(address))["gaps"] == []
    assert len(ok(editor.get(f"{address}/versions"))["items"]) == 1
    path = ok(editor.post(f"{address}/preview"))["path"]
    assert path.startswith("/preview?token=")
    ok(editor.post(f"{address}/unpublish", {"reason": "换季"}), 204)
    refused(Caller().get("store/v1/home"), 404, "not_found")
    ok(editor.post(f"{address}/archive"), 204)
    ok(editor.post(f"{address}/reopen"), 204)


def test_wrong_blocks_are_named_at_their_field() -> None:
    editor = Caller(make.staff_token("editor"))
    body = {"kind": "article", "slug": "a", "content": written({"type": "notice", "link": "javascript:x"})}
    problem = refused(editor.post("ops/v1/content/pages", body), 409, "validation_error")
    assert problem["errors"][0]["loc"] == "blocks.0.link"


def test_articles_and_style_are_read_by_programs() -> None:
    make_page(kind="article", topic="茶事", title="新茶到店", published=True)
    manager = Caller(make.staff_token("manager"))
    part = ok(manager.get("ops/v1/content/site/style"))
    part = ok(
        manager.put(
            "ops/v1/content/site/style", {"version": 0, "data": {**part["data"], "name": words("山野", "Hill")}}
        )
    )
    assert part["version"] == 1
    assert ok(Caller().get("store/v1/site"))["style"]["name"]["en"] == "Hill"
    assert [row["title"] for row in ok(Caller().get("store/v1/articles?topic=茶事"))["items"]] == ["Page"]
    refused(manager.get("ops/v1/content/site/nothing"), 404, "not_found")


def test_a_buyer_reviews_with_a_photo_and_staff_answer() -> None:
    shop.open_shop()
    [sku] = shop.goods(1000)
    number = make.mobile()
    member = make.member(number)
    token = accounts.token_for_member(number).token
    order = delivered(sku, member_id=member.id)
    sent = Client().post(
        f"/api/store/v1/orders/{order}/review-photos",
        {"file": BytesIO(picture())},
        headers={"authorization": f"Bearer {token}"},
    )
    photo = ok(sent, 201)
    buyer = Caller(token)
    line = ok(
        buyer.post(f"store/v1/orders/{order}/lines/1/review", {"rating": 5, "text": "好", "photos": [photo["key"]]}),
        201,
    )
    assert (line["can_review"], line["can_add"]) == (False, True)
    refused(buyer.post(f"store/v1/orders/{order}/lines/1/review", {"rating": 5}), 409, "already_reviewed")
    ok(buyer.post(f"store/v1/orders/{order}/lines/1/review/more", {"text": "还是好"}), 201)
    assert len(ok(buyer.get(f"store/v1/orders/{order}/reviews"))["items"]) == 1
    slug = catalog.sellable_by_code([sku])[0].slug
    seen = ok(Caller().get(f"store/v1/products/{slug}/reviews?with_photos=true&stars=5"))
    assert (seen["summary"]["count"], seen["items"][0]["more_text"]) == (1, "还是好")
    service = Caller(make.staff_token("service"))
    [row] = ok(service.get("ops/v1/reviews?only=to_answer"))["items"]
    assert ok(service.put(f"ops/v1/reviews/{row['id']}/reply", {"reply": "谢谢"}))["reply"] == "谢谢"
    assert ok(service.post(f"ops/v1/reviews/{row['id']}/hide", {"reason": "试"}))["hidden"]
    assert not ok(service.post(f"ops/v1/reviews/{row['id']}/show"))["hidden"]
    refused(
        Caller(make.staff_token("editor")).post(f"ops/v1/reviews/{row['id']}/hide", {"reason": "x"}),
        403,
        "permission_denied",
    )


def test_favourites_show_the_price_then_and_now() -> None:
    shop.open_shop()
    [sku] = shop.goods(1000)
    slug = catalog.sellable_by_code([sku])[0].slug
    buyer = Caller(make.member_token())
    for _ in range(2):
        ok(buyer.put(f"store/v1/me/favourites/{slug}"), 204)
    [kept] = ok(buyer.get("store/v1/me/favourites"))["items"]
    assert (kept["slug"], kept["available"]) == (slug, True)
    ok(buyer.delete(f"store/v1/me/favourites/{slug}"), 204)
    assert ok(buyer.get("store/v1/me/favourites"))["items"] == []
    refused(buyer.put("store/v1/me/favourites/nothing"), 404, "not_found")
