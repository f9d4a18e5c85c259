"""What others may know of webhooks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EndpointView:
    """`failing_since`: the first failure after the last success, None while all is well."""

    id: int
    url: str
    description: str
    events: tuple[str, ...]
    active: bool
    created_at: datetime
    pending: int
    dead: int
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """The secret is shown once."""

    id: int
    secret: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: int
    endpoint_id: int
    event: str
    message_id: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    at: datetime
    status: int | None
    milliseconds: int
    error: str
    answer: str
