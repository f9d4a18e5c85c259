"""Tables of planning."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow

from .types import STATUSES


class Replay(models.Model):
    """A replay: what was asked (`proposal`: the promotions as they were then), how far it is, what it gave.

    `first` and `last` are business days, `done` of `total` orders have been judged, `left_out` are of another currency.
    """

    first = models.DateField()
    last = models.DateField()
    note = models.CharField(max_length=200, default="", db_default="")
    currency = models.CharField(max_length=3)
    proposal = models.JSONField()
    status = models.CharField(max_length=10, default="waiting", db_default="waiting")
    stop = models.BooleanField(default=False, db_default=False)  # somebody asked for it
    attempts = models.IntegerField(default=0, db_default=0)
    total = models.IntegerField(default=0, db_default=0)
    done = models.IntegerField(default=0, db_default=0)
    left_out = models.IntegerField(default=0, db_default=0)
    corridor_low = models.IntegerField()
    corridor_high = models.IntegerField()
    figures = models.JSONField(null=True)
    failure = models.JSONField(null=True)  # {code, zh, en}
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="replay_status"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="replay_days"),
            models.CheckConstraint(
                condition=~Q(status="finished") | Q(figures__isnull=False), name="replay_finished_has_figures"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(status__in=["waiting", "running"]), name="replay_to_do")]
