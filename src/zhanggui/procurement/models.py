"""Tables of procurement. Amounts are minor units of the supplier's currency; constraints are the last word.

Warehouses are kept by their id (inventory checks it); papers' files lie in the private folder of the data directory.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from zhanggui.kernel.clock import MallNow

from .states import (
    APPROVED,
    AWARDED,
    CANCELLED,
    CANDIDATE,
    DRAFT,
    ORDER_STATES,
    SUPPLIER_STATES,
    TENDER_STATES,
    UNDERWAY,
)
from .types import MODES, PAPER_KINDS, TERMS


class Supplier(models.Model):
    """Who sells to the mall, on which terms. `contacts` are (name, duty, phone, email) as objects."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, default="", db_default="")
    mode = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default=CANDIDATE, db_default=CANDIDATE)
    currency = models.CharField(max_length=3)
    terms = models.CharField(max_length=12)
    terms_days = models.SmallIntegerField(default=0, db_default=0)
    lead_days = models.SmallIntegerField()
    minimum_order = models.BigIntegerField(default=0, db_default=0)
    address = models.CharField(max_length=300, default="", db_default="")
    contacts = models.JSONField(default=list)
    note = models.CharField(max_length=2000, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="supplier_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SUPPLIER_STATES), name="supplier_state_known"),
            models.CheckConstraint(condition=Q(mode__in=list(MODES)), name="supplier_mode_known"),
            models.CheckConstraint(condition=Q(terms__in=list(TERMS)), name="supplier_terms_known"),
            models.CheckConstraint(
                condition=Q(lead_days__gte=0, terms_days__gte=0, minimum_order__gte=0), name="supplier_not_negative"
            ),
        ]


class Paper(models.Model):
    """A qualification paper. `file` names its content in the private folder ("": none was given)."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80, default="", db_default="")
    mandatory = models.BooleanField(default=False, db_default=False)
    expires_on = models.DateField(null=True, db_index=True)
    file = models.CharField(max_length=80, default="", db_default="")
    added_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(PAPER_KINDS)), name="paper_kind_known"),
        ]


class Offering(models.Model):
    """A SKU as a supplier sells it: his code, pieces in a pack, the least he sells, his days where they differ."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="offerings", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    supplier_code = models.CharField(max_length=80, default="", db_default="")
    pack_size = models.IntegerField(default=1, db_default=1)
    minimum_quantity = models.IntegerField(default=1, db_default=1)
    lead_days = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="offering_once"),
            models.CheckConstraint(condition=Q(pack_size__gt=0, minimum_quantity__gt=0), name="offering_positive"),
        ]


class Agreement(models.Model):
    """What a SKU costs from `starts_on` to `ends_on` (both included). `breaks` are [from quantity, price], the first from 1."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="agreements", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    breaks = models.JSONField()
    tender = models.CharField(max_length=40, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="agreement_ends_after_start"
            ),
            ExclusionConstraint(
                name="agreement_no_overlap",
                expressions=[
                    (F("supplier"), RangeOperators.EQUAL),
                    (F("sku"), RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Tender(models.Model):
    """A request for offers (招标). Offers are sealed until `deadline`.

    `rates` says what a unit of another currency is held to be worth when offers are compared ({"USD": "7.15"}).
    """

    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    note = models.CharField(max_length=2000, default="", db_default="")
    currency = models.CharField(max_length=3)
    rates = models.JSONField(default=dict, db_default={})
    deadline = models.DateTimeField()
    state = models.CharField(max_length=10, default=DRAFT, db_default=DRAFT)
    reason = models.CharField(max_length=500, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())
    awarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TENDER_STATES), name="tender_state_known"),
            models.CheckConstraint(
                condition=~Q(state=AWARDED) | Q(awarded_at__isnull=False), name="tender_award_has_time"
            ),
        ]


class Invitation(models.Model):
    """A supplier who is asked, in his currency. `edition` is part of the link's secret: raising it makes the old link void."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="", db_default="")  # "": the tender's
    edition = models.SmallIntegerField(default=1, db_default=1)
    submitted_at = models.DateTimeField(null=True)
    revisions = models.SmallIntegerField(default=0, db_default=0)
    declined = models.BooleanField(default=False, db_default=False)
    remarks = models.CharField(max_length=2000, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "supplier"], name="invitation_once")]


