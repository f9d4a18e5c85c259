"""Members and reviews at the desk: masked, on record, answered where they stand, nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.factories import accounts as people
from tests.factories import shop
from tests.factories.reviews import review
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import audit
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import AddressInput
from zhanggui.servicedesk import selectors as servicedesk

pytestmark = pytest.mark.django_db
HOME = AddressInput("王小明", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号")


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_members_are_listed_masked_and_found_by_anything(language: str) -> None:
    member = people.member("13812345678")
    assert member.id is not None
    member_services.set_tags(member.id, ["爱喝茶"], actor=people.staff("manager"))
    shop.open_shop()
    number = shop.buy((shop.goods(1000)[0], 1), member_id=member.id)
    people.member()
    desk = at_the_desk("service", language=language)
    for q in ("13812345678", str(member.id), number):
        page = desk.get(f"/office/members?q={q}")
        assert page.status_code == 200
        assert f"/office/members/{member.id}" in words(page), q
        assert "13812345678" not in words(page).replace(f'value="{q}"', "").replace(
            f"<strong>{q}</strong>", ""
        ).replace(q, "")
        assert "138****5678" in words(page)
    assert "没有符合条件" in words(at_the_desk("service").get("/office/members?q=nobody"))


def test_lists_have_the_same_number_of_statements_at_any_size() -> None:
    desk = at_the_desk("service")
    counts = []
    for _ in range(2):
        for _ in range(5):
            people.member()
        counts.append(statements(desk, "/office/members"))
    assert counts[0] == counts[1]


def test_unmasking_is_a_right_and_on_record() -> None:
    member = people.member("13812345678")
    assert member.id is not None
    member_services.add_address(member.id, HOME, actor=member)
    desk = at_the_desk("service")
    page = desk.get(f"/office/members/{member.id}")
    assert "13812345678" not in words(page)
    assert "文三路" not in words(page)
    shown = desk.post(f"/office/members/{member.id}/personal")
    assert "13812345678" in words(shown)
    assert "文三路" in words(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert len(audit.history(action="members.view_personal")) == 1
    assert at_the_desk("marketing").post(f"/office/members/{member.id}/personal").status_code == 403


def test_contacts_tags_and_blocking() -> None:
    member = people.member()
    assert member.id is not None
    desk = at_the_desk("service")
    address = f"/office/members/{member.id}"
    page = desk.follow(desk.post(f"{address}/contacts", {"kind": "call", "text": "问新茶 <b>何时</b>到"}))
    assert "问新茶 &lt;b&gt;何时&lt;/b&gt;到" in words(page)
    refused = desk.post(f"{address}/contacts", {"kind": "smoke", "text": "没有丢失的字"})
    assert refused.status_code == 422
    assert "没有丢失的字" in words(refused)
    page = desk.follow(desk.post(f"{address}/tags", {"tags": "茶友、 VIP,,杭州"}))
    assert set(members.member_row(member.id).tags) == {"茶友", "VIP", "杭州"}
    assert "撤销" in words(page)
    assert desk.post(f"{address}/status", {"status": "blocked", "reason": ""}).status_code == 422
    desk.post(f"{address}/status", {"status": "blocked", "reason": "恶意退货"})
    assert members.member_row(member.id).status == "blocked"


def test_an_export_is_a_right_and_masked() -> None:
    people.member("13812345678")
    file = at_the_desk("service").get("/office/members?export=csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "138****5678" in text
    assert "13812345678" not in text
    assert len(audit.history(action="members.export")) == 1
    assert at_the_desk("marketing").get("/office/members?export=csv").status_code == 403


def test_reviews_are_answered_and_hidden_where_they_stand() -> None:
    shop.open_shop()
    [sku] = shop.goods(1000)
    bad = review(sku, 1, "<script>差</script>")
    desk = at_the_desk("service")
    page = desk.get("/office/reviews")
    assert "&lt;script&gt;差&lt;/script&gt;" in words(page)
    address = f"/office/reviews/{bad}"
    refused = desk.post(f"{address}/answer", {"reply": "长" * 1001, "next": "/office/reviews?only=low"})
    assert refused.status_code == 422
    assert "长" * 1001 in words(refused)
    answered = desk.post(f"{address}/answer", {"reply": "抱歉，已处理", "next": "/office/reviews?only=low"})
    assert answered.headers["Location"] == "/office/reviews?only=low"
    assert "都回复完了" in words(desk.get("/office/reviews"))
    assert desk.post(f"{address}/hide", {"reason": " "}).status_code == 422
    page = desk.follow(desk.post(f"{address}/hide", {"reason": "恶意差评", "next": "//evil.example"}))
    assert "撤销" in words(page)
    assert "恶意差评" in words(desk.get("/office/reviews?only=hidden"))
    desk.post(f"{address}/show")
    assert not servicedesk.review(bad).hidden
    reader = at_the_desk("editor")
    assert reader.get("/office/reviews?only=all").status_code == 200
    assert reader.post(f"{address}/hide", {"reason": "x"}).status_code == 403
    for absurd in ("?only=nothing&stars=9", "?cursor=zzz", "?q=%00%25"):
        assert desk.get(f"/office/reviews{absurd}").status_code in (200, 400, 404), absurd
