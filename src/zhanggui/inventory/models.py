"""Tables of stock. Written by the statements in `sql/` only; `locks.py` calls them."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow


class Warehouse(models.Model):
    """A place that holds stock. Lower `priority` ships first; an inactive one sells nothing."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=60, default="", db_default="")
    priority = models.SmallIntegerField(default=100, db_default=100)
    active = models.BooleanField(default=True, db_default=True)


class Level(models.Model):
    """One SKU in one warehouse: what lies there, and how much of it is promised to orders."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    on_hand = models.BigIntegerField(default=0, db_default=0)
    reserved = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="inventory_one_level"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="inventory_never_oversold"
            ),
        ]


class Reservation(models.Model):
    """Units promised to an order's line: open = quantity - shipped - released. A line may draw on several levels."""

    order_number = models.CharField(max_length=40)
    line = models.IntegerField()
    # Inserted from the very row it names, which is locked and never deleted: checking it again took a third of the time of
    # a reservation. An invariant looks after it instead.
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    quantity = models.BigIntegerField()
    shipped = models.BigIntegerField(default=0, db_default=0)
    released = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["order_number"], name="inventory_reservation_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0, shipped__gte=0, released__gte=0, quantity__gte=F("shipped") + F("released")
                ),
                name="inventory_reservation_adds_up",
            )
        ]


class Movement(models.Model):
    """A change of what lies on the shelf, written once (a trigger refuses changes). On hand is their sum."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", db_index=False)
    delta = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    reference = models.CharField(max_length=80, default="", db_default="")
    reason = models.CharField(max_length=200, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["level", "-id"], name="inventory_movement_level")]
        constraints = [
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="inventory_movement_balance"),
            models.CheckConstraint(
                condition=Q(kind__in=["receive", "ship", "return", "adjust", "damage", "sample"]),
                name="inventory_movement_kind",
            ),
        ]