class TenderLine(models.Model):
    """What is wanted; `awarded` is whose offer was taken."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    note = models.CharField(max_length=200, default="", db_default="")
    awarded = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "position"], name="tenderline_once"),
            models.UniqueConstraint(fields=["tender", "sku"], name="tenderline_sku_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="tenderline_positive"),
        ]


class Bid(models.Model):
    """What a supplier asks for a line, in the currency of his invitation."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="bids", db_index=False)
    line = models.ForeignKey(TenderLine, on_delete=models.CASCADE, related_name="+")
    price = models.BigIntegerField()
    lead_days = models.SmallIntegerField()
    remark = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "line"], name="bid_once"),
            models.CheckConstraint(condition=Q(price__gt=0, lead_days__gte=0), name="bid_makes_sense"),
        ]


class Order(models.Model):
    """A purchase order. `expected_on` is the day it should be here: promised, then as confirmed. `late`: "", likely, late."""

    number = models.CharField(max_length=40, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    warehouse_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    state = models.CharField(max_length=10, default=DRAFT, db_default=DRAFT)
    note = models.CharField(max_length=1000, default="", db_default="")
    reason = models.CharField(max_length=500, default="", db_default="")
    edition = models.SmallIntegerField(default=1, db_default=1)
    drafted_at = models.DateTimeField(db_default=MallNow())
    drafted_kind = models.CharField(max_length=16)
    drafted_by = models.BigIntegerField(null=True)
    drafted_label = models.CharField(max_length=200, default="", db_default="")
    approved_at = models.DateTimeField(null=True)
    approved_label = models.CharField(max_length=200, default="", db_default="")
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    late = models.CharField(max_length=6, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["supplier", "-id"], name="purchase_supplier"),
            models.Index(fields=["state", "-id"], name="purchase_state"),
            models.Index(fields=["expected_on"], name="purchase_expected", condition=Q(state__in=UNDERWAY)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ORDER_STATES), name="purchase_state_known"),
            models.CheckConstraint(condition=Q(total__gte=0), name="purchase_total_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=[DRAFT, CANCELLED]) | Q(approved_at__isnull=False), name="purchase_is_approved"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DRAFT, APPROVED, CANCELLED])
                | Q(sent_at__isnull=False, expected_on__isnull=False),
                name="purchase_is_sent",
            ),
        ]


class OrderLine(models.Model):
    """A SKU in a purchase order, once. `ceiling` is how many good units may be taken in; `agreed` and `last` what it should cost
    and what it cost before, when the order was drafted. `good`, `rejected`, `returned` count units."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    supplier_code = models.CharField(max_length=80, default="", db_default="")
    quantity = models.IntegerField()
    price = models.BigIntegerField()
    agreed = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)
    confirmed = models.IntegerField(null=True)
    ceiling = models.IntegerField()
    good = models.IntegerField(default=0, db_default=0)
    rejected = models.IntegerField(default=0, db_default=0)
    returned = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="purchaseline_once"),
            models.UniqueConstraint(fields=["order", "sku"], name="purchaseline_sku_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, price__gte=0), name="purchaseline_makes_sense"),
            models.CheckConstraint(
                condition=Q(confirmed=None) | Q(confirmed__gte=0, confirmed__lte=F("quantity")),
                name="purchaseline_confirmed_within",
            ),
            models.CheckConstraint(
                condition=Q(good__gte=0, good__lte=F("ceiling")), name="purchaseline_within_tolerance"
            ),
            models.CheckConstraint(
                condition=Q(rejected__gte=0, returned__gte=0, returned__lte=F("good")),
                name="purchaseline_returned_within",
            ),
        ]


class Note(models.Model):
    """What was said about an order, by us or on the supplier's page: a comment, or a shipment that is announced."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes", db_index=False)
    kind = models.CharField(max_length=10)
    by_supplier = models.BooleanField()
    author = models.CharField(max_length=200, default="", db_default="")
    text = models.CharField(max_length=1000, default="", db_default="")
    carrier = models.CharField(max_length=60, default="", db_default="")
    waybill = models.CharField(max_length=60, default="", db_default="")
    arrives_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="purchasenote_order")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["comment", "shipment"]), name="purchasenote_kind_known")
        ]


