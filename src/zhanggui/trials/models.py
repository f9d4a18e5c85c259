"""Tables of trials. What was published never changes (`sql/functions.sql`); the constraints are the last word."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import APPLIED, DRAFT, OUTCOMES, STATES


class Trial(models.Model):
    """One trial. `reference` is what its pieces are held under in stock; `applied` numbers applications, `given` counts winners.

    `sealed` is the seed only this mall can read, `commitment` its SHA-256, public from the start; `seed` is told with the draw.
    """

    slug = models.CharField(max_length=60)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", db_default="")
    notes_zh = models.CharField(max_length=2000, default="", db_default="")
    notes_en = models.CharField(max_length=2000, default="", db_default="")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    pieces = models.IntegerField()
    selection = models.CharField(max_length=8)
    freight = models.BigIntegerField(default=0, db_default=0)
    tiers = ArrayField(models.TextField(), default=list)
    audience = models.CharField(max_length=4, default="", db_default="")
    min_points = models.BigIntegerField(default=0, db_default=0)
    questions = ArrayField(models.TextField(), default=list)
    report_days = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=DRAFT, db_default=DRAFT)
    reference = models.CharField(max_length=40, default="", db_default="")
    applied = models.IntegerField(default=0, db_default=0)
    given = models.IntegerField(default=0, db_default=0)
    commitment = models.CharField(max_length=64, default="", db_default="")
    sealed = models.CharField(max_length=400, default="", db_default="")
    seed = models.CharField(max_length=64, default="", db_default="")
    end_reason = models.CharField(max_length=200, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())
    published_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="trial_slug_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="trial_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="trial_ends_after_start"),
            models.CheckConstraint(
                condition=Q(pieces__gt=0, freight__gte=0, min_points__gte=0, report_days__gt=0, applied__gte=0),
                name="trial_terms",
            ),
            models.CheckConstraint(condition=Q(selection__in=["draw", "choice"]), name="trial_selection_known"),
            models.CheckConstraint(condition=Q(audience__in=["", "new", "old"]), name="trial_audience_known"),
            models.CheckConstraint(condition=Q(given__gte=0, given__lte=F("pieces")), name="trial_given_within"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(reference="") & ~Q(commitment="")), name="trial_published_is_bound"
            ),
            models.CheckConstraint(
                condition=Q(seed="") | Q(state="decided", selection="draw"), name="trial_seed_with_draw"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(state="live"), name="trial_live")]


class Application(models.Model):
    """A member's application. Where it is to be sent stands here until it is decided; then on the order, or nowhere."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, default=APPLIED, db_default=APPLIED)
    word = models.CharField(max_length=32)
    reason = models.CharField(max_length=500)
    answers = ArrayField(models.TextField(), default=list)
    address = models.JSONField(null=True)
    rank = models.CharField(max_length=64, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, default="", db_default="")
    decided_why = models.CharField(max_length=300, default="", db_default="")
    order_number = models.CharField(max_length=40, default="", db_default="")
    delivered_at = models.DateTimeField(null=True)
    report_due = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    review_id = models.BigIntegerField(null=True)
    rating = models.SmallIntegerField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_why = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="application_number_once"),
            models.UniqueConstraint(fields=["trial", "member"], name="application_member_once"),
            models.UniqueConstraint(
                fields=["order_number"], condition=~Q(order_number=""), name="application_order_once"
            ),
            models.CheckConstraint(condition=Q(state__in=OUTCOMES), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["won", "lapsed"], decided_at__isnull=False)
                | Q(state="lost", order_number="", decided_at__isnull=False)
                | Q(state="applied", order_number="", decided_at__isnull=True),
                name="application_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", address__isnull=False) | (~Q(state="applied") & Q(address__isnull=True)),
                name="application_address_until_decided",
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="application_stars"),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(review_id__isnull=False, rating__isnull=False),
                name="application_report_is_a_review",
            ),
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | ~Q(waived_why=""), name="application_waived_why"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="application_of_member"),
            models.Index(
                fields=["report_due"],
                condition=Q(state="won", reported_at__isnull=True, waived_at__isnull=True, report_due__isnull=False),
                name="application_owes",
            ),
        ]
