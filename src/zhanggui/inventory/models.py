"""Tables of stock. Written by the statements in `sql/` only; `locks.py` calls them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import OWN, WAREHOUSE_KINDS


class Warehouse(models.Model):
    """A place that holds stock. Lower `priority` ships first; an inactive one sells nothing.

    One of kind `supplier` is no place of ours: it stands for what a supplier says he has, and he sends it himself. Nothing is
    picked, counted, moved or bought there. What lies in one of kind `workshop` are places at the bench (services/making.py).
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=60, default="", db_default="")
    priority = models.SmallIntegerField(default=100, db_default=100)
    active = models.BooleanField(default=True, db_default=True)
    kind = models.CharField(max_length=8, default=OWN, db_default=OWN)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=WAREHOUSE_KINDS), name="inventory_warehouse_kind")]


class Level(models.Model):
    """One SKU in one warehouse: what lies there, and how much of it is promised to orders.

    `placed` of it has a place, a batch or a state of its own (`Placement`); the rest lies somewhere in the warehouse.
    `withheld` is not for sale: locked, damaged, past its last day of sale, in inspection.
    """

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    on_hand = models.BigIntegerField(default=0, db_default=0)
    reserved = models.BigIntegerField(default=0, db_default=0)
    placed = models.BigIntegerField(default=0, db_default=0)
    withheld = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="inventory_one_level"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, withheld__gte=0, on_hand__gte=F("reserved") + F("withheld")),
                name="inventory_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(placed__gte=0, placed__lte=F("on_hand")), name="inventory_placed_is_there"
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
        indexes = [
            models.Index(fields=["level", "-id"], name="inventory_movement_level"),
            BrinIndex(fields=["at"], name="inventory_movement_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="inventory_movement_balance"),
            models.CheckConstraint(
                condition=Q(kind__in=["receive", "ship", "return", "adjust", "damage", "sample", "transfer"]),
                name="inventory_movement_kind",
            ),
        ]


class Location(models.Model):
    """A shelf of a warehouse: zone-aisle-rack-bin. Pickers walk by `walk`, then by code; `zone` is the code's first part."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    zone = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    walk = models.IntegerField(default=0, db_default=0)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="inventory_one_location"),
            models.CheckConstraint(
                condition=Q(kind__in=["pick", "bulk", "receiving", "quality", "damaged"]),
                name="inventory_location_kind",
            ),
        ]


class Tracking(models.Model):
    """What the warehouse asks of a SKU. `unsold_days` before the expiry date it is sold no longer (null: the setting)."""

    sku = models.OneToOneField("catalog.Sku", on_delete=models.PROTECT, related_name="+", primary_key=True)
    batches = models.BooleanField(default=False, db_default=False)
    serials = models.BooleanField(default=False, db_default=False)
    unsold_days = models.SmallIntegerField(null=True)


class Batch(models.Model):
    """Units of a SKU made together. It can be used up to and including `expires_on`."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=60)
    produced_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_on"], name="inventory_batch_expiry")]
        constraints = [
            models.UniqueConstraint(fields=["sku", "code"], name="inventory_one_batch"),
            models.CheckConstraint(
                condition=Q(produced_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("produced_on")),
                name="inventory_batch_dates",
            ),
        ]


class Placement(models.Model):
    """Units of a level that have a place, a batch or a state of their own; of the rest no row is kept."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=8, default="good", db_default="good")
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "location", "batch", "state"], nulls_distinct=False, name="inventory_one_placement"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_placement_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["good", "damaged", "expired", "quality"])
                & (Q(location__isnull=False) | Q(batch__isnull=False) | ~Q(state="good")),
                name="inventory_placement_says_something",
            ),
        ]


class PlacementMove(models.Model):
    """A change of a placement, written once (a trigger refuses changes). Its quantity is their sum."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    state = models.CharField(max_length=8)
    delta = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    reference = models.CharField(max_length=80, default="", db_default="")
    reason = models.CharField(max_length=200, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["level", "-id"], name="inventory_placementmove_level")]


