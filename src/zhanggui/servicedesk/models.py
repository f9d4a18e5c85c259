"""Tables of the service desk."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from . import rules


class Review(models.Model):
    """What a buyer says of one line of an order. Title and options are those of the sale; `author` is masked for all."""

    order_number = models.CharField(max_length=40)
    line = models.IntegerField()
    product_id = models.BigIntegerField()
    sku_code = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    options = models.CharField(max_length=300, default="", db_default="")
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.CharField(max_length=80, default="", db_default="")
    rating = models.SmallIntegerField()
    text = models.CharField(max_length=1000, default="", db_default="")
    photos = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    more_text = models.CharField(max_length=1000, default="", db_default="")
    more_photos = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    more_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=1000, default="", db_default="")
    replied_by = models.CharField(max_length=200, default="", db_default="")
    replied_at = models.DateTimeField(null=True)
    hidden = models.BooleanField(default=False, db_default=False)
    hidden_reason = models.CharField(max_length=500, default="", db_default="")
    digest = models.CharField(
        max_length=32, default="", db_default=""
    )  # of the text; empty where it is too short to tell
    duplicate = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number", "line"], name="review_once"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="review_stars"),
            models.CheckConstraint(condition=Q(hidden=False) | ~Q(hidden_reason=""), name="review_hidden_for_a_reason"),
        ]
        indexes = [
            models.Index(F("product_id"), F("id").desc(), name="review_product", condition=Q(hidden=False)),
            models.Index(F("id").desc(), name="review_to_answer", condition=Q(hidden=False, reply="")),
            models.Index(F("member"), F("id").desc(), name="review_member", condition=~Q(member=None)),
            models.Index(F("id").desc(), name="review_flagged", condition=Q(duplicate=True)),
            models.Index(F("id").desc(), name="review_hidden", condition=Q(hidden=True)),
            models.Index(fields=["digest"], name="review_digest", condition=~Q(digest="")),
        ]


class ProblemItem(models.Model):
    """A problem somebody has to solve (问题件): about an order, a parcel, a case or a product, or about none of them."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=8, default=rules.OPEN, db_default=rules.OPEN)
    words = models.CharField(max_length=1000)
    order_number = models.CharField(max_length=40, default="", db_default="")
    parcel = models.CharField(max_length=40, default="", db_default="")
    case_number = models.CharField(max_length=40, default="", db_default="")
    product_id = models.BigIntegerField(null=True)
    photos = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    owner_id = models.BigIntegerField(null=True)
    owner = models.CharField(max_length=200, default="", db_default="")
    due_on = models.DateField()
    opened_id = models.BigIntegerField(null=True)
    opened_by = models.CharField(max_length=200, default="", db_default="")
    source = models.CharField(max_length=80, null=True)  # what opened it by itself, once
    at = models.DateTimeField(db_default=MallNow())
    outcome = models.CharField(max_length=1000, default="", db_default="")
    ended_id = models.BigIntegerField(null=True)
    ended_by = models.CharField(max_length=200, default="", db_default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(rules.PROBLEM_KINDS)), name="problem_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(rules.PROBLEM_STATES)), name="problem_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=rules.UNSOLVED, ended_at=None)
                | (~Q(state__in=rules.UNSOLVED) & Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="problem_ended_in_words",
            ),
            models.UniqueConstraint(fields=["source"], name="problem_source_once"),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=rules.UNSOLVED), name="problem_open"),
            models.Index(fields=["owner_id", "due_on"], condition=Q(state__in=rules.UNSOLVED), name="problem_owner"),
            models.Index(fields=["order_number"], condition=~Q(order_number=""), name="problem_order"),
            models.Index(fields=["at"], name="problem_at"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="problem_ended"),
        ]


class ProblemEntry(models.Model):
    """What was done about a problem item; only added."""

    problem = models.ForeignKey(ProblemItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=MallNow())
    by = models.CharField(max_length=200, default="", db_default="")
    action = models.CharField(max_length=12)
    words = models.CharField(max_length=1000, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["problem", "id"], name="problem_entry")]


class DayCheck(models.Model):
    """A colleague's day, signed off: what the mall answered to the questions then, what he answered himself, and his note."""

    user_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    day = models.DateField()
    answers = models.JSONField()
    note = models.CharField(max_length=1000, default="", db_default="")
    signed_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "day"], name="day_check_once")]
        indexes = [models.Index(fields=["-day", "user_id"], name="day_check_day")]


class ReviewTally(models.Model):
    """The shown reviews of a product, counted: moved in the transaction that shows or hides one."""

    product_id = models.BigIntegerField(primary_key=True)
    stars_1 = models.IntegerField(default=0, db_default=0)
    stars_2 = models.IntegerField(default=0, db_default=0)
    stars_3 = models.IntegerField(default=0, db_default=0)
    stars_4 = models.IntegerField(default=0, db_default=0)
    stars_5 = models.IntegerField(default=0, db_default=0)
    with_photos = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    stars_1__gte=0, stars_2__gte=0, stars_3__gte=0, stars_4__gte=0, stars_5__gte=0, with_photos__gte=0
                ),
                name="tally_not_negative",
            )
        ]
