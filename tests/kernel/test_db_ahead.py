"""Statements sent ahead: all of them happen, in their order, and what fails is heard before the block is left."""

import pytest
from django.db import DataError, IntegrityError, transaction

from zhanggui.kernel import db

pytestmark = pytest.mark.django_db
PUT = "insert into kernel_version (name, value) values (%s, %s)"


def stored() -> dict[str, int]:
    return {
        row["name"]: row["value"] for row in db.rows("select name, value from kernel_version where name like 'a.%%'")
    }


def test_all_are_run_in_their_order_and_what_has_an_answer_sees_them():
    with transaction.atomic(), db.ahead():
        db.send(PUT, ("a.1", 1))
        db.send("update kernel_version set value = 2 where name = 'a.1'")
        assert stored() == {"a.1": 2}
        with db.ahead():
            db.send(PUT, ("a.2", 1))
        assert db.execute("update kernel_version set value = 3 where name like 'a.%%'") == 2
        assert db.row("select 1 as one") == {"one": 1}
    assert stored() == {"a.1": 3, "a.2": 3}


def test_what_fails_is_raised_at_the_end_and_taken_back_with_its_transaction():
    with pytest.raises(IntegrityError), transaction.atomic(), db.ahead():
        db.send(PUT, ("a.1", 1))
        db.send(PUT, ("a.1", 1))
        db.send(PUT, ("a.2", 1))
    assert stored() == {}


def test_what_fails_is_raised_by_the_next_that_has_an_answer():
    with pytest.raises(DataError), transaction.atomic(), db.ahead():
        db.send("select 1 / %s::int", (0,))
        stored()
        raise AssertionError
    assert stored() == {}


def test_an_exception_of_the_block_itself_is_the_one_that_is_heard():
    with pytest.raises(KeyError), transaction.atomic(), db.ahead():
        db.send(PUT, ("a.1", 1))
        raise KeyError
    assert stored() == {}


def test_outside_a_block_it_is_like_any_other():
    db.send(PUT, ("a.1", 1))
    assert stored() == {"a.1": 1}


def test_a_savepoint_inside_takes_back_what_failed_in_it_alone():
    with transaction.atomic(), db.ahead():
        db.send(PUT, ("a.1", 1))
        for _ in range(2):
            with pytest.raises(IntegrityError), transaction.atomic():
                db.send(PUT, ("a.2", 1))
                db.execute(PUT, ("a.1", 1))
        with transaction.atomic():
            db.send(PUT, ("a.3", 1))
        db.send(PUT, ("a.4", 1))
    assert stored() == {"a.1": 1, "a.3": 1, "a.4": 1}