class StockLock(models.Model):
    """Units kept from sale for a purpose until a moment; `remaining` of them still are."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    remaining = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    reference = models.CharField(max_length=80, default="", db_default="")
    until = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["until"], condition=Q(remaining__gt=0), name="inventory_stocklock_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, remaining__gte=0, remaining__lte=F("quantity")),
                name="inventory_stocklock_adds_up",
            )
        ]


class Transfer(models.Model):
    """Stock on its way between two warehouses."""

    number = models.CharField(max_length=40, unique=True)
    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="draft", db_default="draft")
    note = models.CharField(max_length=200, default="", db_default="")
    made_at = models.DateTimeField(db_default=MallNow())
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="inventory_transfer_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "sent", "received", "closed", "cancelled"]),
                name="inventory_transfer_state_known",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="inventory_transfer_goes_elsewhere"),
        ]


class TransferLine(models.Model):
    """Units of a SKU (and batch) in a transfer: in transit = sent - received - missing."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True)
    serials = models.JSONField(default=list, db_default=[])
    quantity = models.BigIntegerField()
    sent = models.BigIntegerField(default=0, db_default=0)
    received = models.BigIntegerField(default=0, db_default=0)
    missing = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "position"], name="inventory_one_transferline"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__gte=0, missing__gte=0, sent__gte=F("received") + F("missing")),
                name="inventory_transferline_adds_up",
            ),
        ]


class Sample(models.Model):
    """Units taken out as samples: out = quantity - returned - kept."""

    number = models.CharField(max_length=40, unique=True)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True)
    serials = models.JSONField(default=list, db_default=[])
    quantity = models.BigIntegerField()
    returned = models.BigIntegerField(default=0, db_default=0)
    kept = models.BigIntegerField(default=0, db_default=0)
    taker = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    closed = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["closed", "-id"], name="inventory_sample_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned__gte=0, kept__gte=0, quantity__gte=F("returned") + F("kept")),
                name="inventory_sample_adds_up",
            )
        ]


