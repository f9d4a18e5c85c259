"""Tables of payments. Written by `sql/functions.sql`, `locks.py` and the services of this module only."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

INTENT_STATES = ["pending", "succeeded", "closed", "failed"]
REFUND_STATES = ["pending", "processing", "succeeded", "failed"]
PROVIDERS = ["alipay", "wechat", "unionpay", "bank_transfer", "simulator", "balance"]


class Intent(models.Model):
    """One attempt to pay `reference` through one provider. Amounts in minor units.

    `refund_claimed` is what refunds have laid their hand on (all but failed ones), `refunded` what has gone back.
    `next_query_at` is set while the gateway may know more than we do; it stays empty on the path that pays at once, so
    that a capture there touches no index.
    """

    reference = models.CharField(max_length=40)
    provider = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    out_trade_no = models.CharField(max_length=40)
    gateway_trade_no = models.CharField(max_length=64, default="", db_default="")
    state = models.CharField(max_length=12, default="pending", db_default="pending")
    captured = models.BigIntegerField(default=0, db_default=0)
    refund_claimed = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=MallNow())
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    next_query_at = models.DateTimeField(null=True)
    queries = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("refund_claimed"))
                & Q(refund_claimed__lte=F("captured"), captured__lte=F("amount")),
                name="payments_never_refund_more",
            ),
            # by constraint: unique=True would add a second index, for LIKE
            models.UniqueConstraint(fields=["out_trade_no"], name="payments_trade_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=INTENT_STATES), name="payments_intent_state_known"),
            models.CheckConstraint(condition=Q(provider__in=PROVIDERS), name="payments_provider_known"),
            models.CheckConstraint(
                condition=Q(captured=0) | Q(state="succeeded"), name="payments_captured_is_succeeded"
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="payments_reference"),
            models.Index(fields=["next_query_at"], name="payments_to_query", condition=Q(next_query_at__isnull=False)),
        ]


class Notification(models.Model):
    """A genuine piece of news about money: as it came (`headers`, `body`), what it says, and what became of it.

    Never deleted: it is the evidence. Unprocessed while `applied_at` is empty. `outcome` is one of captured, duplicate,
    closed, refunded, refund_failed, or a reason why it is parked for staff (`states.PARKED`); `resolution` is their answer.
    """

    provider = models.CharField(max_length=16)
    notice_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=16)
    out_trade_no = models.CharField(max_length=64, default="", db_default="")
    out_refund_no = models.CharField(max_length=64, default="", db_default="")
    gateway_no = models.CharField(max_length=64, default="", db_default="")
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", db_default="")
    at = models.DateTimeField(null=True)
    headers = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    body = models.TextField(default="", db_default="")
    received_at = models.DateTimeField(db_default=MallNow())
    outcome = models.CharField(max_length=16, default="", db_default="")
    applied_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    resolution = models.TextField(default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "notice_id"], name="payments_notice_once")]
        indexes = [
            models.Index(fields=["parked_at"], name="payments_parked", condition=Q(parked_at__isnull=False)),
        ]


class Watermark(models.Model):
    """Every notification up to `notice_id` is processed: where the repeat job begins to look (an index would cost each sale)."""

    name = models.CharField(max_length=20, primary_key=True)
    notice_id = models.BigIntegerField(default=0, db_default=0)


class Refund(models.Model):
    """Money on its way back through the intent that brought it. `request_key` names the wish, so that it is granted once."""

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="refunds")
    out_refund_no = models.CharField(max_length=40, unique=True)
    gateway_refund_no = models.CharField(max_length=64, default="", db_default="")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=12, default="pending", db_default="pending")
    reason = models.CharField(max_length=200, default="", db_default="")
    request_key = models.CharField(max_length=80, default="", db_default="")
    surplus = models.BooleanField(default=False, db_default=False)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(null=True, db_default=MallNow())
    last_error = models.TextField(default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_positive"),
            models.CheckConstraint(condition=Q(state__in=REFUND_STATES), name="payments_refund_state_known"),
            models.UniqueConstraint(
                fields=["intent", "request_key"], condition=~Q(request_key=""), name="payments_refund_wish_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="payments_refund_due", condition=Q(state__in=["pending", "processing"])
            ),
        ]


class Reconciliation(models.Model):
    """The comparison of one provider's bill day with our books and with what the orders say."""

    provider = models.CharField(max_length=16)
    day = models.DateField()
    state = models.CharField(max_length=12, default="done", db_default="done")
    bill_lines = models.IntegerField(default=0, db_default=0)
    paid = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0, db_default=0)
    discrepancies = models.IntegerField(default=0, db_default=0)
    error = models.TextField(default="", db_default="")
    run_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="payments_reconciled_once")]


class BillLine(models.Model):
    """A line of a gateway's bill, as read from its file."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=8)
    out_trade_no = models.CharField(max_length=64, default="", db_default="")
    out_refund_no = models.CharField(max_length=64, default="", db_default="")
    gateway_no = models.CharField(max_length=64, default="", db_default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["out_trade_no"], name="payments_bill_trade"),
            models.Index(fields=["out_refund_no"], name="payments_bill_refund"),
        ]


class Discrepancy(models.Model):
    """One thing on which the three books do not agree; `resolution` is what staff found out."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="found")
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=64)
    reference = models.CharField(max_length=40, default="", db_default="")
    bill_amount = models.BigIntegerField(null=True)
    book_amount = models.BigIntegerField(null=True)
    order_amount = models.BigIntegerField(null=True)
    resolution = models.TextField(default="", db_default="")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "kind", "number"], name="payments_discrepancy_once")
        ]
