"""What products ask for."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow


class Form(models.Model):
    """What a product asks for (`fields`: types.Field) and how many of it are made a day (null: no limit)."""

    product_id = models.BigIntegerField(primary_key=True)
    fields = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    daily = models.IntegerField(null=True)
    version = models.IntegerField(default=1, db_default=1)
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(daily=None) | Q(daily__gt=0), name="bespoke_daily_positive")]
