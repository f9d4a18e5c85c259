"""What lies on a desk: saved filters, and duties that are read anew when they change."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from zhanggui.accounts import selectors, services
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

pytestmark = pytest.mark.django_db


def test_filters_are_ones_own_and_a_name_stands_for_one() -> None:
    mine, other = make.staff(), make.staff()
    services.save_filter("orders", "急单", "status=paid", actor=mine)
    kept = services.save_filter("orders", "急单", "status=paid&overdue=1", actor=mine)
    assert [f.query for f in selectors.saved_filters(mine.id or 0, "orders")] == ["status=paid&overdue=1"]
    assert selectors.saved_filters(other.id or 0, "orders") == []
    services.delete_filter(kept, actor=other)
    assert len(selectors.saved_filters(mine.id or 0, "orders")) == 1
    services.delete_filter(kept, actor=mine)
    services.delete_filter(kept, actor=mine)
    assert selectors.saved_filters(mine.id or 0, "orders") == []


@pytest.mark.parametrize(
    ("name", "query"), [("", "a=1"), ("x" * 41, "a=1"), ("x", "a" * 1001), ("x\0", "a=1"), ("x", "\n")]
)
def test_a_filter_that_cannot_be_kept_is_refused(name: str, query: str) -> None:
    with pytest.raises(ValidationFailed):
        services.save_filter("orders", name, query, actor=make.staff())


def test_there_is_an_end_to_filters() -> None:
    mine = make.staff()
    for n in range(30):
        services.save_filter("orders", f"{n}", "a=1", actor=mine)
    with pytest.raises(ValidationFailed):
        services.save_filter("orders", "one more", "a=1", actor=mine)
    services.save_filter("orders", "29", "a=2", actor=mine)
    services.save_filter("products", "one more", "a=1", actor=mine)


def test_duties_are_acknowledged_version_by_version() -> None:
    manager, clerk = make.staff("manager"), make.staff("service")
    services.put_duties("service", text_zh="及时回复", text_en="Answer soon", actor=manager)
    [seen] = selectors.duties(clerk.id or 0)
    assert (seen.version, seen.acknowledged_at) == (1, None)
    services.acknowledge_duties("service", 1, actor=clerk)
    services.acknowledge_duties("service", 1, actor=clerk)
    assert selectors.duties(clerk.id or 0)[0].acknowledged_at is not None
    services.put_duties("service", text_zh="及时回复", text_en="Answer soon", actor=manager)
    assert selectors.duties(clerk.id or 0)[0].version == 1
    services.put_duties("service", text_zh="十分钟内回复", text_en="Answer within ten minutes", actor=manager)
    assert selectors.duties(clerk.id or 0)[0].acknowledged_at is None
    for role, version in (("service", 1), ("editor", 0), ("nobody", 1)):
        with pytest.raises(NotFound):
            services.acknowledge_duties(role, version, actor=clerk)
    with pytest.raises(PermissionDenied):
        services.put_duties("manager", text_zh="x", text_en="x", actor=clerk)
