"""Tables of presales. Pieces are taken by `locks.py`, reservations redeemed by `sql/functions.sql`; constraints are the last word."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import DEPOSITED, DRAFT, OFFER_STATES, OVER, RESERVATION_STATES, WAITING


class Offer(models.Model):
    """When deposits and balances are paid, and until when the goods leave."""

    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", db_default="")
    deposit_from = models.DateTimeField()
    deposit_until = models.DateTimeField()
    balance_from = models.DateTimeField()
    balance_until = models.DateTimeField()
    ships_on = models.DateField()
    buyer_limit = models.IntegerField(null=True)
    closes_sale = models.BooleanField(
        default=True, db_default=True
    )  # while deposits are taken, there is no other way to buy
    state = models.CharField(max_length=12, default=DRAFT, db_default=DRAFT)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OFFER_STATES), name="presale_state_known"),
            models.CheckConstraint(
                condition=Q(deposit_from__lt=F("deposit_until"))
                & Q(deposit_until__lte=F("balance_from"))
                & Q(balance_from__lt=F("balance_until")),
                name="presale_windows_in_order",
            ),
            models.CheckConstraint(
                condition=Q(buyer_limit__isnull=True) | Q(buyer_limit__gt=0), name="presale_limit_positive"
            ),
        ]


class Article(models.Model):
    """Price, deposit and pieces of a SKU in an offer. `share` is how the deposit was given, where it was a share of the price."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="articles", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    price = models.BigIntegerField()
    deposit = models.BigIntegerField()
    share = models.SmallIntegerField(null=True)
    counts_for = models.BigIntegerField()
    pieces = models.IntegerField()
    taken = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "sku"], name="presale_article_once"),
            models.CheckConstraint(
                condition=Q(deposit__gt=0, deposit__lte=F("counts_for")) & Q(counts_for__lte=F("price")),
                name="presale_deposit_within_price",
            ),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("pieces")), name="presale_taken_within"),
        ]


class Holding(models.Model):
    """How many pieces of an offer one buyer has; `allowed` null bounds nothing."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    taken = models.IntegerField()
    allowed = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "member"], name="presale_holding_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & (Q(allowed__isnull=True) | Q(taken__lte=F("allowed"))),
                name="presale_holding_within",
            ),
        ]


class Reservation(models.Model):
    """Pieces held for a buyer, under the terms of the moment. Its `number` becomes its order's.

    `paid` is the deposit that came, `refunded` what went back of it before there was an order; afterwards the order's books say.
    """

    number = models.CharField(max_length=40)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, default=WAITING, db_default=WAITING)
    quantity = models.IntegerField()
    price = models.BigIntegerField()
    deposit = models.BigIntegerField()
    counts_for = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0, db_default=0)
    provider = models.CharField(max_length=20, default="", db_default="")
    keeps_unpaid = models.BooleanField()
    keeps_cancelled = models.BooleanField()
    balance_from = models.DateTimeField()
    balance_until = models.DateTimeField()
    ships_on = models.DateField()
    placed_at = models.DateTimeField(db_default=MallNow())
    expires_at = models.DateTimeField()
    deposited_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # that the balance is due
    ordered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    freed_at = models.DateTimeField(null=True)  # its pieces count no longer
    reason = models.CharField(max_length=12, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="presale_number_once"),
            models.CheckConstraint(condition=Q(state__in=RESERVATION_STATES), name="presale_reservation_state_known"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, deposit__gt=0, deposit__lte=F("counts_for"))
                & Q(counts_for__lte=F("price")),
                name="presale_reservation_terms",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "released"], paid=0, ordered_at__isnull=True)
                | (~Q(state__in=["waiting", "released"]) & Q(paid=F("deposit") * F("quantity"))),
                name="presale_paid_is_the_deposit",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("paid")), name="presale_refunded_within"
            ),
            models.CheckConstraint(
                condition=~Q(state="ordered") | Q(ordered_at__isnull=False), name="presale_ordered_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, ended_at__isnull=False) | ~Q(state__in=OVER),
                name="presale_over_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(freed_at__isnull=True) | Q(state__in=OVER), name="presale_freed_when_over"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="presale_of_member"),
            models.Index(fields=["expires_at"], condition=Q(state=WAITING), name="presale_expiring"),
            models.Index(fields=["balance_until"], condition=Q(state=DEPOSITED), name="presale_balance_ending"),
            models.Index(
                fields=["balance_from"], condition=Q(state=DEPOSITED, told_at__isnull=True), name="presale_to_tell"
            ),
        ]
