"""Tables of campaigns. That an announced one keeps its dates is held by a trigger (`sql/functions.sql`)."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import AGREED, DRAFT, SPONSORED, STATES

ROLES = ("traffic", "basic", "image")
OFFER_KINDS = ("promotion", "group", "presale")


class Campaign(models.Model):
    """`form` is the kind of promotion it is mainly made of ("" while that is open)."""

    theme_zh = models.CharField(max_length=40)
    theme_en = models.CharField(max_length=80, default="", db_default="")
    form = models.CharField(max_length=40, default="", db_default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=1000, default="", db_default="")
    state = models.CharField(max_length=10, default=DRAFT, db_default=DRAFT)
    announced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="campaign_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="campaign_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state__in=["announced", "running"]) | Q(announced_at__isnull=False),
                name="campaign_announced",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=~Q(state="ended"), name="campaign_ahead")]


class Good(models.Model):
    """A SKU of a campaign: its part in it, and what it is planned to cost and how many there will be."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="goods", db_index=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8)
    price = models.BigIntegerField()
    stock = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "sku"], name="campaigngood_once"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="campaigngood_role_known"),
            models.CheckConstraint(condition=Q(price__gt=0, stock__gt=0), name="campaigngood_planned"),
        ]


class Offer(models.Model):
    """A promotion, coupon, group offer or presale of a campaign, by its number: it is another module's (`doctor` looks)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="offers", db_index=False)
    kind = models.CharField(max_length=10)
    target = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "target"], name="campaignoffer_once"),
            models.CheckConstraint(condition=Q(kind__in=OFFER_KINDS), name="campaignoffer_kind_known"),
        ]


class Resource(models.Model):
    """A placement: where, how many, for how much and when; `submitted_at` where it needs a review and was handed in for it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="resources")
    form = models.CharField(max_length=20)
    position = models.CharField(max_length=80)
    quantity = models.IntegerField()
    budget = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needs_review = models.BooleanField(default=False, db_default=False)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, budget__gte=0), name="campaignresource_planned"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="campaignresource_ends_after_start"),
            models.CheckConstraint(
                condition=Q(needs_review=True) | Q(submitted_at__isnull=True), name="campaignresource_reviewed"
            ),
        ]


class Sponsorship(models.Model):
    """Who pays for which goods or which place to be shown, from when to when, with money or with goods. Minor units.

    `spot` is a block of a page, as its address: /#hero. A campaign and one of its placements where it belongs to them.
    """

    sponsor = models.CharField(max_length=80)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sponsorships", null=True)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="sponsorships", null=True)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+", null=True)
    spot = models.CharField(max_length=140, default="", db_default="")
    fee = models.BigIntegerField()
    goods = models.CharField(max_length=200, default="", db_default="")
    goods_value = models.BigIntegerField(default=0, db_default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=1000, default="", db_default="")
    state = models.CharField(max_length=10, default=AGREED, db_default=AGREED)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SPONSORED), name="sponsorship_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sponsorship_ends_after_start"),
            models.CheckConstraint(condition=Q(sku__isnull=False) | ~Q(spot=""), name="sponsorship_of_something"),
            models.CheckConstraint(
                condition=Q(fee__gte=0, goods_value__gte=0) & (Q(fee__gt=0) | ~Q(goods="")),
                name="sponsorship_for_something",
            ),
            models.CheckConstraint(condition=Q(goods_value=0) | ~Q(goods=""), name="sponsorship_goods_named"),
            models.CheckConstraint(
                condition=Q(resource__isnull=True) | Q(campaign__isnull=False), name="sponsorship_placed_in_campaign"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="sponsorship_starts"),
            models.Index(fields=["state"], condition=Q(state__in=[AGREED, "shown"]), name="sponsorship_alive"),
        ]
