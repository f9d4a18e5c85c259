"""Tables of fulfilment."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import (
    BACK,
    COLLECTION_STATES,
    COMING,
    DELIVERED,
    HANDED,
    PASSED,
    PICKING,
    READY,
    RETURNED,
    REVIEW_STATES,
    SHIPPED,
    STATES,
    STATUSES,
    STOPPED,
    TASK_STATES,
)


class Parcel(models.Model):
    """Units of one order on their way together. `order_number` is the order's own number.

    Orders of one buyer that travel in one box have a parcel each; one of them, the `lead`, has the waybill and the news.
    """

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40, db_index=True)
    carrier = models.CharField(max_length=20)
    carrier_name = models.CharField(max_length=60)  # as it was called then
    waybill_no = models.CharField(max_length=40, default="", db_default="")
    state = models.CharField(max_length=20, default=SHIPPED, db_default=SHIPPED)
    shipped_at = models.DateTimeField(db_default=MallNow())
    delivered_at = models.DateTimeField(null=True)
    lead = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="parcel_state"),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="parcel_lead"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(lead=None) | Q(waybill_no=""), name="parcel_lead_has_the_waybill"),
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
    serials = models.JSONField(default=list, db_default=[])  # of its units, where the article has serial numbers

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


class Review(models.Model):
    """What the review (审单) said of a paid order that is sent, and what the warehouse needs to choose it for a wave.

    `findings` are {code, level, data} of `rules`; `warehouses` those that still have to begin with their units of it.
    """

    order_number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=8, default=PASSED, db_default=PASSED)
    findings = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    address_key = models.CharField(max_length=32)  # digests: who lives where is not written twice
    buyer_key = models.CharField(max_length=32)
    bundle = models.CharField(max_length=40, default="", db_default="")  # orders that go in one box
    parts = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))  # how it is to be split
    warehouses = ArrayField(
        models.BigIntegerField(), default=list, db_default=models.Value([], ArrayField(models.BigIntegerField()))
    )
    skus = models.IntegerField(default=0, db_default=0)
    units = models.IntegerField(default=0, db_default=0)
    paid_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(db_default=MallNow())
    decided_by = models.CharField(max_length=200, default="", db_default="")  # "": the rules
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="held"), name="review_held"),
            models.Index(fields=["due_at", "id"], condition=Q(state="passed"), name="review_passed"),
            models.Index(fields=["address_key"], condition=Q(state__in=["held", "passed"]), name="review_address"),
            models.Index(fields=["bundle"], condition=~Q(bundle=""), name="review_bundle"),
            GinIndex(fields=["warehouses"], condition=Q(state__in=["held", "passed"]), name="review_warehouses"),
        ]
        constraints = [models.CheckConstraint(condition=Q(state__in=REVIEW_STATES), name="review_state_known")]


class Wave(models.Model):
    """Orders of one warehouse that are picked together. `asked` is by what rules they were chosen."""

    number = models.CharField(max_length=40, unique=True)
    warehouse_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    carrier = models.CharField(max_length=20, default="", db_default="")
    asked = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    made_by = models.CharField(max_length=200, default="", db_default="")
    made_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["single", "multi", "mixed"]), name="wave_kind_known")
        ]


class Task(models.Model):
    """Units of one order to be picked in one warehouse and packed into one box; `basket` is its place on the picker's cart."""

    wave = models.ForeignKey(Wave, null=True, on_delete=models.PROTECT, related_name="tasks")
    order_number = models.CharField(max_length=40)
    warehouse_id = models.BigIntegerField()
    part = models.SmallIntegerField(default=1, db_default=1)
    bundle = models.CharField(max_length=40, default="", db_default="")
    basket = models.IntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, default=PICKING, db_default=PICKING)
    packer_id = models.BigIntegerField(null=True)
    packer = models.CharField(max_length=200, default="", db_default="")
    opened_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    parcel = models.CharField(max_length=40, default="", db_default="")
    weight_g = models.IntegerField(null=True)  # as weighed
    weight_reason = models.CharField(
        max_length=200, default="", db_default=""
    )  # why another weight than expected was right
    carrier = models.CharField(max_length=20, default="", db_default="")  # chosen by hand; "": by the rules
    carrier_reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["packed_at"], condition=Q(packed_at__isnull=False), name="task_packed"),
            models.Index(fields=["packer_id"], condition=Q(state="packing"), name="task_packing"),
            models.Index(
                fields=["state", "order_number"],
                condition=Q(state__in=["picking", "short", "packing"]),
                name="task_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TASK_STATES), name="task_state_known"),
            models.CheckConstraint(
                condition=(Q(state="packed") & ~Q(parcel="") & Q(packed_at__isnull=False))
                | (~Q(state="packed") & Q(parcel="", packed_at=None)),
                name="task_packed_is_a_parcel",
            ),
            models.UniqueConstraint(
                fields=["order_number", "warehouse_id", "part"], condition=~Q(state=STOPPED), name="task_once"
            ),
        ]


