"""Tables of after-sales. Amounts are minor units of the order's currency."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import CLOSED, FATES, KINDS, OVER, REPLACING, REQUESTED, STATES, VERDICTS


class Case(models.Model):
    """One wish about one order. `reserved`: its units and amounts are marked on the order's lines and final."""

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40, db_index=True)
    member_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=REQUESTED, db_default=REQUESTED)
    reason = models.CharField(max_length=24)
    note = models.CharField(max_length=1000, default="", db_default="")
    photos = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    goods_amount = models.BigIntegerField()
    freight_amount = models.BigIntegerField(default=0, db_default=0)
    refunded_amount = models.BigIntegerField(default=0, db_default=0)
    reserved = models.BooleanField(default=False, db_default=False)
    claimed_price = models.BigIntegerField(null=True)  # of a unit elsewhere, as the buyer says
    elsewhere = models.CharField(max_length=200, default="", db_default="")  # where that is
    link = models.CharField(max_length=500, default="", db_default="")
    decision = models.CharField(max_length=1000, default="", db_default="")  # what staff told the buyer
    problem = models.CharField(max_length=200, default="", db_default="")  # why the money did not go back
    return_carrier = models.CharField(max_length=20, default="", db_default="")
    return_waybill = models.CharField(max_length=40, default="", db_default="")
    requested_by = models.CharField(max_length=16)
    requested_at = models.DateTimeField(db_default=MallNow())
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    refunding_at = models.DateTimeField(null=True)
    effect = models.JSONField(null=True)  # how the goods' amount comes about: {policy, gift, told, share, changes}
    closed_at = models.DateTimeField(null=True)
    asked_kind = models.CharField(max_length=16, default="", db_default="")  # where it became another
    replacement = models.CharField(max_length=40, default="", db_default="")  # the order that brings another piece
    verdict = models.CharField(
        max_length=8, default="", db_default=""
    )  # why the goods travel to the buyer again, and how
    back_carrier = models.CharField(max_length=20, default="", db_default="")
    back_waybill = models.CharField(max_length=40, default="", db_default="")
    sent_at = models.DateTimeField(null=True)  # the buyer said how the goods travel
    arrived_at = models.DateTimeField(null=True)  # they reached the mall
    back_at = models.DateTimeField(null=True)  # they left for the buyer again
    due_at = models.DateTimeField(null=True)  # when the step's consequence comes by itself
    overdue_at = models.DateTimeField(null=True)  # it was told that nothing could come by itself

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="case_state"),
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="case_due"),
            models.Index(fields=["replacement"], condition=~Q(replacement=""), name="case_replacement"),
            models.Index(fields=["return_waybill"], condition=~Q(return_waybill=""), name="case_waybill"),
            models.Index(fields=["requested_at"], name="case_requested"),
            models.Index(fields=["member_id", "-id"], condition=Q(member_id__isnull=False), name="case_member"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="case_kind_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="case_state_known"),
            models.CheckConstraint(condition=Q(goods_amount__gte=0, freight_amount__gte=0), name="case_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("goods_amount") + F("freight_amount")),
                name="case_refund_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=CLOSED) | Q(refunded_amount=F("goods_amount") + F("freight_amount")),
                name="case_closed_is_refunded",
            ),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="case_verdict_known"),
            models.CheckConstraint(
                condition=~Q(state=REPLACING) | ~Q(replacement=""), name="case_replacing_has_its_order"
            ),
            models.CheckConstraint(condition=~Q(state__in=OVER) | Q(due_at=None), name="case_over_is_not_due"),
            models.UniqueConstraint(fields=["replacement"], condition=~Q(replacement=""), name="case_replacement_once"),
        ]


class CaseLine(models.Model):
    """Units of an order's line (its position) in a case. `good` and `damaged` are what came back, of which `kept` is held as damaged
    stock and `supplier` is to go back to its supplier; the rest of the damaged was written off.

    In an exchange the `wanted` article comes instead, and each unit gives back `difference`.

    In a price guarantee no unit comes back; `price` is what one costs now.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.IntegerField()
    sku_id = models.BigIntegerField(null=True)
    sku_code = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    quantity = models.IntegerField()
    amount = models.BigIntegerField()
    price = models.BigIntegerField(null=True)
    good = models.IntegerField(default=0, db_default=0)
    damaged = models.IntegerField(default=0, db_default=0)
    kept = models.IntegerField(default=0, db_default=0)
    supplier = models.IntegerField(default=0, db_default=0)
    wanted_id = models.BigIntegerField(null=True)  # the SKU
    wanted_code = models.CharField(max_length=100, default="", db_default="")
    wanted_title = models.CharField(max_length=300, default="", db_default="")
    difference = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="case_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, amount__gte=0, good__gte=0, damaged__gte=0), name="case_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("good") + F("damaged")), name="case_line_received_within"
            ),
            models.CheckConstraint(
                condition=Q(kept__gte=0, supplier__gte=0, damaged__gte=F("kept") + F("supplier"), difference__gte=0),
                name="case_line_fates_within",
            ),
        ]


class Guarantee(models.Model):
    """A price lowered for the buyer of a line after he bought (价保): `amount` went back for the `units` he had then.

    Rows are only added. A price is paid down to once; a lower one pays what is between them. `base_quantity` and
    `base_amount` are what the line had given back in all by then, this included.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_number = models.CharField(max_length=40)
    line = models.IntegerField()
    before = models.BigIntegerField()  # what those units had cost until then
    price = models.BigIntegerField()
    units = models.IntegerField()
    amount = models.BigIntegerField()
    base_quantity = models.IntegerField()
    base_amount = models.BigIntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number", "line", "price"], name="guarantee_price_once"),
            models.UniqueConstraint(fields=["case", "line"], name="guarantee_case_line"),
            models.CheckConstraint(
                condition=Q(price__gte=0, units__gt=0, amount__gt=0, base_quantity__gte=0)
                & Q(base_amount__gte=F("amount"), before__gte=F("amount")),
                name="guarantee_amounts",
            ),
        ]


class Receipt(models.Model):
    """Units of a case's line that came back and what became of them; written once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.IntegerField()
    sku_id = models.BigIntegerField()
    fate = models.CharField(max_length=8)
    quantity = models.IntegerField()
    batch = models.CharField(max_length=60, default="", db_default="")
    serials = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [
            models.Index(fields=["case", "line"], name="receipt_case"),
            models.Index(fields=["at"], name="receipt_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(fate__in=FATES, quantity__gt=0), name="receipt_known"),
        ]


class Step(models.Model):
    """A state a case stood in: since when, until when, by when it should have moved on, and who moved it. Written by each move."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=16)
    at = models.DateTimeField(db_default=MallNow())
    due_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=16, default="", db_default="")  # the kind of actor; the mall's own: system

    class Meta:
        indexes = [models.Index(fields=["at"], name="step_at")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at=None), name="step_stands_in_one"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("at")), name="step_goes_forward"),
        ]


class Remark(models.Model):
    """What buyer and staff say to each other on a case, with photos; `internal` ones staff alone read. Written once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=MallNow())
    by_kind = models.CharField(max_length=16)
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=200, default="", db_default="")
    text = models.CharField(max_length=1000, default="", db_default="")
    photos = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    internal = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="remark_case")]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | ~Q(photos=[]), name="remark_says_something"),
            models.CheckConstraint(condition=Q(internal=False) | Q(by_kind="staff"), name="remark_internal_is_staffs"),
        ]
