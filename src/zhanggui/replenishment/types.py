"""Values that cross the door of replenishment. Quantities are units, amounts minor units of the supplier's currency."""

from dataclasses import dataclass
from datetime import date, datetime

from zhanggui.kernel.i18n import Text

STATUSES = ("waiting", "running", "finished", "failed")
OPEN, ORDERED, DISMISSED, REPLACED = "open", "ordered", "dismissed", "replaced"
PROPOSAL_STATES = (OPEN, ORDERED, DISMISSED, REPLACED)

MODELS = {
    "naive": Text("上周照旧", "Last week again"),
    "moving_average": Text("近 4 周平均", "Mean of 4 weeks"),
    "window": Text("近 8 周平均", "Mean of 8 weeks"),
    "mean": Text("全部平均", "Mean of all weeks"),
    "smoothing": Text("指数平滑（自动）", "Exponential smoothing, fitted"),
    "smoothing_10": Text("指数平滑 0.1", "Exponential smoothing, 0.1"),
    "smoothing_30": Text("指数平滑 0.3", "Exponential smoothing, 0.3"),
    "croston": Text("Croston 间断需求", "Croston's method"),
    "croston_sba": Text("Croston SBA", "Croston, Syntetos–Boylan"),
    "tsb": Text("TSB 间断需求", "Teunter–Syntetos–Babai"),
    "adida": Text("ADIDA 聚合", "ADIDA"),
    "imapa": Text("IMAPA 多级聚合", "IMAPA"),
    "theta": Text("Theta 趋势", "Theta"),
    "ets": Text("ETS 状态空间", "ETS"),
    "last_year": Text("去年同期", "The same weeks of last year"),
    "theta_year": Text("Theta 含年度季节", "Theta with the year's season"),
    "joined": Text("四法平均", "Mean of four methods"),
}
DEMAND = {
    "smooth": Text("平稳", "Smooth"),
    "erratic": Text("波动", "Erratic"),
    "intermittent": Text("间断", "Intermittent"),
    "lumpy": Text("块状", "Lumpy"),
    "new": Text("历史太短", "Too new"),
}


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round of forecasts. `errors` are shares of all sales by worth: of what was chosen, of last week again, of four weeks' mean."""

    id: int
    status: str
    until: date
    horizon: int
    total: int
    done: int
    proposals: int
    errors: dict[str, float]
    failure: Text | None
    actor_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def over(self) -> bool:
        return self.status in ("finished", "failed")


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What a SKU is expected to sell: `weeks` from `until` on; `history` are the weeks before, from `first` on.

    `filled` are weeks of the history (by place) that were raised because the goods were not there all the time. `errors` are
    mean absolute errors in units over `horizon` weeks, on `trials` looks into the past.
    """

    sku_id: int
    kind: str
    abc: str
    model: str
    first: date
    until: date
    history: tuple[float, ...]
    filled: tuple[int, ...]
    weeks: tuple[float, ...]
    deviation: float
    trials: int
    errors: dict[str, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """The figures a proposal was made from. Days and units; `until`: days until what there is will be sold."""

    lead: float
    spread: float
    learned: int  # receipts the lead time was learned from; 0: as promised, or as the mall supposes
    review: int
    service: int
    expected: float
    safety: int
    target: int
    free: int
    coming: int
    pack: int
    least: int
    wanted: int
    until: float | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """So many units of a SKU to be bought of a supplier (None: nobody sells it yet). `price` of a unit, where it is known."""

    id: int
    round_id: int
    sku_id: int
    supplier_id: int | None
    warehouse_id: int
    quantity: int
    price: int | None
    currency: str
    urgency: float
    abc: str
    reason: Reason
    state: str
    order_number: str
    note: str

    @property
    def cost(self) -> int | None:
        return None if self.price is None else self.price * self.quantity
