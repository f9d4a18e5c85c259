"""Pages: drafts and their versions, publishing, schedule, preview, who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts as people
from tests.factories.content import banners, hero, make_page, rich_text, words, written
from zhanggui.content import selectors, services
from zhanggui.content.errors import NotReadyToPublish, PageChanged, PreviewExpired, SlugTaken
from zhanggui.content.invariants import INVARIANTS
from zhanggui.content.types import Change, PageRef
from zhanggui.kernel import audit, clock, db, invariants, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState

pytestmark = pytest.mark.django_db


def save(page: PageRef, *blocks: dict[str, Any], actor: Any = SYSTEM, **more: Any) -> PageRef:
    change = Change(written(*blocks, **more))
    return services.save_draft(page.id, change, expected_version=page.version, actor=actor)


def test_a_draft_is_not_shown_until_it_is_published() -> None:
    page = make_page(slug="spring")
    with pytest.raises(NotFound):
        selectors.published("spring")
    services.publish(page.id, actor=SYSTEM)
    assert selectors.published("spring").title.zh == "页面"
    [event] = db.rows("select name, payload from kernel_outboxevent where name like 'content.%%'")
    assert (event["name"], event["payload"]["slug"]) == ("content.page_published", "spring")


def test_a_newer_draft_waits_for_its_own_publication() -> None:
    page = make_page(slug="spring", published=True)
    later = save(page, title="新标题")
    assert selectors.published("spring").title.zh == "页面"
    assert selectors.page(page.id).changed
    services.publish(page.id, expected_version=later.version, actor=SYSTEM)
    assert selectors.published("spring").title.zh == "新标题"
    assert not selectors.page(page.id).changed


def test_taken_down_it_is_gone_and_its_draft_stays() -> None:
    page = make_page(slug="spring", published=True)
    services.unpublish(page.id, reason="过季", actor=SYSTEM)
    with pytest.raises(NotFound):
        selectors.published("spring")
    assert selectors.page(page.id).content.title.zh == "页面"
    with pytest.raises(WrongState):
        services.unpublish(page.id, actor=SYSTEM)


def test_the_second_of_two_editors_is_told_and_sees_the_difference() -> None:
    first, second = people.staff("editor"), people.staff("editor")
    page = make_page(hero(), rich_text("<p>旧</p>", "<p>old</p>"))
    save(page, hero(), rich_text("<p>甲</p>", "<p>old</p>"), title="甲的标题", actor=first)
    with pytest.raises(PageChanged) as refused:
        save(page, hero(), rich_text("<p>乙</p>", "<p>old</p>"), actor=second)
    extra = refused.value.extra
    assert (extra["by"], extra["version"]) == (first.label, 2)
    assert [(d["loc"], d["mine"], d["theirs"]) for d in extra["differences"]] == [
        ("title.zh", "页面", "甲的标题"),
        ("blocks.rich-text-1.html.zh", "<p>乙</p>", "<p>甲</p>"),
    ]
    assert selectors.page(page.id).content.title.zh == "甲的标题"


def test_one_editors_saves_are_one_version_until_another_goes_on() -> None:
    first, second = people.staff("editor"), people.staff("editor")
    page = make_page(actor=first)
    page = save(page, title="一", actor=first)
    page = save(page, title="二", actor=first)
    page = save(page, title="三", actor=second)
    rows = selectors.revisions(page.id).items
    assert [(row.number, row.by) for row in rows] == [(2, second.label), (1, first.label)]
    assert selectors.revision(page.id, 1).title.zh == "二"


def test_an_earlier_version_can_be_had_back() -> None:
    page = make_page(title="起初", published=True)
    page = save(page, title="后来")
    assert [d.loc for d in selectors.compare(page.id, 1)] == ["title.zh"]
    back = services.restore(page.id, 1, expected_version=page.version, actor=SYSTEM)
    assert selectors.page(page.id).content.title.zh == "起初"
    assert back.revision == 3
    with pytest.raises(NotFound):
        services.restore(page.id, 9, expected_version=back.version, actor=SYSTEM)
    with pytest.raises(PageChanged):
        services.restore(page.id, 2, expected_version=1, actor=SYSTEM)


def test_a_published_version_is_never_written_over() -> None:
    page = make_page(title="起初", published=True)
    save(page, title="后来")
    assert selectors.revision(page.id, 1).title.zh == "起初"
    assert selectors.published(page.slug).title.zh == "起初"


def test_the_home_page_shows_few_advertisements_at_once() -> None:
    page = make_page(hero(5), banners(3), kind="home", slug="home")
    with pytest.raises(NotReadyToPublish) as refused:
        services.publish(page.id, actor=SYSTEM)
    assert "4" in refused.value.errors[0].message.zh
    assert selectors.page(page.id).ads == 4
    page = save(page, hero(5), banners(3, hidden=True), banners(2, on="phone"), banners(2, on="desktop"))
    assert selectors.page(page.id).ads == 3
    services.publish(page.id, actor=SYSTEM)
    mall_settings.put("content.home_ad_slots", 2, actor=SYSTEM)
    with pytest.raises(NotReadyToPublish):
        services.publish(page.id, actor=SYSTEM)


def test_a_festival_home_page_takes_over_and_hands_back() -> None:
    usual = make_page(hero(), kind="home", slug="home", published=True)
    festival = make_page(hero(), kind="home", slug="home-1111", title="双十一", published=True)
    assert selectors.home().slug == "home-1111"
    services.unpublish(festival.id, actor=SYSTEM)
    assert selectors.home().id == usual.id


def test_what_is_missing_is_named_before_publishing() -> None:
    page = make_page(
        {"type": "hero", "slides": [{"title": words("上新")}]}, {"type": "faq"}, {"type": "shelf", "rule": "picked"}
    )
    with pytest.raises(NotReadyToPublish) as refused:
        services.publish(page.id, actor=SYSTEM)
    assert [e.loc for e in refused.value.errors] == [
        "blocks.0.slides.0.image",
        "blocks.1.items",
        "blocks.2.product_ids",
    ]
    assert selectors.page(page.id).untranslated == ("blocks.0.slides.0.title",)


def test_a_schedule_shows_and_takes_down() -> None:
    page = make_page(slug="festival")
    start = clock.now() + timedelta(hours=1)
    services.schedule(page.id, publish_at=start, unpublish_at=start + timedelta(days=1), actor=SYSTEM)
    assert services.run_schedule(actor=SYSTEM) == 0
    with clock.at(start + timedelta(minutes=1)):
        assert services.run_schedule(actor=SYSTEM) == 1
    assert selectors.published("festival")
    with clock.at(start + timedelta(days=2)):
        assert services.run_schedule(actor=SYSTEM) == 1
    with pytest.raises(NotFound):
        selectors.published("festival")


def test_a_schedule_that_cannot_be_kept_says_why() -> None:
    page = make_page(hero(), banners(2), kind="home", slug="home")
    start = clock.now() + timedelta(hours=1)
    services.schedule(page.id, publish_at=start, unpublish_at=None, actor=SYSTEM)
    mall_settings.put("content.home_ad_slots", 1, actor=SYSTEM)
    with clock.at(start + timedelta(minutes=1)):
        assert services.run_schedule(actor=SYSTEM) == 0
    seen = selectors.page(page.id)
    assert "广告位" in seen.schedule_problem
    assert seen.publish_at is None


@pytest.mark.parametrize(
    ("publish", "unpublish", "loc"), [(-1, None, "publish_at"), (2, 1, "unpublish_at"), (None, 1, "unpublish_at")]
)
def test_a_schedule_makes_sense(publish: int | None, unpublish: int | None, loc: str) -> None:
    page = make_page()
    times = [None if hours is None else clock.now() + timedelta(hours=hours) for hours in (publish, unpublish)]
    with pytest.raises(ValidationFailed) as refused:
        services.schedule(page.id, publish_at=times[0], unpublish_at=times[1], actor=SYSTEM)
    assert refused.value.errors[0].loc == loc


def test_a_preview_shows_the_draft_to_whoever_has_the_link() -> None:
    page = make_page(slug="spring", title="草稿")
    token = selectors.preview_token(page.id, actor=people.staff("editor"))
    assert selectors.previewed(token).title.zh == "草稿"
    save(page, title="改过")
    assert selectors.previewed(token).title.zh == "改过"
    assert selectors.previewed(selectors.preview_token(page.id, 1, actor=SYSTEM)).revision == 1
    for bad in ("", "x" * 500, token[:-2], selectors.preview_token(10**9, actor=SYSTEM)):
        with pytest.raises(PreviewExpired):
            selectors.previewed(bad)
    with pytest.raises(PermissionDenied):
        selectors.preview_token(page.id, actor=people.staff("warehouse"))


def test_addresses_are_used_once() -> None:
    make_page(slug="spring")
    with pytest.raises(SlugTaken):
        make_page(slug="spring")
    other = make_page(slug="summer")
    with pytest.raises(SlugTaken):
        services.save_draft(other.id, Change(written(), slug="spring"), expected_version=1, actor=SYSTEM)
    for bad in ("", "有空格 的", "a--b", "-a", "x" * 81):
        with pytest.raises(ValidationFailed):
            make_page(slug=bad or " ")


def test_what_is_put_away_is_out_of_the_way() -> None:
    page = make_page(published=True)
    with pytest.raises(WrongState):
        services.archive(page.id, actor=SYSTEM)
    services.unpublish(page.id, actor=SYSTEM)
    services.archive(page.id, actor=SYSTEM)
    assert selectors.pages().items == []
    with pytest.raises(WrongState):
        save(page)
    services.reopen(page.id, actor=SYSTEM)
    assert [row.id for row in selectors.pages().items] == [page.id]


def test_editing_and_publishing_are_two_rights() -> None:
    page = make_page()
    nobody = people.staff("warehouse")
    for write in (
        lambda: save(page, actor=nobody),
        lambda: services.publish(page.id, actor=nobody),
        lambda: services.unpublish(page.id, actor=nobody),
        lambda: services.schedule(page.id, publish_at=None, unpublish_at=None, actor=nobody),
        lambda: services.restore(page.id, 1, expected_version=1, actor=nobody),
        lambda: services.archive(page.id, actor=nobody),
        lambda: make_page(actor=nobody),
        lambda: services.put_site_part("style", {}, expected_version=0, actor=nobody),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_every_change_is_on_record_and_the_books_are_right() -> None:
    editor = people.staff("editor")
    page = make_page(actor=editor)
    page = save(page, title="二", actor=editor)
    services.publish(page.id, actor=editor)
    services.unpublish(page.id, actor=editor)
    actions = [row["action"] for row in audit.history(target_type="page", target_id=str(page.id))]
    assert actions == ["content.unpublish", "content.publish", "content.save_draft", "content.create_page"]
    assert invariants.check(INVARIANTS) == []
