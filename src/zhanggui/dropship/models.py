"""Tables of dropshipping. Suppliers, warehouses and orders are kept by their id or number; amounts are minor units of the supplier's
currency."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import OPEN, REASONS, SENT, STATES


class Partner(models.Model):
    """A supplier who sends for us. `warehouse_id` is the place that stands for what he holds; raising `edition` voids his link."""

    supplier_id = models.BigIntegerField(unique=True)
    warehouse_id = models.BigIntegerField(unique=True)
    active = models.BooleanField(default=True, db_default=True)
    edition = models.SmallIntegerField(default=1, db_default=1)
    return_name = models.CharField(max_length=100, default="", db_default="")
    return_phone = models.CharField(max_length=24, default="", db_default="")
    return_address = models.CharField(max_length=300, default="", db_default="")
    stated_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=MallNow())


class SupplierOrder(models.Model):
    """What one supplier sends of one order. `due_at` is what the buyer was promised, `ready_on` the day the supplier said.

    `late`: "" (in time), silent (not confirmed in time), overdue (past `due_at`); it is told once.
    """

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=SENT, db_default=SENT)
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField()
    ready_on = models.DateField(null=True)
    refusal = models.CharField(max_length=16, default="", db_default="")
    words = models.CharField(max_length=500, default="", db_default="")
    late = models.CharField(max_length=8, default="", db_default="")
    sent_at = models.DateTimeField(db_default=MallNow())
    confirmed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)  # fewer units, or another address, since it was sent
    shipped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="dropship_state"),
            models.Index(fields=["partner", "-id"], name="dropship_of_partner"),
            models.Index(fields=["due_at"], name="dropship_due", condition=Q(state__in=OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order_number", "partner"], name="dropship_order_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="dropship_state_known"),
            models.CheckConstraint(condition=Q(refusal__in=["", *REASONS]), name="dropship_refusal_known"),
            models.CheckConstraint(condition=Q(late__in=["", "silent", "overdue"]), name="dropship_late_known"),
        ]


class SupplierLine(models.Model):
    """Units of an order's line (`line` is its position). `dropped` are not wanted any more; `price` of a piece, null: not agreed yet."""

    supplier_order = models.ForeignKey(SupplierOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line = models.SmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    supplier_code = models.CharField(max_length=80, default="", db_default="")
    quantity = models.IntegerField()
    shipped = models.IntegerField(default=0, db_default=0)
    dropped = models.IntegerField(default=0, db_default=0)
    price = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier_order", "line"], name="dropship_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="dropship_line_units"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="dropship_line_price"),
            models.CheckConstraint(
                condition=Q(shipped__gte=0, dropped__gte=0, quantity__gte=F("shipped") + F("dropped")),
                name="dropship_line_adds_up",
            ),
        ]


class Shipment(models.Model):
    """A parcel the supplier sent. `units` by line; `amount` is owed for it, null while a price is missing."""

    supplier_order = models.ForeignKey(
        SupplierOrder, on_delete=models.PROTECT, related_name="shipments", db_index=False
    )
    parcel = models.CharField(max_length=40, unique=True)
    carrier = models.CharField(max_length=20)
    waybill_no = models.CharField(max_length=40)
    units = models.JSONField()
    amount = models.BigIntegerField(null=True)
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["supplier_order", "id"], name="dropship_shipment_of")]


class TakenBack(models.Model):
    """Units that came back to the supplier, for which he owes us their price."""

    number = models.CharField(max_length=40, unique=True)
    supplier_order = models.ForeignKey(SupplierOrder, on_delete=models.PROTECT, related_name="returns", db_index=False)
    line = models.SmallIntegerField()
    quantity = models.IntegerField()
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["supplier_order", "id"], name="dropship_taken_back")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, amount__gte=0), name="dropship_taken_back_units")
        ]
