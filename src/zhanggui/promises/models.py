"""Tables of promises."""

from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow

from .rules import ANSWERED, ASKED, CHOICES, REASONS, STAGES, STATES


class Escalation(models.Model):
    """A deadline of an order passed and somebody was told; once for each deadline. A deadline that moved is another one."""

    order_number = models.CharField(max_length=40)
    stage = models.CharField(max_length=8)
    deadline = models.DateTimeField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="escalation_stage_known"),
            models.UniqueConstraint(fields=["order_number", "stage", "deadline"], name="escalation_once"),
        ]


class Shortage(models.Model):
    """Units of a paid order that cannot be sent in time, what their buyer may choose, and what he chose.

    `lines` are {line, sku_id, sku, title, quantity}; `wait_until` is the day by which they would leave, None where nobody knows one.
    `alternatives` are SKUs that were in stock when he was asked: {sku_id, slug, sku, title, price}.
    """

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default=ASKED, db_default=ASKED)
    reason = models.CharField(max_length=16)
    words = models.CharField(max_length=500, default="", db_default="")
    lines = models.JSONField()
    wait_until = models.DateTimeField(null=True)
    alternatives = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    asked_by = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    reminded_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, default="", db_default="")
    answered_by = models.CharField(max_length=200, default="", db_default="")
    answer_sku = models.CharField(max_length=100, default="", db_default="")  # what goes out instead
    answer_note = models.CharField(max_length=300, default="", db_default="")
    answered_at = models.DateTimeField(null=True)
    case_number = models.CharField(max_length=40, default="", db_default="")
    over_reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state=ASKED), name="shortage_asked"),
            models.Index(fields=["order_number", "-id"], name="shortage_order"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="shortage_state_known"),
            models.CheckConstraint(condition=Q(reason__in=list(REASONS)), name="shortage_reason_known"),
            models.UniqueConstraint(fields=["order_number"], condition=Q(state=ASKED), name="shortage_asked_once"),
            models.CheckConstraint(
                condition=(Q(state=ANSWERED, answered_at__isnull=False) & Q(answer__in=CHOICES))
                | (~Q(state=ANSWERED) & Q(answer="", answered_at=None)),
                name="shortage_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(answer="wait") | Q(wait_until__isnull=False), name="shortage_wait_has_day"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["refund", "exchange"]) | Q(case_number=""), name="shortage_case_is_money"
            ),
            models.CheckConstraint(
                condition=Q(answer="exchange") & ~Q(answer_sku="") | ~Q(answer="exchange") & Q(answer_sku=""),
                name="shortage_exchange_names_its_article",
            ),
        ]
