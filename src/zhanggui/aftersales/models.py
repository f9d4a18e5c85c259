"""Tables of after-sales. Amounts are minor units of the order's currency."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import CLOSED, KINDS, REQUESTED, STATES


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

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="case_state"),
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
        ]


class CaseLine(models.Model):
    """Units of an order's line (its position) in a case. `good` and `damaged` are what came back.

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="case_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, amount__gte=0, good__gte=0, damaged__gte=0), name="case_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("good") + F("damaged")), name="case_line_received_within"
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
