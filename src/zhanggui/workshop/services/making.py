"""From what is to be made to what is made."""

from django.db import transaction

from zhanggui.inventory import services as stock
from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.orders import services as orders

from .. import locks, selectors
from ..errors import MadeByAnother, NothingToMake
from ..events import LineMade
from ..permissions import MAKE, need
from ..types import Work

_BEGIN = """
insert into workshop_job (order_number, line, maker_id, maker) values (%s, %s, %s, %s)
on conflict (order_number, line) do update set maker_id = excluded.maker_id, maker = excluded.maker, started_at = kernel_now()
    where workshop_job.state = 'making'
"""
_DONE = """
insert into workshop_job (order_number, line, state, units, maker_id, maker, made_at, warehouse_id)
values (%(number)s, %(line)s, 'made', %(units)s, %(maker_id)s, %(maker)s, kernel_now(), %(warehouse)s)
on conflict (order_number, line) do update set state = 'made', units = workshop_job.units + excluded.units,
    made_at = excluded.made_at, warehouse_id = excluded.warehouse_id
"""


def start(order_number: str, line: int, *, take_over: bool = False, actor: Actor) -> Work:
    """Somebody begins to make a line; again changes nothing. `take_over`: although a colleague has begun.

    Opens its own transaction. Raises PermissionDenied, NothingToMake, MadeByAnother.
    """
    need(actor, MAKE)
    with transaction.atomic():
        found = _wanted(order_number, line)
        job = locks.hold_job(order_number, line)
        if job is not None and job["maker_id"] not in (None, actor.id) and not take_over:
            raise MadeByAnother(maker=job["maker"], extra={"maker": job["maker"]})
        if job is None or job["maker_id"] != actor.id:
            db.execute(_BEGIN, (order_number, line, actor.id, actor.label[:200]))
            audit.record(
                actor=actor, action="workshop.start", target_type="order", target_id=order_number,
                before={"maker": job["maker"]} if job else None, after={"line": line, "units": found.units},
            )  # fmt: skip
    begun = selectors.work(order_number, line)
    if begun is None:  # cancelled in this very moment
        raise NothingToMake(what=f"{order_number}-{line}")
    return begun


def put_back(order_number: str, line: int, *, actor: Actor) -> None:
    """Nobody makes it now; anybody may begin. Opens its own transaction. Raises PermissionDenied."""
    need(actor, MAKE)
    with transaction.atomic():
        job = locks.hold_job(order_number, line)
        if job is not None and job["state"] == "making":
            db.execute("delete from workshop_job where id = %s", (job["id"],))
            audit.record(
                actor=actor, action="workshop.put_back", target_type="order", target_id=order_number,
                before={"line": line, "maker": job["maker"]},
            )  # fmt: skip


def finish(order_number: str, line: int, *, warehouse_id: int | None = None, actor: Actor) -> bool:
    """A line is made: received in a warehouse (None: the first) and held there for its order; whether the order may go now.

    All of it in one transaction. Raises PermissionDenied, NothingToMake, ValidationFailed.
    """
    need(actor, MAKE)
    with transaction.atomic():
        house = warehouse_id or stock.ensure_default_warehouse(actor=actor)
        found = _wanted(order_number, line)
        job = locks.hold_job(order_number, line)
        units, complete = orders.record_made(order_number, line, house, actor=actor)
        values = {
            "number": order_number, "line": line, "units": units, "warehouse": house,
            "maker_id": job["maker_id"] if job else actor.id, "maker": job["maker"] if job else actor.label[:200],
        }  # fmt: skip
        db.execute(_DONE, values)
        audit.record(
            actor=actor, action="workshop.finish", target_type="order", target_id=order_number,
            after={"line": line, "units": units, "title": found.title},
        )  # fmt: skip
        outbox.record(LineMade(order_number, line, units, complete))
    return complete


def _wanted(order_number: str, line: int) -> Work:
    found = selectors.work(order_number, line)
    if found is None:
        raise NothingToMake(what=f"{order_number}-{line}")
    return found
