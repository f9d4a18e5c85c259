"""The only row locks of webhooks: a delivery is taken by one sender, an endpoint is changed by one person at a time."""

from typing import Any

from zhanggui.kernel import db

from .models import Endpoint

_TAKE = """
with due as (
    select d.id, row_number() over (partition by d.endpoint_id order by d.next_attempt_at, d.id) as place
    from webhooks_delivery d join webhooks_endpoint e on e.id = d.endpoint_id and e.active
    where d.state = 'pending' and d.next_attempt_at <= kernel_now()
), taken as (
    select d.id from webhooks_delivery d join due on due.id = d.id and due.place <= %s
    where d.state = 'pending' and d.next_attempt_at <= kernel_now()
    order by d.next_attempt_at, d.id limit %s for update of d skip locked
)
update webhooks_delivery d
set attempts = d.attempts + 1, next_attempt_at = kernel_now() + %s * interval '1 second'
from taken, webhooks_endpoint e
where d.id = taken.id and e.id = d.endpoint_id
returning d.id, d.message_id, d.body, d.attempts, e.url, e.secret,
    case when e.former_until > kernel_now() then e.former_secret else '' end as former_secret
"""


def take_due(*, per_endpoint: int, limit: int, lease_seconds: int) -> list[dict[str, Any]]:
    """Up to `limit` due deliveries, counted as tried and leased to the caller; one statement, a transaction of its own."""
    return db.rows(_TAKE, (per_endpoint, limit, lease_seconds))


@db.needs_transaction
def hold_endpoint(endpoint_id: int) -> Endpoint | None:
    """The endpoint, locked until the end of the transaction; None where there is none."""
    return Endpoint.objects.select_for_update().filter(id=endpoint_id).first()
