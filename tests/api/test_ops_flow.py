"""Running the mall by API, as its people do: from a draft to the shelf, from an order to the money back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import accounts as make
from tests.factories import shop
from tests.support.api import Caller, ok, refused
from zhanggui.accounts import services as accounts
from zhanggui.kernel import clock, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.payments import services as payments

pytestmark = pytest.mark.django_db


def staff(*roles: str) -> Caller:
    return Caller(make.staff_token(*roles))


def test_a_product_from_the_editors_desk_to_the_shelf() -> None:
    editor, boss, warehouse, marketing = staff("editor"), staff("manager"), staff("warehouse"), staff("marketing")
    category = ok(editor.post("ops/v1/categories", {"name_zh": "植物", "name_en": "Plants"}), 201)
    brand = ok(editor.post("ops/v1/brands", {"name": "自然"}), 201)
    ok(
        editor.post(
            "ops/v1/attributes",
            {
                "name": "light",
                "label_zh": "光照",
                "kind": "choice",
                "choices": ["喜阴", "喜阳"],
                "category_id": category["id"],
            },
        ),
        201,
    )
    body = {
        "title": "绿萝 😀 <b>大盆</b>",
        "description_html": "<p>好养</p><script>alert(1)</script>",
        "category_id": category["id"],
        "brand_id": brand["id"],
        "attributes": {"light": "喜阴"},
        "skus": [{"code": "LL-S", "options": {"规格": "小"}}, {"code": "LL-L", "options": {"规格": "大"}}],
    }
    made = ok(editor.post("ops/v1/products", body), 201)
    path = f"ops/v1/products/{made['id']}"
    seen = ok(editor.get(path))
    assert seen["description_html"] == "<p>好养</p>"
    assert [(sku["code"], sku["options"]) for sku in seen["skus"]] == [
        ("LL-S", {"规格": "小"}),
        ("LL-L", {"规格": "大"}),
    ]
    missing = refused(boss.post(f"{path}/list"), 409, "wrong_state")
    assert missing["title"]
    ok(editor.post(f"{path}/submit"))
    ok(boss.post(f"{path}/approve"))
    problem = refused(boss.post(f"{path}/list"), 409, "not_ready_to_list")
    assert problem["errors"]
    prices = {"rows": [{"sku": "LL-S", "list_price": 2990}, {"sku": "LL-L", "list_price": 5990, "sale_price": 4990}]}
    assert ok(marketing.put("ops/v1/prices", prices)) == {"changed": 2, "requests": []}
    levels = ok(warehouse.post("ops/v1/stock/receive", {"rows": [{"sku": "LL-S", "quantity": 5}], "reference": "PO-1"}))
    assert [(level["sku"], level["on_hand"], level["free"]) for level in levels["items"]] == [("LL-S", 5, 5)]
    assert ok(boss.post(f"{path}/list"))["state"] == "listed"
    page = ok(Caller().get(f"store/v1/products/{seen['slug']}"))
    assert [(v["sku"], v["price"]["amount"], v["available"]) for v in page["variants"]] == [
        ("LL-S", 2990, 5), ("LL-L", 4990, 0),
    ]  # fmt: skip
    fresh = {**body, "version": made["version"], "title": "新"}
    assert ok(editor.put(path, fresh))["version"] == made["version"] + 1
    stale = {**body, "version": made["version"], "title": "旧"}
    refused(editor.put(path, stale), 409, "edited_meanwhile")
    assert ok(boss.get("ops/v1/products/counts"))["counts"]["listed"] == 1
    assert ok(boss.post(f"{path}/delist", {"reason": "换季"}))["state"] == "delisted"


def test_pictures_are_uploaded_ordered_and_taken_away(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    from tests.factories.catalog import make_product

    editor, product = staff("editor"), make_product()
    path = f"ops/v1/products/{product.id}/media"

    def picture(colour: str) -> SimpleUploadedFile:
        data = BytesIO()
        Image.new("RGB", (8, 8), colour).save(data, "PNG")
        return SimpleUploadedFile("a.png", data.getvalue(), "image/png")

    made = [
        ok(editor.client.post(f"/api/{path}", {"file": picture(colour), "alt": colour}, headers=editor.headers), 201)[
            "id"
        ]
        for colour in ("red", "blue")
    ]
    wrong = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    refused(editor.client.post(f"/api/{path}", {"file": wrong}, headers=editor.headers), 409, "picture_refused")
    refused(editor.post(path, {}), 422, "validation_error")
    seen = ok(editor.put(f"{path}/order", {"media_ids": made[::-1]}))
    assert [m["alt"] for m in seen["media"]] == ["blue", "red"]
    shown = Caller().client.get(seen["media"][0]["url"])
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/png"
    again = Caller().client.get(seen["media"][0]["url"], headers={"if-none-match": shown.headers["ETag"]})
    assert again.status_code == 304
    for outside in ("/media/../keys/secret_key", "/media/nothing.png", "/media/%2e%2e/x.png"):
        assert Caller().client.get(outside).status_code == 404
    ok(editor.delete(f"ops/v1/media/{made[0]}"), 204)
    assert [m["id"] for m in ok(editor.get(f"ops/v1/products/{product.id}"))["media"]] == [made[1]]


def test_special_prices_floors_and_rules() -> None:
    [sku] = shop.goods(10_000, cost=4_000)
    boss, editor = staff("manager"), staff("editor")
    rows = [
        {"sku": sku, "kind": "tier", "key": "gold", "price": 9_000},
        {"sku": sku, "kind": "quantity", "min_quantity": 3, "price": 8_500},
    ]
    assert ok(boss.put("ops/v1/prices/specials", {"rows": rows, "reason": "会员日"})) == {"changed": 2}
    assert ok(editor.get(f"ops/v1/prices/specials?sku={sku}"))["items"] == [
        {"sku": sku, "kind": "quantity", "key": "", "min_quantity": 3, "price": 8_500},
        {"sku": sku, "kind": "tier", "key": "gold", "min_quantity": 1, "price": 9_000},
    ]
    wrong = {"rows": [{"sku": sku, "kind": "tier", "key": "gold", "price": 10_001}], "reason": "x"}
    told = refused(boss.put("ops/v1/prices/specials", wrong), 409, "validation_error")
    assert [(e["loc"], e["code"]) for e in told["errors"]] == [("rows.0.price", "above_list_price")]
    floors = {"rows": [{"sku": sku, "floor": None, "min_margin": 5_000}], "reason": "守住"}
    assert ok(boss.put("ops/v1/prices/floors", floors)) == {"changed": 1}
    policy = {"band_low": 5_000, "max_change": 2_000, "reason": "年度"}
    assert ok(boss.put("ops/v1/prices/policies/0", policy))["max_change"] == 2_000
    [shown] = ok(boss.get(f"ops/v1/prices/floors?sku={sku}"))["items"]
    assert (shown["price"], shown["floor"], shown["source"], shown["band_low"]) == (10_000, 8_000, "margin", 5_000)
    assert [p["category_id"] for p in ok(editor.get("ops/v1/prices/policies"))["items"]] == [0]
    for refuses in (
        editor.put("ops/v1/prices/specials", {"rows": rows, "reason": "x"}),
        editor.put("ops/v1/prices/floors", floors),
        editor.get(f"ops/v1/prices/floors?sku={sku}"),
        editor.put("ops/v1/prices/policies/0", policy),
        editor.delete("ops/v1/prices/policies/0"),
    ):
        refused(refuses, 403, "permission_denied")
    ok(boss.delete("ops/v1/prices/policies/0"), 204)
    refused(boss.delete("ops/v1/prices/policies/0"), 404, "not_found")


def test_a_large_price_change_waits_for_another_person() -> None:
    [sku] = shop.goods(10_000, cost=4_000)
    boss, chief, editor = staff("manager"), staff("manager"), staff("editor")
    ok(boss.put("ops/v1/prices/policies/0", {"max_change": 2_000, "reason": "年度"}))
    wish = {"rows": [{"sku": sku, "list_price": 10_000, "sale_price": 5_000, "cost": 3_000}], "reason": "清仓"}
    done = ok(boss.put("ops/v1/prices", wish))
    assert done["changed"] == 0
    [waits] = done["requests"]
    window = {"sku": sku, "sale_price": 4_000, "starts_at": clock.now().isoformat(), "reason": "双11"}
    planned = ok(boss.post("ops/v1/prices/windows", window), 201)
    assert planned["id"] is None
    [newest, first] = ok(chief.get("ops/v1/prices/requests"))["items"]
    assert (newest["id"], newest["kind"], newest["price"]) == (planned["request"], "scheduled", 4_000)
    assert (first["id"], first["sku"], first["old_price"], first["price"], first["cost"]) == (
        waits,
        sku,
        10_000,
        5_000,
        3_000,
    )
    assert {r["cost"] for r in ok(editor.get("ops/v1/prices/requests"))["items"]} == {None}
    refused(boss.post(f"ops/v1/prices/requests/{waits}/accept", {}), 403, "price_request_own")
    refused(editor.post(f"ops/v1/prices/requests/{waits}/accept", {}), 403, "permission_denied")
    ok(chief.post(f"ops/v1/prices/requests/{waits}/accept", {"reason": "好"}), 204)
    refused(chief.post(f"ops/v1/prices/requests/{waits}/reject", {"reason": "x"}), 409, "price_request_decided")
    ok(boss.post(f"ops/v1/prices/requests/{planned['request']}/withdraw"), 204)
    assert ok(boss.get(f"ops/v1/prices?sku={sku}"))["items"][0]["price"] == 5_000
    decided = ok(boss.get("ops/v1/prices/requests?pending=false"))["items"]
    assert [(r["status"], r["decision"]) for r in decided] == [("withdrawn", ""), ("accepted", "好")]


def test_prices_now_planned_and_past() -> None:
    [sku] = shop.goods(10_000, cost=4_000)
    boss, marketing, editor = staff("manager"), staff("marketing"), staff("editor")
    starts = (clock.now() + timedelta(hours=1)).isoformat()
    window = {"sku": sku, "sale_price": 8_000, "starts_at": starts, "ends_at": None, "reason": "双11"}
    made = ok(marketing.post("ops/v1/prices/windows", window), 201)
    [price] = ok(boss.get(f"ops/v1/prices?sku={sku}"))["items"]
    assert (price["price"], price["base_price"], price["cost"], price["scheduled"]) == (10_000, 10_000, 4_000, False)
    assert [(w["id"], w["sale_price"]) for w in price["windows"]] == [(made["id"], 8_000)]
    [hidden] = ok(editor.get(f"ops/v1/prices?sku={sku}"))["items"]
    assert hidden["cost"] is None
    assert {row["cost"] for row in ok(editor.get(f"ops/v1/prices/history?sku={sku}"))["items"]} == {None}
    ok(marketing.post(f"ops/v1/prices/windows/{made['id']}/cancel", {"reason": "改期"}), 204)
    refused(editor.put("ops/v1/prices", {"rows": [{"sku": sku, "list_price": 1}]}), 403, "permission_denied")
    unknown = refused(
        boss.put("ops/v1/prices", {"rows": [{"sku": sku, "list_price": 1}, {"sku": "NO", "list_price": 1}]}),
        409,
        "validation_error",
    )
    assert [(e["loc"], e["code"]) for e in unknown["errors"]] == [("rows.1.sku", "unknown")]
    assert ok(boss.get(f"ops/v1/prices?sku={sku}"))["items"][0]["price"] == 10_000


def test_stock_is_counted_corrected_and_followed() -> None:
    [sku] = shop.goods(10_000, stock=10)
    warehouse = staff("warehouse")
    ok(warehouse.put("ops/v1/stock", {"rows": [{"sku": sku, "quantity": 7}], "reason": "盘点"}))
    ok(warehouse.post("ops/v1/stock/write-off", {"rows": [{"sku": sku, "quantity": 2}], "reason": "破损"}))
    [level] = ok(warehouse.post("ops/v1/stock/adjust", {"rows": [{"sku": sku, "quantity": -1}], "reason": "少货"}))[
        "items"
    ]
    assert (level["on_hand"], level["free"]) == (4, 4)
    moved = ok(warehouse.get(f"ops/v1/stock/movements?sku={sku}"))["items"]
    assert [m["delta"] for m in moved] == [-1, -2, -3, 10]
    assert {m["sku"] for m in moved} == {sku}
    short = refused(
        warehouse.post("ops/v1/stock/write-off", {"rows": [{"sku": sku, "quantity": 5}], "reason": "x"}),
        409,
        "stock_below_reserved",
    )
    assert short["errors"]
    assert [i["sku"] for i in ok(warehouse.get("ops/v1/stock?free_at_most=4"))["items"]] == [sku]
    assert ok(warehouse.get("ops/v1/stock?free_at_most=3"))["items"] == []
    first = ok(warehouse.get("ops/v1/warehouses"))["items"]
    body = {"name": "杭州二仓", "region": "浙江省", "priority": 50}
    assert len(ok(warehouse.put("ops/v1/warehouses/hz2", body))["items"]) == len(first) + 1


def test_an_order_from_payment_to_the_buyers_door() -> None:
    shop.open_shop()
    [sku] = shop.goods(12_900)
    number = shop.buy((sku, 2))
    service, warehouse, analyst = staff("service"), staff("warehouse"), staff("analyst")
    assert ok(service.get("ops/v1/orders/counts"))["counts"] == {"paid": 1}
    [row] = ok(service.get("ops/v1/orders?q=13800138000"))["items"]
    assert (row["number"], row["contact_mobile"]) == (number, "138****8000")
    [masked] = ok(analyst.get(f"ops/v1/orders?q={number}"))["items"]
    assert (masked["contact_name"], masked["contact_mobile"]) == ("李**", "138****8000")
    assert ok(analyst.get(f"ops/v1/orders/{number}"))["address_line"] == "***"
    ok(service.post(f"ops/v1/orders/{number}/notes", {"text": "买家要求周末送"}), 201)
    [waiting] = ok(warehouse.get("ops/v1/fulfilment/waiting"))["items"]
    assert (waiting["order"]["number"], waiting["stage"]) == (number, "in_time")
    assert ok(warehouse.post("ops/v1/fulfilment/pick", {"numbers": [number]})) == {"numbers": [number]}
    refused(service.post(f"ops/v1/orders/{number}/cancel", {}), 409, "wrong_state")
    parcel = {"carrier": "SF", "waybill_no": "SF1234567890", "lines": [{"line": 1, "quantity": 1}]}
    first = ok(warehouse.post(f"ops/v1/orders/{number}/ship", parcel), 201)
    assert ok(warehouse.post(f"ops/v1/orders/{number}/ship", parcel), 201)["number"] == first["number"]
    ok(warehouse.post(f"ops/v1/orders/{number}/ship", {"carrier": "SF", "waybill_no": "SF1234567891"}), 201)
    news = [
        {"carrier": "SF", "waybill_no": waybill, "at": clock.now().isoformat(), "status": "delivered", "text": "已签收"}
        for waybill in ("SF1234567890", "SF1234567891", "SF0000000000")
    ]
    told = ok(warehouse.post("ops/v1/tracking", {"news": news}))["items"]
    assert [t["outcome"] for t in told] == ["recorded", "recorded", "unknown_waybill"]
    seen = ok(service.get(f"ops/v1/orders/{number}"))
    assert (seen["status"], len(seen["parcels"]), len(seen["payments"])) == ("delivered", 2, 1)
    assert any(entry["kind"] == "note" for entry in seen["timeline"])


def test_a_return_from_the_buyers_wish_to_the_money_back() -> None:
    shop.open_shop()
    [sku] = shop.goods(12_900)
    mobile = make.mobile()
    member = make.member(mobile)
    buyer = Caller(accounts.token_for_member(mobile).token)
    number = shop.buy((sku, 2), member_id=member.id)
    service, warehouse, finance = staff("service"), staff("warehouse"), staff("finance")
    ok(warehouse.post(f"ops/v1/orders/{number}/ship", {"carrier": "SF", "waybill_no": "SF1234567890"}), 201)
    ask = {"kind": "return_refund", "reason": "quality", "lines": [{"line": 1, "quantity": 1}]}
    case = ok(buyer.post(f"store/v1/orders/{number}/cases", ask), 201)
    assert (case["state"], case["goods_amount"]) == ("requested", 12_900)
    path = f"ops/v1/cases/{case['number']}"
    assert [c["number"] for c in ok(service.get("ops/v1/cases?state=requested"))["items"]] == [case["number"]]
    assert ok(service.post(f"{path}/approve", {"note": "请寄回"}))["state"] == "awaiting_return"
    sent = {"carrier": "SF", "waybill_no": "SF1234567891"}
    ok(buyer.post(f"store/v1/orders/{number}/cases/{case['number']}/return", sent))
    received = ok(warehouse.post(f"{path}/receive", {"lines": [{"line": 1, "good": 0, "damaged": 1}]}))
    assert received["state"] == "received"
    assert ok(finance.post(f"{path}/refund"))["state"] == "refunding"
    payments.process_refunds()
    outbox.drain()
    assert ok(buyer.get(f"store/v1/orders/{number}/cases/{case['number']}"))["state"] == "closed"
    [refund] = ok(finance.get("ops/v1/refunds"))["items"]
    assert (refund["amount"], refund["state"]) == (12_900, "succeeded")
    stranger = Caller(make.member_token())
    refused(stranger.get(f"store/v1/orders/{number}/cases/{case['number']}"), 404, "not_found")


def test_a_transfer_by_bank_is_confirmed_once() -> None:
    account = {"holder": "掌柜商城", "bank": "工商银行", "number": "6222"}
    mall_settings.put("payments.bank_account", account, actor=SYSTEM)
    [sku] = shop.goods(12_900)
    number = shop.buy((sku, 1), provider="bank_transfer")
    finance = staff("finance")
    total = ok(finance.get(f"ops/v1/orders/{number}"))["total"]
    body = {"reference": number, "amount": total, "bank_reference": "B20261123001"}
    ok(finance.post("ops/v1/bank-transfers", body), 201)
    assert ok(finance.get(f"ops/v1/orders/{number}"))["status"] == "paid"
    again = finance.post("ops/v1/bank-transfers", body)
    assert again.status_code < 500
    assert ok(finance.get(f"ops/v1/orders/{number}"))["paid_total"] == total


def test_promotions_and_coupons_are_two_rights() -> None:
    marketing = staff("marketing")
    starts = clock.now().isoformat()
    steps = {"steps": [{"threshold": 10_000, "off": 1_000}]}
    body = {"kind": "full_reduction", "label_zh": "满100减10", "config": steps, "starts_at": starts}
    made = ok(marketing.post("ops/v1/promotions", body), 201)
    assert (made["state"], made["badge"]) == ("draft", "¥10 off ¥100")
    assert ok(marketing.post(f"ops/v1/promotions/{made['id']}/publish", {}))["state"] == "live"
    assert ok(marketing.post(f"ops/v1/promotions/{made['id']}/pause", {"reason": "太多"}))["state"] == "paused"
    refused(marketing.post(f"ops/v1/promotions/{made['id']}/publish", {}), 409, "wrong_state")
    wrong = refused(
        marketing.post("ops/v1/promotions", {**body, "kind": "magic", "config": {}}), 409, "validation_error"
    )
    assert "kind" in {e["loc"] for e in wrong["errors"]}
    coupon = {
        "kind": "coupon",
        "label_zh": "新客券",
        "config": {"off": 500},
        "starts_at": starts,
        "coupon": {"claimable": True},
    }
    kept = ok(marketing.post("ops/v1/coupons", coupon), 201)
    ok(marketing.post(f"ops/v1/coupons/{kept['id']}/publish", {}))
    assert ok(marketing.post(f"ops/v1/coupons/{kept['id']}/codes", {"code": "hello"}), 201) == {"code": "HELLO"}
    batch = ok(marketing.post(f"ops/v1/coupons/{kept['id']}/batches", {"count": 120}), 201)["batch"]
    first = ok(marketing.get(f"ops/v1/coupons/{kept['id']}/codes?batch={batch}&limit=100"))
    rest = ok(marketing.get(f"ops/v1/coupons/{kept['id']}/codes?batch={batch}&cursor={first['next_cursor']}"))
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (100, 20, None)
    assert ok(marketing.get(f"ops/v1/coupons/{kept['id']}/funnel"))["issued"] >= 120
    only = accounts.issue_token
    manager = make.staff("manager")
    assert manager.id is not None
    narrow = Caller(only(manager.id, name="n", scopes=["promotions.manage", "promotions.view"], actor=manager).token)
    refused(narrow.post("ops/v1/promotions", coupon), 403, "permission_denied")
    refused(narrow.post(f"ops/v1/promotions/{kept['id']}/end", {}), 403, "permission_denied")


def test_staff_roles_tokens_and_what_was_written_down() -> None:
    boss = staff("manager")
    body = {"email": "New@Example.com", "name": "小王", "password": "a good long one", "roles": ["editor"]}
    made = ok(boss.post("ops/v1/staff", body), 201)
    assert (made["email"], made["roles"]) == ("new@example.com", ["editor"])
    session = ok(Caller().post("ops/v1/sessions", {"email": "new@example.com", "password": "a good long one"}), 201)
    editor = Caller(session["token"])
    assert "catalog.edit" in ok(editor.get("ops/v1/me"))["permissions"]
    token = ok(boss.post("ops/v1/tokens", {"user_id": made["id"], "name": "脚本", "scopes": ["catalog.view"]}), 201)
    script = Caller(token["token"])
    ok(script.get("ops/v1/products"))
    refused(script.post("ops/v1/brands", {"name": "x"}), 403, "permission_denied")
    listed = ok(boss.get(f"ops/v1/tokens?user_id={made['id']}"))["items"]
    assert "token" not in listed[0]
    ok(boss.delete(f"ops/v1/tokens/{listed[0]['id']}"), 204)
    refused(script.get("ops/v1/products"), 401, "not_signed_in")
    ok(boss.patch(f"ops/v1/staff/{made['id']}", {"is_active": False}))
    refused(editor.get("ops/v1/me"), 401, "not_signed_in")
    log = ok(boss.get(f"ops/v1/audit?target_type=user&target_id={made['id']}&limit=2"))
    assert [row["action"] for row in log["items"]] == ["accounts.set_active", "accounts.revoke_token"]
    more = ok(boss.get(f"ops/v1/audit?target_type=user&target_id={made['id']}&cursor={log['next_cursor']}"))
    assert [row["action"] for row in more["items"]] == ["accounts.issue_token", "accounts.create_staff"]
    refused(boss.get("ops/v1/audit?cursor=bent"), 404, "validation_error")


def test_members_are_masked_until_somebody_looks_on_the_record() -> None:
    member = make.member("13812345678")
    service = staff("service")
    [row] = ok(service.get("ops/v1/members?q=13812345678"))["items"]
    assert (row["id"], row["mobile"]) == (member.id, "138****5678")
    seen = ok(service.get(f"ops/v1/members/{member.id}/personal"))
    assert seen["profile"]["mobile"] == "13812345678"
    boss = staff("manager")
    [entry] = ok(boss.get(f"ops/v1/audit?target_type=member&target_id={member.id}&action=members.view_personal"))[
        "items"
    ]
    assert entry["actor_kind"] == "staff"
    assert ok(service.put(f"ops/v1/members/{member.id}/tags", {"tags": ["vip"]}))["tags"] == ["vip"]
    blocked = ok(boss.put(f"ops/v1/members/{member.id}/status", {"status": "blocked", "reason": "欺诈"}))
    assert blocked["status"] == "blocked"


def test_whom_an_order_goes_to_is_masked_until_somebody_looks_on_the_record() -> None:
    shop.open_shop()
    [sku] = shop.goods(1_000)
    number = shop.buy((sku, 1))
    service, boss = staff("service"), staff("manager")
    history = f"ops/v1/audit?target_type=order&target_id={number}&action=orders.view_personal"
    for shown in (
        ok(service.get(f"ops/v1/orders/{number}")),
        ok(service.get("ops/v1/orders"))["items"][0],
        ok(service.post(f"ops/v1/orders/{number}/notes", {"text": "周末送"}), 201),
    ):
        assert (shown["contact_name"], shown["contact_mobile"]) == ("李**", "138****8000")
        assert shown.get("address_line", "***") == "***"
    assert ok(boss.get(history))["items"] == []
    answer = service.get(f"ops/v1/orders/{number}/personal")
    assert ok(answer)["contact_mobile"] == "13800138000"
    assert ok(answer)["address_line"] not in ("", "***")
    assert answer.headers["Cache-Control"] == "no-store"
    [entry] = ok(boss.get(history))["items"]
    assert entry["actor_kind"] == "staff"
    refused(service.get("ops/v1/orders/1/personal"), 404, "not_found")
    refused(staff("analyst").get(f"ops/v1/orders/{number}/personal"), 403, "permission_denied")
    assert len(ok(boss.get(history))["items"]) == 1
    assert (
        ok(staff("warehouse").get(f"ops/v1/orders/{number}"))["contact_mobile"] == "13800138000"
    )  # who sends it must know


def test_settings_are_changed_within_their_bounds() -> None:
    boss = staff("manager")
    keys = {s["key"] for s in ok(boss.get("ops/v1/settings"))["items"]}
    assert {"mall.name", "accounts.attempts_per_account"} <= keys
    assert ok(boss.put("ops/v1/settings/mall.name", {"value": "新名"}))["value"] == "新名"
    for wrong in (2, 1001, "5", True, None, 5.0, [5]):
        response = boss.put("ops/v1/settings/accounts.attempts_per_account", {"value": wrong})
        assert refused(response, 409, "validation_error")["errors"][0]["loc"] == "value"
    refused(boss.put("ops/v1/settings/no.such", {"value": 1}), 404, "not_found")


def test_webhooks_by_api() -> None:
    boss = staff("manager")
    made = ok(boss.post("ops/v1/webhooks", {"url": "https://example.com/hook", "events": ["orders.*"]}), 201)
    assert made["secret"].startswith("whsec_")
    path = f"ops/v1/webhooks/{made['id']}"
    assert "secret" not in ok(boss.get(path))
    ok(boss.post(f"{path}/ping"), 201)
    [delivery] = ok(boss.get(f"ops/v1/webhooks/deliveries?endpoint_id={made['id']}"))["items"]
    detail = ok(boss.get(f"ops/v1/webhooks/deliveries/{delivery['id']}"))
    assert (detail["delivery"]["state"], detail["attempts"]) == ("pending", [])
    ok(boss.post(f"ops/v1/webhooks/deliveries/{delivery['id']}/replay"), 204)
    assert ok(boss.post(f"{path}/secret"))["secret"] != made["secret"]
    assert ok(boss.post(f"{path}/replay-dead")) == {"count": 0}
    change = {"url": "https://example.org/", "events": ["*"], "active": False}
    assert ok(boss.put(path, change))["active"] is False
    refused(boss.post("ops/v1/webhooks", {"url": "http://example.com", "events": ["*"]}), 409, "forbidden_address")
    ok(boss.delete(path), 204)
    refused(boss.get(path), 404, "not_found")


def test_announcements_that_are_stuck_get_another_round() -> None:
    from zhanggui.kernel import db

    made = db.row(
        "insert into kernel_outboxevent (name, version, aggregate, payload, parked_at, error)"
        " values ('x.y', 1, 'a:1', '{}', now(), 'why') returning id"
    )
    assert made is not None
    boss = staff("manager")
    assert [e["error"] for e in ok(boss.get("ops/v1/outbox/parked"))["items"]] == ["why"]
    assert ok(boss.post("ops/v1/outbox/retry", {"ids": [made["id"], 10**15]})) == {"count": 1}
    assert ok(boss.get("ops/v1/outbox/parked"))["items"] == []


def test_report_numbers_and_their_definitions() -> None:
    analyst, marketing = staff("analyst"), staff("marketing")
    report = ok(analyst.get("ops/v1/reports/daily?day=2026-11-11"))
    assert (report["report"], report["from"], report["to"]) == ("daily", "2026-11-11", "2026-11-11")
    assert report["metrics"]["orders"]["value"] in (None, 0)
    assert ok(analyst.get("ops/v1/reports/weekly"))["report"] == "weekly"
    refused(analyst.get("ops/v1/reports/yearly"), 422, "validation_error")
    names = {m["name"] for m in ok(analyst.get("ops/v1/reports/definitions"))["items"]}
    assert set(report["metrics"]) <= names
    ok(marketing.post("ops/v1/spend", {"day": "2026-11-11", "source": "ad:spring", "amount": 12_345}), 201)


LISTS = [
    "products", "categories", "brands", "attributes", "freight", "stock", "stock/movements", "warehouses", "orders",
    "fulfilment/waiting", "parcels", "carriers", "cases", "refunds", "reconciliations", "payment-notices", "promotions",
    "coupons", "coupon-funnels", "members", "staff", "roles", "permissions", "tokens", "settings", "audit", "outbox/parked",
    "webhooks", "webhooks/deliveries",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_list_costs_the_same_statements_at_any_length(name: str, django_assert_max_num_queries: Any) -> None:
    shop.open_shop()
    boss = staff("manager")
    ok(boss.get(f"ops/v1/{name}"))

    def grow() -> None:
        skus = shop.goods(100, 200)
        shop.buy((skus[0], 1), (skus[1], 2))
        make.member()
        make.staff("editor", "service")

    def cost() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            ok(boss.get(f"ops/v1/{name}"))
        return len(seen)

    grow()
    ok(boss.get(f"ops/v1/{name}"))
    few = cost()
    for _ in range(3):
        grow()
    ok(boss.get(f"ops/v1/{name}"))
    assert cost() == few <= 4


def test_what_nothing_depends_on_can_be_deleted() -> None:
    editor = staff("editor")
    top = ok(editor.post("ops/v1/categories", {"name_zh": "植物"}), 201)
    below = ok(editor.post("ops/v1/categories", {"name_zh": "多肉", "parent_id": top["id"]}), 201)
    brand = ok(editor.post("ops/v1/brands", {"name": "自然"}), 201)
    light = {"name": "light", "label_zh": "光照", "kind": "text", "category_id": below["id"]}
    attribute = ok(editor.post("ops/v1/attributes", light), 201)
    refused(editor.delete(f"ops/v1/categories/{top['id']}"), 409, "category_in_use")
    refused(editor.delete(f"ops/v1/categories/{below['id']}"), 409, "category_in_use")
    ok(editor.post("ops/v1/products", {"title": "绿萝", "brand_id": brand["id"], "skus": [{"code": "LL"}]}), 201)
    refused(editor.delete(f"ops/v1/brands/{brand['id']}"), 409, "brand_in_use")
    for path in (f"attributes/{attribute['id']}", f"categories/{below['id']}", f"categories/{top['id']}"):
        assert editor.delete(f"ops/v1/{path}").status_code == 204
        refused(editor.delete(f"ops/v1/{path}"), 404, "not_found")
