"""The editor of pages at the desk: without scripts, nothing typed lost, the second editor told, live saves quiet."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.factories.content import hero, make_page, rich_text, words, written
from tests.factories.reviews import picture
from tests.support.pages import Browser, at_the_desk
from zhanggui.content import selectors, services
from zhanggui.content.types import BLOCKS, Change
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


BEGUN = {"kind": "help", "title": "配送说明", "title_en": "Shipping", "slug": "shipping", "topic": "购物"}
STYLE = {
    "version": "0",
    "p.name.zh": "山野茶行",
    "p.name.en": "Hill Tea",
    "p.main_colour": "#ffeeee",
    "p.other_colours": ["#123456", ""],
}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def text(response: Any) -> str:
    return str(response.content.decode())


def form_of(html: str) -> dict[str, Any]:
    """What a browser would send of the editor's form without a button."""
    inside = html[html.index('<form id="editor"') : html.index("</form>", html.index('<form id="editor"'))]
    found: dict[str, Any] = {}

    def put(name: str, value: str) -> None:
        found.setdefault(name, []).append(value)

    for tag in re.finditer(r"<input\b[^>]*>", inside):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[0]))
        kind = attributes.get("type", "text")
        unticked = kind in ("checkbox", "radio") and " checked" not in tag[0]
        if attributes.get("name") and kind != "file" and not unticked:
            put(attributes["name"], _plain(attributes.get("value", "")))
    for name, value in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', inside, re.S):
        put(name, _plain(value))
    for name, options in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inside, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        put(name, chosen[1] if chosen else "")
    return found


def _plain(value: str) -> str:
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        value = value.replace(code, sign)
    return value


def opened(desk: Browser, page_id: int) -> dict[str, Any]:
    return form_of(text(desk.get(f"/office/content/{page_id}")))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_answers(language: str) -> None:
    page = make_page(*({"type": kind} for kind in BLOCKS), kind="activity", slug="all")
    desk = at_the_desk("manager", language=language)
    for address in (
        "/office/content", "/office/content?kind=home&state=draft&q=x", "/office/content/new", "/office/content/new?kind=help",
        f"/office/content/{page.id}", f"/office/content/{page.id}/versions", f"/office/content/{page.id}/versions?with=1",
        "/office/site", "/office/site/main_menu", "/office/site/footer_menu", "/office/site/friend_links",
    ):  # fmt: skip
        answer = desk.get(address)
        assert answer.status_code == 200, (address, text(answer)[-2000:])
    for address in ("/office/content/999999999", "/office/site/nothing", f"/office/content/{page.id}/versions?with=9"):
        assert desk.get(address).status_code == 404, address


def test_what_is_opened_and_sent_back_is_the_same_page() -> None:
    promises = {"type": "promises", "items": [{"title": words("快", "Fast")}]}
    page = make_page(hero(), rich_text("<p>中 &amp; <b>文</b></p>"), {"type": "shelf", "limit": 6}, promises)
    before = selectors.page(page.id).content
    desk = at_the_desk("editor")
    sent = desk.post(f"/office/content/{page.id}", {**opened(desk, page.id), "do": "save"})
    assert sent.status_code == 303, text(sent)
    assert selectors.page(page.id).content == before


def test_an_editor_builds_a_page_without_scripts_and_publishes_it() -> None:
    desk = at_the_desk("editor")
    made = desk.post(
        "/office/content/new",
        BEGUN,
    )
    address = made.headers["Location"]
    page_id = int(address.rpartition("/")[2])
    moved = desk.post(address, {**opened(desk, page_id), "do": "add-block:faq"})
    assert moved.headers["Location"].endswith("#b-faq-1")
    desk.post(address, {**opened(desk, page_id), "do": "add:b.faq-1.items"})
    form = opened(desk, page_id)
    form |= {"b.faq-1.items.0.question.zh": "几天到？", "b.faq-1.items.0.answer.zh": "三天", "do": "publish"}
    refused = desk.post(address, form)
    assert refused.status_code == 409
    assert "几天到？" in text(refused)
    form = form_of(text(refused)) | {"b.rich-text-1.html.zh": "<p>顺丰</p><script>x</script>", "do": "publish"}
    page = desk.follow(desk.post(address, form))
    assert "已发布" in text(page)
    shown = selectors.published("shipping")
    assert [block.type for block in shown.blocks] == ["rich_text", "faq"]
    assert shown.blocks[0].html.zh == "<p>顺丰</p>"  # type: ignore[attr-defined]
    desk.post(address, {**opened(desk, page_id), "do": "up-block:faq-1"})
    desk.post(address, {**opened(desk, page_id), "do": "copy-block:faq-1"})
    assert [block.id for block in selectors.page(page_id).content.blocks] == ["faq-1", "faq-2", "rich-text-1"]
    desk.post(address, {**opened(desk, page_id), "do": "drop-block:faq-2"})
    desk.post(address, {**opened(desk, page_id), "do": "drop:b.faq-1.items.0"})
    assert selectors.page(page_id).content.data()["blocks"][0]["items"] == []


def test_faults_stand_at_their_fields_and_nothing_is_lost() -> None:
    page = make_page(hero(), {"type": "notice", "text": words("公告")})
    desk = at_the_desk("editor")
    form = opened(desk, page.id) | {
        "b.notice-1.link": "javascript:alert(1)", "b.hero-1.slides.1.title.zh": "长" * 50, "h.title.zh": "新标题", "do": "save",
    }  # fmt: skip
    refused = desk.post(f"/office/content/{page.id}", form)
    assert refused.status_code == 422
    html = text(refused)
    assert 'value="javascript:alert(1)"' in html
    assert "长" * 50 in html
    assert "新标题" in html
    assert 'id="f-b.notice-1.link-error"' in html
    assert 'id="f-b.hero-1.slides.1.title.zh-error"' in html
    bad = desk.post(
        f"/office/content/{page.id}", opened(desk, page.id) | {"h.cover.file": BytesIO(b"<svg/>"), "do": "save"}
    )
    assert bad.status_code == 422


