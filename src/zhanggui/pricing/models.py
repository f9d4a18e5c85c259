"""Tables of pricing. Amounts are minor units of the mall's currency."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from zhanggui.kernel.clock import MallNow


class SkuPrice(models.Model):
    """The price outside all windows: what is struck through (`list_price`) and what is paid (`sale_price`)."""

    sku = models.OneToOneField("catalog.Sku", primary_key=True, on_delete=models.CASCADE, related_name="+")
    list_price = models.BigIntegerField()
    sale_price = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    specials = models.JSONField(null=True)  # its special prices as one value, so that a quote reads one row
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sale_price__gte=0, sale_price__lte=F("list_price")), name="price_sale_within_list"
            ),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="price_cost_not_negative"),
        ]


class ScheduledPrice(models.Model):
    """A sale price for a window [starts_at, ends_at). `listed` counts the boundaries the product lists already know."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    sale_price = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    listed = models.SmallIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=200, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [
            models.Index(fields=["sku", "starts_at"], condition=Q(cancelled_at=None), name="scheduled_price_now"),
            models.Index(fields=["id"], condition=Q(cancelled_at=None, listed__lt=2), name="scheduled_price_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sale_price__gte=0), name="scheduled_price_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="scheduled_price_window"
            ),
            ExclusionConstraint(
                name="scheduled_price_no_overlap",
                expressions=[
                    (F("sku"), RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at=None),
            ),
        ]


class SpecialPrice(models.Model):
    """What some buyers pay, or everybody who takes enough: kind and `key` say who, `min_quantity` from how many pieces on."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=40, default="", db_default="")
    min_quantity = models.IntegerField(default=1, db_default=1)
    price = models.BigIntegerField()
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "kind", "key", "min_quantity"], name="special_price_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="special_price_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["tier", "channel"], min_quantity__gte=1) & ~Q(key="")
                | Q(kind="employee", key="", min_quantity__gte=1)
                | Q(kind="quantity", key="", min_quantity__gte=2),
                name="special_price_kind",
            ),
        ]


class PriceHistory(models.Model):
    """Every decision about a price, written once (a trigger refuses changes): set, scheduled, cancelled or special.

    Of a special price `details` says which, and from what to what; `sale_price` is then what was asked beside it.
    """

    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=12)
    list_price = models.BigIntegerField(null=True)
    sale_price = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)
    old_list_price = models.BigIntegerField(null=True)
    old_sale_price = models.BigIntegerField(null=True)
    old_cost = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    details = models.JSONField(null=True)
    reason = models.CharField(max_length=200, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["sku", "-id"], name="price_history_sku")]


class FreightRule(models.Model):
    """What delivery costs by method and province ("" holds everywhere else). Weights in grams."""

    method = models.CharField(max_length=20)
    province = models.CharField(max_length=40, default="", db_default="")
    deliverable = models.BooleanField(default=True, db_default=True)
    fee = models.BigIntegerField(default=0, db_default=0)
    included_g = models.IntegerField(default=0, db_default=0)
    fee_per_kg = models.BigIntegerField(default=0, db_default=0)
    free_over = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "province"], name="freight_one_rule"),
            models.CheckConstraint(
                condition=Q(fee__gte=0, included_g__gte=0, fee_per_kg__gte=0)
                & (Q(free_over=None) | Q(free_over__gte=0)),
                name="freight_not_negative",
            ),
        ]
