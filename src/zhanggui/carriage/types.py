"""Values that cross the door of carriage, and the Protocol of label services. Weights in grams, amounts in minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from zhanggui.kernel.i18n import Text


@dataclass(frozen=True, slots=True)
class CarrierView:
    code: str
    name: str
    name_en: str
    phone: str
    position: int
    active: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A carrier's way to a province (short name, "": everywhere else).

    `first_fee` covers `first_g`, each further started `step_g` costs `step_fee`, `surcharge` comes on top. `remote`: the carrier
    counts the province among the far ones. Days are counted from the day it leaves.
    """

    carrier: str
    province: str = ""
    served: bool = True
    days_min: int = 1
    days_max: int = 3
    remote: bool = False
    first_g: int = 1000
    first_fee: int = 0
    step_g: int = 1000
    step_fee: int = 0
    surcharge: int = 0


@dataclass(frozen=True, slots=True)
class ChoiceRuleView:
    """Parcels for which all that is set holds go by `carrier`. `remote`: most carriers that serve the province call it far;
    `within_hours`: so many hours are left to send it."""

    id: int
    label: str
    carrier: str
    position: int
    provinces: tuple[str, ...] = ()
    remote: bool = False
    min_g: int | None = None
    max_g: int | None = None
    min_amount: int | None = None
    max_amount: int | None = None
    within_hours: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Freight:
    """What is to be carried, as far as the choice of a carrier asks. `hours_left`: until it should have left, None: not known."""

    province: str
    weight_g: int = 0
    amount: int = 0
    hours_left: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one carrier would take for it."""

    carrier: str
    cost: int
    days_min: int
    days_max: int
    remote: bool
    score: int | None


Decided = Literal["rule", "cheapest", "fastest", "score", "only", "hand", "none"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who carries it and why, in words; `carrier` is "" where nobody does. `offers` are all who could, the preferred first."""

    carrier: str
    by: Decided
    why: Text
    cost: int | None
    offers: tuple[Offer, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryTime:
    """How long a parcel takes to a province (short name) by the carrier that would be chosen; `served` False: nobody goes there."""

    province: str
    served: bool
    days_min: int
    days_max: int
    remote: bool
    carrier: str


Service = Literal["kuaidi100", "kdniao", "numbers"]


@dataclass(frozen=True, slots=True)
class AccountView:
    """Where a carrier's numbers come from. `ready`: its keys are there (a range has numbers left); `practice`: by the simulator."""

    carrier: str
    service: str
    active: bool
    ready: bool = True
    practice: bool = False


@dataclass(frozen=True, slots=True)
class NumbersView:
    id: int
    carrier: str
    prefix: str
    width: int
    next: int
    last: int

    @property
    def left(self) -> int:
        return max(0, self.last - self.next + 1)


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives."""

    name: str
    mobile: str
    province: str
    city: str
    district: str
    address: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """One box for which a waybill is asked. `document` is the order's number, `goods` a note of what is in it."""

    reference: str
    document: str
    carrier: str
    sender: Party
    receiver: Party
    goods: str
    pieces: int
    weight_g: int
    remark: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """What a label service answers: the number, and what the paper needs: `route` (大头笔, three-part code), `package`, `sorting`."""

    number: str
    route: str = ""
    package: str = ""
    sorting: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One piece of news of one parcel, in the words of the house: `status` is one of those fulfilment knows."""

    carrier: str
    number: str
    at: datetime
    status: str
    text: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class RawPush:
    """A push of tracks as it arrived: header names in lower case, the form of its body."""

    service: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The HTTP answer that makes the service stop (or go on) repeating itself."""

    status: int
    content_type: str
    body: str


class LabelService(Protocol):
    """A label and tracking service. Whatever touches the network refuses to run inside a transaction."""

    name: str

    def issue(self, order_code: str, shipment: Shipment) -> Issued:
        """A waybill for it; the same order code again is the same waybill. Raises ServiceUnreachable, ServiceNonsense, ServiceRefused."""

    def cancel(self, order_code: str, carrier: str, number: str) -> None:
        """It is not used. Raises as `issue`."""

    def tracks(self, carrier: str, number: str, phone: str) -> Sequence[Track]:
        """All news of a parcel. Raises as `issue`."""

    def follow(self, carrier: str, number: str, phone: str) -> None:
        """Its news are pushed to the mall from now on. Raises as `issue`."""

    def read_push(self, raw: RawPush) -> Sequence[Track]:
        """Raises BadPush for what is not genuine or makes no sense."""

    def acknowledge(self, ok: bool, reason: str = "") -> Acknowledgement: ...


@dataclass(frozen=True, slots=True)
class WaybillView:
    """A waybill, as others may see it. `cost` in minor units, None where the carrier has no lane there."""

    id: int
    carrier: str
    service: str
    number: str
    reference: str
    document: str
    province: str
    weight_g: int
    cost: int | None
    why: str
    state: str
    error: str
    asked_by: str
    at: datetime
    issued_at: datetime | None
    used_at: datetime | None
    heard_at: datetime | None
    over_at: datetime | None
    to_cancel: bool
    label: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spend:
    """What parcels that left in a period cost: by carrier and province. `priced` of them have a cost."""

    carrier: str
    province: str
    parcels: int
    priced: int
    cost: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of a carrier's bill as it came; `row` is where it stands."""

    row: int
    number: str
    weight_g: int
    amount: int


@dataclass(frozen=True, slots=True)
class BillView:
    """A carrier's bill: lines, those that differ, what is billed, expected by the mall's own waybills, and accepted."""

    id: int
    carrier: str
    name: str
    at: datetime
    added_by: str
    settled_at: datetime | None
    settled_by: str
    note: str
    lines: int
    differ: int
    amount: int
    expected: int
    accepted: int


@dataclass(frozen=True, slots=True)
class BillLineView:
    id: int
    row: int
    number: str
    weight_g: int
    amount: int
    own_weight: int | None
    own_cost: int | None
    found: str
    accepted: int
