"""What is never written to a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, connection, transaction

from zhanggui.config.logs import without_personal_data


def kept(**event: str) -> dict[str, str]:
    return dict(without_personal_data(None, "info", event))


def test_mobiles_and_addresses_are_masked_in_free_text() -> None:
    assert kept(event="13800138000 wrote from li@example.com") == {"event": "138****8000 wrote from ***@example.com"}
    assert kept(token="abc", number="2611") == {"token": "***", "number": "2611"}


@pytest.mark.django_db
def test_the_row_a_constraint_refused_is_left_out_of_the_traceback() -> None:
    name, home = "".join(("李", "雷")), "\n".join(("文三路", "一号"))  # not as they would stand in the traceback
    sql = "with b (name, home) as (values (%s, %s)) select kernel_refusal(name, home) from b"
    raises = (
        "create function kernel_refusal(a text, b text) returns void language plpgsql as"
        " 'begin raise check_violation using message = ''age'', detail = concat(a, b); end'"
    )
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(raises)
        cursor.execute(sql, (name, home))
    event: dict[str, Any] = {"exc_info": caught.value}
    told = without_personal_data(None, "warning", structlog.processors.format_exc_info(None, "warning", event))
    trace = told["exception"]
    assert "DETAIL: ***" in trace
    assert "The above exception" in trace  # what Django added is still there
    assert not any(private in trace for private in (name, "文" + "三路", "一" + "号"))


def test_addresses_we_call_are_not_logged() -> None:
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
