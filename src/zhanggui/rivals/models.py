"""Tables of competitors' prices. Amounts are minor units of the mall's currency."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import ANSWERED, ANSWERS, OPEN, STATES, TELL


class Rival(models.Model):
    """A competitor's shop."""

    name = models.CharField(max_length=80, unique=True)
    site = models.CharField(max_length=200, default="", db_default="")
    note = models.CharField(max_length=500, default="", db_default="")
    active = models.BooleanField(default=True, db_default=True)


class SeenPrice(models.Model):
    """What a competitor asked on a day. Rows are only added; the latest day counts."""

    rival = models.ForeignKey(Rival, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    price = models.BigIntegerField()
    seen_on = models.DateField()
    link = models.CharField(max_length=500, default="", db_default="")
    note = models.CharField(max_length=200, default="", db_default="")
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["sku", "rival", "-seen_on", "-id"], name="seenprice_latest")]
        constraints = [models.CheckConstraint(condition=Q(price__gt=0), name="seenprice_positive")]


class Rule(models.Model):
    """How a category (0: everything) answers."""

    category_id = models.BigIntegerField(unique=True)
    answer = models.CharField(max_length=10, default=TELL, db_default=TELL)
    threshold = models.IntegerField()
    undercut = models.BigIntegerField(default=0, db_default=0)
    most_cut = models.IntegerField()
    fresh_days = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=list(ANSWERS)), name="rivalrule_answer"),
            models.CheckConstraint(
                condition=Q(
                    threshold__gte=0, threshold__lt=10_000, undercut__gte=0, most_cut__gt=0, most_cut__lt=10_000,
                    fresh_days__gt=0,
                ),
                name="rivalrule_figures",
            ),
        ]  # fmt: skip


class Finding(models.Model):
    """A competitor's price that calls for an answer, and what became of it. A SKU has one that is open at most."""

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+", db_index=False)
    seen = models.ForeignKey(SeenPrice, on_delete=models.CASCADE, related_name="+", db_index=False)
    ours = models.BigIntegerField()
    proposed = models.BigIntegerField(null=True)
    held = models.CharField(max_length=10, default="", db_default="")
    state = models.CharField(max_length=10, default=OPEN, db_default=OPEN)
    answered_price = models.BigIntegerField(null=True)
    request_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, default="", db_default="")
    by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="rivalfinding_state")]
        constraints = [
            models.UniqueConstraint(fields=["sku"], condition=Q(state=OPEN), name="rivalfinding_open_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="rivalfinding_state_known"),
            models.CheckConstraint(
                condition=Q(proposed=None) | Q(proposed__gt=0, proposed__lt=F("ours")), name="rivalfinding_lower"
            ),
            models.CheckConstraint(
                condition=~Q(state=ANSWERED) | Q(answered_price__isnull=False), name="rivalfinding_answer_has_price"
            ),
            models.CheckConstraint(
                condition=Q(state=OPEN, decided_at=None) | ~Q(state=OPEN) & Q(decided_at__isnull=False),
                name="rivalfinding_decided_has_time",
            ),
        ]
