"""Tables of clearance. Amounts are minor units of the mall's currency."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import ABC, CLOSED, KINDS, OPEN, XYZ


class Round(models.Model):
    """A computation of all figures; the newest one stands."""

    at = models.DateTimeField(db_default=MallNow())
    weeks = models.SmallIntegerField()
    skus = models.IntegerField()
    houses = models.JSONField(default=list)
    actor_label = models.CharField(max_length=200, default="", db_default="")


class Figure(models.Model):
    """A SKU as the newest round found it (`types.Figure`)."""

    sku = models.OneToOneField("catalog.Sku", primary_key=True, on_delete=models.CASCADE, related_name="+")
    product_id = models.BigIntegerField()
    category_id = models.BigIntegerField(null=True)
    supplier_id = models.BigIntegerField(null=True)
    on_hand = models.BigIntegerField()
    free = models.BigIntegerField()
    opening = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)
    price = models.BigIntegerField(null=True)
    value = models.BigIntegerField()
    retail = models.BigIntegerField()
    units = models.BigIntegerField()
    sales = models.BigIntegerField()
    sold_cost = models.BigIntegerField()
    variation = models.IntegerField(null=True)
    abc = models.CharField(max_length=1)
    xyz = models.CharField(max_length=1)
    cover = models.IntegerField(null=True)
    last_sold_at = models.DateTimeField(null=True)
    oldest_at = models.DateTimeField(null=True)
    aged = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["-value", "sku"], name="clearance_figure_value"),
            models.Index(fields=["abc", "xyz", "-value"], name="clearance_figure_cell"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(abc__in=ABC, xyz__in=XYZ), name="clearance_figure_classes"),
            models.CheckConstraint(condition=Q(on_hand__gte=0, value__gte=0), name="clearance_figure_not_negative"),
        ]


class Decision(models.Model):
    """How a SKU is to be cleared, the numbers of that moment, and what was made of it (`reference`). Written once."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    step = models.IntegerField(default=0, db_default=0)
    price = models.BigIntegerField(null=True)
    on_hand = models.BigIntegerField()
    value = models.BigIntegerField()
    usual = models.BigIntegerField(default=0, db_default=0)
    expected_units = models.BigIntegerField(null=True)
    expected_money = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=60, default="", db_default="")
    reason = models.CharField(max_length=200, default="", db_default="")
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=MallNow())
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="clearance_decision_kind"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="clearance_decision_span"),
            models.CheckConstraint(
                condition=(Q(expected_units=None) | Q(expected_units__gte=0))
                & (Q(expected_money=None) | Q(expected_money__gte=0)),
                name="clearance_decision_not_negative",
            ),
        ]


class Plan(models.Model):
    """What should be left of goods at the end of their season."""

    title = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    owner = models.CharField(max_length=60, default="", db_default="")
    note = models.CharField(max_length=500, default="", db_default="")
    state = models.CharField(max_length=6, default=OPEN, db_default=OPEN)
    result = models.CharField(max_length=500, default="", db_default="")
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="clearance_plan_days"),
            models.CheckConstraint(
                condition=Q(state=OPEN, closed_at=None) | Q(state=CLOSED, closed_at__isnull=False),
                name="clearance_plan_state",
            ),
        ]


class PlanLine(models.Model):
    """A SKU of a plan: units there when it began, units that should be left."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    start = models.BigIntegerField()
    target = models.BigIntegerField()
    left = models.BigIntegerField(null=True)  # when the plan was closed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "sku"], name="clearance_planline_once"),
            models.CheckConstraint(condition=Q(start__gte=0, target__gte=0), name="clearance_planline_not_negative"),
        ]


class PlanStep(models.Model):
    """Something to be done in a week of a plan (`week` is its Monday)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    what = models.CharField(max_length=200)
    owner = models.CharField(max_length=60, default="", db_default="")
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=200, default="", db_default="")
