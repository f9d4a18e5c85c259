"""The member's rooms: signing in and out, addresses, coupons, favourites, settings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.accounts import PASSWORD, mobile
from tests.factories.promotions import CouponDraft, live_coupon, public_code
from tests.factories.shop import buy, goods, open_shop
from tests.storefront.buying import ADDRESS, form_at, put_in, signed_in, text
from tests.support.pages import Browser
from zhanggui.accounts import services as accounts
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors as members
from zhanggui.members import services

pytestmark = pytest.mark.django_db
ROOMS = ("", "/orders", "/returns", "/coupons", "/favourites", "/addresses", "/addresses/new", "/settings")


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_the_members_alone(room: str) -> None:
    assert Browser().get(f"/account{room}").headers["Location"] == f"/sign-in?next=/account{room}"
    browser, _ = signed_in()
    assert browser.get(f"/account{room}").status_code == 200


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_speaks_english(room: str) -> None:
    browser, _ = signed_in()
    browser.headers["accept-language"] = "en"
    page = text(browser.get(f"/account{room}"))
    main = page.split('<main id="main"')[1].split("</main>")[0]
    assert "Overview" in main
    assert "我的" not in main


def test_an_account_opens_with_a_mobile_and_a_password() -> None:
    browser, number = Browser(), mobile()
    answer = browser.post("/sign-up", {"mobile": number, "password": PASSWORD})
    assert "注册成功" in text(browser.follow(answer))
    assert browser.cookies["zg_member"]["httponly"]
    assert browser.cookies["zg_member"]["samesite"] == "Lax"
    assert browser.cookies["zg_name"].value
    again = Browser().post("/sign-up", {"mobile": number, "password": PASSWORD})
    assert again.status_code == 409
    assert "去登录" in text(again)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"mobile": "12"}, "mobile"), ({"password": "short"}, "password"), ({"mobile": ""}, "mobile")]
)
def test_what_is_wrong_with_a_new_account_is_told_at_the_field(wrong: dict[str, str], field: str) -> None:
    answer = Browser().post("/sign-up", {"mobile": mobile(), "password": PASSWORD} | wrong)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in text(answer)
    assert PASSWORD not in text(answer)


def test_wrong_credentials_are_one_answer_and_guessing_is_slowed_down() -> None:
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    mall_settings.put("accounts.attempts_per_account", 3, actor=SYSTEM)
    answers = [Browser().post("/sign-in", {"mobile": number, "password": "wrong-password"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert "账号或密码不正确" in text(answers[0])
    assert f'value="{number}"' in text(answers[0])
    assert "分钟后再试" in text(answers[3])
    assert int(answers[3].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/checkout", "/checkout"), ("//evil.example", "/account"), ("https://evil.example/", "/account"),
        ("/\\evil.example", "/account"), ("javascript:alert(1)", "/account"), ("", "/account"),
    ],
)  # fmt: skip
def test_after_signing_in_the_way_goes_on_within_the_mall(address: str, leads: str) -> None:
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    answer = Browser().post("/sign-in", {"mobile": number, "password": PASSWORD, "next": address})
    assert answer.headers["Location"] == leads


def test_signing_out_leaves_nothing_behind() -> None:
    browser, _ = signed_in()
    put_in(browser, goods(100)[0])
    token = browser.cookies["zg_member"].value
    assert "您已退出登录" in text(browser.follow(browser.post("/sign-out")))
    assert browser.get("/account").status_code == 303
    assert "购物车是空的" in text(browser.get("/cart"))
    browser.client.cookies["zg_member"] = token
    assert browser.get("/account").status_code == 303


def test_a_staff_token_is_no_member() -> None:
    from tests.factories.accounts import staff_token

    browser = Browser()
    browser.client.cookies["zg_member"] = staff_token()
    assert browser.get("/account").status_code == 303


# --- addresses -----------------------------------------------------------------------------------------------------


def test_addresses_are_kept_changed_made_default_and_removed() -> None:
    browser, member_id = signed_in()
    for line in ("文三路 1 号", "文三路 2 号"):
        answer = browser.post("/account/addresses/new", ADDRESS | {"line": line})
        assert answer.status_code == 303
    first, second = members.addresses(member_id)
    assert first.is_default
    browser.post(f"/account/addresses/{second.id}", {"do": "default"})
    assert members.addresses(member_id)[0].id == second.id
    page = browser.get(f"/account/addresses/{second.id}")
    form = form_at(page, f"/account/addresses/{second.id}")
    assert (form["province"], form["city"], form["district"]) == ("浙江省", "杭州市", "西湖区")
    browser.post(f"/account/addresses/{second.id}", form | {"name": "李雷"})
    assert members.address(member_id, second.id).name == "李雷"
    browser.post(f"/account/addresses/{second.id}", {"do": "remove"})
    assert [a.id for a in members.addresses(member_id)] == [first.id]


def test_anybody_elses_address_does_not_exist() -> None:
    browser, member_id = signed_in()
    browser.post("/account/addresses/new", ADDRESS)
    (mine,) = members.addresses(member_id)
    other, _ = signed_in()
    assert other.get(f"/account/addresses/{mine.id}").status_code == 404
    assert other.post(f"/account/addresses/{mine.id}", {"do": "remove"}).status_code == 404


def test_a_wrong_address_keeps_what_was_typed_and_offers_lists() -> None:
    browser, _ = signed_in()
    answer = browser.post("/account/addresses/new", ADDRESS | {"city": "深圳", "mobile": "1"})
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="f-city-error"' in page
    assert 'id="f-mobile-error"' in page
    assert "宁波市" in page
    assert "文三路 1 号" in page


def test_an_address_typed_while_the_session_ended_is_not_lost() -> None:
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    browser = Browser()
    browser.post("/sign-in", {"mobile": number, "password": PASSWORD})
    accounts.sign_out(browser.cookies["zg_member"].value)
    answer = browser.post("/account/addresses/new", ADDRESS)
    assert answer.status_code == 401
    answer = browser.post("/sign-in", form_at(answer, "/sign-in") | {"mobile": number, "password": PASSWORD})
    form = form_at(answer, "/account/addresses/new")
    assert form == ADDRESS
    assert browser.post("/account/addresses/new", form).status_code == 303


def test_a_kept_form_cannot_be_made_up() -> None:
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    answer = Browser().post("/sign-in", {"mobile": number, "password": PASSWORD, "kept": "eyJ4IjoxfQ:forged"})
    assert answer.headers["Location"] == "/account"


@pytest.mark.parametrize("province", ["浙江省", "", "nowhere", "%00", "x" * 5000])
def test_the_region_lists_answer_anything(province: str) -> None:
    answer = Browser().get(f"/regions?province={province}")
    assert answer.status_code in (200, 400)
    if province == "浙江省":
        assert "西湖区" in answer.json()["杭州市"]


# --- coupons and favourites ----------------------------------------------------------------------------------------


def test_coupons_are_taken_kept_by_code_and_shown() -> None:
    browser, _ = signed_in()
    live_coupon({"off": 700}, coupon=CouponDraft(claimable=True), label_zh="新人券", label_en="Welcome")
    page = browser.get("/account/coupons")
    assert "新人券" in text(page)
    page = browser.follow(browser.post("/account/coupons", form_of_take(page)))
    assert "优惠券已放入您的账户" in text(page)
    assert "去使用" in text(page)
    public_code("ONCE", {"off": 300}, max_uses=1)
    assert browser.post("/account/coupons", {"code": "ONCE"}).status_code == 303
    wrong = browser.post("/account/coupons", {"code": "NOPE"})
    assert wrong.status_code == 409
    assert "没有这个优惠码" in text(wrong)


def form_of_take(page: Any) -> dict[str, str]:
    return {"take": text(page).split('name="take" value="')[1].split('"')[0]}


def test_favourites_are_kept_shown_and_removed() -> None:
    browser, member_id = signed_in()
    (code,) = goods(1000, title="瓷杯")
    product = catalog.sellable_by_code([code])[0].product_id
    answer = browser.post("/account/favourites", {"product": product, "back": "/p/x"})
    assert answer.headers["Location"] == "/p/x"
    assert "瓷杯" in text(browser.get("/account/favourites"))
    assert browser.get(f"/account/favourites?is={product}").json() == {"kept": True}
    browser.post("/account/favourites", {"product": product, "do": "drop"})
    assert members.favourite_count(member_id) == 0
    for nonsense in ("999999999", "x", "", "-1"):
        assert browser.post("/account/favourites", {"product": nonsense}).status_code == 303
        assert browser.get(f"/account/favourites?is={nonsense}").json() == {"kept": False}
    assert members.favourite_count(member_id) == 0


# --- settings ------------------------------------------------------------------------------------------------------


def test_the_profile_is_saved_and_the_header_greets_by_name() -> None:
    browser, member_id = signed_in()
    answer = browser.post("/account/settings", {"nickname": "小梅", "birthday": "1990-02-28", "email": ""})
    assert answer.status_code == 303
    profile = members.profile(member_id)
    assert (profile.nickname, str(profile.birthday)) == ("小梅", "1990-02-28")
    wrong = browser.post("/account/settings", {"nickname": "小红", "birthday": "2/3", "email": "x"})
    assert wrong.status_code == 422
    assert 'value="小红"' in text(wrong)


def test_a_new_password_needs_the_old_one_and_keeps_this_session() -> None:
    browser, _ = signed_in()
    path = "/account/settings/password"
    fresh = {"current": PASSWORD, "password": "new password 1", "again": "new password 1"}
    for wrong, field in (
        ({"current": "nope nope"}, "current"),
        ({"again": "other"}, "again"),
        ({"password": "x", "again": "x"}, "password"),
    ):
        answer = browser.post(path, fresh | wrong)
        assert answer.status_code in (401, 422)
        assert f'id="f-{field}-error"' in text(answer)
    assert browser.post(path, fresh).status_code == 303
    assert browser.get("/account").status_code == 200


def test_other_devices_are_signed_out() -> None:
    number = mobile()
    services.register(number, PASSWORD, actor=SYSTEM)
    here, there = Browser(), Browser()
    for browser in (here, there):
        browser.post("/sign-in", {"mobile": number, "password": PASSWORD})
    assert here.post("/account/settings/sign-out-everywhere").status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_lists_page_by_keys_and_refuse_bent_ones() -> None:
    browser, member_id = signed_in()
    (code,) = goods(100, stock=100)
    for _ in range(12):
        buy((code, 1), member_id=member_id)
    page = text(browser.get("/account/orders"))
    assert page.count("order-row-head") == 10
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert text(browser.get(following)).count("order-row-head") == 2
    for bent in ("x", "😀", "W10", "A" * 3000):
        assert browser.get(f"/account/orders?cursor={bent}").status_code == 404