class Receipt(models.Model):
    """A delivery that was inspected (kind receipt), or goods that went back to the supplier (kind return)."""

    number = models.CharField(max_length=40, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    kind = models.CharField(max_length=8)
    note = models.CharField(max_length=500, default="", db_default="")
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="receipt_order")]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["receipt", "return"]), name="receipt_kind_known")]


class ReceiptLine(models.Model):
    """Units of an order's line in a receipt: good ones are on the shelf, rejected ones never were."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    good = models.IntegerField(default=0, db_default=0)
    rejected = models.IntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="receiptline_once"),
            models.CheckConstraint(
                condition=Q(good__gte=0, rejected__gte=0) & (Q(good__gt=0) | Q(rejected__gt=0)),
                name="receiptline_units",
            ),
        ]


class Payable(models.Model):
    """What is owed for a receipt (positive), or credited for a return (negative). `settled` goes from 0 to `amount`.

    Of goods that a supplier sent to a buyer himself there is no receipt: `reference` says what they went with.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, default="", db_default="")
    amount = models.BigIntegerField()
    settled = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)
    invoice = models.CharField(max_length=80, default="", db_default="")
    due_on = models.DateField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [
            models.Index(fields=["supplier", "due_on"], name="payable_open", condition=~Q(settled=F("amount"))),
            models.Index(fields=["supplier", "id"], name="payable_supplier"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, settled__gte=0, settled__lte=F("amount"))
                | Q(amount__lt=0, settled__lte=0, settled__gte=F("amount"))
                | Q(amount=0, settled=0),
                name="payable_never_more_than_owed",
            ),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="payable_reference_once"),
            models.CheckConstraint(
                condition=Q(receipt=None) & ~Q(reference="") | Q(receipt__isnull=False, reference=""),
                name="payable_for_one_thing",
            ),
        ]


class Payment(models.Model):
    """Money that went to a supplier. All of it settles payables."""

    number = models.CharField(max_length=40, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    method = models.CharField(max_length=40, default="", db_default="")
    reference = models.CharField(max_length=80, default="", db_default="")
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["supplier", "id"], name="supplierpayment_supplier")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="supplierpayment_positive")]


class PaymentVoid(models.Model):
    """A payment that was recorded wrongly, or never arrived (冲销): what it had settled is open again."""

    payment = models.OneToOneField(Payment, primary_key=True, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())


class Settlement(models.Model):
    """So much of a payable was settled, by a payment or out of a credit (a payable below zero).

    One that is below zero takes back another whose payment is void (`reverses`).
    """

    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, related_name="settlements")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="settlements")
    credit = models.ForeignKey(Payable, on_delete=models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False, credit=None),
                name="settlement_positive",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True, credit__isnull=False) | Q(payment__isnull=False, credit__isnull=True),
                name="settlement_has_one_source",
            ),
        ]


class Fault(models.Model):
    """A loss that a supplier answers for, found after the goods were sold; `reference` is what decided it. Counts in his scorecard."""

    reference = models.CharField(max_length=40, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    units = models.IntegerField()
    amount = models.BigIntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["supplier", "at"], name="fault_supplier")]
        constraints = [models.CheckConstraint(condition=Q(units__gt=0, amount__gte=0), name="fault_positive")]
