"""Tables of fulfilment."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow

from .states import DELIVERED, RETURNED, SHIPPED, STATES, STATUSES


class Carrier(models.Model):
    """A carrier as this mall has it: one of its own, or another word on one of `carriers.SHIPPED`."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, default="", db_default="")
    phone = models.CharField(max_length=20, default="", db_default="")
    position = models.SmallIntegerField(default=100, db_default=100)
    active = models.BooleanField(default=True, db_default=True)


class Parcel(models.Model):
    """Units of one order on their way together. `order_number` is the order's own number."""

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40, db_index=True)
    carrier = models.CharField(max_length=20)
    carrier_name = models.CharField(max_length=60)  # as it was called then
    waybill_no = models.CharField(max_length=40, default="", db_default="")
    state = models.CharField(max_length=20, default=SHIPPED, db_default=SHIPPED)
    shipped_at = models.DateTimeField(db_default=MallNow())
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="parcel_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="parcel_state_known"),
            models.CheckConstraint(
                condition=~Q(state=DELIVERED) | Q(delivered_at__isnull=False), name="parcel_delivered_has_time"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(state__in=[DELIVERED, RETURNED]), name="parcel_time_means_delivered"
            ),
            models.UniqueConstraint(
                fields=["carrier", "waybill_no"], condition=~Q(waybill_no=""), name="parcel_waybill_once"
            ),
        ]


class ParcelLine(models.Model):
    """So many units of an order's line (its position) in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.IntegerField()
    sku_code = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    quantity = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="parcel_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_line_positive"),
        ]


class TrackingEvent(models.Model):
    """The carrier's news, written once (a trigger refuses changes). `fingerprint` tells a repetition."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    status = models.CharField(max_length=20)
    text = models.CharField(max_length=500, default="", db_default="")
    location = models.CharField(max_length=100, default="", db_default="")
    fingerprint = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["parcel", "at"], name="tracking_parcel_at")]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "fingerprint"], name="tracking_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="tracking_status_known"),
        ]
