"""Tables of the mall's word. Amounts are minor units of the mall's currency; others are pointed to by id only."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import EXPLAINED, MENDED, OPEN, POINTS, RISKS


class Check(models.Model):
    """One run over the whole mall: how far it is (`done` of `total` products) and what it found."""

    status = models.CharField(max_length=10, default="waiting", db_default="waiting")
    total = models.IntegerField(default=0, db_default=0)
    done = models.IntegerField(default=0, db_default=0)
    found = models.IntegerField(default=0, db_default=0)
    new = models.IntegerField(default=0, db_default=0)
    gone = models.IntegerField(default=0, db_default=0)
    failure = models.CharField(max_length=300, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | Q(status__in=["finished", "failed"], finished_at__isnull=False),
                name="pledges_check_status",
            ),
            # A mall is looked over once at a time; who asks meanwhile is shown the run there is.
            models.UniqueConstraint(
                models.Value(1), condition=Q(status__in=["waiting", "running"]), name="pledges_check_one_at_a_time"
            ),
        ]


class Difference(models.Model):
    """Words and deeds apart, told from others by `key`: seen first and last by a check, and gone when one saw it no more."""

    key = models.CharField(max_length=300, unique=True)
    place = models.CharField(max_length=12)
    what = models.CharField(max_length=12)
    title = models.JSONField()
    says = models.JSONField()
    holds = models.JSONField()
    said = models.BigIntegerField(null=True)
    true = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    sku_code = models.CharField(max_length=100, default="", db_default="")
    promotion_id = models.BigIntegerField(null=True)
    page_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=600, default="", db_default="")
    first_seen = models.DateTimeField(db_default=MallNow())
    last_seen = models.DateTimeField(db_default=MallNow())
    gone_at = models.DateTimeField(null=True)
    check_id = models.BigIntegerField()  # the last check that saw it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_seen__gte=F("first_seen")), name="difference_seen_in_order"),
            models.CheckConstraint(
                condition=Q(gone_at=None) | Q(gone_at__gte=F("last_seen")), name="difference_gone_after_seen"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(gone_at=None), name="difference_open"),
            models.Index(fields=["promotion_id"], condition=Q(promotion_id__isnull=False), name="difference_promotion"),
        ]


class PriceRisk(models.Model):
    """What could be taken for price fraud, told from others by `key`, with the evidence of the last time it was seen."""

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=12)
    title = models.JSONField()
    why = models.JSONField()
    evidence = models.JSONField()
    product_id = models.BigIntegerField(null=True)
    sku_code = models.CharField(max_length=100, default="", db_default="")
    promotion_id = models.BigIntegerField(null=True)
    page_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=600, default="", db_default="")
    state = models.CharField(max_length=10, default=OPEN, db_default=OPEN)
    reason = models.CharField(max_length=500, default="", db_default="")
    said_by = models.CharField(max_length=200, default="", db_default="")
    said_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField(db_default=MallNow())
    last_seen = models.DateTimeField(db_default=MallNow())
    mended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(RISKS)), name="pricerisk_kind_known"),
            models.CheckConstraint(
                condition=Q(state=OPEN, mended_at=None)
                | Q(state=EXPLAINED, mended_at=None, said_at__isnull=False) & ~Q(reason="")
                | Q(state=MENDED, mended_at__isnull=False),
                name="pricerisk_state",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=~Q(state=MENDED), name="pricerisk_now")]


class LookOver(models.Model):
    """Who looks a promotion over before it starts (PRC-10)."""

    promotion_id = models.BigIntegerField(primary_key=True)
    checker_id = models.BigIntegerField()
    checker = models.CharField(max_length=200)
    named_by = models.CharField(max_length=200, default="", db_default="")
    named_at = models.DateTimeField(db_default=MallNow())


class Tick(models.Model):
    """One point of a promotion looked over: right, or what is wrong. `check_id` is the last check of the mall by then."""

    promotion_id = models.BigIntegerField()
    point = models.CharField(max_length=20)
    right = models.BooleanField()
    note = models.CharField(max_length=500, default="", db_default="")
    by_id = models.BigIntegerField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=MallNow())
    check_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion_id", "point"], name="pledges_tick_once"),
            models.CheckConstraint(condition=Q(point__in=list(POINTS)), name="pledges_tick_point"),
            models.CheckConstraint(condition=Q(right=True) | ~Q(note=""), name="pledges_tick_wrong_says_what"),
        ]