def test_the_second_of_two_editors_sees_the_difference_and_may_go_on() -> None:
    page = make_page(rich_text("<p>旧</p>"))
    desk = at_the_desk("editor")
    form = opened(desk, page.id)
    services.save_draft(page.id, Change(written(rich_text("<p>别人的</p>"))), expected_version=1, actor=SYSTEM)
    refused = desk.post(f"/office/content/{page.id}", form | {"b.rich-text-1.html.zh": "<p>我的</p>", "do": "save"})
    assert refused.status_code == 409
    assert "&lt;p&gt;别人的&lt;/p&gt;" in text(refused)
    again = form_of(text(refused))
    assert again["b.rich-text-1.html.zh"] == ["<p>我的</p>"]
    assert desk.post(f"/office/content/{page.id}", again | {"do": "save"}).status_code == 303
    assert selectors.page(page.id).content.blocks[0].html.zh == "<p>我的</p>"  # type: ignore[attr-defined]
    assert selectors.revision(page.id, 1).blocks[0].html.zh == "<p>别人的</p>"  # type: ignore[attr-defined]


def test_the_page_saves_itself_quietly_and_says_what_is_wrong() -> None:
    page = make_page(hero())
    desk = at_the_desk("editor")
    form = opened(desk, page.id) | {
        "h.title.zh": "自动",
        "b.hero-1.slides.0.image.file": BytesIO(picture()),
        "do": "save",
    }
    saved = desk.post(f"/office/content/{page.id}", form, x_autosave="1").json()
    assert saved["version"] == 2
    assert saved["pictures"]["b.hero-1.slides.0.image"]["width"] == 40
    del form["b.hero-1.slides.0.image.file"]
    stale = desk.post(f"/office/content/{page.id}", form, x_autosave="1")
    assert (stale.status_code, stale.json()["changed"]) == (409, True)
    wrong = desk.post(f"/office/content/{page.id}", form | {"version": "2", "h.title.zh": ""}, x_autosave="1")
    assert (wrong.status_code, wrong.json()["errors"][0]["loc"]) == (422, "title.zh")


def test_versions_schedule_and_taking_down() -> None:
    page = make_page(title="起初", published=True)
    services.save_draft(page.id, Change(written(title="后来")), expected_version=1, actor=SYSTEM)
    desk = at_the_desk("editor")
    address = f"/office/content/{page.id}"
    assert "后来" in text(desk.get(f"{address}/versions?with=1"))
    desk.post(f"{address}/versions/1/restore", {"version": "2"})
    assert selectors.page(page.id).content.title.zh == "起初"
    assert desk.post(f"{address}/versions/1/restore", {"version": "2"}).status_code == 409
    past = desk.post(f"{address}/schedule", {"publish_at": "2020-01-01T00:00", "unpublish_at": ""})
    assert past.status_code == 422
    assert "将来" in text(past)
    page_seen = desk.follow(desk.post(f"{address}/schedule", {"publish_at": "2036-01-01T09:30", "unpublish_at": ""}))
    assert "2036-01-01 09:30" in text(page_seen)
    desk.post(f"{address}/unpublish", {"reason": "换季"})
    assert selectors.page(page.id).state == "draft"
    away = desk.follow(desk.post(f"{address}/move", {"to": "archived"}))
    assert "撤销" in text(away)
    desk.post(f"{address}/move", {"to": "draft"})
    assert selectors.page(page.id).state == "draft"


def test_style_and_menus() -> None:
    desk = at_the_desk("marketing")
    page = desk.get("/office/site")
    assert "店铺名称" in text(page)
    refused = desk.post("/office/site/style", STYLE | {"do": "save"})
    assert refused.status_code == 422
    assert "太浅" in text(refused)
    assert "山野茶行" in text(refused)
    assert desk.post("/office/site/style", STYLE | {"p.main_colour": "#a82c13", "do": "save"}).status_code == 303
    assert selectors.site().style.name.en == "Hill Tea"
    assert desk.post("/office/site/style", STYLE | {"p.main_colour": "", "do": "save"}).status_code == 409
    grown = desk.post("/office/site/main_menu", {"version": "0", "do": "add:p.items"})
    assert 'name="p.items.0.label.zh"' in text(grown)
    menu = {"version": "0", "p.items": ["0", "1"], "p.items.0.label.zh": "茶叶", "p.items.0.link": "/c/tea", "p.items.1.label.zh": "帮助",
            "p.items.1.link": "/help", "do": "save"}  # fmt: skip
    assert desk.post("/office/site/main_menu", menu).status_code == 303
    assert [item.link for item in selectors.site().main_menu.items] == ["/c/tea", "/help"]
    assert at_the_desk("service").post("/office/site/style", STYLE).status_code == 403


def test_who_may_only_look_cannot_save() -> None:
    page = make_page()
    reader = at_the_desk("analyst")
    assert reader.get(f"/office/content/{page.id}").status_code == 200
    assert reader.post(f"/office/content/{page.id}", {"do": "save"}).status_code == 403
    assert reader.get("/office/content/new").status_code == 403
