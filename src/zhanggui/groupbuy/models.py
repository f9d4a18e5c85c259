"""Tables of group buying. Seats are taken and left by `sql/functions.sql`; the constraints are the last word."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import DRAFT, GROUP_STATES, OFFER_STATES, WAITING


class Offer(models.Model):
    """So many buyers, so many hours, one price for each SKU. `opened` counts its groups that have not failed."""

    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", db_default="")
    size = models.SmallIntegerField()
    hours = models.SmallIntegerField()
    most = models.IntegerField(default=1, db_default=1)
    group_limit = models.IntegerField(null=True)
    buyer_limit = models.SmallIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default=DRAFT, db_default=DRAFT)
    opened = models.IntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OFFER_STATES), name="groupoffer_state_known"),
            models.CheckConstraint(condition=Q(size__gte=2, hours__gt=0, most__gt=0), name="groupoffer_terms"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="groupoffer_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(opened__gte=0) & (Q(group_limit__isnull=True) | Q(opened__lte=F("group_limit"))),
                name="groupoffer_opened_within",
            ),
        ]


class Article(models.Model):
    """What a piece of a SKU costs in a group of the offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="articles", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    price = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "sku"], name="grouparticle_once"),
            models.CheckConstraint(condition=Q(price__gt=0), name="grouparticle_price"),
        ]


class Group(models.Model):
    """One group. `token` is what its invitation carries; the clock runs from `opened_at`, its first payment."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=24)
    state = models.CharField(max_length=8, default=WAITING, db_default=WAITING)
    size = models.SmallIntegerField()
    created_at = models.DateTimeField(db_default=MallNow())
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], name="group_token_once"),
            models.CheckConstraint(condition=Q(state__in=GROUP_STATES), name="group_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "full"]) | Q(expires_at__isnull=False), name="group_open_runs_out"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="group_expiring")]


class Seat(models.Model):
    """A seat, taken by an order from its placing until it is undone (`freed_at`) or for good.

    Seats are numbered within their group and, as `turn`, within what one holder has of the offer; numbers that are in use are
    unique and bounded, so no group ever has more seats than `size`, and no holder more than `allowed` (null: no bound).
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.SmallIntegerField()
    size = models.SmallIntegerField()
    holder = models.CharField(max_length=80)
    turn = models.IntegerField()
    allowed = models.SmallIntegerField(null=True)
    order_number = models.CharField(max_length=40)
    taken_at = models.DateTimeField(db_default=MallNow())
    freed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number"], name="seat_of_order_once"),
            models.UniqueConstraint(fields=["group", "number"], condition=Q(freed_at=None), name="seat_taken_once"),
            models.UniqueConstraint(fields=["group", "holder"], condition=Q(freed_at=None), name="seat_for_each_once"),
            models.UniqueConstraint(
                fields=["offer", "holder", "turn"], condition=Q(freed_at=None), name="seat_turn_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=F("size")), name="seat_within_group"),
            models.CheckConstraint(
                condition=Q(turn__gte=1) & (Q(allowed__isnull=True) | Q(turn__lte=F("allowed"))),
                name="seat_within_allowed",
            ),
        ]
