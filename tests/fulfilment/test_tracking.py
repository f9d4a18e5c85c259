"""The carrier's news, however it arrives."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.fulfilment import PACKER, news, ship, tell
from tests.factories.shop import buy, goods
from zhanggui.fulfilment import selectors, services
from zhanggui.fulfilment.states import STATUSES, Standing, standing
from zhanggui.fulfilment.types import EventView, TrackingNews, TrackingResult
from zhanggui.kernel import clock, db, invariants
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.orders import selectors as orders

START = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
moments = st.integers(0, 5).map(lambda n: START + n * MINUTE)
stories = st.lists(st.tuples(moments, st.sampled_from(STATUSES)), max_size=8)


def test_an_ordinary_journey():
    story = [(START + i * MINUTE, s) for i, s in enumerate(("accepted", "arrived", "out_for_delivery", "delivered"))]
    assert [standing(story[:n]).state for n in range(5)] == [
        "shipped", "in_transit", "in_transit", "out_for_delivery", "delivered",
    ]  # fmt: skip
    assert standing(story).delivered_at == START + 3 * MINUTE
    assert {standing(order) for order in permutations(story)} == {Standing("delivered", START + 3 * MINUTE)}


def test_what_was_delivered_stays_so_unless_it_came_back():
    delivered = (START, "delivered")
    assert standing([delivered, (START + MINUTE, "in_transit")]).state == "delivered"
    assert standing([delivered, (START + MINUTE, "delivered")]).delivered_at == START
    assert standing([delivered, (START + MINUTE, "returned"), (START + 2 * MINUTE, "in_transit")]).state == "returned"
    assert standing([(START, "exception"), (START + MINUTE, "delivered")]).state == "delivered"
    assert standing([(START, "info")]).state == "shipped"


@given(stories, st.randoms(use_true_random=False))
def test_order_and_repetition_of_news_do_not_matter(story, rng):
    heard = story + story[:3]
    rng.shuffle(heard)
    assert standing(heard) == standing(story)


@given(stories)
def test_a_delivered_parcel_has_a_time_and_no_other_has(story):
    now = standing(story)
    assert (now.delivered_at is not None) >= (now.state == "delivered")
    assert (now.delivered_at is None) >= (now.state not in ("delivered", "returned"))


@pytest.mark.django_db
class TestStored:
    @pytest.fixture(autouse=True)
    def _books_are_right(self):
        yield
        assert invariants.check() == []

    @pytest.fixture
    def parcel(self):
        (tea,) = goods(1000)
        return ship(buy((tea, 1)))

    def test_news_is_kept_shown_and_announced(self, parcel):
        at = clock.now()
        entry = TrackingNews(parcel.carrier, parcel.waybill_no.lower(), at, "accepted", "已揽收", "杭州")
        assert tell(entry) == [TrackingResult("recorded", parcel.number)]
        assert tell(entry, entry) == [TrackingResult("duplicate", parcel.number)] * 2
        shown = selectors.parcel(parcel.number)
        assert (shown.state, shown.events) == ("in_transit", (EventView(at, "accepted", "已揽收", "杭州"),))
        moved = db.rows("select payload from kernel_outboxevent where name = 'fulfilment.parcel_moved'")
        assert [m["payload"]["state"] for m in moved] == ["in_transit"]
        assert moved[0]["payload"]["text"] == "已揽收"

    def test_late_news_leads_to_the_same_state(self, parcel):
        now = clock.now()
        tell(news(parcel, "delivered", now))
        tell(news(parcel, "accepted", now - 60 * MINUTE), news(parcel, "out_for_delivery", now - MINUTE))
        shown = selectors.parcel(parcel.number)
        assert (shown.state, shown.delivered_at) == ("delivered", now)
        assert [event.status for event in shown.events] == ["accepted", "out_for_delivery", "delivered"]
        assert orders.find(parcel.order_number)["status"] == "delivered"

    def test_a_returned_parcel_does_not_undo_the_order(self, parcel):
        tell(news(parcel, "delivered", clock.now() - MINUTE), news(parcel, "returned"))
        assert selectors.parcel(parcel.number).state == "returned"
        assert orders.find(parcel.order_number)["status"] == "shipped"

    def test_unknown_waybills_are_answered(self, parcel):
        wrong = TrackingNews("YTO", parcel.waybill_no, clock.now(), "delivered")
        assert tell(wrong, news(parcel, "accepted")) == [
            TrackingResult("unknown_waybill"), TrackingResult("recorded", parcel.number),
        ]  # fmt: skip

    def test_wrong_news_is_refused_whole_and_by_entry(self, parcel):
        now = clock.now()
        entries = [
            news(parcel, "accepted"), news(parcel, "teleported"), news(parcel, "accepted", now + timedelta(days=2)),
            news(parcel, "accepted", now.replace(tzinfo=None)), news(parcel, "accepted", text="x" * 501),
        ]  # fmt: skip
        with pytest.raises(ValidationFailed) as refusal:
            tell(*entries)
        assert [error.loc for error in refusal.value.errors] == [
            "events.1.status", "events.2.at", "events.3.at", "events.4.text",
        ]  # fmt: skip
        assert selectors.parcel(parcel.number).events == ()
        with pytest.raises(ValidationFailed):
            services.record_tracking([news(parcel, "info")] * 1001, actor=PACKER)

    def test_events_are_never_altered(self, parcel):
        tell(news(parcel, "accepted"))
        for statement in ("update fulfilment_trackingevent set text = ''", "delete from fulfilment_trackingevent"):
            with pytest.raises(DatabaseError), transaction.atomic():
                db.execute(statement)
