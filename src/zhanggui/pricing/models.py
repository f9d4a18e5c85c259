"""Tables of pricing. Amounts are minor units of the mall's currency."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
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
    floor = models.BigIntegerField(null=True)
    min_margin = models.IntegerField(null=True)  # basis points of the price
    specials = models.JSONField(null=True)  # its special prices as one value, so that a quote reads one row
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sale_price__gte=0, sale_price__lte=F("list_price")), name="price_sale_within_list"
            ),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="price_cost_not_negative"),
            models.CheckConstraint(condition=Q(floor=None) | Q(floor__gte=0), name="price_floor_not_negative"),
            models.CheckConstraint(
                condition=Q(min_margin=None) | Q(min_margin__gte=0, min_margin__lt=10_000),
                name="price_margin_below_all",
            ),
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


class PricePolicy(models.Model):
    """What prices of a category and all below it may be (`category_id` 0: of everything); null says nothing, the one above counts.

    Shares are basis points: `min_margin` of the price, `spend_low` and `spend_high` (the corridor of promotion cost) of sales,
    `max_change` of the old price. `steps` are the price points goods of it should stand on.
    """

    category_id = models.BigIntegerField(unique=True)
    band_low = models.BigIntegerField(null=True)
    band_high = models.BigIntegerField(null=True)
    steps = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    min_margin = models.IntegerField(null=True)
    spend_low = models.IntegerField(null=True)
    spend_high = models.IntegerField(null=True)
    max_change = models.IntegerField(null=True)
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(band_low=None) | Q(band_low__gte=0))
                & (Q(band_low=None) | Q(band_high=None) | Q(band_high__gte=F("band_low"))),
                name="price_policy_band",
            ),
            models.CheckConstraint(
                condition=Q(min_margin=None) | Q(min_margin__gte=0, min_margin__lt=10_000), name="price_policy_margin"
            ),
            models.CheckConstraint(
                condition=Q(spend_low=None, spend_high=None)
                | Q(spend_low__gte=0, spend_high__gte=F("spend_low"), spend_high__lte=10_000),
                name="price_policy_spend",
            ),
            models.CheckConstraint(condition=Q(max_change=None) | Q(max_change__gt=0), name="price_policy_change"),
        ]


class PriceRequest(models.Model):
    """A price somebody wants that goes further than the policy lets one person go: another one decides (PRC-06).

    `old_list_price` and `old_sale_price` are what there was when it was asked for; a planned price has its window.
    """

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    list_price = models.BigIntegerField(null=True)
    sale_price = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)
    old_list_price = models.BigIntegerField()
    old_sale_price = models.BigIntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default="pending", db_default="pending")
    asked_by_id = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=200, default="", db_default="")
    decision = models.CharField(max_length=200, default="", db_default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="set", list_price__gte=F("sale_price"), starts_at=None)
                | Q(kind="scheduled", list_price=None, starts_at__isnull=False),
                name="price_request_kind",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at=None)
                | Q(status__in=["accepted", "rejected", "withdrawn"], decided_at__isnull=False),
                name="price_request_status",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "rejected"]) | ~Q(asked_by_id=F("decided_by_id")),
                name="price_request_by_another",
            ),
            models.UniqueConstraint(
                fields=["sku"], condition=Q(status="pending", kind="set"), name="price_request_waits_once"
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(status="pending"), name="price_request_pending")]


class PriceHistory(models.Model):
    """Every decision about a price, written once (a trigger refuses changes): set, scheduled, cancelled, special or floor.

    Of a special price and a floor `details` says which, and from what to what; `sale_price` is then what was asked beside it.
    Of a change that was asked for and accepted it says by whom.
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


class FreightTemplate(models.Model):
    """A freight template (运费模板): what it counts; the one with the code `default` is that of whatever has none of its own."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, default="", db_default="")
    unit = models.CharField(max_length=8, default="weight", db_default="weight")
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(unit__in=["weight", "pieces", "amount"]), name="freight_template_unit")
        ]


class FreightRule(models.Model):
    """What delivery costs under a template, by method and province ("" holds everywhere else).

    `fee` covers the `first` grams or pieces, each `step` more costs `step_fee`; by amount `ladder` holds [from, fee] in rising order.
    """

    template = models.ForeignKey(FreightTemplate, on_delete=models.CASCADE, related_name="rules", db_index=False)
    method = models.CharField(max_length=20)
    province = models.CharField(max_length=40, default="", db_default="")
    deliverable = models.BooleanField(default=True, db_default=True)
    fee = models.BigIntegerField(default=0, db_default=0)
    first = models.IntegerField(default=0, db_default=0)
    step = models.IntegerField(default=1000, db_default=1000)
    step_fee = models.BigIntegerField(default=0, db_default=0)
    free_over = models.BigIntegerField(null=True)
    free_pieces = models.IntegerField(null=True)
    surcharge = models.BigIntegerField(default=0, db_default=0)
    ladder = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "method", "province"], name="freight_one_rule"),
            models.CheckConstraint(
                condition=Q(fee__gte=0, first__gte=0, step__gt=0, step_fee__gte=0, surcharge__gte=0)
                & (Q(free_over=None) | Q(free_over__gte=0))
                & (Q(free_pieces=None) | Q(free_pieces__gt=0)),
                name="freight_not_negative",
            ),
        ]


class FreightGoods(models.Model):
    """A product or category that goes by a template of its own: `kind` says which of the two `ref` is the id of."""

    kind = models.CharField(max_length=8)
    ref = models.BigIntegerField()
    template = models.ForeignKey(FreightTemplate, on_delete=models.PROTECT, related_name="goods")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="freight_goods_once"),
            models.CheckConstraint(condition=Q(kind__in=["product", "category"]), name="freight_goods_kind"),
        ]