class Serial(models.Model):
    """A unit with a number of its own: in one place once. `level` is set while it lies in a warehouse."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    state = models.CharField(max_length=10)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", null=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    reference = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["number"], name="inventory_serial_number")]
        constraints = [
            models.UniqueConstraint(fields=["sku", "number"], name="inventory_one_serial"),
            models.CheckConstraint(
                condition=Q(state__in=["stock", "damaged"], level__isnull=False)
                | Q(state__in=["shipped", "transit", "sample", "gone"], level__isnull=True, location__isnull=True),
                name="inventory_serial_is_somewhere",
            ),
        ]


class SerialStep(models.Model):
    """Where a serial came to be and through what, written once (a trigger refuses changes)."""

    serial = models.ForeignKey(Serial, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    kind = models.CharField(max_length=16)
    warehouse_id = models.BigIntegerField(null=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    reference = models.CharField(max_length=80, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())


class Count(models.Model):
    """A stock-take (盘点) of a warehouse, of zones of it, of a category or of some SKUs. Nothing is closed to sale meanwhile.

    `zones` and `sku_ids` say what it covers (both empty: the whole warehouse); `scope` says it in words. `blind`: whoever
    counts is not shown the book. `units` and `value` are the differences found, taken positive, when it was handed in.
    """

    number = models.CharField(max_length=40, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="counting", db_default="counting")
    scope = models.CharField(max_length=200, default="", db_default="")
    zones = models.JSONField(default=list, db_default=[])
    sku_ids = models.JSONField(default=list, db_default=[])
    blind = models.BooleanField(default=True, db_default=True)
    note = models.CharField(max_length=200, default="", db_default="")
    units = models.BigIntegerField(default=0, db_default=0)
    value = models.BigIntegerField(default=0, db_default=0)
    made_by = models.CharField(max_length=200, default="", db_default="")
    submitted_by = models.CharField(max_length=200, default="", db_default="")
    submitter = models.CharField(max_length=40, default="", db_default="")
    approved_by = models.CharField(max_length=200, default="", db_default="")
    made_at = models.DateTimeField(db_default=MallNow())
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="inventory_count_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["counting", "review", "approved", "partly", "posted", "cancelled"]),
                name="inventory_count_state_known",
            )
        ]


class CountLine(models.Model):
    """A SKU (and batch) at one spot of a stock-take; without a location, the units that have none.

    `snapshot` is what the book said at the start, `book` what it said at the moment of the count that holds, `counted` what
    was found then. The difference, counted - book, is what is posted: what was sold or moved since changes nothing about it.
    `again`: somebody else has to count once more. `held` says why it could not be posted.
    """

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    snapshot = models.BigIntegerField(default=0, db_default=0)
    counted = models.BigIntegerField(null=True)
    book = models.BigIntegerField(null=True)
    round = models.SmallIntegerField(default=0, db_default=0)
    again = models.BooleanField(default=False, db_default=False)
    counter = models.CharField(max_length=40, default="", db_default="")
    counted_by = models.CharField(max_length=200, default="", db_default="")
    counted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", db_default="")
    unit_value = models.BigIntegerField(null=True)
    posted = models.BigIntegerField(null=True)
    held = models.CharField(max_length=10, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["count", "sku", "location", "batch"], nulls_distinct=False, name="inventory_one_countline"
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, book__isnull=True, posted__isnull=True, round=0)
                | Q(counted__gte=0, book__isnull=False, round__gte=1),
                name="inventory_countline_counted",
            ),
            models.CheckConstraint(
                condition=Q(posted__isnull=True) | Q(posted=F("counted") - F("book"), again=False, held=""),
                name="inventory_countline_posts_difference",
            ),
            models.CheckConstraint(
                condition=Q(held__in=["", "promised", "moved", "serials"]), name="inventory_countline_held_known"
            ),
        ]


class CountEntry(models.Model):
    """What somebody counted, and what the book said in that moment; written once (a trigger refuses changes)."""

    line = models.ForeignKey(CountLine, on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    quantity = models.BigIntegerField()
    book = models.BigIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())


class CountFile(models.Model):
    """Counted rows of a file on their way into a stock-take: [[row, code, location, batch, quantity], …], taken in parts.

    `done` rows are dealt with, `taken` of them counted; `errors` are [row, words in Chinese, words in English].
    """

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    rows = models.JSONField()
    total = models.IntegerField()
    done = models.IntegerField(default=0, db_default=0)
    taken = models.IntegerField(default=0, db_default=0)
    replace = models.BooleanField(default=False, db_default=False)
    errors = models.JSONField(default=list, db_default=[])
    actor = models.JSONField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(done__lt=F("total")), name="inventory_countfile_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__gte=0, taken__gte=0, done__lte=F("total"), taken__lte=F("done")),
                name="inventory_countfile_adds_up",
            )
        ]


class StockAlert(models.Model):
    """Something about a SKU's stock that somebody should look at, as the last hourly look found it.

    `units` are free ones (low, high, near), lost ones (loss) or shipped ones (surge); `cover` is in days, of what is free at
    the pace of four weeks. `bound` is the SKU's own limit in units where it was judged by one. `at` is when it was seen first.
    """

    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    units = models.BigIntegerField()
    cover = models.IntegerField(null=True)
    pace = models.BigIntegerField(default=0, db_default=0)
    bound = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "sku"], name="inventory_one_alert"),
            models.CheckConstraint(
                condition=Q(kind__in=["low", "high", "near", "loss", "surge"]), name="inventory_alert_kind"
            ),
        ]


class AlertLimit(models.Model):
    """What is too little and too much of a SKU, or in a category and all below it; null: the next above says so, last the mall.

    In units for a SKU alone (they go before days), in days of cover for both.
    """

    sku = models.OneToOneField("catalog.Sku", on_delete=models.CASCADE, related_name="+", null=True)
    category_id = models.BigIntegerField(null=True, unique=True)
    low_units = models.BigIntegerField(null=True)
    high_units = models.BigIntegerField(null=True)
    low_days = models.IntegerField(null=True)
    high_days = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sku__isnull=False, category_id=None)
                | Q(sku=None, category_id__isnull=False, low_units=None, high_units=None),
                name="inventory_alertlimit_of_one",
            ),
            models.CheckConstraint(
                condition=(Q(low_units=None) | Q(low_units__gte=0))
                & (Q(low_days=None) | Q(low_days__gte=0))
                & (Q(low_units=None) | Q(high_units=None) | Q(high_units__gte=F("low_units")))
                & (Q(low_days=None) | Q(high_days=None) | Q(high_days__gte=F("low_days"))),
                name="inventory_alertlimit_makes_sense",
            ),
        ]
