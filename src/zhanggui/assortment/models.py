"""Tables of the assortment. Products and categories are named by id; that they exist is looked after by `doctor`.

Changes of roles and decisions are written once (`sql/functions.sql`).
"""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import DECISIONS, DELIST, PARTS, ROLES


class Role(models.Model):
    """A product has a role."""

    product_id = models.BigIntegerField()
    role = models.CharField(max_length=8)
    reason = models.CharField(max_length=200)
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product_id", "role"], name="assortmentrole_once"),
            models.UniqueConstraint(fields=["product_id"], condition=Q(role__in=PARTS), name="assortmentrole_one_part"),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="assortmentrole_known"),
        ]
        indexes = [models.Index(fields=["role"], name="assortmentrole_role")]


class RoleChange(models.Model):
    """A role was given to a product or taken from it."""

    product_id = models.BigIntegerField()
    role = models.CharField(max_length=8)
    given = models.BooleanField()
    reason = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["product_id", "-id"], name="assortmentrolechange_product")]


class Plan(models.Model):
    """What the shelf of a category is meant to be (`category_id` 0: the whole mall's). `bands` are [low, high, share] by price."""

    category_id = models.BigIntegerField(unique=True)
    breadth = models.IntegerField(null=True)
    depth = models.IntegerField(null=True)
    stock = models.IntegerField(null=True)
    bands = models.JSONField(default=list, db_default=[])
    note = models.CharField(max_length=500, default="", db_default="")
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(breadth=None) | Q(breadth__gt=0))
                & (Q(depth=None) | Q(depth__gt=0))
                & (Q(stock=None) | Q(stock__gte=0)),
                name="assortmentplan_figures",
            )
        ]


class Decision(models.Model):
    """What becomes of a product that sells slowly, and the numbers of that moment; the newest counts, until its day."""

    product_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    units = models.BigIntegerField()
    on_hand = models.BigIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(DECISIONS)), name="assortmentdecision_known"),
            models.CheckConstraint(
                condition=Q(kind=DELIST, until=None) | (~Q(kind=DELIST) & Q(until__isnull=False)),
                name="assortmentdecision_until",
            ),
        ]
        indexes = [models.Index(fields=["product_id", "-id"], name="assortmentdecision_product")]


class Review(models.Model):
    """A finished look through the slow sellers."""

    at = models.DateTimeField(db_default=MallNow())
    actor_label = models.CharField(max_length=200)
    note = models.CharField(max_length=500, default="", db_default="")
    slow = models.IntegerField()
    undecided = models.IntegerField()
    new = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undecided__gte=0, undecided__lte=F("slow")), name="assortmentreview_undecided"
            )
        ]


class Match(models.Model):
    """What goes along with a product, in its order."""

    product_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    place = models.SmallIntegerField()
    reason_zh = models.CharField(max_length=60, default="", db_default="")
    reason_en = models.CharField(max_length=120, default="", db_default="")
    script = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product_id", "other_id"], name="assortmentmatch_once"),
            models.CheckConstraint(condition=~Q(product_id=F("other_id")), name="assortmentmatch_another"),
        ]
