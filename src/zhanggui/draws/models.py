"""Tables of draws. What was published never changes (`sql/functions.sql`); the constraints are the last word."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import DRAFT, STATES
from .types import COUPON, POINTS, PRIZE_KINDS, THANKS


class Draw(models.Model):
    """One draw. `taken` counts its chances, which it numbers from 1; `price` is what a chance costs, in points.

    `sealed` is the seed only this mall can read, `commitment` its SHA-256, public from the start; `seed` is published at the end.
    """

    slug = models.CharField(max_length=60)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", db_default="")
    notes_zh = models.CharField(max_length=2000, default="", db_default="")
    notes_en = models.CharField(max_length=2000, default="", db_default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tiers = ArrayField(models.TextField(), default=list)
    per_day = models.SmallIntegerField(null=True)
    per_member = models.IntegerField(null=True)
    price = models.BigIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, default=DRAFT, db_default=DRAFT)
    taken = models.BigIntegerField(default=0, db_default=0)
    commitment = models.CharField(max_length=64, default="", db_default="")
    sealed = models.CharField(max_length=400, default="", db_default="")
    seed = models.CharField(max_length=64, default="", db_default="")
    end_reason = models.CharField(max_length=200, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="draw_slug_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="draw_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="draw_ends_after_start"),
            models.CheckConstraint(
                condition=Q(price__gte=0, taken__gte=0)
                & (Q(per_day__isnull=False) | Q(per_member__isnull=False))
                & (Q(per_day__isnull=True) | Q(per_day__gt=0))
                & (Q(per_member__isnull=True) | Q(per_member__gt=0)),
                name="draw_terms",
            ),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(commitment=""), name="draw_committed"),
            models.CheckConstraint(
                condition=(Q(state="ended") & ~Q(seed="")) | (~Q(state="ended") & Q(seed="")), name="draw_seed_at_end"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(state="live"), name="draw_live")]


class Prize(models.Model):
    """A line of the table of prizes: `odds` in basis points, `pieces` in all (null: as many as it takes), `given` so far.

    `batch` names the coupon codes that were made for it; `value` is what a piece is worth, in minor units.
    """

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="prizes", db_index=False)
    place = models.SmallIntegerField()
    kind = models.CharField(max_length=8)
    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=40, default="", db_default="")
    odds = models.SmallIntegerField()
    pieces = models.BigIntegerField(null=True)
    given = models.BigIntegerField(default=0, db_default=0)
    promotion_id = models.BigIntegerField(null=True)
    batch = models.CharField(max_length=32, default="", db_default="")
    points = models.BigIntegerField(null=True)
    value = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="drawprize_place_once"),
            models.UniqueConstraint(fields=["draw"], condition=Q(kind=THANKS), name="drawprize_one_thanks"),
            models.CheckConstraint(
                condition=Q(kind=COUPON, promotion_id__isnull=False, points__isnull=True, pieces__gt=0)
                | Q(kind=POINTS, points__gt=0, promotion_id__isnull=True, pieces__gt=0)
                | Q(kind=THANKS, points__isnull=True, promotion_id__isnull=True, pieces__isnull=True),
                name="drawprize_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(kind__in=tuple(PRIZE_KINDS)), name="drawprize_kind_known"),
            models.CheckConstraint(condition=Q(odds__gte=0, odds__lte=10_000), name="drawprize_odds"),
            models.CheckConstraint(condition=Q(value__gte=0), name="drawprize_value"),
            models.CheckConstraint(
                condition=Q(given__gte=0) & (Q(pieces__isnull=True) | Q(given__lte=F("pieces"))),
                name="drawprize_given_within",
            ),
        ]


class Chance(models.Model):
    """A chance that was taken; never altered, never deleted.

    `roll` (0 to 9999) fell on the prize `drawn`; where its pieces were out, `prize` is the thanks instead. A member's chances
    are numbered in all (`turn`) and within the day (`day_turn`), bounded by what was allowed.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    nonce = models.CharField(max_length=32)
    key = models.CharField(max_length=255)
    roll = models.SmallIntegerField()
    drawn = models.ForeignKey(Prize, on_delete=models.PROTECT, related_name="+", db_index=False)
    prize = models.ForeignKey(Prize, on_delete=models.PROTECT, related_name="+", db_index=False)
    turn = models.IntegerField()
    allowed = models.IntegerField(null=True)
    day = models.DateField()
    day_turn = models.IntegerField()
    day_allowed = models.SmallIntegerField(null=True)
    price = models.BigIntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "sequence"], name="chance_sequence_once"),
            models.UniqueConstraint(fields=["draw", "member", "key"], name="chance_key_once"),
            models.UniqueConstraint(fields=["draw", "member", "turn"], name="chance_turn_once"),
            models.UniqueConstraint(fields=["draw", "member", "day", "day_turn"], name="chance_day_turn_once"),
            models.CheckConstraint(condition=Q(roll__gte=0, roll__lt=10_000), name="chance_roll"),
            models.CheckConstraint(
                condition=Q(turn__gte=1) & (Q(allowed__isnull=True) | Q(turn__lte=F("allowed"))),
                name="chance_within_allowed",
            ),
            models.CheckConstraint(
                condition=Q(day_turn__gte=1) & (Q(day_allowed__isnull=True) | Q(day_turn__lte=F("day_allowed"))),
                name="chance_within_day",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="chance_of_member"),
            models.Index(fields=["prize", "-sequence"], name="chance_of_prize"),
        ]
