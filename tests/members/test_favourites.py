"""What members keep, and what they tell of themselves."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.accounts import member
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import selectors, services

pytestmark = pytest.mark.django_db


def me() -> tuple[int, Actor]:
    actor = member()
    assert actor.id is not None
    return actor.id, actor


def test_a_product_is_kept_once_and_found_the_newest_first() -> None:
    mine, actor = me()
    other, _ = me()
    assert [services.keep_favourite(mine, n, price=100 * n, actor=actor) for n in (1, 2, 1)] == [True, True, False]
    page = selectors.favourites(mine, limit=1)
    assert [(f.product_id, f.price) for f in page.items] == [(2, 200)]
    assert [f.product_id for f in selectors.favourites(mine, cursor=page.next_cursor or "", limit=1).items] == [1]
    assert (selectors.favourites_among(mine, [1, 3]), selectors.favourites_among(other, [1])) == ({1}, set())
    assert services.drop_favourite(mine, 1, actor=actor)
    assert not services.drop_favourite(mine, 1, actor=actor)
    assert selectors.favourite_count(mine) == 1


def test_a_birthday_is_a_day_one_can_be_born_on() -> None:
    mine, actor = me()
    services.update_profile(mine, birthday=date(1990, 2, 28), actor=actor)
    assert selectors.profile(mine).birthday == date(1990, 2, 28)
    with pytest.raises(ValidationFailed):
        services.update_profile(mine, birthday=date(2990, 1, 1), actor=actor)
    services.update_profile(mine, birthday="", actor=actor)
    assert selectors.profile(mine).birthday is None


def test_regions_are_found_by_their_short_names_and_refused_at_the_field() -> None:
    assert selectors.resolve_region("浙江", "杭州", "西湖") == ("浙江省", "杭州市", "西湖区")
    assert selectors.resolve_region("广东省", "东莞市", "莞城") == ("广东省", "东莞市", "")
    assert selectors.resolve_region("上海", "上海", "黄浦") == ("上海市", "上海市", "黄浦区")
    for given, field in (
        (("", "", ""), "province"),
        (("浙江", "深圳", "x"), "city"),
        (("浙江", "杭州", ""), "district"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            selectors.resolve_region(*given)
        assert [error.loc for error in refused.value.errors] == [field]


def test_every_province_has_cities() -> None:
    assert len(selectors.provinces()) == 34
    assert all(selectors.cities(province) for province in selectors.provinces())
    assert selectors.cities("nowhere") == selectors.districts("nowhere", "x") == ()
