"""Tables of replenishment."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow

from .types import OPEN, ORDERED, PROPOSAL_STATES, STATUSES


class Round(models.Model):
    """A round of forecasts over the weeks before `until` (a Monday). `done` of `total` SKUs are forecast."""

    until = models.DateField()
    horizon = models.SmallIntegerField()
    status = models.CharField(max_length=10, default="waiting", db_default="waiting")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    total = models.IntegerField(default=0, db_default=0)
    done = models.IntegerField(default=0, db_default=0)
    proposals = models.IntegerField(default=0, db_default=0)
    errors = models.JSONField(default=dict, db_default={})
    failure = models.JSONField(null=True)  # {code, zh, en}
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="forecast_round_status"),
            models.CheckConstraint(condition=Q(horizon__gt=0), name="forecast_round_horizon"),
            # one at a time: two would write each other's forecasts
            models.UniqueConstraint(
                models.Value(1), condition=Q(status__in=["waiting", "running"]), name="forecast_round_alone"
            ),
        ]


class Forecast(models.Model):
    """What a SKU is expected to sell, as of the latest round that knew it. Weeks are arrays of units."""

    sku = models.OneToOneField("catalog.Sku", primary_key=True, on_delete=models.CASCADE, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    abc = models.CharField(max_length=1)
    model = models.CharField(max_length=20)
    first = models.DateField()
    history = models.JSONField()
    filled = models.JSONField(default=list, db_default=[])
    weeks = models.JSONField()
    deviation = models.FloatField()
    trials = models.SmallIntegerField()
    errors = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(abc__in=["A", "B", "C"]), name="forecast_abc"),
            models.CheckConstraint(condition=Q(deviation__gte=0, trials__gte=0), name="forecast_not_negative"),
        ]


class Proposal(models.Model):
    """Units of a SKU that should be bought. A SKU has one open proposal at most; a new round replaces it."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")
    supplier_id = models.BigIntegerField(null=True)
    warehouse_id = models.BigIntegerField()
    quantity = models.IntegerField()
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    urgency = models.FloatField()
    abc = models.CharField(max_length=1)
    reason = models.JSONField()
    state = models.CharField(max_length=10, default=OPEN, db_default=OPEN)
    order_number = models.CharField(max_length=40, default="", db_default="")
    note = models.CharField(max_length=300, default="", db_default="")
    decided_by = models.CharField(max_length=200, default="", db_default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-urgency", "id"], name="proposal_urgent")]
        constraints = [
            models.UniqueConstraint(fields=["sku"], condition=Q(state=OPEN), name="proposal_open_once"),
            models.CheckConstraint(condition=Q(state__in=PROPOSAL_STATES), name="proposal_state_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="proposal_positive"),
            models.CheckConstraint(
                condition=Q(state=ORDERED) & ~Q(order_number="") | ~Q(state=ORDERED) & Q(order_number=""),
                name="proposal_ordered_has_order",
            ),
        ]
