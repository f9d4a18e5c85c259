"""Tables of analytics. No column can hold an address, a name, a number to call, a browser's name or a query string."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow

from .types import PAGE_KINDS


class PageView(models.Model):
    """One page shown. The numbers are keyed hashes: `visitor`, `session` and `view` of random first-party ids, `address`
    of the network address under the week's salt. `seconds` grows while the page is being looked at."""

    view = models.BigIntegerField(primary_key=True)
    day = models.DateField()  # the mall's business day
    at = models.DateTimeField()
    visitor = models.BigIntegerField()
    session = models.BigIntegerField()
    address = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    ref = models.CharField(max_length=120, default="", db_default="")  # product, category or article only
    source = models.CharField(max_length=40, default="", db_default="")  # empty: came from a page of the mall
    seconds = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PAGE_KINDS), name="pageview_kind_known"),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="pageview_seconds_not_negative"),
        ]
        indexes = [
            models.Index(fields=["day", "at", "view"], name="pageview_day_at"),
            models.Index(fields=["session", "at"], name="pageview_session"),
        ]


class Visitor(models.Model):
    """When a pseudonymous visitor was first and last seen: all it takes to tell new from returning."""

    visitor = models.BigIntegerField(primary_key=True)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["last_day"], name="visitor_last_day")]


class Salt(models.Model):
    """The current week's salt for network addresses, named by its Monday; gone when the week is over."""

    week = models.DateField(primary_key=True)
    salt = models.BinaryField()


class Rollup(models.Model):
    """The traffic facts of a closed day or week; `facts` is `types.Traffic` as JSON."""

    period = models.CharField(max_length=8)
    first = models.DateField()
    facts = models.JSONField()
    made_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "first"], name="rollup_once"),
            models.CheckConstraint(condition=Q(period__in=["daily", "weekly"]), name="rollup_period_known"),
        ]


class OrderSums(models.Model):
    """The order facts of a closed day or week (`sums.OrderSums.to_keep` as JSON); `facts` is null while they are counted.

    Whoever counts writes only if `mark` is still its own, so a sum dropped meanwhile stays dropped.
    """

    period = models.CharField(max_length=8)
    first = models.DateField()
    mark = models.CharField(max_length=40)
    facts = models.JSONField(null=True)
    made_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "first"], name="ordersums_once"),
            models.CheckConstraint(condition=Q(period__in=["daily", "weekly"]), name="ordersums_period_known"),
        ]


class Spend(models.Model):
    """Promotion spend of a day, as staff recorded it; a correction is a new row with the opposite sign."""

    day = models.DateField()
    source = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, default="", db_default="")
    recorded_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["day"], name="spend_day")]
