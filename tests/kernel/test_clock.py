"""The mall's clock can be set for a while; SQL follows, and nothing of it is left afterwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from zhanggui.kernel import clock, db

PAST = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
LATER = PAST + timedelta(hours=5)


def sql_now() -> datetime:
    row = db.row("select kernel_now() as at")
    assert row is not None
    return row["at"]


def is_today(at: datetime) -> bool:
    return abs(datetime.now(UTC) - at) < timedelta(minutes=5)


@pytest.mark.django_db(transaction=True)
class TestTheClock:
    def test_stands_still_inside_and_goes_on_afterwards(self):
        with clock.at(PAST):
            assert clock.now() == sql_now() == PAST
            with clock.at(LATER):
                assert clock.now() == sql_now() == LATER
            assert clock.now() == sql_now() == PAST
        assert is_today(clock.now())
        assert is_today(sql_now())

    def test_moves_on_and_forgets_where_it_was(self):
        with clock.at(PAST) as move:
            move(LATER)
            assert clock.now() == sql_now() == LATER
            with pytest.raises(DatabaseError), transaction.atomic():
                move(PAST)
                db.execute("select 1 / 0")
        assert is_today(clock.now())
        assert is_today(sql_now())

    def test_is_free_after_an_error_of_ours_and_of_the_database(self):
        with pytest.raises(ZeroDivisionError), clock.at(PAST):
            raise ZeroDivisionError
        with pytest.raises(DatabaseError), clock.at(PAST), transaction.atomic():
            db.execute("select 1 / 0")
        with pytest.raises(DatabaseError), transaction.atomic(), clock.at(PAST):
            db.execute("select 1 / 0")
        with pytest.raises(DatabaseError), transaction.atomic(), clock.at(PAST), transaction.atomic():
            db.execute("select 1 / 0")
        assert is_today(clock.now())
        assert is_today(sql_now())

    def test_takes_the_outer_time_again_when_a_transaction_inside_it_fails(self):
        with clock.at(PAST):
            with pytest.raises(DatabaseError), transaction.atomic(), clock.at(LATER):
                db.execute("select 1 / 0")
            assert clock.now() == sql_now() == PAST

    def test_is_nobody_elses(self):
        seen: list[datetime] = []

        def look() -> None:
            seen.extend([clock.now(), sql_now()])
            connection.close()

        with clock.at(PAST):
            other = threading.Thread(target=look)
            other.start()
            other.join()
        assert all(is_today(at) for at in seen)

    def test_stamps_what_columns_fill_in_by_themselves(self):
        with clock.at(PAST):
            db.execute("insert into kernel_mallsetting (key, value) values ('clock.test', '1')")
        row = db.row("select updated_at from kernel_mallsetting where key = 'clock.test'")
        assert row == {"updated_at": PAST}


@pytest.mark.django_db
def test_the_planner_sees_through_it():
    """No function is called for each row, and an index on a time is still used."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain verbose select 1 from kernel_idempotencykey where created_at <= kernel_now()")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "kernel_now" not in plan
    assert "Index Cond" in plan