class TaskLine(models.Model):
    """Units of an order's line in a task. `short` were not found on the shelf, `scanned` lie in the box."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.IntegerField()
    sku_id = models.BigIntegerField(null=True)
    sku_code = models.CharField(max_length=100)
    barcode = models.CharField(max_length=100, default="", db_default="")
    title = models.CharField(max_length=300)
    options = models.CharField(max_length=300, default="", db_default="")
    image = models.CharField(max_length=500, default="", db_default="")
    weight_g = models.IntegerField(default=0, db_default=0)  # of one unit; 0: nobody has weighed it
    quantity = models.IntegerField()
    short = models.IntegerField(default=0, db_default=0)
    scanned = models.IntegerField(default=0, db_default=0)
    serials = models.JSONField(default=list, db_default=[])  # of what is scanned, where the article has serial numbers

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "line"], name="taskline_once"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=0, short__gte=0, scanned__gte=0, short__lte=F("quantity"), scanned__lte=F("quantity")
                ),
                name="taskline_adds_up",
            ),
        ]


class InsertRule(models.Model):
    """A small gift or leaflet (随单小礼) for parcels that fit: all conditions that are set hold. `most`: pieces there are."""

    label = models.CharField(max_length=100)
    note = models.CharField(max_length=200, default="", db_default="")
    min_amount = models.BigIntegerField(default=0, db_default=0)  # of the order, minor units
    category_id = models.BigIntegerField(null=True)
    first_order = models.BooleanField(default=False, db_default=False)
    most = models.IntegerField(null=True)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(min_amount__gte=0) & (Q(most=None) | Q(most__gt=0)), name="insert_sane")
        ]


class Insert(models.Model):
    """It was put into an order's parcel; once an order."""

    rule = models.ForeignKey(InsertRule, on_delete=models.PROTECT, related_name="given")
    order_number = models.CharField(max_length=40)
    parcel = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_number", "rule"], name="insert_once")]


class Collection(models.Model):
    """An order that its buyer fetches at a pickup point (its code), and the code he says there. Only his own page shows `code`."""

    order_number = models.CharField(max_length=40, unique=True)
    point = models.CharField(max_length=40)
    code = models.CharField(max_length=6)
    state = models.CharField(max_length=8, default=COMING, db_default=COMING)
    made_at = models.DateTimeField(db_default=MallNow())
    ready_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["point", "-id"], name="collection_point"),
            models.Index(fields=["keep_until"], condition=Q(state=READY), name="collection_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=COLLECTION_STATES), name="collection_state_known"),
            models.CheckConstraint(
                condition=~Q(state=READY) | Q(ready_at__isnull=False, keep_until__isnull=False),
                name="collection_ready_has_times",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[COMING, READY], closed_at=None)
                | Q(state__in=[HANDED, BACK], closed_at__isnull=False),
                name="collection_closed_has_time",
            ),
            models.UniqueConstraint(
                fields=["point", "code"], condition=Q(state__in=[COMING, READY]), name="collection_code_once"
            ),
        ]


class WrongCode(models.Model):
    """Somebody typed a pickup code at a point that fits nothing there: after some of them he has to wait."""

    point = models.CharField(max_length=40)
    staff_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["point", "at"], name="wrongcode_point")]
