"""Tables of members."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow


class Member(models.Model):
    """A buyer with an account; the primary key is the account's (column `id`)."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, primary_key=True, related_name="+", db_column="id"
    )
    nickname = models.CharField(max_length=80, default="", db_default="")
    email = models.CharField(max_length=254, default="", db_default="")
    birthday = models.DateField(null=True)
    status = models.CharField(max_length=10, default="active", db_default="active")
    tier = models.CharField(max_length=20, default="basic", db_default="basic")
    granted_tier = models.CharField(max_length=20, default="", db_default="")
    granted_until = models.DateField(null=True)
    employee = models.BooleanField(default=False, db_default=False)
    tags = ArrayField(models.TextField(), default=list)
    source = models.CharField(max_length=40, default="", db_default="")
    external_id = models.CharField(max_length=80, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "blocked"]), name="member_status"),
            models.UniqueConstraint(
                fields=["source", "external_id"], name="member_imported_once", condition=~Q(external_id="")
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="member_created"),
            GinIndex(fields=["tags"], name="member_tags"),
            models.Index(fields=["tier"], condition=~Q(tier="basic"), name="member_tier"),
        ]


class Tier(models.Model):
    """A tier (会员等级) with what opens it and what it gives. The first one, `basic`, need not be stored.

    `growth_threshold`: paid and kept within `members.tier_days`; `entry_amount`: one order that opens it at once; minor units.
    """

    code = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, default="", db_default="")
    rank = models.SmallIntegerField()
    growth_threshold = models.BigIntegerField(null=True)
    entry_amount = models.BigIntegerField(null=True)
    discount_bp = models.IntegerField(default=10_000, db_default=10_000)
    points_bp = models.IntegerField(default=0, db_default=0)
    free_shipping = models.BooleanField(default=False, db_default=False)
    birthday_points = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rank"], name="tier_rank_once"),
            models.CheckConstraint(condition=Q(discount_bp__gt=0, discount_bp__lte=10_000), name="tier_discount"),
            models.CheckConstraint(condition=Q(points_bp__gte=0, birthday_points__gte=0), name="tier_points"),
        ]


class TierChange(models.Model):
    """That a member rose or fell, and why: an order's number, `night` or `grant`."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    cause = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="tierchange_of_member")]


class Address(models.Model):
    """Where a member wants parcels to go; orders keep their own copy."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    mobile = models.CharField(max_length=20)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, default="", db_default="")
    line = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], name="one_default_address", condition=Q(is_default=True))
        ]
        indexes = [models.Index(fields=["member", "-is_default", "id"], name="address_of_member")]


class Favourite(models.Model):
    """A product a member wants to find again; `price` is what it cost then (minor units), to tell a lower one by."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    product_id = models.BigIntegerField()
    price = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "product_id"], name="favourite_once")]
        indexes = [models.Index(fields=["member", "-id"], name="favourite_of_member")]


class Contact(models.Model):
    """A time the mall and a member spoke, or a note staff keep; never altered (CRM-01)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=2000)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["note", "call", "message", "mail", "visit", "complaint"]), name="contact_kind"
            )
        ]
        indexes = [models.Index(fields=["member", "-id"], name="contact_of_member")]
