"""Reviews: of bought goods only, once, counted as shown; answered, hidden for a reason, flagged where copied."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import accounts as people
from tests.factories import shop
from tests.factories.reviews import delivered, picture, review
from tests.support.races import repeat_together
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.errors import PictureRefused
from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel import audit, clock, invariants, mall_settings, outbox
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import services as members
from zhanggui.servicedesk import rules, selectors, services
from zhanggui.servicedesk.errors import AlreadyAdded, AlreadyReviewed, NotReviewable, PhotoGone
from zhanggui.servicedesk.invariants import INVARIANTS
from zhanggui.servicedesk.types import Summary

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def tea() -> str:
    shop.open_shop()
    return shop.goods(1000)[0]


def product_of(sku: str) -> int:
    return catalog.sellable_by_code([sku])[0].product_id


def relay() -> None:
    while outbox.relay_once():
        pass


def test_a_delivered_line_is_reviewed_once(tea: str) -> None:
    member = people.member()
    assert member.id is not None
    members.update_profile(member.id, nickname="王小明", actor=member)
    number = delivered(tea, member_id=member.id)
    services.post_review(number, 1, rating=4, text="很香\n下次再买", actor=member)
    [seen] = selectors.of_product(product_of(tea)).items
    assert (seen.author, seen.rating, seen.text) == ("王**", 4, "很香\n下次再买")
    with pytest.raises(AlreadyReviewed):
        services.post_review(number, 1, rating=5, actor=member)
    [line] = selectors.reviewable(number)
    assert (line.can_review, line.can_add, line.review.id) == (False, True, seen.id)


def test_only_what_was_bought_and_arrived_is_reviewed(tea: str) -> None:
    member, other = people.member(), people.member()
    number = shop.buy((tea, 1), member_id=member.id)
    with pytest.raises(NotReviewable) as refused:
        services.post_review(number, 1, rating=5, actor=member)
    assert "签收" in refused.value.detail()
    number = delivered(tea, member_id=member.id)
    for wrong in (lambda: services.post_review(number, 1, rating=5, actor=other),
                  lambda: services.post_review(number, 2, rating=5, actor=member),
                  lambda: services.post_review("nothing", 1, rating=5, actor=member),
                  lambda: services.add_to_review(number, 1, text="好", actor=member)):  # fmt: skip
        with pytest.raises(NotFound):
            wrong()
    with clock.at(clock.now() + timedelta(days=181)), pytest.raises(NotReviewable):
        services.post_review(number, 1, rating=5, actor=member)


@pytest.mark.parametrize("rating", [0, 6, True, "5", None])
def test_stars_are_one_to_five(tea: str, rating: Any) -> None:
    with pytest.raises(ValidationFailed):
        services.post_review(delivered(tea), 1, rating=rating, actor=GUEST)


def test_photos_go_through_the_check(tea: str) -> None:
    number = delivered(tea)
    photo = services.keep_photo(picture(), actor=GUEST)
    with pytest.raises(PictureRefused):
        services.keep_photo(b"<svg onload=alert(1)>", actor=GUEST)
    for bad in ([photo.url], ["x"], [photo.key + "x"]):
        with pytest.raises(PhotoGone):
            services.post_review(number, 1, rating=5, photos=bad, actor=GUEST)
    mall_settings.put("reviews.photos_max", 1, actor=people.staff("manager"))
    with pytest.raises(ValidationFailed):
        services.post_review(number, 1, rating=5, photos=["a", "b"], actor=GUEST)
    services.post_review(number, 1, rating=5, photos=[photo.key], actor=GUEST)
    [seen] = selectors.of_product(product_of(tea), with_photos=True).items
    assert (seen.photos[0].url, seen.photos[0].width) == (photo.url, 40)


def test_something_is_added_later_once(tea: str) -> None:
    number = delivered(tea)
    services.post_review(number, 1, rating=5, actor=GUEST)
    photo = services.keep_photo(picture(), actor=GUEST)
    services.add_to_review(number, 1, text="用了一个月还是好", photos=[photo.key], actor=GUEST)
    [seen] = selectors.of_product(product_of(tea)).items
    assert (seen.rating, seen.more_text, len(seen.more_photos)) == (5, "用了一个月还是好", 1)
    assert selectors.summary(product_of(tea)).with_photos == 1
    with pytest.raises(AlreadyAdded):
        services.add_to_review(number, 1, text="再来", actor=GUEST)


def test_lists_show_the_mean_of_what_is_shown(tea: str) -> None:
    for rating in (5, 4, 4):
        review(tea, rating)
    worst = review(tea, 1, "差" * 20)
    relay()
    product = product_of(tea)
    assert selectors.summary(product) == Summary(4, 350, (1, 0, 0, 2, 1), 0)
    assert selectors.summary(product).good_percent == 75
    [listed] = catalog.search(SearchFilters()).items
    assert (listed.rating, listed.rating_count) == (350, 4)
    staff = people.staff("service")
    with pytest.raises(ValidationFailed):
        services.hide(worst, reason=" ", actor=staff)
    services.hide(worst, reason="恶意差评，已取证", actor=staff)
    relay()
    [listed] = catalog.search(SearchFilters()).items
    assert (listed.rating, listed.rating_count) == (433, 3)
    assert worst not in [r.id for r in selectors.of_product(product).items]
    assert selectors.review(worst).hidden_reason == "恶意差评，已取证"
    with pytest.raises(WrongState):
        services.hide(worst, reason="再来", actor=staff)
    services.show(worst, actor=staff)
    relay()
    assert catalog.search(SearchFilters()).items[0].rating == 350
    assert invariants.check(INVARIANTS) == []
    actions = [row["action"] for row in audit.history(target_type="review", target_id=str(worst))]
    assert actions == ["reviews.show", "reviews.hide", "reviews.post"]


def test_staff_answer_and_may_correct_themselves(tea: str) -> None:
    one = review(tea, 2, "包装破了")
    staff = people.staff("service")
    services.answer(one, "非常抱歉，已补发", actor=staff)
    services.answer(one, "非常抱歉，已为您补发", actor=staff)
    seen = selectors.review(one)
    assert (seen.reply, seen.replied_by) == ("非常抱歉，已为您补发", staff.label)
    assert selectors.counts()["to_answer"] == 0
    for refused in (lambda: services.answer(one, "x", actor=people.staff("editor")),
                    lambda: services.hide(one, reason="x", actor=people.staff("editor")),
                    lambda: services.show(one, actor=GUEST)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            refused()
    with pytest.raises(NotFound):
        services.answer(10**9, "x", actor=staff)


def test_copied_words_are_flagged_and_short_ones_are_not(tea: str) -> None:
    first = review(tea, 5, "质量非常好，物流也很快，推荐购买")
    copied = review(tea, 5, "质量非常好 物流也很快 推荐购买!!!")
    review(tea, 5, "好")
    review(tea, 5, "好")
    assert [r.id for r in selectors.reviews(only="flagged").items] == [copied]
    assert not selectors.review(first).duplicate
    assert selectors.counts() == {"to_answer": 4, "low": 0, "flagged": 1, "hidden": 0}


def test_staff_find_reviews(tea: str) -> None:
    low = review(tea, 2, "杯子有裂纹")
    high = review(tea, 5, "100%满意")
    assert [r.id for r in selectors.reviews().items] == [high, low]
    assert [r.id for r in selectors.reviews(only="low").items] == [low]
    assert [r.id for r in selectors.reviews(q="裂纹").items] == [low]
    assert [r.id for r in selectors.reviews(q="0%").items] == [high]
    assert [r.id for r in selectors.reviews(q=selectors.review(low).order_number).items] == [low]
    assert [r.id for r in selectors.reviews(stars=5, product_id=product_of(tea)).items] == [high]
    assert selectors.reviews(q="\0").items


def test_lists_have_the_same_number_of_statements_at_any_size(tea: str, django_assert_num_queries: Any) -> None:
    for rating in (5, 5, 4):
        review(tea, rating)
    product = product_of(tea)
    for limit in (1, 3):
        with django_assert_num_queries(1):
            assert len(selectors.of_product(product, limit=limit).items) == limit
        with django_assert_num_queries(1):
            assert len(selectors.reviews(limit=limit).items) == limit
    with django_assert_num_queries(1):
        assert selectors.summaries([product, 10**9])[10**9] == Summary()
    page = selectors.of_product(product, limit=2)
    rest = selectors.of_product(product, limit=2, cursor=page.next_cursor or "")
    assert len({r.id for r in page.items + rest.items}) == 3
    assert [r.rating for r in selectors.of_product(product, stars=4).items] == [4]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_reviews_once(tea: str) -> None:
    number = delivered(tea)
    outcomes = repeat_together(5, lambda: services.post_review(number, 1, rating=5, actor=GUEST))
    assert sum(outcome.ok for outcome in outcomes) == 1
    assert {type(outcome.error) for outcome in outcomes if not outcome.ok} == {AlreadyReviewed}
    assert selectors.summary(product_of(tea)).count == 1


@settings(max_examples=200)
@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=5))
def test_the_mean_lies_within_the_stars(stars: list[int]) -> None:
    mean = rules.rating(tuple(stars))
    given_stars = [value for value, number in enumerate(stars, 1) if number]
    if not given_stars:
        assert mean is None
    else:
        assert mean is not None
        assert 100 * given_stars[0] <= mean <= 100 * given_stars[-1]


@given(st.text(max_size=60))
def test_a_digest_hears_words_only(text: str) -> None:
    assert rules.digest(text) == rules.digest(f"  {text}!! ")
