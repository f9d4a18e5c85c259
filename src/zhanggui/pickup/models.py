"""Tables of pickup points."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from zhanggui.kernel.clock import MallNow


class Point(models.Model):
    """A pickup point; `staff` are accounts' ids."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, default="", db_default="")
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, default="", db_default="")
    address = models.CharField(max_length=120)
    hours = models.CharField(max_length=120, default="", db_default="")
    phone = models.CharField(max_length=40, default="", db_default="")
    warehouse_id = models.BigIntegerField(null=True)
    keep_days = models.SmallIntegerField(default=7, db_default=7)
    active = models.BooleanField(default=True, db_default=True)
    staff = ArrayField(
        models.BigIntegerField(), default=list, db_default=Value([], ArrayField(models.BigIntegerField()))
    )
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=90), name="point_keep_days")]
