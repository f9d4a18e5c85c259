"""The only place where payments speaks to the network: one bounded call, never inside a transaction."""

from collections.abc import Mapping

from zhanggui.kernel import calling, mall_settings
from zhanggui.kernel.calling import Answer as Answer
from zhanggui.kernel.calling import answered_by as answered_by

from ..errors import GatewayUnreachable

LIMIT = 64 * 1024 * 1024  # a day's bill of a large merchant stays well below


def call(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
    """One request; any HTTP status is an answer. Raises GatewayUnreachable when there is none in time."""
    timeout = mall_settings.get("payments.gateway_timeout_seconds")
    try:
        return calling.call(method, url, headers=headers, body=body, timeout=timeout, limit=LIMIT)
    except calling.Unanswered as silent:
        raise GatewayUnreachable(reason=silent.reason) from silent
