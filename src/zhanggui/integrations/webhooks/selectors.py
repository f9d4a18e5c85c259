"""Reads of webhooks."""

from zhanggui.kernel import db
from zhanggui.kernel.paging import Page, page
from zhanggui.kernel.problems import NotFound

from .types import AttemptView, DeliveryView, EndpointView

_ENDPOINTS = """
select e.id, e.url, e.description, e.events, e.active, e.created_at,
    coalesce(n.pending, 0) as pending, coalesce(n.dead, 0) as dead, f.failing_since
from webhooks_endpoint e
left join (select endpoint_id, count(*) filter (where state = 'pending') as pending,
        count(*) filter (where state = 'dead') as dead
    from webhooks_delivery where state in ('pending', 'dead') group by endpoint_id) n on n.endpoint_id = e.id
left join lateral (
    select min(a.at) as failing_since from webhooks_delivery d join webhooks_attempt a on a.delivery_id = d.id
    where d.endpoint_id = e.id and d.state in ('pending', 'dead') and a.at > coalesce(
        (select max(s.finished_at) from webhooks_delivery s where s.endpoint_id = e.id and s.state = 'delivered'),
        '-infinity')
) f on true
"""


def endpoints() -> list[EndpointView]:
    """All endpoints with their health. One statement."""
    return [EndpointView(**{**r, "events": tuple(r["events"])}) for r in db.rows(f"{_ENDPOINTS} order by e.id")]


def endpoint(endpoint_id: int) -> EndpointView:
    """Raises NotFound."""
    row = db.row(f"{_ENDPOINTS} where e.id = %s", (endpoint_id,))
    if row is None:
        raise NotFound()
    return EndpointView(**{**row, "events": tuple(row["events"])})


_DELIVERY = """
select id, endpoint_id, event, message_id, state, attempts,
    case when state = 'pending' then next_attempt_at end as next_attempt_at, created_at, finished_at
from webhooks_delivery
"""


def dead_count(most: int = 1000) -> int:
    """Deliveries given up, counted up to `most`. One statement."""
    found = db.row(
        "select count(*)::int as n from (select 1 from webhooks_delivery where state = 'dead' limit %s) d", (most,)
    )
    return int(found["n"]) if found else 0


def deliveries(
    *, endpoint_id: int | None = None, state: str = "", event: str = "", before_id: int | None = None, limit: int = 50
) -> Page[DeliveryView]:
    """The log, newest first; `state="dead"` is the list of dead letters. One statement."""
    rows = db.rows(
        f"{_DELIVERY} where (%s::bigint is null or endpoint_id = %s) and (%s = '' or state = %s)"
        " and (%s = '' or event = %s) and (%s::bigint is null or id < %s) order by id desc limit %s",
        (endpoint_id, endpoint_id, state, state, event, event, before_id, before_id, limit + 1),
    )
    return page([DeliveryView(**r) for r in rows], limit, lambda row: row.id)


def delivery(delivery_id: int) -> tuple[DeliveryView, str, list[AttemptView]]:
    """One delivery with its body and its attempts, oldest first. Raises NotFound."""
    row = db.row(_DELIVERY.replace("select id", "select body, id", 1) + " where id = %s", (delivery_id,))
    if row is None:
        raise NotFound()
    body = row.pop("body")
    tried = db.rows(
        "select at, status, milliseconds, error, answer from webhooks_attempt where delivery_id = %s order by id",
        (delivery_id,),
    )
    return DeliveryView(**row), body, [AttemptView(**a) for a in tried]
