"""Conditional writes and locks of parcels. A parcel comes before its order in the order of locks."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def open_parcel(number: str, order_number: str, carrier: str, carrier_name: str, waybill_no: str) -> int | None:
    """Insert a parcel; None when the waybill has one already (a twin in flight is waited for)."""
    row = db.row(
        "insert into fulfilment_parcel (number, order_number, carrier, carrier_name, waybill_no) values (%s, %s, %s, %s, %s)"
        " on conflict (carrier, waybill_no) where not (waybill_no = '') do nothing returning id",
        (number, order_number, carrier, carrier_name, waybill_no),
    )
    return None if row is None else int(row["id"])


@db.needs_transaction
def parcels_of_orders(order_numbers: list[str]) -> list[dict[str, Any]]:
    """Hold all parcels of these orders, so that the last one delivered is seen as the last."""
    return db.rows(
        "select id, number, order_number, state from fulfilment_parcel where order_number = any(%s)"
        " order by id for no key update",
        (order_numbers,),
    )


@db.needs_transaction
def move(parcel_id: int, state: str, delivered_at: Any) -> bool:
    """Put a held parcel in a state; whether that is another one."""
    return bool(
        db.execute(
            "update fulfilment_parcel set state = %s, delivered_at = %s where id = %s and state <> %s",
            (state, delivered_at, parcel_id, state),
        )
    )
