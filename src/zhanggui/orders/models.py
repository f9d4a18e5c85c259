"""Tables of orders. The hot path writes them in SQL (sql/place.sql, sql/pay.sql); constraints are the last word."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import (
    CANCELLED,
    COMPLETED,
    DELIVERED,
    FULFILLING,
    HOLDS,
    ORDER_KINDS,
    PAID,
    PENDING,
    REFUNDED,
    SALE,
    SHIPPED,
    STATUSES,
)  # fmt: skip


class Order(models.Model):
    """One sale. Money in minor units of `currency`; `total` is what the buyer pays."""

    number = models.CharField(max_length=40)  # unique by constraint: unique=True would add a second index for LIKE
    status = models.CharField(max_length=16, default=PENDING, db_default=PENDING)
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    holder = models.CharField(max_length=80, default="", db_default="")  # whose limits it counts against
    kind = models.CharField(max_length=12, default=SALE, db_default=SALE)
    channel = models.CharField(max_length=20, default="shop", db_default="shop")
    source = models.CharField(max_length=40, default="", db_default="")  # the visit's traffic source
    origin = models.CharField(max_length=40, default="", db_default="")  # imported history: format name
    external_id = models.CharField(max_length=120, default="", db_default="")

    currency = models.CharField(max_length=3)
    items_total = models.BigIntegerField()
    discount_total = models.BigIntegerField(default=0, db_default=0)
    shipping_total = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField()
    paid_total = models.BigIntegerField(default=0, db_default=0)
    deposit = models.BigIntegerField(
        default=0, db_default=0
    )  # of it, what a presale brought before the order was placed
    refunded_total = models.BigIntegerField(default=0, db_default=0)
    payment_provider = models.CharField(max_length=20, default="", db_default="")
    explanation = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    #: What a partial return goes by (`aftersales.terms`), as it was when it was bought; null: each unit gives back its share.
    terms = models.JSONField(null=True)

    delivery_method = models.CharField(max_length=20, default="express", db_default="express")
    contact_name = models.CharField(max_length=100, default="", db_default="")
    contact_mobile = models.CharField(max_length=24, default="", db_default="")
    province = models.CharField(max_length=40, default="", db_default="")
    city = models.CharField(max_length=40, default="", db_default="")
    district = models.CharField(max_length=40, default="", db_default="")
    address_line = models.CharField(max_length=300, default="", db_default="")
    buyer_note = models.CharField(max_length=500, default="", db_default="")
    #: What the address does not say: `point`, where the buyer fetches it; `freight`, the parts of it where there are several.
    delivery = models.JSONField(null=True)

    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    dispatch_due_at = models.DateTimeField(null=True)  # the 24 h promise (SHP-01)
    dispatch_latest_at = models.DateTimeField(null=True)  # the 48 h limit
    #: Hours from payment of the line due first and of the one due last, where they are not the mall's (`promise.spans`).
    promise_hours = models.SmallIntegerField(null=True)
    whole_hours = models.SmallIntegerField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=40, default="", db_default="")
    #: What it waits for before it may be shipped: a group that is not full, or its own making (`states.HOLDS`).
    hold = models.CharField(max_length=8, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="order_status_known"),
            models.CheckConstraint(
                condition=Q(total=F("items_total") - F("discount_total") + F("shipping_total")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(items_total__gte=0, discount_total__gte=0, shipping_total__gte=0, total__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(discount_total__lte=F("items_total")), name="order_discount_within_goods"
            ),
            models.CheckConstraint(
                condition=Q(refunded_total__gte=0, refunded_total__lte=F("paid_total")), name="order_refund_within_paid"
            ),
            models.CheckConstraint(
                condition=Q(deposit__gte=0, deposit__lte=F("paid_total")) & (Q(deposit=0) | Q(deposit__lte=F("total"))),
                name="order_deposit_is_paid",
            ),
            models.CheckConstraint(condition=Q(hold__in=["", *HOLDS]), name="order_hold_known"),
            models.CheckConstraint(condition=Q(kind__in=ORDER_KINDS), name="order_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="replacement") | Q(total=0, terms=None), name="order_replacement_costs_nothing"
            ),
            models.UniqueConstraint(fields=["number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["origin", "external_id"], condition=~Q(origin=""), name="order_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], condition=Q(member__isnull=False), name="order_member"),
            models.Index(fields=["placed_at"], name="order_placed"),
            BrinIndex(fields=["paid_at"], name="order_paid", autosummarize=True),
            models.Index(fields=["contact_mobile"], condition=~Q(contact_mobile=""), name="order_mobile"),
            models.Index(fields=["expires_at"], condition=Q(status=PENDING), name="order_expiring"),
            models.Index(fields=["id"], condition=~Q(hold=""), name="order_held"),
            models.Index(fields=["dispatch_due_at"], condition=Q(status__in=[PAID, FULFILLING]), name="order_due"),
            # Only states the hot path never enters, so that selling writes no entry here.
            models.Index(
                fields=["status", "-id"],
                condition=Q(status__in=[SHIPPED, DELIVERED, CANCELLED, REFUNDED]),
                name="order_status",
            ),
            models.Index(
                fields=["contact_name"],
                condition=Q(status__in=[SHIPPED, DELIVERED, COMPLETED, CANCELLED, REFUNDED]) & ~Q(contact_name=""),
                name="order_name",
            ),
        ]


class OrderLine(models.Model):
    """A SKU sold, frozen as it was. `payable` = quantity × unit_price − discount; `discounts` says whose discount it is.

    `special`: whose price `unit_price` is, where it was not everybody's, in the words of then ({kind, zh, en, sale_price}).
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", null=True, on_delete=models.PROTECT, related_name="+")
    product_id = models.BigIntegerField(null=True)
    sku_code = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    options = models.CharField(max_length=300, default="", db_default="")
    image = models.CharField(max_length=500, default="", db_default="")
    quantity = models.IntegerField()
    list_price = models.BigIntegerField()
    unit_price = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)  # per unit at the time of sale
    discount = models.BigIntegerField(default=0, db_default=0)
    payable = models.BigIntegerField()
    discounts = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    special = models.JSONField(null=True)
    #: What the buyer asked for, as it was told then ([{key, kind, zh, en, value, said_zh, said_en, surcharge}]); null: nothing.
    particulars = models.JSONField(null=True)
    surcharge = models.BigIntegerField(default=0, db_default=0)  # of `unit_price` what the particulars cost
    #: What stood here before it was exchanged for this article ({line, sku_id, product_id, sku, title, case, parcel_line}); of a chain,
    #: line and ids are the first one's.
    instead_of = models.JSONField(null=True)
    supply_mode = models.CharField(max_length=16, default="stocked", db_default="stocked")  # as the catalogue had it
    promise_hours = models.SmallIntegerField(
        null=True
    )  # within which it leaves after payment; null: as the mall promises
    shipped_quantity = models.IntegerField(default=0, db_default=0)
    refunded_quantity = models.IntegerField(default=0, db_default=0)
    refunded_amount = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        # imported history: lines of articles that are not in this catalogue
        indexes = [models.Index(fields=["sku_code"], condition=Q(sku=None), name="orderline_history_code")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orderline_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orderline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(payable=F("quantity") * F("unit_price") - F("discount")), name="orderline_payable_adds_up"
            ),
            models.CheckConstraint(condition=Q(payable__gte=0, discount__gte=0), name="orderline_not_negative"),
            models.CheckConstraint(
                condition=Q(surcharge__gte=0, surcharge__lte=F("unit_price")), name="orderline_surcharge_within"
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=0, shipped_quantity__lte=F("quantity")),
                name="orderline_shipped_within",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__gte=0, refunded_quantity__lte=F("quantity")),
                name="orderline_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("payable")),
                name="orderline_refund_within_paid",
            ),
        ]


class Urge(models.Model):
    """A buyer asks for an order that has not left (催单). It is open until it is answered, or the order has left or is over."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=MallNow())
    text = models.CharField(max_length=200, default="", db_default="")
    answer = models.CharField(max_length=500, default="", db_default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            # one index for "once while it is open", for the list, and for what an order's page asks
            models.UniqueConstraint(fields=["order"], condition=Q(answered_at=None), name="urge_open_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="urge_answer_with_its_time",
            ),
        ]
        indexes = [models.Index(fields=["order", "-at"], name="urge_order")]


class TimelineEntry(models.Model):
    """What happened to an order, for buyers (`public`) and staff; also its audit trail. Notes are entries of kind `note`.

    That a buyer placed it and when it was paid stands on the order itself; `selectors` puts both in front.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField(db_default=MallNow())
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    public = models.BooleanField(default=True, db_default=True)
    data = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
