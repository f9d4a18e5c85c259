"""Who makes what. That something is made stands on the order's line; here stands by whom and when."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow


class Job(models.Model):
    """The making of an order's line, from when somebody began. `units` were made when it was done."""

    order_number = models.CharField(max_length=40)
    line = models.SmallIntegerField()
    state = models.CharField(max_length=8, default="making", db_default="making")
    units = models.IntegerField(default=0, db_default=0)
    maker_id = models.BigIntegerField(null=True)
    maker = models.CharField(max_length=200, default="", db_default="")
    started_at = models.DateTimeField(db_default=MallNow())
    made_at = models.DateTimeField(null=True)
    warehouse_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number", "line"], name="workshop_one_job"),
            models.CheckConstraint(
                condition=Q(state="making", made_at=None, units=0)
                | Q(state="made", made_at__isnull=False, units__gt=0, warehouse_id__isnull=False),
                name="workshop_job_state",
            ),
        ]
        indexes = [models.Index(fields=["-made_at"], condition=Q(state="made"), name="workshop_job_made")]
